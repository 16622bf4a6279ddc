"""Clocks in the store's calendar, breaches, alerts, recall, follow-up by level: with a clock that stands still."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from dengta.core import scope
from dengta.core.pumps import pump_until_idle
from dengta.core.types.clock import Calendar
from dengta.leads.models import Lead, SlaRule
from dengta.leads.pipeline.promises import Promises, until
from dengta.leads.tests import factories
from dengta.org.models import Store
from dengta.work.models import Clock, Notification

TZ = ZoneInfo("Asia/Shanghai")
DAYS = [[("09:00", "18:00")]] * 7
WEEKDAYS = [[("09:00", "18:00")]] * 5 + [[], []]
HOT = {
    "budget_low": 200_000,
    "purchase_within_days": 5,
    "series": "X5",
    "test_drive": True,
    "extra": {"page_views": 4, "phone_verified": True},
}


def local(*parts):
    return datetime(*parts, tzinfo=TZ)


@pytest.mark.parametrize(
    ("clock", "band", "kind", "start", "due"),
    [
        ("leads.first_contact", "high", "", local(2026, 11, 18, 10, 0), local(2026, 11, 18, 10, 30)),
        ("leads.first_contact", "high", "", local(2026, 11, 18, 23, 59), local(2026, 11, 19, 9, 30)),
        ("leads.first_contact", "high", "chat", local(2026, 11, 18, 10, 0), local(2026, 11, 18, 10, 10)),
        ("leads.first_contact", "medium", "", local(2026, 11, 18, 9, 0), local(2026, 11, 20, 15, 0)),
        ("leads.first_contact", "low", "", local(2026, 11, 18, 10, 0), local(2026, 11, 25, 10, 0)),
        ("leads.first_call", "low", "", local(2026, 11, 18, 17, 50), local(2026, 11, 19, 9, 5)),
        ("leads.recall", "low", "", local(2026, 11, 18, 17, 0), local(2026, 11, 19, 10, 0)),
    ],
)
def test_shipped_promises(clock, band, kind, start, due):
    hours = Calendar(DAYS)

    assert Promises.of([]).due(clock, start, hours, band=band, channel_kind=kind) == due


def test_somebody_on_call_keeps_the_clock_running_at_night():
    start = local(2026, 11, 18, 23, 59)

    assert Promises.of([]).due(
        "leads.first_contact", start, Calendar(DAYS), band="high", on_call=True
    ) == start + timedelta(minutes=30)


def test_forty_eight_hours_over_a_closed_weekend_end_on_monday_morning():
    friday = local(2026, 11, 20, 17, 0)

    assert until(friday, timedelta(hours=48), "absolute", Calendar(WEEKDAYS)) == local(2026, 11, 23, 9, 0)


def test_a_rule_of_the_group_beats_the_shipped_one(desk, group_scope):
    rule = SlaRule.objects.get(clock="leads.first_contact", band="high")
    rule.change(by=desk.cast.group_admin.actor, minutes=20, calendar="business", is_active=True)

    lead = factories.receive(desk.channel, **HOT)

    assert Clock.objects.about(lead).get(kind="leads.first_contact").due_at == lead.received_at + timedelta(minutes=20)


def run_clocks(at, moment):
    with at(moment):
        pump_until_idle("work.clocks")
        pump_until_idle("core.reactions")


def alerts(kind="leads.overdue"):
    return sorted(Notification.objects.filter(kind=kind).values_list("employee_id", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_high_lead_untouched_for_30_minutes_is_breached_and_alerted_exactly_once(desk, at):
    lead = factories.receive(desk.channel, **HOT)

    run_clocks(at, timezone.now() + timedelta(minutes=31))
    run_clocks(at, timezone.now() + timedelta(minutes=32))

    with scope.open(desk.house.group.pk):
        lead.refresh_from_db()
        assert lead.breached_at
        told = Notification.objects.filter(kind="leads.overdue", key__contains="leads.first_contact")
        assert sorted(told.values_list("employee_id", flat=True)) == sorted([desk.agent.pk, desk.supervisor.pk])


@pytest.mark.django_db(transaction=True)
def test_a_lead_untouched_for_two_hours_is_in_the_pool_and_the_supervisor_knows(desk, at):
    lead = factories.receive(desk.channel, purchase_within_days=60)

    run_clocks(at, timezone.now() + timedelta(hours=2, minutes=1))

    with scope.open(desk.house.group.pk):
        lead.refresh_from_db()
        assert (lead.state, lead.owner_id, lead.recalls) == ("pool", None, 1)
        assert alerts("leads.recalled") == [desk.supervisor.pk]


@pytest.mark.django_db(transaction=True)
def test_a_logged_attempt_saves_the_lead_from_the_recall(desk, at):
    lead = factories.receive(desk.channel)
    with scope.open(desk.house.group.pk):
        lead.log_contact(
            by=desk.agent.actor, channel="call", result="no_answer", next_at=timezone.now() + timedelta(hours=4)
        )

    run_clocks(at, timezone.now() + timedelta(hours=3))

    with scope.open(desk.house.group.pk):
        lead.refresh_from_db()
        assert (lead.state, lead.owner_id) == ("contacting", desk.agent.pk)


@pytest.mark.django_db(transaction=True)
def test_a_chat_channel_promises_ten_minutes(desk, at):
    desk.channel.first_contact_minutes = 10
    with scope.open(desk.house.group.pk):
        desk.channel.save()
    lead = factories.receive(desk.channel)

    run_clocks(at, timezone.now() + timedelta(minutes=11))

    with scope.open(desk.house.group.pk):
        lead.refresh_from_db()
        assert lead.breached_at
        assert alerts() == sorted([desk.agent.pk, desk.supervisor.pk])


@pytest.mark.django_db(transaction=True)
def test_an_a_level_customer_without_a_valid_follow_up_for_48_hours_is_told_to_owner_and_manager_once(desk, at):
    opportunity = factories.make_opportunity(desk.channel, desk.agent.employee, desk.series, level="A")
    start = timezone.now()
    with scope.open(desk.house.group.pk), at(start + timedelta(hours=20)):
        opportunity.follow_up(
            by=desk.agent.actor, channel="call", result="no_answer", next_at=start + timedelta(hours=90)
        )

    run_clocks(at, start + timedelta(hours=47, minutes=50))
    with scope.open(desk.house.group.pk):
        assert alerts("leads.follow_up_overdue") == []
    run_clocks(at, start + timedelta(hours=48, minutes=1))
    run_clocks(at, start + timedelta(hours=49))

    with scope.open(desk.house.group.pk):
        assert alerts("leads.follow_up_overdue") == sorted([desk.agent.pk, desk.cast.north_manager.pk])


@pytest.mark.django_db(transaction=True)
def test_leads_of_somebody_who_is_suspended_go_into_the_pool(desk, at):
    lead = factories.make_lead(desk.channel, desk.agent.employee)
    with scope.open(desk.house.group.pk):
        desk.agent.employee.suspend(by=desk.cast.group_admin.actor, reason="test")

    pump_until_idle("core.reactions")

    with scope.open(desk.house.group.pk):
        lead.refresh_from_db()
        assert (lead.state, lead.owner_id, lead.pool_reason) == ("pool", None, "owner_left")


def test_a_lead_at_23_59_waits_in_the_pool_and_its_clock_begins_at_opening(desk, group_scope, at):
    Store.objects.filter(pk=desk.house.north.pk).update(hours=[["09:00", "18:00"]] * 7)
    night = local(2026, 11, 18, 23, 59)
    with at(night):
        lead = factories.receive(desk.channel, received_at=night, **HOT)

    clock = Clock.objects.about(lead).get(kind="leads.first_contact")
    assert (lead.state, lead.pool_reason) == ("pool", "outside_hours")
    assert clock.due_at == local(2026, 11, 19, 9, 30)


def test_score_and_band_of_open_leads_follow_a_published_table(desk, group_scope):
    lead = factories.receive(desk.channel, budget_high=200_000)
    Lead.objects.filter(pk=lead.pk).update(score=0, band="low")

    outcome = Lead.rescore.many([lead], by=desk.supervisor.actor.system(desk.house.group.pk))

    lead.refresh_from_db()
    assert outcome.done == [lead.pk]
    assert lead.score == 10
