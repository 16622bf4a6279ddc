"""What the page of one lead or opportunity shows beside the record: the call form, the reasons, the free times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.core.actors import Actor
from dengta.leads.models import Lead, LeadAssignment, Opportunity
from dengta.leads.types import CONTACT_KEYS, ContactChannel, ContactResult, Milestone
from dengta.org.models import Employee
from dengta.org.operations import store_calendar
from dengta.studio.types import say
from dengta.work.models import Appointment

# -- the call form ---------------------------------------------------------------------------------------------------
TALKED = (
    (30, gettext_lazy("30 s")),
    (60, gettext_lazy("1 min")),
    (180, gettext_lazy("3 min")),
    (300, gettext_lazy("5 min")),
    (600, gettext_lazy("10 min")),
)
TIMES = {
    "half_hour": gettext_lazy("In 30 minutes"),
    "two_hours": gettext_lazy("In 2 hours"),
    "evening": gettext_lazy("Today 18:00"),
    "tomorrow": gettext_lazy("Tomorrow 10:00"),
    "three_days": gettext_lazy("In 3 days"),
    "week": gettext_lazy("In a week"),
}
# What is usual after each result: the first of these times that lies in opening hours.
USUAL = {
    ContactResult.CONNECTED: ("tomorrow",),
    ContactResult.NO_ANSWER: ("two_hours", "tomorrow"),
    ContactResult.BUSY: ("half_hour", "two_hours", "tomorrow"),
    ContactResult.REJECTED: ("tomorrow",),
    ContactResult.POWER_OFF: ("two_hours", "tomorrow"),
    ContactResult.EMPTY_NUMBER: ("tomorrow",),
}
WRITTEN = (ContactChannel.WECHAT, ContactChannel.SMS, ContactChannel.WECOM, ContactChannel.EMAIL)


def contact_times(now: datetime, hours: Any) -> dict[str, datetime]:
    """Usual next times of a contact; those soon only while the store is open then."""
    local = timezone.localtime(now).replace(second=0, microsecond=0)
    morning = (local + timedelta(days=1)).replace(hour=10, minute=0)
    evening = local.replace(hour=18, minute=0)
    soon = {"half_hour": local + timedelta(minutes=30), "two_hours": local + timedelta(hours=2)}
    found = {code: at for code, at in soon.items() if hours.is_open(at)}
    if evening > local + timedelta(hours=3):
        found["evening"] = evening
    return found | {"tomorrow": morning, "three_days": morning + timedelta(days=2), "week": morning + timedelta(days=6)}


@dataclass(frozen=True)
class ContactForm:
    """Big buttons with what is usual, so that two clicks log a call; the whole form is one more click away."""

    action: str
    then: str
    stay: str
    is_first: bool
    asks_reason: bool
    times: dict[str, datetime]
    talked: Any = TALKED
    written: Any = WRITTEN

    @property
    def results(self) -> list[dict[str, Any]]:
        return [
            {
                "key": key,
                "value": result.value,
                "label": result.label,
                "reached": result == ContactResult.CONNECTED,
                "suggest": next(code for code in USUAL[result] if code in self.times),
            }
            for key, result in CONTACT_KEYS
        ]

    @property
    def next_times(self) -> list[dict[str, Any]]:
        return [
            {"code": code, "value": f"{at:%Y-%m-%dT%H:%M}", "label": TIMES[code]} for code, at in self.times.items()
        ]

    @classmethod
    def of(cls, row: Any, actor: Actor) -> ContactForm | None:
        """Only for the owner of a row that is being worked on."""
        if actor.employee_id is None or row.owner_id != actor.employee_id:
            return None
        times = contact_times(timezone.now(), store_calendar(row.store))
        stay = row.get_absolute_url()
        if isinstance(row, Lead) and row.is_held:
            then = f"{reverse('leads:next')}?after={row.pk}"
            return cls(_verb_url("lead", row, "log_contact"), then, stay, row.first_contact_at is None, True, times)
        if isinstance(row, Opportunity) and row.is_worked:
            return cls(_verb_url("opportunity", row, "follow_up"), "", stay, False, False, times)
        return None


def _verb_url(model: str, row: Any, name: str) -> str:
    return reverse("core:verb_on_row", args=["leads", model, row.pk, name])


# -- why -------------------------------------------------------------------------------------------------------------
HOW = {
    "rule": gettext_lazy("By the assignment table"),
    "by_hand": gettext_lazy("Entered by this person"),
    "pool": gettext_lazy("Nobody could take it"),
    "manual": gettext_lazy("Assigned by hand"),
    "distribute": gettext_lazy("Distributed evenly"),
    "claim": gettext_lazy("Claimed from the pool"),
    "recall": gettext_lazy("Recalled into the pool"),
    "release": gettext_lazy("Put into the pool"),
    "revive": gettext_lazy("Woken up"),
    "reopen": gettext_lazy("Reopened"),
    "transfer": gettext_lazy("Transferred"),
}
LEFT_OUT = {
    "full": gettext_lazy("has as many leads as allowed"),
    "fair": gettext_lazy("has had more than a fair share today"),
    "team": gettext_lazy("works in another team"),
    "level": gettext_lazy("level too low for this lead"),
    "skill": gettext_lazy("lacks the skill that is asked for"),
}


@dataclass(frozen=True)
class Explained:
    """Why a lead has its score and its owner, in lines a person can read."""

    lines: list[dict[str, Any]]
    raw: Any
    candidates: list[dict[str, Any]]
    left_out: list[dict[str, Any]]
    assignment: LeadAssignment | None

    @property
    def how(self) -> Any:
        return HOW.get(self.assignment.how, self.assignment.how) if self.assignment else ""


def explain(lead: Lead) -> Explained:
    detail = lead.score_detail if isinstance(lead.score_detail, dict) else {}
    latest = LeadAssignment.objects.filter(lead=lead).select_related("to_owner", "from_owner").order_by("-at").first()
    kept = latest.candidates if latest and isinstance(latest.candidates, dict) else {}
    columns, ranked = kept.get("columns", []), kept.get("rows", [])
    ids = {row[0] for row in ranked} | {pk for pk, _reason in kept.get("left_out", [])}
    names = dict(Employee.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    candidates = [
        dict(zip(columns, row, strict=False)) | {"name": names.get(row[0], "?"), "pk": row[0]} for row in ranked
    ]
    left_out = [{"name": names.get(pk, "?"), "why": LEFT_OUT.get(why, why)} for pk, why in kept.get("left_out", [])]
    lines = [{**line, "reason": say(line.get("reason")) or line.get("id", "")} for line in detail.get("rows", [])]
    return Explained(lines, detail.get("raw"), candidates, left_out, latest)


# -- how far we are --------------------------------------------------------------------------------------------------
ROAD = (Milestone.FIRST_CONTACT, None, Milestone.INVITED, Milestone.ARRIVED, Milestone.TEST_DRIVE, Milestone.QUOTED)


def steps_of(row: Opportunity) -> list[dict[str, Any]]:
    """The road from the first contact to the quotation, for the `path` component. Steps may be passed in any order."""
    at = {name: parse_datetime(moment) for name, moment in row.milestones.items()}
    steps = [
        {"label": step.label, "at": at.get(step.value)} if step else {"label": _("File opened"), "at": row.opened_at}
        for step in ROAD
    ]
    current = next((number for number, step in enumerate(steps) if step["at"] is None), None)
    return [
        step | {"passed": step["at"] is not None, "current": number == current} for number, step in enumerate(steps)
    ]


# -- free times ------------------------------------------------------------------------------------------------------
VISIT = timedelta(hours=1)
STEP = timedelta(minutes=30)
DAYS = 7
HOSTS = ("sales_consultant", "showroom_manager")


@dataclass(frozen=True)
class Slots:
    """When a consultant of the store can receive a visit on a day: half hours in opening hours, an hour each."""

    opportunity: Opportunity
    host: Any
    hosts: list[Any]
    day: date
    days: list[date]
    times: list[dict[str, Any]]

    @classmethod
    def of(cls, row: Opportunity, actor: Actor, day: str = "", host: str = "") -> Slots:
        """The day and consultant that are asked for; else the first open day, and whoever is the most free on it."""
        now = timezone.now()
        hours = store_calendar(row.store)
        days = _open_days(hours, now)
        chosen = next((one for one in days if one.isoformat() == day), days[0])
        start = datetime.combine(chosen, time.min, tzinfo=hours.tz)
        hosts = _hosts(row, actor, start)
        owner = next((one for one in hosts if one.pk == row.owner_id), None)
        who = next((one for one in hosts if str(one.pk) == host), owner or (hosts[0] if hosts else None))
        taken = (
            list(
                Appointment.objects.expected()
                .filter(owner_id=who.pk)
                .between(start, start + timedelta(days=1))
                .exclude(pk=row.appointment_id or 0)
                .values_list("starts_at", "ends_at")
            )
            if who
            else []
        )
        return cls(row, who, hosts, chosen, days, _times(row, who, start, hours, now, taken))


def _open_days(hours: Any, now: datetime) -> list[date]:
    """The next days on which the store is open; today only while an hour is left."""
    today = hours.local_day(now)
    days = [today + timedelta(days=n) for n in range(3 * DAYS)]
    left = [day for day in days if hours.is_working_day(day)]
    if left and left[0] == today and not hours.is_open(now + STEP + VISIT) and hours.next_opening(now).date() != today:
        left = left[1:]
    return left[:DAYS] or [today + timedelta(days=1)]


def _hosts(row: Opportunity, actor: Actor, start: datetime) -> list[Any]:
    """Consultants of the store, the freest of that day first."""
    booked = Appointment.objects.expected().filter(store_id=row.store_id).between(start, start + timedelta(days=1))
    counts = dict(booked.order_by().values_list("owner_id").annotate(number=Count("pk")))
    people = list(Employee.objects.working().filter(store_id=row.store_id).in_roles(*HOSTS).order_by("pk"))
    for one in people:
        one.visits = counts.get(one.pk, 0)
    return sorted(people, key=lambda one: (one.visits, one.pk))


def _times(row: Opportunity, who: Any, start: datetime, hours: Any, now: datetime, taken: list) -> list[dict[str, Any]]:
    url = _verb_url("opportunity", row, "book_visit")
    found = []
    for number in range(48):
        at = start + number * STEP
        if at <= now or not hours.is_open(at) or not hours.is_open(at + VISIT - timedelta(minutes=1)):
            continue
        given = {"starts_at": f"{at:%Y-%m-%dT%H:%M}"} | ({"consultant": who.pk} if who else {})
        found.append(
            {"at": at, "free": not any(a < at + VISIT and b > at for a, b in taken), "url": f"{url}?{urlencode(given)}"}
        )
    return found
