"""What the pages of this room read across several nouns: the desk of a person, the board of a supervisor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dengta.core.access import visible
from dengta.core.actors import Actor
from dengta.leads.models import Lead, LeadAssignment, Opportunity
from dengta.leads.types import CONTACT_KEYS, HELD, WORKED, LeadState, OpportunityState
from dengta.org.models import Employee

CAP = 1000
SHOWN = 50
FIVE_MINUTES = 300


def midnight() -> datetime:
    return datetime.combine(timezone.localdate(), time.min, tzinfo=timezone.get_current_timezone())


def capped(rows: QuerySet) -> int:
    """Never counts further than a page can say: 1,001 stands for "1,000+"."""
    return rows.values("pk")[: CAP + 1].count()


@dataclass(frozen=True)
class Desk:
    """The list of one person, by clock, with the figures above it."""

    leads: list[Lead]
    more: bool
    opportunities: list[Opportunity]
    due_now: int
    new_today: int
    to_invite: int
    missed: int

    @classmethod
    def of(cls, actor: Actor) -> Desk:
        now, me = timezone.now(), actor.employee_id
        mine = Lead.objects.filter(owner_id=me, state__in=HELD)
        leads = list(mine.by_clock().for_list()[: SHOWN + 1])
        following = Opportunity.objects.filter(owner_id=me, state__in=WORKED)
        figures = mine.aggregate(
            due=Count("pk", filter=Q(due_at__lte=now)),
            fresh=Count("pk", filter=Q(assigned_at__gte=midnight(), first_attempt_at__isnull=True)),
            missed=Count("pk", filter=Q(breached_at__isnull=False, first_contact_at__isnull=True)),
        )
        to_invite = following.filter(state=OpportunityState.FOLLOWING)
        return cls(leads[:SHOWN], len(leads) > SHOWN, list(following.by_clock().for_list()[:SHOWN]), figures["due"],
                   figures["fresh"], capped(to_invite), figures["missed"])


def next_lead(actor: Actor, after: int = 0) -> Lead | None:
    """The lead whose clock is the most urgent, leaving out the one that was just dealt with."""
    return Lead.objects.filter(owner_id=actor.employee_id, state__in=HELD).exclude(pk=after).by_clock().first()


@dataclass(frozen=True)
class Person:
    """One line of the supervisor's list of people."""

    employee: Employee
    open: int
    waiting: int
    missed: int
    today: int
    contacted: int

    @property
    def share(self) -> int:
        """Open leads against the limit, in percent."""
        return min(100, round(100 * self.open / max(1, self.employee.max_open_leads)))


@dataclass(frozen=True)
class Board:
    """What a supervisor watches: counts by state, what waits for an owner, what misses its promise, who has how much."""

    counts: dict[str, int]
    unassigned: list[Lead]
    breaching: list[Lead]
    to_check: list[Lead]
    people: list[Person]

    @classmethod
    def of(cls, actor: Actor) -> Board:
        return cls(*_columns(actor), _people(actor))


COUNTS = ("unassigned", "breaching", "to_check", "contacting", "received", "answered", "in_five")


def _columns(actor: Actor) -> tuple[dict[str, int], list[Lead], list[Lead], list[Lead]]:
    """The counts in one statement, and the three lists in another: each list is capped by its own index."""
    rows = visible(Lead, actor)
    today = rows.filter(received_at__gte=midnight())
    parts = {
        "unassigned": rows.filter(state__in=(LeadState.NEW, LeadState.POOL)),
        "breaching": rows.breaching(),
        "to_check": rows.to_check(),
        "contacting": rows.held(),
        "received": today,
        "answered": today.filter(first_contact_at__isnull=False),
        "in_five": today.filter(first_contact_at__isnull=False).extra(
            where=[f"first_contact_at <= received_at + interval '{FIVE_MINUTES} seconds'"]),
    }
    lists = {
        "unassigned": parts["unassigned"].order_by("-pooled_at", "-pk"),
        "breaching": parts["breaching"].order_by("breached_at", "pk"),
        "to_check": parts["to_check"].order_by("pk"),
    }
    counts = _counts(parts)
    found = {key: list(part.for_list()[:SHOWN]) for key, part in lists.items()}
    return counts, found["unassigned"], found["breaching"], found["to_check"]


def _counts(parts: dict[str, QuerySet]) -> dict[str, int]:
    """Several capped counts in one statement."""
    selects, params = [], []
    for part in parts.values():
        sql, values = part.order_by().values("pk")[: CAP + 1].query.sql_with_params()
        selects.append(f"(select count(*) from ({sql}) as part)")  # noqa: S608 - written by the ORM
        params += values
    with connection.cursor() as cursor:
        cursor.execute("select " + ", ".join(selects), params)
        return dict(zip(parts, cursor.fetchone(), strict=True))


def _people(actor: Actor) -> list[Person]:
    """The people who may be given leads, with what they have, the fullest last."""
    staff = {e.pk: e for e in visible(Employee, actor).working().in_roles(*DESK_ROLES).select_related("team")}
    open_now = Lead.objects.counting_as_load().filter(owner_id__in=staff).values("owner_id").annotate(
        open=Count("pk"), waiting=Count("pk", filter=Q(first_attempt_at__isnull=True)),
        missed=Count("pk", filter=Q(breached_at__isnull=False, first_contact_at__isnull=True)))
    load = {row["owner_id"]: row for row in open_now}
    given = dict(LeadAssignment.objects.filter(to_owner_id__in=staff, at__gte=midnight()).values_list("to_owner_id")
                 .annotate(n=Count("pk")))
    reached = dict(Lead.objects.filter(owner_id__in=staff, first_contact_at__gte=midnight()).values_list("owner_id")
                   .annotate(n=Count("pk")))
    people = [Person(e, load.get(pk, {}).get("open", 0), load.get(pk, {}).get("waiting", 0),
                     load.get(pk, {}).get("missed", 0), given.get(pk, 0), reached.get(pk, 0))
              for pk, e in staff.items()]
    return sorted(people, key=lambda p: (-p.missed, -p.waiting, p.open))


DESK_ROLES = ("dcc_agent", "dcc_supervisor", "sales_consultant")


def contact_times(now: datetime) -> list[tuple[datetime, str]]:
    """Usual next times of a contact, as local moments: in two hours, this evening, tomorrow, in three days, in a week."""
    local = timezone.localtime(now).replace(second=0, microsecond=0)
    tomorrow = (local + timedelta(days=1)).replace(hour=10, minute=0)
    evening = local.replace(hour=19, minute=0)
    times = [(local + timedelta(hours=2), "two_hours")]
    if evening > local + timedelta(hours=3):
        times.append((evening, "evening"))
    times += [(tomorrow, "tomorrow"), (tomorrow + timedelta(days=2), "three_days"),
              (tomorrow + timedelta(days=6), "week")]
    return times


TALKED = ((0, _("none")), (30, _("30 s")), (60, _("1 min")), (180, _("3 min")), (300, _("5 min")), (600, _("10 min")))
TIMES = {
    "two_hours": _("In 2 hours"),
    "evening": _("This evening"),
    "tomorrow": _("Tomorrow 10:00"),
    "three_days": _("In 3 days"),
    "week": _("In a week"),
}


@dataclass(frozen=True)
class ContactForm:
    """The call form on a record's page: big buttons with what is usual, so that two clicks log a call."""

    action: str
    then: str
    is_first: bool
    asks_reason: bool
    results: Any = CONTACT_KEYS
    talked: Any = TALKED

    @property
    def times(self) -> list[tuple[str, Any]]:
        return [(f"{at:%Y-%m-%dT%H:%M}", TIMES[code]) for at, code in contact_times(timezone.now())]

    @classmethod
    def of(cls, row: Any, actor: Actor) -> ContactForm | None:
        """Only for the owner of a row that is being worked on."""
        if row.owner_id != actor.employee_id or actor.employee_id is None:
            return None
        if isinstance(row, Lead) and row.is_held:
            then = f"{reverse('leads:next')}?after={row.pk}"
            return cls(_verb_url("lead", row, "log_contact"), then, row.first_contact_at is None, True)
        if isinstance(row, Opportunity) and row.is_worked:
            return cls(_verb_url("opportunity", row, "follow_up"), "", False, False)
        return None


def _verb_url(model: str, row: Any, name: str) -> str:
    return reverse("core:verb_on_row", args=["leads", model, row.pk, name])


HOW = {
    "auto": _("By the assignment table"),
    "manual": _("Assigned by hand"),
    "distribute": _("Distributed evenly"),
    "claim": _("Claimed from the pool"),
    "recall": _("Recalled into the pool"),
    "release": _("Put into the pool"),
    "revive": _("Woken up"),
    "reopen": _("Reopened"),
    "transfer": _("Transferred"),
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
    rows = lead.score_detail.get("rows", []) if isinstance(lead.score_detail, dict) else []
    latest = LeadAssignment.objects.filter(lead=lead).select_related("to_owner", "from_owner").order_by("-at").first()
    kept = latest.candidates if latest and isinstance(latest.candidates, dict) else {}
    columns, ranked = kept.get("columns", []), kept.get("rows", [])
    ids = {row[0] for row in ranked} | {pk for pk, _reason in kept.get("left_out", [])}
    names = dict(Employee.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    candidates = [dict(zip(columns, row, strict=False)) | {"name": names.get(row[0], "?")} for row in ranked]
    left_out = [{"name": names.get(pk, "?"), "why": why} for pk, why in kept.get("left_out", [])]
    return Explained(rows, lead.score_detail.get("raw"), candidates, left_out, latest)
