"""A lead at 23:59: into the pool with a clock that begins at opening; or to whoever is on call, at once."""

from __future__ import annotations

import pytest

from dengta.core import scope
from dengta.leads.models import Lead, LeadAssignment
from dengta.leads.tests import factories
from dengta.org.tests.factories import make_shift
from dengta.work.models import Clock, Notification, Task
from tests.stories.conftest import HOT, Hand, local, work_on

NIGHT = local(2026, 11, 18, 23, 59)
pytestmark = pytest.mark.usefixtures("open_nine_to_six")


def clock_of(lead, kind="leads.first_contact"):
    return Clock.objects.about(lead).get(kind=f"{kind}")


def test_nobody_on_call_the_lead_waits_in_the_pool_and_its_clock_begins_at_opening(desk, at):
    with at(NIGHT):
        lead = factories.receive(desk.channel, received_at=NIGHT, **HOT)
    with at(local(2026, 11, 19, 8, 59)):
        work_on()

    with scope.open(desk.house.group.pk):
        lead.refresh_from_db()
        assert (lead.state, lead.owner_id, lead.pool_reason, lead.breached_at) == ("pool", None, "outside_hours", None)
        assert clock_of(lead).due_at == local(2026, 11, 19, 9, 30)
        assert Task.objects.count() == 0

    # In the morning an agent takes it from the pool; the promise to the customer is still the old one.
    with at(local(2026, 11, 19, 9, 5)):
        agent = Hand(desk.agent)
        assert "X5" in agent.sees("/leads/pool/")
        assert agent.does("claim", lead).status_code == 204
        work_on()
    with scope.open(desk.house.group.pk):
        lead.refresh_from_db()
        assert (lead.state, lead.owner_id) == ("assigned", desk.agent.pk)
        assert clock_of(lead).due_at == local(2026, 11, 19, 9, 30)
        assert clock_of(lead, "leads.recall").due_at == local(2026, 11, 19, 11, 5)

    # Nobody calls: at half past nine the promise is broken, once, for the owner and the supervisor.
    for minute in (31, 33):
        with at(local(2026, 11, 19, 9, minute)):
            work_on()
    with scope.open(desk.house.group.pk):
        lead.refresh_from_db()
        told = Notification.objects.filter(kind="leads.overdue", key__contains="leads.first_contact")
        assert lead.breached_at == local(2026, 11, 19, 9, 31)
        assert sorted(told.values_list("employee_id", flat=True)) == sorted([desk.agent.pk, desk.supervisor.pk])


def test_whoever_is_on_call_gets_it_at_once_and_the_clock_does_not_wait_for_the_morning(desk, at):
    make_shift(desk.agent.employee, local(2026, 11, 18, 18), local(2026, 11, 19, 9), on_call=True)

    with at(NIGHT):
        lead = factories.receive(desk.channel, received_at=NIGHT, **HOT)

    with scope.open(desk.house.group.pk):
        assert (lead.state, lead.owner_id) == ("assigned", desk.agent.pk)
        assert clock_of(lead).due_at == local(2026, 11, 19, 0, 29)
        assert Task.objects.about(lead).get().due_at == local(2026, 11, 19, 0, 14)
        assert LeadAssignment.objects.get(lead=lead).rule_version
    with at(local(2026, 11, 19, 0, 30)):
        work_on()
    with scope.open(desk.house.group.pk):
        assert Lead.objects.get().breached_at


def test_an_on_call_shift_that_has_ended_does_not_count(desk, at):
    make_shift(desk.agent.employee, local(2026, 11, 18, 18), local(2026, 11, 18, 23, 30), on_call=True)

    with at(NIGHT):
        lead = factories.receive(desk.channel, received_at=NIGHT, **HOT)

    assert (lead.state, lead.pool_reason) == ("pool", "outside_hours")
