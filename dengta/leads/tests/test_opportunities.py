"""From lead to opportunity to an agreed visit: mandatory fields, one open file, levels with proof, no-shows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dengta.core import scope
from dengta.core.inputs import BadInput
from dengta.core.pumps import pump_until_idle
from dengta.core.verbs import NotAllowed
from dengta.leads.models import LevelChange, Opportunity, Touchpoint
from dengta.leads.tests import factories
from dengta.org.tests.factories import make_employee
from dengta.work.models import Appointment, Task


@pytest.fixture
def opportunity(desk, group_scope):
    return factories.make_opportunity(desk.channel, desk.agent.employee, desk.series)


def given(desk, **more):
    return {
        "name": "王小明",
        "series": desk.series,
        "within_days": 20,
        "city": "上海",
        "consented": True,
        "next_at": timezone.now() + timedelta(days=1),
    } | more


def test_a_reached_lead_becomes_an_opportunity(desk, group_scope):
    lead = factories.make_lead(desk.channel, desk.agent.employee)
    factories.reach(lead, desk.agent.actor)

    lead.convert(by=desk.agent.actor, **given(desk))

    row = Opportunity.objects.get(pk=lead.opportunity_id)
    assert lead.state == "converted"
    assert (row.state, row.level, row.owner_id, row.customer_id) == ("following", "B", desk.agent.pk, lead.customer_id)
    assert LevelChange.objects.get(opportunity=row).after == "B"
    assert Task.objects.open().about(lead).count() == 0
    assert Task.objects.open().about(row).get().kind == "leads.follow_up"
    assert row.customer.consents.valid().filter(purpose="C1").exists()


def test_a_lead_that_was_not_reached_cannot_be_converted(desk, group_scope):
    lead = factories.make_lead(desk.channel, desk.agent.employee)
    lead.log_contact(by=desk.agent.actor, channel="call", result="busy", next_at=timezone.now() + timedelta(hours=2))

    with pytest.raises(NotAllowed):
        lead.convert(by=desk.agent.actor, **given(desk))

    assert Opportunity.objects.count() == 0


def test_a_file_needs_consent(desk, group_scope):
    lead = factories.make_lead(desk.channel, desk.agent.employee)
    factories.reach(lead, desk.agent.actor)

    with pytest.raises(NotAllowed):
        lead.convert(by=desk.agent.actor, **given(desk, consented=False))


def test_the_same_person_gets_no_second_lead_while_a_file_is_open(desk, opportunity):
    phone = opportunity.customer.contact_points.live().get().value

    message = factories.make_message(desk.channel, phone=phone, series="X5")
    factories.take_in(desk.house.group.pk)

    message.refresh_from_db()
    assert (message.state, message.opportunity_id) == ("duplicate", opportunity.pk)
    assert Touchpoint.objects.get().opportunity_id == opportunity.pk


def test_a_visit_is_booked_in_the_calendar_with_reminders(desk, opportunity):
    at = timezone.now() + timedelta(days=2)

    opportunity.book_visit(by=desk.agent.actor, starts_at=at, kind="test_drive", companions=1)

    visit = Appointment.objects.get(pk=opportunity.appointment_id)
    kinds = set(Task.objects.open().about(opportunity).values_list("kind", flat=True))
    assert (opportunity.state, visit.party_id, visit.owner_id) == ("invited", opportunity.customer_id, desk.agent.pk)
    assert {"leads.confirm_visit", "leads.remind_visit", "leads.receive_visit"} <= kinds
    assert "invited" in opportunity.milestones


def test_a_new_time_takes_the_place_of_the_earlier_visit(desk, opportunity):
    opportunity.book_visit(by=desk.agent.actor, starts_at=timezone.now() + timedelta(days=2))
    first = opportunity.appointment_id
    opportunity.state = "following"
    opportunity.save()

    opportunity.book_visit(by=desk.agent.actor, starts_at=timezone.now() + timedelta(days=3))

    assert Appointment.objects.get(pk=first).state == "cancelled"
    assert Appointment.objects.expected().count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_does_not_come_is_invited_again(desk, at):
    opportunity = factories.make_opportunity(desk.channel, desk.agent.employee, desk.series)
    group_id = desk.house.group.pk
    start = timezone.now() + timedelta(days=2)
    with scope.open(group_id):
        opportunity.book_visit(by=desk.agent.actor, starts_at=start)
    with at(start + timedelta(hours=30)):
        from dengta.leads.operations import close_missed_visits  # noqa: PLC0415

        assert close_missed_visits(group_id) == 1
        pump_until_idle("core.reactions")

    with scope.open(group_id):
        opportunity.refresh_from_db()
        assert (opportunity.state, opportunity.appointment_id) == ("following", None)
        kinds = set(Task.objects.open().about(opportunity).values_list("kind", flat=True))
        assert "leads.invite_again" in kinds
        assert "leads.confirm_visit" not in kinds


def test_levels_keep_their_history(desk, opportunity):
    for level in ("N", "C", "B", "A"):
        opportunity.set_level(by=desk.agent.actor, level=level, reason="asked")
    opportunity.budget_high = 200_000
    for milestone in ("test_drive", "quoted"):
        opportunity.reach(by=desk.agent.actor, milestone=milestone)
    opportunity.set_level(by=desk.agent.actor, level="H", decision_maker="wife", colour="white")

    rows = list(LevelChange.objects.order_by("pk").values_list("before", "after"))
    assert rows == [("", "B"), ("B", "N"), ("N", "C"), ("C", "B"), ("B", "A"), ("A", "H")]


def test_level_h_needs_proof(desk, opportunity):
    with pytest.raises(NotAllowed, match="H"):
        opportunity.set_level(by=desk.agent.actor, level="H")

    opportunity.refresh_from_db()
    assert opportunity.level == "B"


def test_only_a_valid_follow_up_starts_the_rhythm_again(desk, opportunity):
    before = opportunity.last_valid_at
    later = timezone.now() + timedelta(days=2)

    opportunity.follow_up(by=desk.agent.actor, channel="call", result="no_answer", next_at=later)
    assert opportunity.last_valid_at == before
    opportunity.follow_up(by=desk.agent.actor, channel="wechat", result="replied", next_at=later, content="colour?")

    assert opportunity.last_valid_at > before
    assert opportunity.next_at == later


def test_the_pool_and_back(desk, opportunity):
    other = make_employee(desk.house.north, "dcc_agent", desk.house.north_invite, name="Sona Second")
    from dengta.org.tests.factories import actor_of  # noqa: PLC0415

    Opportunity.to_pool.many([opportunity], by=desk.supervisor.actor, reason="nobody calls")
    opportunity.refresh_from_db()
    assert (opportunity.state, opportunity.owner_id) == ("pool", None)
    with pytest.raises(NotAllowed):
        opportunity.claim(by=desk.agent.actor)
    opportunity.claim(by=actor_of(other))

    assert (opportunity.state, opportunity.owner_id, opportunity.original_owner_id) == (
        "following",
        other.pk,
        desk.agent.pk,
    )


def test_a_customer_in_the_pool_who_asks_again_returns_to_the_first_owner(desk, opportunity):
    Opportunity.to_pool.many([opportunity], by=desk.supervisor.actor, reason="nobody calls")
    phone = opportunity.customer.contact_points.live().get().value

    factories.make_message(desk.channel, phone=phone)
    factories.take_in(desk.house.group.pk)

    opportunity.refresh_from_db()
    assert (opportunity.state, opportunity.owner_id) == ("following", desk.agent.pk)


def test_reassign_takes_tasks_and_clocks_along(desk, opportunity):
    Opportunity.reassign.many([opportunity], by=desk.supervisor.actor, to=desk.cast.north_consultant.employee)

    opportunity.refresh_from_db()
    assert (opportunity.owner_id, opportunity.original_owner_id) == (desk.cast.north_consultant.pk, desk.agent.pk)
    assert set(Task.objects.open().about(opportunity).values_list("owner_id", flat=True)) == {opportunity.owner_id}


def visit_of(opportunity, desk):
    """A visit agreed for now, as if it had been booked yesterday."""
    opportunity.book_visit(by=desk.agent.actor, starts_at=timezone.now() + timedelta(hours=2))
    return Appointment.objects.get(pk=opportunity.appointment_id)


def test_a_kept_visit_brings_the_customer_into_the_showroom(desk, group_scope, opportunity):
    visit = visit_of(opportunity, desk)

    visit.keep(by=desk.agent.actor)
    pump_until_idle("core.reactions", group_id=opportunity.group_id)
    pump_until_idle("core.reactions", group_id=opportunity.group_id)

    opportunity.refresh_from_db()
    assert (opportunity.state, opportunity.appointment_id) == ("arrived", None)
    assert "arrived_first" in opportunity.milestones
    assert not Task.objects.open().about(opportunity).filter(kind="leads.remind_visit").exists()


def test_a_visit_without_an_order_needs_a_reason_and_a_call_within_a_day(desk, group_scope, opportunity, system):
    opportunity.arrive(by=system)
    late = timezone.now() + timedelta(hours=30)

    with pytest.raises(BadInput):
        opportunity.end_visit(by=desk.agent.actor, reason="price", next_at=late)
    assert opportunity.state == "arrived"
    soon = timezone.now() + timedelta(hours=20)
    opportunity.end_visit(by=desk.agent.actor, reason="price", next_at=soon)

    assert (opportunity.state, opportunity.next_at) == ("following", soon)
