"""Assigning, distributing, claiming, recalling, the pool, and what each does to tasks and clocks."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from dengta.core import scope
from dengta.core.models import EventRow
from dengta.core.testing import count_queries
from dengta.core.verbs import NotAllowed
from dengta.leads.models import Lead, LeadAssignment
from dengta.leads.tests import factories
from dengta.org.models import Employee
from dengta.org.tests.factories import make_employee
from dengta.work.models import Clock, Notification, Task


@pytest.fixture
def second(desk):
    return make_employee(desk.house.north, "dcc_agent", desk.house.north_invite, name="Sona Second", max_open_leads=100)


@pytest.fixture
def third(desk):
    return make_employee(desk.house.north, "dcc_agent", desk.house.north_invite, name="Tara Third", max_open_leads=100)


def test_assign_moves_open_tasks_and_clocks_to_the_new_owner(desk, second, group_scope):
    lead = factories.make_lead(desk.channel, desk.agent.employee)

    lead.assign(by=desk.supervisor.actor, to=second, reason="language")

    assert (lead.state, lead.owner_id, lead.team_id) == ("assigned", second.pk, second.team_id)
    assert set(Task.objects.open().about(lead).values_list("owner_id", flat=True)) == {second.pk}
    assert set(Clock.objects.running().about(lead).values_list("owner_id", flat=True)) == {second.pk}
    line = LeadAssignment.objects.filter(lead=lead).order_by("-pk")[0]
    assert (line.from_owner_id, line.to_owner_id, line.how) == (desk.agent.pk, second.pk, "manual")
    assert EventRow.objects.for_subject(lead)[0].payload["reason"] == "language"
    assert Notification.objects.filter(employee_id=second.pk, kind="leads.new_lead").count() == 1


def test_assign_is_refused_to_agents(desk, second, group_scope):
    lead = factories.make_lead(desk.channel, desk.agent.employee)

    with pytest.raises(NotAllowed):
        lead.assign(by=desk.agent.actor, to=second)

    lead.refresh_from_db()
    assert lead.owner_id == desk.agent.pk


def test_assign_is_refused_beyond_the_limit_of_open_leads(desk, group_scope):
    full = make_employee(desk.house.north, "dcc_agent", desk.house.north_invite, name="Fay Full", max_open_leads=1)
    leads = [factories.make_lead(desk.channel, desk.agent.employee) for _n in range(2)]

    with pytest.raises(NotAllowed, match=r"Fay Full.*1"):
        Lead.assign.many(leads, by=desk.supervisor.actor, to=full)

    assert Lead.objects.owned_by(full.pk).count() == 0


def test_assign_is_refused_to_people_of_another_store(desk, group_scope):
    lead = factories.make_lead(desk.channel, desk.agent.employee)

    with pytest.raises(NotAllowed, match="Sofia Consultant"):
        lead.assign(by=desk.supervisor.actor, to=desk.cast.south_consultant.employee)


def test_thirty_leads_are_dealt_evenly_to_three_people(desk, second, third, group_scope):
    leads = [factories.make_lead(desk.channel) for _n in range(30)]
    before = Notification.objects.count()

    outcome = Lead.distribute.many(leads, by=desk.supervisor.actor, to=[desk.agent.employee, second, third])

    assert len(outcome.done) == 30
    for person in (desk.agent.pk, second.pk, third.pk):
        assert Lead.objects.owned_by(person).count() == 10
    assert Notification.objects.count() == before + 30


def test_assigning_takes_a_fixed_number_of_statements(desk, second, third, group_scope):
    Employee.objects.filter(pk__in=[second.pk, third.pk]).update(max_open_leads=5000)
    counted = []
    for number in (2, 4, 40):  # the first reads what is remembered for the length of the scope
        leads = [factories.make_lead(desk.channel).pk for _n in range(number)]
        people = list(Employee.objects.filter(pk__in=[second.pk, third.pk]))
        by = desk.supervisor.actor
        with count_queries() as asked:
            Lead.distribute.many(leads, by=by, to=people)
        counted.append(len(asked))

    assert counted[1] == counted[2]


def test_the_promise_to_the_customer_keeps_running_whoever_has_the_lead(desk, second, group_scope):
    lead = factories.make_lead(desk.channel, desk.agent.employee)
    promised = Clock.objects.about(lead).get(kind="leads.first_contact").due_at

    lead.assign(by=desk.supervisor.actor, to=second)
    lead.release(by=desk.supervisor.actor, reason="holiday")
    lead.claim(by=desk.agent.actor)

    clock = Clock.objects.running().about(lead).get(kind="leads.first_contact")
    assert (clock.due_at, clock.owner_id) == (promised, desk.agent.pk)
    assert list(Task.objects.open().about(lead).values_list("kind", "owner_id")) == [
        ("leads.first_contact", desk.agent.pk)]


def test_claim_takes_a_lead_from_the_pool(desk, group_scope):
    lead = factories.make_lead(desk.channel)

    lead.claim(by=desk.agent.actor)

    assert (lead.state, lead.owner_id) == ("assigned", desk.agent.pk)
    assert Clock.objects.running().about(lead).filter(kind="leads.recall").exists()


def test_who_claims_second_reads_who_was_first(desk, second, group_scope):
    lead = factories.make_lead(desk.channel)
    lead.claim(by=desk.agent.actor)

    with pytest.raises(NotAllowed, match="Nina Agent"):
        lead.claim(by=factories_actor(second))


def factories_actor(employee):
    from dengta.org.tests.factories import actor_of  # noqa: PLC0415

    return actor_of(employee)


def test_claims_per_day_are_limited(desk, group_scope):
    desk.house.group.settings = {"leads.claims_per_day": 2}
    desk.house.group.save()
    leads = [factories.make_lead(desk.channel) for _n in range(3)]
    for lead in leads[:2]:
        lead.claim(by=desk.agent.actor)

    with pytest.raises(NotAllowed, match="2"):
        leads[2].claim(by=desk.agent.actor)


def test_a_recalled_lead_cannot_be_claimed_by_whom_it_was_taken_from_for_a_week(desk, second, group_scope, at):
    lead = factories.make_lead(desk.channel, desk.agent.employee)
    Lead.recall.many([lead], by=desk.supervisor.actor)
    lead.refresh_from_db()

    with pytest.raises(NotAllowed):
        lead.claim(by=desk.agent.actor)
    with at(timezone.now() + timedelta(days=7, minutes=1)):
        lead.claim(by=desk.agent.actor)

    assert lead.owner_id == desk.agent.pk


def test_recall_puts_leads_into_the_pool_and_tells_the_supervisor_once(desk, group_scope):
    lead = factories.make_lead(desk.channel, desk.agent.employee)

    outcome = Lead.recall.many([lead], by=desk.supervisor.actor)
    again = Lead.recall.many([lead], by=desk.supervisor.actor)

    lead.refresh_from_db()
    assert (outcome.done, again.quiet) == ([lead.pk], [lead.pk])
    assert (lead.state, lead.owner_id, lead.recalls, lead.pool_reason) == ("pool", None, 1, "recalled")
    assert Task.objects.open().about(lead).count() == 0
    assert set(Clock.objects.running().about(lead).values_list("kind", flat=True)) == {"leads.first_contact"}
    assert Notification.objects.filter(employee_id=desk.supervisor.pk, kind="leads.recalled").count() == 1


def test_a_lead_is_not_recalled_while_the_agent_is_dialling(desk, group_scope):
    lead = factories.make_lead(desk.channel, desk.agent.employee)
    lead.dial(by=desk.agent.actor)

    outcome = Lead.recall.many([lead], by=desk.supervisor.actor)

    lead.refresh_from_db()
    assert outcome.quiet == [lead.pk]
    assert (lead.state, lead.owner_id) == ("assigned", desk.agent.pk)
    clock = Clock.objects.running().about(lead).get(kind="leads.recall")
    assert clock.due_at <= timezone.now() + timedelta(minutes=5)


def test_a_consultant_sees_own_leads_and_the_pool_only(desk, group_scope):
    mine = factories.make_lead(desk.channel, desk.agent.employee)
    pooled = factories.make_lead(desk.channel)
    other = factories.make_lead(desk.channel, make_employee(desk.house.north, "dcc_agent", desk.house.north_invite))

    from dengta.core.access import visible  # noqa: PLC0415

    seen = set(visible(Lead, desk.agent.actor).values_list("pk", flat=True))
    assert seen == {mine.pk, pooled.pk}
    assert other.pk in set(visible(Lead, desk.supervisor.actor).values_list("pk", flat=True))
    assert not visible(Lead, desk.cast.south_manager.actor).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_claim_at_once_exactly_one_wins(desk, second):
    lead = factories.make_lead(desk.channel)
    people = [desk.agent.actor, factories_actor(second)]
    start, results = threading.Barrier(2), []

    def claim(actor):
        start.wait()
        try:
            with scope.open(desk.house.group.pk):
                Lead.objects.get(pk=lead.pk).claim(by=actor)
            results.append("won")
        except NotAllowed as refusal:
            results.append(str(refusal.sentence))
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=(actor,)) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(result == "won" for result in results) == [False, True]
    loser = next(result for result in results if result != "won")
    assert "Nina Agent" in loser or "Sona Second" in loser
    with scope.open(desk.house.group.pk):
        assert LeadAssignment.objects.filter(lead=lead, how="claim").count() == 1
