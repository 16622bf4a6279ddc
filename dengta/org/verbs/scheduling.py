"""Shifts: who works when, week by week."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dengta.core.inputs import BadInput, Day, Flag, Integer, Ref, Text
from dengta.core.verbs import birth, verb
from dengta.org import events

TIMES = [
    Text("starts", _("From"), max_length=5, initial="09:00", help=_("Such as 09:00.")),
    Text("ends", _("To"), max_length=5, initial="18:00", help=_("A time before the start lies on the next day.")),
    Flag("on_call", _("On call")),
    Integer("front_desk_number", _("Front-desk number"), required=False, least=1, most=99),
]


def as_planned(name: str, row: Any) -> Any:
    """What a shift says now, in the store's time."""
    if row is None:
        return None
    if name in ("starts", "ends"):
        return f"{getattr(row, f'{name}_at').astimezone(ZoneInfo(row.store.timezone)):%H:%M}"
    return getattr(row, name)


class Scheduling:
    """One shift of one person."""

    @birth(
        done=events.ShiftPlanned,
        label=_("Plan a shift"),
        icon="plus",
        inputs=[
            Ref("employee", _("Employee"), to="org.employee", narrow=lambda rows, row: rows.employed()),
            Ref("store", _("Store"), to="org.store", required=False, help=_("Empty: the store of the person.")),
            Day("on_date", _("Day")),
            *TIMES,
        ],
    )
    def plan(
        cls,
        *,
        by: Any,
        employee: Any,
        on_date: date,
        starts: str,
        ends: str,
        store: Any = None,
        on_call: bool = False,
        front_desk_number: int | None = None,
    ) -> Any:
        """Nobody can be in two places at once: shifts of one person may not overlap."""
        store = store or employee.store
        if store is None:
            raise BadInput({"store": [gettext("This person has no store. Choose one.")]})
        starts_at, ends_at = moments(on_date, starts, ends, store.timezone)
        refuse_overlap(cls, employee, starts_at, ends_at)
        shift = cls.objects.create(
            store=store,
            employee=employee,
            on_date=on_date,
            starts_at=starts_at,
            ends_at=ends_at,
            on_call=on_call,
            front_desk_number=front_desk_number,
        )
        return shift, events.ShiftPlanned(
            name=employee.name, on_date=on_date.isoformat(), on_call=on_call, hours=f"{starts}–{ends}"
        )

    @verb(
        done=events.ShiftChanged,
        label=_("Change shift"),
        icon="edit",
        inputs=[replace(one, initial=partial(as_planned, one.name)) for one in TIMES],
    )
    def change(
        self, *, by: Any, starts: str, ends: str, on_call: bool = False, front_desk_number: int | None = None
    ) -> Any:
        self.starts_at, self.ends_at = moments(self.on_date, starts, ends, self.store.timezone)
        refuse_overlap(type(self), self.employee, self.starts_at, self.ends_at, but=self.pk)
        self.on_call, self.front_desk_number = on_call, front_desk_number
        self.save(update_fields=["starts_at", "ends_at", "on_call", "front_desk_number"])
        return events.ShiftChanged(
            name=self.employee.name, on_date=self.on_date.isoformat(), on_call=on_call, hours=f"{starts}–{ends}"
        )

    @verb(done=events.ShiftCancelled, label=_("Cancel shift"), icon="x", bulk=True)
    def cancel(self, *, by: Any) -> Any:
        """The plan is taken back; the event remembers that it was there."""
        event = events.ShiftCancelled(
            name=self.employee.name, on_date=self.on_date.isoformat(), subject=self.employee, store_id=self.store_id
        )
        type(self).objects.filter(pk=self.pk).delete()
        return event


class WeekCopying:
    """The shifts of a store, a week at a time."""

    @verb(
        done=events.WeekCopied,
        label=_("Copy a week of shifts"),
        icon="copy",
        permission="org.shift.plan",
        inputs=[Day("source", _("From the week of")), Day("target", _("To the week of"))],
    )
    def copy_week(self, *, by: Any, source: date, target: date) -> Any:
        """Repeat the shifts of one week in another; people who already have a shift that day keep it."""
        source, target = monday_of(source), monday_of(target)
        if source == target:
            raise BadInput({"target": [gettext("Choose another week to copy to.")]})
        step = target - source
        shifts = self.shifts.between(target, target + timedelta(days=6))
        taken = set(shifts.values_list("employee_id", "on_date"))
        rows = self.shifts.between(source, source + timedelta(days=6)).filter(
            employee__status__in=("active", "on_leave")
        )
        copies = [
            type(row)(
                group_id=row.group_id,
                store_id=row.store_id,
                employee_id=row.employee_id,
                on_date=row.on_date + step,
                starts_at=row.starts_at + step,
                ends_at=row.ends_at + step,
                on_call=row.on_call,
                front_desk_number=row.front_desk_number,
            )
            for row in rows
            if (row.employee_id, row.on_date + step) not in taken
        ]
        if not copies:
            return None
        self.shifts.bulk_create(copies, ignore_conflicts=True)
        return events.WeekCopied(source=source.isoformat(), target=target.isoformat(), count=len(copies))


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def moments(on_date: date, starts: str, ends: str, zone: str) -> tuple[datetime, datetime]:
    """Start and end as moments; an end at or before the start lies on the next day."""
    try:
        first, last = time.fromisoformat(starts), time.fromisoformat(ends)
    except ValueError:
        raise BadInput({"starts": [gettext("Write times as 09:00.")]}) from None
    starts_at = datetime.combine(on_date, first, ZoneInfo(zone))
    ends_at = datetime.combine(on_date, last, ZoneInfo(zone))
    return starts_at, ends_at if ends_at > starts_at else ends_at + timedelta(days=1)


def refuse_overlap(cls: Any, employee: Any, starts_at: datetime, ends_at: datetime, but: int | None = None) -> None:
    same = employee.shifts.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exclude(pk=but)
    if same.exists():
        raise BadInput({"starts": [gettext("%(name)s already has a shift at this time.") % {"name": employee.name}]})
