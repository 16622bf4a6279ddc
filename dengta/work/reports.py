"""Reads across the room: tasks grouped by urgency, a week of appointments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from dengta.core.access import visible
from dengta.core.actors import Actor
from dengta.core.panels import panels_for
from dengta.core.wording import full_day, short_day, weekday
from dengta.org.models import Employee
from dengta.org.operations import store_calendar
from dengta.work.models import Appointment, Task

SHOWN = 100
OVERDUE_SHOWN = 8


def task_groups(tasks: list[Task], now: datetime) -> list[dict[str, Any]]:
    """Overdue, today and later, each with its tasks; empty groups are left out."""
    midnight = datetime.combine(timezone.localdate(now), time.max, tzinfo=timezone.get_current_timezone())
    groups = [
        {"key": "overdue", "label": _("Overdue"), "rows": [t for t in tasks if t.due_at < now]},
        {"key": "today", "label": _("Today"), "rows": [t for t in tasks if now <= t.due_at <= midnight]},
        {"key": "later", "label": _("Later"), "rows": [t for t in tasks if t.due_at > midnight]},
    ]
    return [group for group in groups if group["rows"]]


@dataclass(frozen=True)
class Today:
    """A person's day: overdue and today's tasks, today's visits, and the panels other rooms add for them."""

    tasks: list[dict[str, Any]]
    visits: list[Appointment]
    overdue: int
    due_today: int
    panels: list[dict[str, Any]]
    visits_of_store: bool
    said: str

    @classmethod
    def of(cls, actor: Actor) -> Today:
        now = timezone.now()
        start = datetime.combine(timezone.localdate(now), time.min, tzinfo=timezone.get_current_timezone())
        end = start + timedelta(days=1)
        open_tasks: list[Task] = []
        if actor.may("work.task.see"):
            mine = Task.objects.open().filter(owner_id=actor.employee_id, due_at__lt=end)
            open_tasks = list(mine.for_list()[:SHOWN])
        visits, whole_store = cls._visits(actor, start, end)
        groups = [group for group in task_groups(open_tasks, now) if group["key"] != "later"]
        for group in groups:
            if group["key"] == "overdue":  # what was missed last can still be saved; the rest is on the page of tasks
                group["rows"] = group["rows"][:-OVERDUE_SHOWN - 1:-1]
        overdue = sum(task.due_at < now for task in open_tasks)
        day = timezone.localdate(now)
        return cls(groups, visits, overdue, len(open_tasks), panels_for("work.today", None, actor), whole_store,
                   f"{full_day(day)} {weekday(day)}")

    @staticmethod
    def _visits(actor: Actor, start: datetime, end: datetime) -> tuple[list[Appointment], bool]:
        """One's own visits; those who receive for the store see all of the store's."""
        if not actor.may("work.appointment.see"):
            return [], False
        rows = visible(Appointment, actor).filter(starts_at__gte=start, starts_at__lt=end).for_list()
        whole_store = bool(actor.reach("work.appointment.see").stores)
        if not whole_store:
            rows = rows.filter(owner_id=actor.employee_id)
        return list(rows[:SHOWN]), whole_store


@dataclass(frozen=True)
class Day:
    """One column of the calendar."""

    date: date
    is_today: bool
    is_past: bool
    is_open: bool
    rows: list[Appointment]


@dataclass(frozen=True)
class DayGrid:
    """A week of a store's appointments that the actor may see: everybody's, or one person's."""

    monday: date
    days: list[Day]
    hosts: list[Employee]
    total: int

    @property
    def before(self) -> date:
        return self.monday - timedelta(days=7)

    @property
    def after(self) -> date:
        return self.monday + timedelta(days=7)

    @property
    def said(self) -> str:
        today = timezone.localdate()
        sunday = self.monday + timedelta(days=6)
        return f"{short_day(self.monday, today - timedelta(days=20))} – {short_day(sunday, today - timedelta(days=20))}"

    @classmethod
    def build(cls, actor: Actor, store: Any, monday: date, host: int | None) -> DayGrid:
        tz = ZoneInfo(store.timezone) if store else ZoneInfo("Asia/Shanghai")
        start = datetime.combine(monday, time.min, tzinfo=tz)
        rows: list[Appointment] = []
        hosts: list[Employee] = []
        if store is not None:
            found = visible(Appointment, actor).filter(store=store).between(start, start + timedelta(days=7))
            hosts = list(Employee.objects.filter(pk__in=found.order_by().values("owner_id")).order_by("search", "pk"))
            rows = list((found.filter(owner_id=host) if host else found).for_list()[:500])
        hours = store_calendar(store) if store else None
        today = timezone.localdate(timezone=tz)
        days = [monday + timedelta(days=n) for n in range(7)]
        return cls(monday, [Day(day, day == today, day < today, bool(hours and hours.is_working_day(day)),
                                [r for r in rows if r.starts_at.astimezone(tz).date() == day]) for day in days],
                   hosts, len(rows))
