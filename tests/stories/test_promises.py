"""Clocks that run out: recall after two business hours, the A-level customer nobody followed for 48 hours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dengta.core import scope
from dengta.leads.models import Lead, Opportunity
from dengta.leads.tests import factories
from dengta.org.tests.cast import Member
from dengta.org.tests.factories import make_employee
from dengta.work.models import Notification, Task
from tests.stories.conftest import Hand, keys_of, local, work_on

pytestmark = pytest.mark.usefixtures("open_nine_to_six")


def told(kind):
    return sorted(Notification.objects.filter(kind=kind).values_list("employee_id", flat=True))


def test_a_lead_that_nobody_called_for_two_business_hours_is_back_in_the_pool(desk, at):
    rival = Member(make_employee(desk.house.north, "dcc_agent", desk.house.north_invite, name="Rosa Rival",
                                 status="on_leave"))
    group_id, five = desk.house.group.pk, local(2026, 11, 18, 17, 0)
    with at(five):
        lead = factories.receive(desk.channel, received_at=five, purchase_within_days=60)

    # An hour of today and an hour of tomorrow: the night does not count.
    with at(local(2026, 11, 19, 9, 59)):
        work_on()
    with scope.open(group_id):
        lead.refresh_from_db()
        assert (lead.state, lead.owner_id) == ("assigned", desk.agent.pk)
    for minute in (1, 2):
        with at(local(2026, 11, 19, 10, minute)):
            work_on()

    with scope.open(group_id):
        lead.refresh_from_db()
        assert (lead.state, lead.owner_id, lead.recalls, lead.pool_reason) == ("pool", None, 1, "recalled")
        assert told("leads.recalled") == [desk.supervisor.pk]
        assert Task.objects.open().about(lead).count() == 0
    assert keys_of(lead)[-1] == "leads.lead.recalled"
    assert keys_of(lead).count("leads.lead.recalled") == 1

    # Who lost it may not take it again for a week; a colleague may, at once.
    with scope.open(group_id):
        rival.employee.come_back(by=desk.cast.group_admin.actor)
    with at(local(2026, 11, 19, 10, 30)):
        assert Hand(desk.agent).does("claim", lead).status_code == 409
        assert Hand(rival).does("claim", lead).status_code == 204
    with scope.open(group_id):
        lead.refresh_from_db()
        assert lead.owner_id == rival.pk


def test_nobody_loses_a_lead_while_they_are_on_the_phone(desk, at):
    with at(local(2026, 11, 18, 10, 0)):
        lead = factories.receive(desk.channel, received_at=local(2026, 11, 18, 10, 0))
    with at(local(2026, 11, 18, 11, 59)):
        assert Hand(desk.agent).does("dial", lead).status_code == 204

    with at(local(2026, 11, 18, 12, 1)):
        work_on()
    with scope.open(desk.house.group.pk):
        assert Lead.objects.get().owner_id == desk.agent.pk

    with at(local(2026, 11, 18, 12, 40)):  # the call was never logged: it cannot last for ever
        work_on()
    with scope.open(desk.house.group.pk):
        assert Lead.objects.get().state == "pool"


def test_an_a_customer_without_a_valid_follow_up_for_48_hours_reminds_owner_and_manager_once_each(desk, at):
    """F-073. An attempt that reached nobody does not set the clock back; a conversation does."""
    group_id, start = desk.house.group.pk, local(2026, 11, 17, 10, 0)
    with at(start):
        factories.make_opportunity(desk.channel, desk.agent.employee, desk.series, level="A")
    with scope.open(group_id):
        opportunity = Opportunity.objects.get()
        Notification.objects.all().delete()
    agent = Hand(desk.agent)
    with at(start + timedelta(hours=25)):
        answer = agent.does("follow_up", opportunity, channel="call", result="no_answer",
                            next_at=start + timedelta(hours=90))
        assert answer.status_code == 204

    with at(start + timedelta(hours=47, minutes=59)):
        work_on()
    with scope.open(group_id):
        assert told("leads.follow_up_overdue") == []
    for hours in (48, 49, 50):
        with at(start + timedelta(hours=hours, minutes=1)):
            work_on()
    both = sorted([desk.agent.pk, desk.cast.north_manager.pk])
    with scope.open(group_id):
        opportunity.refresh_from_db()
        assert told("leads.follow_up_overdue") == both
        assert opportunity.overdue_at

    # The customer is reached: the clock begins anew and counts from there.
    reached = start + timedelta(hours=51)
    with at(reached):
        answer = agent.does("follow_up", opportunity, channel="call", result="connected", talk_seconds=95,
                            content="还在比较", next_at=reached + timedelta(hours=40))
        assert answer.status_code == 204
    with at(reached + timedelta(hours=47, minutes=59)):
        work_on()
    with scope.open(group_id):
        opportunity.refresh_from_db()
        assert told("leads.follow_up_overdue") == both
        assert opportunity.overdue_at is None
    with at(reached + timedelta(hours=48, minutes=1)):
        work_on()
    with scope.open(group_id):
        assert told("leads.follow_up_overdue") == sorted(both * 2)
