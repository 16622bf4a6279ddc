"""The supervisor's board: what waits for an owner, what misses its promise, who has how much. Three statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from dengta.core.access import visible
from dengta.core.actors import Actor
from dengta.core.lists.specs import counts_of
from dengta.leads.models import Lead, LeadAssignment
from dengta.leads.reports.desk import midnight
from dengta.leads.types import HELD, LOAD, LeadState
from dengta.org.models import Employee

CAP = 1000
SHOWN = 50
FIVE_MINUTES = timedelta(minutes=5)
SPEED_DAYS = 30
DESK_ROLES = ("dcc_agent", "dcc_supervisor", "sales_consultant")
UNASSIGNED = (LeadState.NEW, LeadState.POOL)
LISTS = ("unassigned", "breaching", "to_check")


def parts_of(rows: QuerySet) -> dict[str, QuerySet]:
    """What the tiles count; the first three are lists too. Late ones of the pool stand with those without an owner."""
    today = rows.filter(received_at__gte=midnight())
    reached = today.filter(first_contact_at__isnull=False)
    return {
        "unassigned": rows.filter(state__in=UNASSIGNED),
        "breaching": rows.breaching().filter(state__in=HELD),
        "to_check": rows.to_check(),
        "held": rows.held(),
        "received": today,
        "reached": reached,
        "in_five": reached.filter(first_contact_at__lte=F("received_at") + FIVE_MINUTES),
    }


@dataclass(frozen=True)
class Person:
    """One line of the list of people; the counts are annotations of the statement that reads them."""

    employee: Any

    @property
    def room(self) -> int:
        return max(0, self.employee.max_open_leads - self.employee.opened)

    @property
    def tone(self) -> str:
        share = self.employee.opened / max(1, self.employee.max_open_leads)
        return "late" if share >= 1 else "soon" if share >= 0.8 else ""


@dataclass(frozen=True)
class Board:
    """`counts` are capped at 1,001, which pages say as "1,000+"."""

    counts: dict[str, int]
    unassigned: list[Lead]
    breaching: list[Lead]
    to_check: list[Lead]
    people: list[Person]

    @classmethod
    def of(cls, actor: Actor) -> Board:
        parts = parts_of(visible(Lead, actor))
        counts = counts_of([part.order_by().values_list("pk")[: CAP + 1] for part in parts.values()])
        return cls(dict(zip(parts, counts, strict=True)), *_lists(parts), crew(actor))


def _lists(parts: dict[str, QuerySet]) -> list[list[Lead]]:
    """The newest of each list, all in one statement; which row stands where is plain to see from the row."""
    newest = [parts[key].order_by("-received_at", "-pk").values("pk")[:SHOWN] for key in LISTS]
    rows = list(
        Lead.objects.for_list().filter(pk__in=newest[0].union(*newest[1:], all=True)).order_by("-received_at", "-pk")
    )
    return [
        [row for row in rows if row.state in UNASSIGNED][:SHOWN],
        [row for row in rows if row.breached_at and not row.first_contact_at and row.is_held][:SHOWN],
        [row for row in rows if row.state == LeadState.INVALID_PENDING][:SHOWN],
    ]


# -- people ----------------------------------------------------------------------------------------------------------
def _number(rows: QuerySet, owner: str = "owner_id", condition: Q | None = None) -> Coalesce:
    counted = rows.filter(**{owner: OuterRef("pk")}).order_by().values(owner)
    counted = counted.annotate(number=Count("pk", filter=condition)).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def crew(actor: Actor, ids: Iterable[int] | None = None) -> list[Person]:
    """Who may be given leads, with what each of them has; whoever misses promises comes first. One statement."""
    start = midnight()
    load = Lead.objects.filter(state__in=LOAD)
    late = Q(breached_at__isnull=False, first_contact_at__isnull=True)
    recent = Lead.objects.filter(received_at__gte=start - timedelta(days=7), first_contact_at__gte=start)
    rows = (
        visible(Employee, actor)
        .working()
        .in_roles(*DESK_ROLES)
        .select_related("team", "store")
        .annotate(
            opened=_number(load),
            waiting=_number(load, condition=Q(first_attempt_at__isnull=True)),
            missed=_number(load, condition=late),
            reached=_number(recent),
            given=_number(LeadAssignment.objects.filter(at__gte=start), owner="to_owner_id"),
        )
    )
    if ids is not None:
        rows = rows.filter(store_id__in=ids)
    return [Person(row) for row in rows.order_by("-missed", "-waiting", "opened", "pk")[:200]]


# -- speed -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Speed:
    """F-069: who was called within five minutes, and what became of them, against everybody else."""

    total: int
    quick: int
    quick_converted: int
    slow: int
    slow_converted: int

    @classmethod
    def of(cls, actor: Actor) -> Speed:
        since = timezone.now() - timedelta(days=SPEED_DAYS)
        rows = (
            visible(Lead, actor)
            .filter(received_at__gte=since)
            .exclude(state__in=(LeadState.DUPLICATE, LeadState.INVALID), first_contact_at__isnull=True)
        )
        quick = Q(first_contact_at__lte=F("received_at") + FIVE_MINUTES)
        slow = Q(first_contact_at__gt=F("received_at") + FIVE_MINUTES)
        converted = Q(state=LeadState.CONVERTED)
        return cls(
            **rows.aggregate(
                total=Count("pk"),
                quick=Count("pk", filter=quick),
                slow=Count("pk", filter=slow),
                quick_converted=Count("pk", filter=quick & converted),
                slow_converted=Count("pk", filter=slow & converted),
            )
        )


def watch_of(actor: Actor) -> dict[str, Any]:
    """What a supervisor looks at first in the morning; the numbers are capped."""
    parts = parts_of(visible(Lead, actor))
    wanted = [
        parts[key].order_by().values_list("pk")[: CAP + 1]
        for key in ("unassigned", "breaching", "to_check", "received")
    ]
    unassigned, breaching, to_check, received = counts_of(wanted)
    return {"unassigned": unassigned, "breaching": breaching, "to_check": to_check, "received": received}
