"""The invite desk of one person: the list by clock, the figures above it, and the lead to call next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from dengta.core.actors import Actor
from dengta.leads.models import Lead, Opportunity
from dengta.leads.types import HELD, WORKED, OpportunityState
from dengta.leads.types import Clock as Promise
from dengta.work.models import Clock

SHOWN = 50


def midnight() -> datetime:
    return datetime.combine(timezone.localdate(), time.min, tzinfo=timezone.get_current_timezone())


def _mine(actor: Actor) -> QuerySet:
    return Lead.objects.filter(owner_id=actor.employee_id, state__in=HELD)


def _figures(actor: Actor) -> dict[str, int]:
    late = Q(breached_at__isnull=False, first_contact_at__isnull=True)
    return _mine(actor).aggregate(
        due=Count("pk", filter=Q(due_at__lte=timezone.now())),
        fresh=Count("pk", filter=Q(assigned_at__gte=midnight(), first_attempt_at__isnull=True)),
        missed=Count("pk", filter=late),
        total=Count("pk"),
    )


@dataclass(frozen=True)
class Desk:
    """Four statements, whatever the length of the list."""

    leads: list[Lead]
    opportunities: list[Opportunity]
    figures: dict[str, int]
    to_invite: int

    @property
    def more(self) -> int:
        return self.figures["total"] - len(self.leads)

    @classmethod
    def of(cls, actor: Actor) -> Desk:
        following = Opportunity.objects.filter(owner_id=actor.employee_id, state__in=WORKED)
        return cls(
            list(_mine(actor).by_clock().for_list()[:SHOWN]),
            list(following.by_clock().for_list()[:SHOWN]),
            _figures(actor),
            following.filter(state=OpportunityState.FOLLOWING).count(),
        )


def next_lead(actor: Actor, after: int = 0) -> Lead | None:
    """The lead whose clock is the most urgent, leaving out the one that was just dealt with."""
    return _mine(actor).exclude(pk=after).by_clock().first()


def waiting(actor: Actor) -> int:
    """How many leads of mine are due by now."""
    return _mine(actor).filter(due_at__lte=timezone.now()).values("pk")[:100].count()


def today_of(actor: Actor) -> dict[str, Any] | None:
    """The figures on somebody's Today page; nothing for people who have no list."""
    if actor.employee_id is None or not actor.may("leads.lead.log_contact"):
        return None
    falling = Clock.objects.running().filter(
        subject_type="leads.lead",
        kind=Promise.RECALL.value,
        owner_id=actor.employee_id,
        due_at__lt=midnight() + timedelta(days=1),
    )
    invite = Opportunity.objects.filter(owner_id=actor.employee_id, state=OpportunityState.FOLLOWING)
    return {**_figures(actor), "falling": falling.count(), "to_invite": invite.count()}
