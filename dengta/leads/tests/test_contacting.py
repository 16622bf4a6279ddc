"""Calls and messages: attempts, the first conversation, the three minutes, need and budget, reporting invalid."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dengta.core.inputs import BadInput
from dengta.core.verbs import NotAllowed
from dengta.leads.models import FollowUp, Lead
from dengta.leads.tests import factories
from dengta.work.models import Clock, Notification, Task

FULL = {"need": "SUV", "budget_high": 200_000}


@pytest.fixture
def lead(desk, group_scope):
    return factories.make_lead(desk.channel, desk.agent.employee)


def tomorrow():
    return timezone.now() + timedelta(days=1)


def running(lead):
    return set(Clock.objects.running().about(lead).values_list("kind", flat=True))


def test_an_attempt_stops_the_recall_but_is_no_first_contact(desk, lead):
    lead.log_contact(by=desk.agent.actor, channel="call", result="no_answer", next_at=tomorrow())

    assert (lead.state, lead.attempts, lead.first_contact_at) == ("contacting", 1, None)
    assert lead.first_attempt_at
    assert running(lead) == {"leads.first_contact"}
    assert Task.objects.open().about(lead).filter(kind="leads.first_contact").count() == 1


def test_a_conversation_of_three_minutes_with_need_and_budget_completes_the_first_contact(desk, lead):
    lead.log_contact(
        by=desk.agent.actor, channel="call", result="connected", talk_seconds=180, next_at=tomorrow(), **FULL
    )

    assert lead.first_contact_at
    assert running(lead) == set()
    assert Task.objects.about(lead).get(kind="leads.first_contact").state == "done"
    assert Task.objects.open().about(lead).get().kind == "leads.next_contact"


def test_two_minutes_are_logged_but_do_not_complete_the_first_contact(desk, lead):
    lead.log_contact(
        by=desk.agent.actor, channel="call", result="connected", talk_seconds=120, next_at=tomorrow(), **FULL
    )

    assert lead.first_contact_at
    assert Task.objects.about(lead).get(kind="leads.first_contact").state == "open"


def test_the_first_conversation_names_need_and_budget_or_says_why_not(desk, lead):
    with pytest.raises(BadInput) as refused:
        lead.log_contact(by=desk.agent.actor, channel="call", result="connected", talk_seconds=200, next_at=tomorrow())

    lead.refresh_from_db()
    assert set(refused.value.errors) == {"need", "budget_high"}
    assert (lead.attempts, FollowUp.objects.count()) == (0, 0)

    lead.log_contact(
        by=desk.agent.actor,
        channel="call",
        result="connected",
        talk_seconds=200,
        next_at=tomorrow(),
        stated_reason="hung up",
    )
    assert Task.objects.about(lead).get(kind="leads.first_contact").state == "done"


@pytest.mark.parametrize(
    "given",
    [
        {"channel": "call", "result": "replied"},
        {"channel": "wechat", "result": "busy"},
        {"channel": "call", "result": "no_answer", "talk_seconds": 10},
    ],
)
def test_results_must_fit_the_channel(desk, lead, given):
    with pytest.raises(BadInput):
        lead.log_contact(by=desk.agent.actor, next_at=tomorrow(), **given)


def test_the_next_contact_is_needed_and_lies_ahead(desk, lead):
    with pytest.raises(BadInput):
        lead.log_contact(by=desk.agent.actor, channel="call", result="busy")
    with pytest.raises(BadInput):
        lead.log_contact(
            by=desk.agent.actor, channel="call", result="busy", next_at=timezone.now() - timedelta(hours=1)
        )


def test_not_reachable_needs_three_attempts_at_different_times(desk, lead, at):
    now = timezone.now()
    for days in (0, 1):
        with at(now + timedelta(days=days)):
            lead.log_contact(
                by=desk.agent.actor, channel="call", result="no_answer", next_at=timezone.now() + timedelta(days=1)
            )
    with pytest.raises(NotAllowed, match="2"):
        lead.mark_invalid(by=desk.agent.actor, reason="not_reachable")
    with at(now + timedelta(days=2)):
        lead.log_contact(
            by=desk.agent.actor, channel="call", result="no_answer", next_at=timezone.now() + timedelta(days=1)
        )
        lead.mark_invalid(by=desk.agent.actor, reason="not_reachable")

    assert lead.state == "invalid_pending"


def contacted(desk, lead):
    lead.log_contact(by=desk.agent.actor, channel="call", result="no_answer", next_at=tomorrow())
    return lead


def test_an_invalid_report_leaves_the_list_and_waits_for_the_supervisor(desk, lead):
    contacted(desk, lead).mark_invalid(by=desk.agent.actor, reason="wrong_number")

    assert not Lead.objects.held().filter(pk=lead.pk).exists()
    assert Task.objects.open().about(lead).count() == 0
    assert Notification.objects.filter(employee_id=desk.supervisor.pk, kind="leads.to_check").count() == 1
    with pytest.raises(NotAllowed):
        lead.approve_invalid(by=desk.agent.actor)

    lead.approve_invalid(by=desk.supervisor.actor, note="checked")
    assert (lead.state, lead.invalid_reason) == ("invalid", "wrong_number")


def test_a_rejected_report_goes_back_to_the_owner(desk, lead):
    contacted(desk, lead).mark_invalid(by=desk.agent.actor, reason="no_intention")

    lead.reject_invalid(by=desk.supervisor.actor, note="try once more")

    assert (lead.state, lead.owner_id, lead.invalid_reason) == ("contacting", desk.agent.pk, "")


def test_a_report_can_be_withdrawn(desk, lead):
    contacted(desk, lead).mark_invalid(by=desk.agent.actor, reason="no_intention")

    lead.withdraw_invalid(by=desk.agent.actor)

    assert lead.state == "contacting"


def test_an_invalid_lead_can_be_reopened_into_the_pool(desk, lead):
    contacted(desk, lead).mark_invalid(by=desk.agent.actor, reason="no_intention")
    lead.approve_invalid(by=desk.supervisor.actor)

    lead.reopen(by=desk.supervisor.actor, reason="called back")

    assert (lead.state, lead.invalid_reason) == ("pool", "")


def test_somebody_who_buys_late_is_nurtured_and_wakes_up_when_they_ask_again(desk, lead):
    factories.reach(lead, desk.agent.actor)
    lead.change(by=desk.agent.actor, within_days=200)
    lead.nurture(by=desk.agent.actor, reason="next year")
    assert Task.objects.open().about(lead).count() == 0

    phone = lead.customer.contact_points.live().get().value
    factories.receive(desk.channel, phone=phone, message="how about now")

    lead.refresh_from_db()
    assert (lead.state, lead.owner_id) == ("assigned", desk.agent.pk)
    assert {"leads.first_contact", "leads.recall", "leads.first_call"} == running(lead)


def test_a_customer_who_buys_soon_is_not_nurtured(desk, lead):
    factories.reach(lead, desk.agent.actor)
    lead.change(by=desk.agent.actor, within_days=10)
    Lead.objects.filter(pk=lead.pk).update(score=70)

    with pytest.raises(NotAllowed):
        lead.nurture(by=desk.agent.actor, reason="later")


def test_corrections_keep_the_earlier_values(desk, lead):
    lead.change(by=desk.agent.actor, name="王大明", city="苏州")

    from dengta.core.models import EventRow  # noqa: PLC0415

    event = EventRow.objects.for_subject(lead).filter(key="leads.lead.changed").get()
    assert event.payload["after"] == {"name": "王大明", "city": "苏州"}
    assert lead.name == "王大明"
