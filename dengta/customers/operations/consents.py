"""Consent that came in with forms and messages, for any number of customers at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from dengta.core import bulk, events, scope
from dengta.core.actors import Actor
from dengta.customers.events import ConsentGiven
from dengta.customers.models import Consent
from dengta.customers.types import ConsentGrant

COLUMNS = ("group_id", "customer_id", "purpose", "text_version", "channel", "proof", "given_at", "recorded_by",
           "withdrawn_by")
TYPES = ("bigint", "bigint", "text", "text", "text", "text", "timestamptz", "text", "text")


def consent(grants: Sequence[ConsentGrant], *, by: Actor | None = None) -> int:
    """Record what is new; a consent that stands already stays as it is. Two statements, whatever the number."""
    group_id, now = scope.current().group_id, timezone.now()
    actor = by or Actor.system(group_id)
    first = {(one.customer_id, one.purpose): one for one in reversed(grants)}
    rows = [(group_id, one.customer_id, one.purpose, one.text_version[:60], one.channel[:40], one.proof[:200],
             one.at or now, actor.label[:80], "") for _place, one in sorted(first.items())]
    made = bulk.insert(
        Consent._meta.db_table, COLUMNS, TYPES, rows, returning="id, customer_id, purpose",
        conflict="on conflict (customer_id, purpose) where withdrawn_at is null do nothing")
    told = []
    for pk, customer_id, purpose in made:
        one = first[customer_id, purpose]
        told.append(ConsentGiven(subject=Consent(pk=pk), party_id=customer_id, at=one.at or now, purpose=purpose,
                                 text_version=one.text_version, channel=one.channel))
    events.store(told, actor)
    return len(made)
