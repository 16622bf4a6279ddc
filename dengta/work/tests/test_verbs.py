"""Tasks and appointments through their verbs."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from dengta.core import scope
from dengta.core.models import EventRow
from dengta.core.verbs import NotAllowed
from dengta.work.models import Appointment, Notification, Task
from dengta.work.tests import factories
from dengta.work.types import AppointmentState, TaskState

SHANGHAI = ZoneInfo("Asia/Shanghai")


def next_wednesday(hour: int, minute: int = 0) -> datetime:
    """A Wednesday at least a week ahead, in the store's time; far from holidays only by the test store's policy."""
    day = timezone.localdate() + timedelta(days=7)
    day += timedelta(days=(2 - day.weekday()) % 7)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def north(house):
    with scope.open(house.group.pk):
        house.north.closed_on_holidays = False
        house.north.save(update_fields=["closed_on_holidays"])
        yield house.north


def book(north, member, starts_at, **given):
    return Appointment.book(by=member.actor, kind="showroom", starts_at=starts_at, store_id=north.pk,
                            owner=member.employee, party_name="Ms Wang", **given)


def test_finishing_a_task_closes_it_and_tells(north, north_consultant):
    task = factories.make_task(north, north_consultant.employee)

    task.finish(by=north_consultant.actor, result="Called")

    task.refresh_from_db()
    assert (task.state, task.result) == (TaskState.DONE, "Called")
    assert EventRow.objects.for_subject(task).get().payload["result"] == "Called"


def test_finishing_a_finished_task_is_quiet(north, north_consultant):
    task = factories.make_task(north, north_consultant.employee)
    task.finish(by=north_consultant.actor)

    task.finish(by=north_consultant.actor)

    assert EventRow.objects.for_subject(task).count() == 1


def test_a_colleague_may_not_finish_my_task(north, north_consultant, north_consultant_b):
    task = factories.make_task(north, north_consultant.employee)

    with pytest.raises(NotAllowed):
        task.finish(by=north_consultant_b.actor)

    task.refresh_from_db()
    assert task.state == TaskState.OPEN
    assert not EventRow.objects.for_subject(task).exists()


def test_a_person_adds_a_task_for_themselves(north, north_consultant):
    due = timezone.now() + timedelta(hours=2)
    task = Task.add(by=north_consultant.actor, note="Send brochure", due_at=due)

    assert (task.owner_id, task.store_id, task.due_at) == (north_consultant.pk, north.pk, due)


def test_postponing_into_the_past_is_refused(north, north_consultant):
    task = factories.make_task(north, north_consultant.employee)

    with pytest.raises(NotAllowed, match="ahead"):
        task.postpone(by=north_consultant.actor, due_at=timezone.now() - timedelta(minutes=1))


def test_a_visit_is_booked_in_opening_hours(north, north_consultant):
    visit = book(north, north_consultant, next_wednesday(10))

    assert visit.state == AppointmentState.BOOKED
    event = EventRow.objects.for_subject(visit).get()
    assert event.key == "work.appointment.booked"
    assert event.payload["starts"].endswith("10:00")


@pytest.mark.parametrize(("hour", "minute"), [(7, 0), (18, 0), (23, 59)])
def test_a_visit_outside_opening_hours_is_refused_with_the_next_opening(north, north_consultant, hour, minute):
    with pytest.raises(NotAllowed, match=r"opens next at .* 09:00"):
        book(north, north_consultant, next_wednesday(hour, minute))
    assert not Appointment.objects.exists()


def test_a_visit_that_would_end_after_closing_is_refused(north, north_consultant):
    with pytest.raises(NotAllowed, match="closes before"):
        book(north, north_consultant, next_wednesday(17, 30))


def test_one_consultant_receives_one_customer_at_a_time(north, north_consultant, north_consultant_b):
    book(north, north_consultant, next_wednesday(10))

    with pytest.raises(NotAllowed, match="already has a visit"):
        book(north, north_consultant, next_wednesday(10, 30))
    book(north, north_consultant_b, next_wednesday(10, 30))
    book(north, north_consultant, next_wednesday(11))

    assert Appointment.objects.count() == 3


def test_a_visit_written_down_after_arrival_does_not_count_as_on_time(north, north_consultant):
    now = timezone.now()
    late_entry = factories.make_appointment(north, north_consultant.employee, starts_at=now + timedelta(minutes=5))
    booked = factories.make_appointment(north, north_consultant.employee, starts_at=now + timedelta(minutes=5))
    Appointment.objects.filter(pk=booked.pk).update(created_at=now - timedelta(hours=3))

    late_entry.keep(by=north_consultant.actor)
    booked.keep(by=north_consultant.actor)

    assert (late_entry.outcome, booked.outcome) == ("unplanned", "on_time")


def test_no_show_before_the_time_is_refused(north, north_consultant):
    visit = factories.make_appointment(north, north_consultant.employee)

    with pytest.raises(NotAllowed, match="ahead"):
        visit.mark_no_show(by=north_consultant.actor)


def test_a_cancelled_visit_cannot_be_moved(north, north_consultant):
    visit = book(north, north_consultant, next_wednesday(10))
    visit.cancel(by=north_consultant.actor, reason="ill")

    with pytest.raises(NotAllowed, match="Cancelled"):
        visit.reschedule(by=north_consultant.actor, starts_at=next_wednesday(14))


def test_reading_marks_only_ones_own_notices(north, north_consultant, north_manager):
    mine = factories.make_notification(north_consultant.employee)
    theirs = factories.make_notification(north_manager.employee)

    Notification.read.many([mine.pk, theirs.pk], by=north_consultant.actor)

    assert Notification.objects.get(pk=mine.pk).read_at is not None
    assert Notification.objects.get(pk=theirs.pk).read_at is None
