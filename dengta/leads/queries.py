"""Ready-made filters of leads and opportunities, as people call them, and who is told of what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from dengta.leads.types import HELD, LOAD, OPEN, UNFINISHED, WORKED, InboxState, LeadState, OpportunityState


class LeadQuerySet(models.QuerySet):
    def open(self) -> LeadQuerySet:
        return self.filter(state__in=OPEN)

    def held(self) -> LeadQuerySet:
        """On somebody's list: to contact or contacting."""
        return self.filter(state__in=HELD)

    def counting_as_load(self) -> LeadQuerySet:
        return self.filter(state__in=LOAD)

    def in_pool(self) -> LeadQuerySet:
        return self.filter(state=LeadState.POOL)

    def to_check(self) -> LeadQuerySet:
        return self.filter(state=LeadState.INVALID_PENDING)

    def breaching(self) -> LeadQuerySet:
        """A promise was missed and nobody has reached the customer yet."""
        return self.filter(breached_at__isnull=False, first_contact_at__isnull=True, state__in=OPEN)

    def owned_by(self, employee_id: int) -> LeadQuerySet:
        return self.filter(owner_id=employee_id)

    def by_clock(self) -> LeadQuerySet:
        """The order of the desk: what is due first comes first."""
        return self.order_by("due_at", "id")

    def for_list(self) -> LeadQuerySet:
        return self.select_related("series", "channel", "owner", "campaign")

    def for_detail(self) -> LeadQuerySet:
        return self.select_related(
            "series", "channel", "owner", "campaign", "brand", "store", "customer", "opportunity", "duplicate_of"
        )

    def after(self, due_at: datetime | None, pk: int) -> LeadQuerySet:
        """The keyset page after a row of `by_clock`; rows without a clock come last."""
        if due_at is None:
            return self.filter(due_at__isnull=True, pk__gt=pk)
        return self.filter(Q(due_at__gt=due_at) | Q(due_at=due_at, pk__gt=pk) | Q(due_at__isnull=True))

    def before(self, received_at: datetime, pk: int) -> LeadQuerySet:
        """The keyset page after a row of the newest-first list."""
        return self.filter(received_at__lte=received_at).filter(Q(received_at__lt=received_at) | Q(pk__lt=pk))


class InboxQuerySet(models.QuerySet):
    def queued(self) -> InboxQuerySet:
        return self.filter(state=InboxState.QUEUED)

    def quarantined(self) -> InboxQuerySet:
        return self.filter(state=InboxState.QUARANTINED)


class AssignmentQuerySet(models.QuerySet):
    def claims_since(self, employee_id: int, since: datetime) -> AssignmentQuerySet:
        return self.filter(to_owner_id=employee_id, how="claim", at__gte=since)

    def recalled_from(self, employee_id: int, since: datetime) -> AssignmentQuerySet:
        return self.filter(from_owner_id=employee_id, how="recall", at__gte=since)


class FollowUpQuerySet(models.QuerySet):
    def today_of(self, employee_id: int) -> FollowUpQuerySet:
        return self.filter(
            employee_id=employee_id, at__gte=timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        )


class OpportunityQuerySet(models.QuerySet):
    def unfinished(self) -> OpportunityQuerySet:
        return self.filter(state__in=UNFINISHED)

    def worked(self) -> OpportunityQuerySet:
        return self.filter(state__in=WORKED)

    def not_invited(self) -> OpportunityQuerySet:
        return self.filter(state=OpportunityState.FOLLOWING)

    def in_pool(self) -> OpportunityQuerySet:
        return self.filter(state=OpportunityState.POOL)

    def owned_by(self, employee_id: int) -> OpportunityQuerySet:
        return self.filter(owner_id=employee_id)

    def by_clock(self) -> OpportunityQuerySet:
        return self.order_by("due_at", "id")

    def for_list(self) -> OpportunityQuerySet:
        return self.select_related("series", "channel", "owner", "brand")

    def for_detail(self) -> OpportunityQuerySet:
        return self.select_related(
            "series", "channel", "owner", "brand", "store", "customer", "co_owner", "original_owner", "lead", "campaign"
        )


DESK_SUPERVISORS = ("dcc_supervisor", "sales_manager", "showroom_manager", "store_gm")
SALES_SUPERVISORS = ("showroom_manager", "sales_manager", "dcc_supervisor", "store_gm")


def supervisors(
    employees: Any,
    stores: Iterable[int],
    *,
    order: tuple[str, ...] = DESK_SUPERVISORS,
) -> dict[int, list[int]]:
    """Who is told in each store: everybody in the first of these roles that somebody at work there has."""
    rows = employees.working().filter(store_id__in=set(stores), role__code__in=order).order_by("pk")
    found: dict[int, dict[str, list[int]]] = {}
    for store_id, code, pk in rows.values_list("store_id", "role__code", "pk"):
        found.setdefault(store_id, {}).setdefault(code, []).append(pk)
    return {store: next(by_role[code] for code in order if code in by_role) for store, by_role in found.items()}
