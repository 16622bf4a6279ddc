"""Plans handed in by other rooms: set-based, exactly once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dengta.core import scope
from dengta.core.models import EventRow
from dengta.core.pumps import pump_until_idle
from dengta.core.testing import count_queries
from dengta.work import operations
from dengta.work.models import Clock, Notification, Task
from dengta.work.tests import factories
from dengta.work.types import ClockPlan, ClockState, Note, TaskPlan, TaskState

LEAD = "leads.lead"


@pytest.fixture
def north(house):
    with scope.open(house.group.pk):
        yield house.north


def plans(store, count, owner=None):
    return [
        TaskPlan("work.todo", LEAD, n, store.pk, timezone.now(), owner_id=owner.pk if owner else None)
        for n in range(1, count + 1)
    ]


def clocks(store, ids, due_at, kind="work.test"):
    return [ClockPlan(kind, LEAD, n, store.pk, due_at, timezone.now()) for n in ids]


def test_any_number_of_tasks_is_planned_in_one_statement(north):
    for count in (1, 300):
        with count_queries() as asked:
            tasks = operations.plan_tasks(plans(north, count))
        assert len(asked) == 1
        assert len({task.pk for task in tasks}) == count
    assert Task.objects.get(pk=tasks[7].pk).subject_id == 8


def test_finishing_closes_only_the_named_kind_of_the_named_records(north):
    operations.plan_tasks(plans(north, 3))
    factories.make_task(north, subject_type=LEAD, subject_id=1, kind="work.other")

    assert operations.finish_tasks(LEAD, [1, 2], kinds=["work.todo"], result="reached") == 2

    assert sorted(Task.objects.open().values_list("subject_id", "kind")) == [(1, "work.other"), (3, "work.todo")]
    assert set(Task.objects.filter(state=TaskState.DONE).values_list("result", flat=True)) == {"reached"}


def test_tasks_and_clocks_follow_the_record_to_its_new_owner(north, north_consultant):
    operations.plan_tasks(plans(north, 2))
    operations.start_clocks(clocks(north, [1, 2], timezone.now() + timedelta(hours=1)))

    operations.move_tasks(LEAD, {2: (north_consultant.pk, 7)})
    operations.move_clocks(LEAD, {2: (north_consultant.pk, 7)})

    assert list(Task.objects.order_by("subject_id").values_list("owner_id", "team_id")) == [
        (None, None), (north_consultant.pk, 7)]
    assert list(Clock.objects.order_by("subject_id").values_list("owner_id", "team_id")) == [
        (None, None), (north_consultant.pk, 7)]


def test_starting_a_running_clock_again_moves_its_deadline(north):
    first, second = timezone.now() + timedelta(minutes=15), timezone.now() + timedelta(minutes=30)
    operations.start_clocks(clocks(north, [1], first))
    operations.start_clocks(clocks(north, [1], second))

    assert Clock.objects.get().due_at == second


def test_a_due_clock_is_breached_exactly_once_and_a_stopped_one_never(north):
    past = timezone.now() - timedelta(minutes=1)
    operations.start_clocks(clocks(north, [1, 2, 3], past))
    operations.start_clocks(clocks(north, [4], timezone.now() + timedelta(hours=1)))
    operations.stop_clocks(LEAD, [3])

    assert pump_until_idle("work.clocks", group_id=north.group_id) == 2
    assert pump_until_idle("work.clocks", group_id=north.group_id) == 0

    states = dict(Clock.objects.values_list("subject_id", "state"))
    assert states == {1: ClockState.BREACHED, 2: ClockState.BREACHED, 3: ClockState.STOPPED, 4: ClockState.RUNNING}
    told = EventRow.objects.filter(key="work.clock.breached")
    assert sorted(row.payload["about_id"] for row in told) == [1, 2]


def test_breaching_costs_the_same_number_of_statements_for_one_and_for_many(north):
    past = timezone.now() - timedelta(minutes=1)
    counted = []
    for ids in ([1], range(2, 202)):
        operations.start_clocks(clocks(north, ids, past))
        with count_queries() as asked:
            pump_until_idle("work.clocks", group_id=north.group_id, rounds=2)
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_the_same_notice_is_told_once(north, north_consultant, north_manager):
    notes = [Note(n.pk, "work.test", "lead-1", {"name": "王"}) for n in (north_consultant, north_manager)]

    assert operations.notify(notes) == 2
    assert operations.notify(notes) == 0
    assert operations.notify([Note(north_consultant.pk, "work.test", "lead-2")]) == 1
    assert Notification.objects.count() == 3
