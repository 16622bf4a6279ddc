"""What this room does when a lower room says something happened. All of it may run twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.core.events import reaction
from dengta.core.jobs import later
from dengta.core.models import EventRow
from dengta.leads.models import Lead, Opportunity
from dengta.leads.pipeline.rulebook import NOUN, SCORE
from dengta.leads.types import LOAD, OPPORTUNITY_MOVES, Clock, LeadState, OpportunityState, PoolReason
from dengta.org.events import EmployeeLeft, EmployeeSuspended
from dengta.studio.events import DefinitionPublished, DefinitionRolledBack, DefinitionWithdrawn
from dengta.studio.models import Definition
from dengta.work.events import AppointmentCancelled, AppointmentKept, AppointmentMissed, ClockBreached

LEAD, OPPORTUNITY = "leads.lead", "leads.opportunity"


def _hand() -> Actor:
    return Actor.system(scope.current().group_id, "leads.clocks")


def _about(rows: Iterable[EventRow], noun: str) -> dict[str, list[int]]:
    """clock kind -> ids of the records of one noun."""
    found: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row.payload.get("about_type") == noun:
            found[row.payload["clock_kind"]].append(row.payload["about_id"])
    return found


@reaction(ClockBreached, name="leads.missed_promises")
def miss_promises(rows: list[EventRow]) -> None:
    """Marks and alerts for missed first contacts; recall for those that nobody even tried to reach."""
    missed = _about(rows, LEAD)
    for clock in (Clock.ANSWER, Clock.FIRST_CALL):
        if missed.get(clock):
            Lead.miss_promise.many(_not_told(missed[clock], clock), by=_hand(), clock=clock.value)
    if missed.get(Clock.RECALL):
        Lead.recall.many(missed[Clock.RECALL], by=_hand())


def _not_told(ids: Sequence[int], clock: str) -> list[int]:
    """An alert that went out already is not repeated when the reaction runs again."""
    told = EventRow.objects.filter(subject_type=LEAD, subject_id__in=ids, key="leads.lead.overdue")
    done = {row.subject_id for row in told if row.payload.get("clock") == clock}
    recalled = set(Lead.objects.filter(pk__in=done, recalls__gt=0).values_list("pk", flat=True))
    return [pk for pk in ids if pk not in done or pk in recalled]


@reaction(ClockBreached, name="leads.missed_follow_ups")
def miss_follow_ups(rows: list[EventRow]) -> None:
    """Reminders by level, and the pool for customers that nobody follows."""
    missed = _about(rows, OPPORTUNITY)
    for clock in (Clock.FOLLOW_UP, Clock.FOLLOW_UP_MANAGER):
        if missed.get(clock):
            Opportunity.miss_follow_up.many(missed[clock], by=_hand(), clock=clock.value)
    if missed.get(Clock.FOLLOW_UP_POOL):
        Opportunity.to_pool.many(missed[Clock.FOLLOW_UP_POOL], by=_hand(), reason=str(PoolReason.RECALLED.label))


@reaction(AppointmentMissed, name="leads.missed_visits")
def miss_visits(rows: list[EventRow]) -> None:
    """T-O4: who did not come is followed again."""
    for row in rows:
        _leave_visit(row)


@reaction(AppointmentKept, name="leads.kept_visits")
def keep_visits(rows: list[EventRow]) -> None:
    """T-O3: the invited customer is in the showroom."""
    wanted = {row.payload["about_id"]: row.at for row in rows if row.payload.get("about_type") == OPPORTUNITY}
    for one in Opportunity.objects.filter(pk__in=wanted, appointment_id__in=[row.subject_id for row in rows]):
        if one.state in OPPORTUNITY_MOVES["arrive"][0]:
            one.arrive(by=_hand(), at=wanted[one.pk])


@reaction(AppointmentCancelled, name="leads.cancelled_visits")
def cancel_visits(rows: list[EventRow]) -> None:
    """Without a visit nobody is invited."""
    for row in rows:
        _leave_visit(row)


def _leave_visit(row: EventRow) -> None:
    if row.payload.get("about_type") != OPPORTUNITY:
        return
    found = Opportunity.objects.filter(
        pk=row.payload["about_id"], state=OpportunityState.INVITED, appointment_id=row.subject_id
    ).first()
    if found is not None:
        found.miss_visit(by=_hand(), starts=row.payload.get("starts", ""))


@reaction(EmployeeSuspended, EmployeeLeft, name="leads.owner_gone")
def free_leads(rows: list[EventRow]) -> None:
    """T-L18: what somebody held who is no longer at work goes into the pool."""
    people = [row.subject_id for row in rows]
    held = list(
        Lead.objects.filter(owner_id__in=people, state__in=LOAD)
        .exclude(state=LeadState.INVALID_PENDING)
        .exclude(state=LeadState.TRANSFER_PENDING)
        .values_list("pk", flat=True)
    )
    if held:
        Lead.release.many(held, by=_hand(), reason=PoolReason.OWNER_LEFT.value)


@reaction(DefinitionPublished, DefinitionRolledBack, DefinitionWithdrawn, name="leads.rescore")
def score_again(rows: list[EventRow]) -> None:
    """A published score table counts for the leads that are open, not only for those to come."""
    tables = Definition.objects.filter(pk__in=[row.subject_id for row in rows], noun=NOUN, code=SCORE)
    for table in tables:
        later("leads.rescore", once=f"leads.rescore:{table.group_id}", group_id=table.group_id, store_id=table.store_id)
