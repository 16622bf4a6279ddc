"""Pairs of customers that may be one person: raised by machines, decided by people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from dengta.core import bulk, events, scope
from dengta.core.actors import Actor
from dengta.customers.events import DuplicateSuspected
from dengta.customers.models import Suggestion, code_of

MOST_PER_BATCH = 3000


def suspect(pairs: Sequence[tuple[int, int, str]], *, by: Actor, at: datetime | None = None) -> int:
    """Keep pairs (customer, other, why) that were never suggested before; two statements at most."""
    wanted: dict[tuple[int, int], tuple[str, int]] = {}
    for customer, other, why in pairs[:MOST_PER_BATCH]:
        if customer != other:
            wanted.setdefault((min(customer, other), max(customer, other)), (why, customer))
    if not wanted:
        return 0
    group_id, at = scope.current().group_id, at or timezone.now()
    rows = [(group_id, first, second, why, "open", at) for (first, second), (why, _one) in sorted(wanted.items())]
    made = bulk.insert(
        Suggestion._meta.db_table, ("group_id", "first_id", "second_id", "why", "state", "created_at"),
        ("bigint", "bigint", "bigint", "text", "text", "timestamptz"), rows,
        conflict="on conflict (first_id, second_id) do nothing", returning="id, first_id, second_id")
    told = []
    for pk, first, second in made:
        why, customer = wanted[first, second]
        other = second if customer == first else first
        told.append(DuplicateSuspected(subject=Suggestion(pk=pk), party_id=customer, at=at, other_id=other,
                                       other_code=code_of(other), why=why))
    events.store(told, by)
    return len(made)
