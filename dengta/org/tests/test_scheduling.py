"""Shifts and the calendar of a store."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dengta.core.inputs import BadInput
from dengta.core.models import EventRow
from dengta.org.models import Employee, Shift
from dengta.org.operations import store_calendar

CN = ZoneInfo("Asia/Shanghai")
MONDAY = date(2025, 9, 1)


def test_a_shift_says_who_is_there(cast, group_scope):
    Shift.plan(by=cast.north_manager.actor, employee=cast.north_consultant.employee, on_date=MONDAY,
               starts="09:00", ends="18:00")  # fmt: skip

    assert list(Employee.objects.on_shift(datetime(2025, 9, 1, 12, tzinfo=CN))) == [cast.north_consultant.employee]
    assert not Employee.objects.on_shift(datetime(2025, 9, 1, 18, tzinfo=CN)).exists()


def test_a_night_on_call_ends_on_the_next_day(cast, group_scope):
    shift = Shift.plan(by=cast.north_manager.actor, employee=cast.north_consultant.employee, on_date=MONDAY,
                       starts="18:00", ends="09:00", on_call=True)  # fmt: skip

    assert shift.ends_at - shift.starts_at == timedelta(hours=15)
    at_night = datetime(2025, 9, 2, 2, tzinfo=CN)
    assert Employee.objects.on_shift(at_night, on_call=True).count() == 1
    assert Employee.objects.on_shift(at_night, on_call=False).count() == 0


def test_nobody_is_in_two_places_at_once(cast, group_scope):
    plan = {"by": cast.north_manager.actor, "employee": cast.north_consultant.employee, "on_date": MONDAY}
    Shift.plan(**plan, starts="09:00", ends="18:00")

    with pytest.raises(BadInput):
        Shift.plan(**plan, starts="17:00", ends="20:00")

    assert Shift.objects.count() == 1


def test_copying_a_week_fills_only_free_days(cast, group_scope):
    by, person = cast.north_manager.actor, cast.north_consultant.employee
    for day in range(3):
        Shift.plan(by=by, employee=person, on_date=MONDAY + timedelta(days=day), starts="09:00", ends="18:00")
    Shift.plan(by=by, employee=person, on_date=MONDAY + timedelta(days=8), starts="12:00", ends="20:00")

    cast.house.north.copy_week(by=by, source=MONDAY, target=MONDAY + timedelta(days=7))
    cast.house.north.copy_week(by=by, source=MONDAY, target=MONDAY + timedelta(days=7))

    hours = [row.starts_at.astimezone(CN).hour for row in Shift.objects.filter(on_date__gt=MONDAY + timedelta(days=6))
             .order_by("on_date")]  # fmt: skip
    assert hours == [9, 12, 9]
    assert EventRow.objects.filter(key="org.store.week_copied").count() == 1


def test_cancelling_a_shift_is_remembered(cast, group_scope):
    shift = Shift.plan(by=cast.north_manager.actor, employee=cast.north_consultant.employee, on_date=MONDAY,
                       starts="09:00", ends="18:00")  # fmt: skip

    shift.cancel(by=cast.north_manager.actor)

    assert not Shift.objects.exists()
    assert EventRow.objects.for_subject(cast.north_consultant.employee).first().key == "org.shift.cancelled"


def test_the_calendar_knows_holidays_swaps_and_exceptions(cast, group_scope):
    store, by = cast.house.north, cast.north_gm.actor
    store.set_hours(by=by, hours=[["09:00", "18:00"]] * 5 + [None, None], closed_on_holidays=True)
    store.set_day(by=by, on_date=date(2025, 9, 6), is_open=True, opens_at="10:00", closes_at="16:00", note="auto show")
    store.set_day(by=by, on_date=date(2025, 9, 8), is_open=False, note="stocktaking")

    calendar = store_calendar(store)

    assert not calendar.is_working_day(date(2025, 10, 1))
    assert calendar.is_working_day(date(2025, 9, 28))
    assert calendar.is_open(datetime(2025, 9, 6, 12, tzinfo=CN))
    assert not calendar.is_open(datetime(2025, 9, 6, 17, tzinfo=CN))
    assert not calendar.is_working_day(date(2025, 9, 8))
    store.clear_day(by=by, on_date=date(2025, 9, 8))
    assert store_calendar(store).is_working_day(date(2025, 9, 8))


@pytest.mark.parametrize("hours", [[], [["09:00", "18:00"]] * 6, [["18:00", "09:00"]] * 7, ["x"] * 7])
def test_impossible_hours_are_refused(cast, group_scope, hours):
    with pytest.raises(BadInput):
        cast.house.north.set_hours(by=cast.north_gm.actor, hours=hours)
