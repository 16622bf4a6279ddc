"""What moves when two files become one: our own tables, and the ready-made part for those of rooms above."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from dengta.customers.models import (
    Consent,
    ContactPoint,
    Customer,
    Relation,
    Suggestion,
    TagAssignment,
)
from dengta.customers.types import SHARED_KINDS, MergePart, SuggestionState


def moving(key: str, label: Any, model: type[models.Model], field: str = "customer_id", order: int = 100) -> MergePart:
    """The part of a table that simply points at its customer: rows move by id and come back by id."""
    rows = model.unscoped  # a merge moves the rows of every store; the wall between groups stands in the database

    def count(drop_id: int) -> int:
        return rows.filter(**{field: drop_id}).count()

    def move(keep_id: int, drop_id: int) -> list[int]:
        ids = list(rows.filter(**{field: drop_id}).order_by("pk").values_list("pk", flat=True))
        rows.filter(pk__in=ids).update(**{field: keep_id})
        return ids

    def unmove(keep_id: int, drop_id: int, ids: list[int]) -> None:
        rows.filter(pk__in=ids, **{field: keep_id}).update(**{field: drop_id})

    return MergePart(key, label, count, move, unmove, order)


# -- contact points ------------------------------------------------------------------------------------------------
def count_contacts(drop_id: int) -> int:
    return ContactPoint.objects.live().filter(customer_id=drop_id).count()


def move_contacts(keep_id: int, drop_id: int) -> dict:
    """A shared number that both have is kept once; the kept file's main number stays the main one."""
    theirs = ContactPoint.objects.filter(customer_id=drop_id)
    mine = ContactPoint.objects.live().filter(customer_id=keep_id)
    twice = list(theirs.live().filter(kind__in=SHARED_KINDS, value_hash__in=mine.values("value_hash"))
                 .values_list("pk", flat=True))
    ContactPoint.objects.filter(pk__in=twice).update(removed_at=timezone.now())
    demoted = []
    if mine.filter(is_primary=True).exists():
        demoted = list(theirs.filter(is_primary=True).values_list("pk", flat=True))
        ContactPoint.objects.filter(pk__in=demoted).update(is_primary=False)
    moved = list(theirs.order_by("pk").values_list("pk", flat=True))
    ContactPoint.objects.filter(pk__in=moved).update(customer_id=keep_id)
    return {"moved": moved, "twice": twice, "demoted": demoted}


def unmove_contacts(keep_id: int, drop_id: int, data: dict) -> None:
    back = ContactPoint.objects.filter(pk__in=data["moved"], customer_id=keep_id)
    back.filter(is_primary=True).exclude(pk__in=data["demoted"]).update(is_primary=False)
    back.filter(pk__in=data["demoted"], removed_at__isnull=True).update(is_primary=True)
    ids = list(back.values_list("pk", flat=True))
    ContactPoint.objects.filter(pk__in=ids).update(customer_id=drop_id)
    ContactPoint.objects.filter(pk__in=data["twice"], customer_id=drop_id).update(removed_at=None)


# -- consents ------------------------------------------------------------------------------------------------------
def count_consents(drop_id: int) -> int:
    return Consent.objects.filter(customer_id=drop_id).count()


def move_consents(keep_id: int, drop_id: int) -> dict:
    """The latest word of the person counts: a withdrawal on one file ends an older consent on the other."""
    theirs = list(Consent.objects.filter(customer_id=drop_id))
    mine = list(Consent.objects.filter(customer_id=keep_id))
    now = timezone.now()
    closed = [one.pk for one in mine if one.withdrawn_at is None and _taken_back(one, theirs)]
    closed += [one.pk for one in theirs if one.withdrawn_at is None and _taken_back(one, mine)]
    mine_open = {one.purpose for one in mine if one.withdrawn_at is None and one.pk not in closed}
    closed += [one.pk for one in theirs if one.withdrawn_at is None and one.purpose in mine_open
               and one.pk not in closed]
    Consent.objects.filter(pk__in=closed).update(withdrawn_at=now)
    moved = [one.pk for one in theirs]
    Consent.objects.filter(pk__in=moved).update(customer_id=keep_id)
    return {"moved": moved, "closed": closed, "at": now.isoformat()}


def _taken_back(consent: Consent, others: list[Consent]) -> bool:
    return any(other.purpose == consent.purpose and other.withdrawn_at and other.withdrawn_at > consent.given_at
               for other in others)


def unmove_consents(keep_id: int, drop_id: int, data: dict) -> None:
    Consent.objects.filter(pk__in=data["moved"], customer_id=keep_id).update(customer_id=drop_id)
    reopened = Consent.objects.filter(pk__in=data["closed"], withdrawn_at=data["at"])
    taken = {(one.customer_id, one.purpose) for one in
             Consent.objects.filter(customer_id__in=[keep_id, drop_id], withdrawn_at__isnull=True)}
    ids = [one.pk for one in reopened if (one.customer_id, one.purpose) not in taken]
    Consent.objects.filter(pk__in=ids).update(withdrawn_at=None)


# -- tags, relations, suspicions, earlier merges -------------------------------------------------------------------
def count_tags(drop_id: int) -> int:
    return TagAssignment.objects.current().filter(customer_id=drop_id).count()


def move_tags(keep_id: int, drop_id: int) -> list[int]:
    """A tag that both have stays with the merged file, so that it comes back with it."""
    had = TagAssignment.objects.filter(customer_id=keep_id, removed_at__isnull=True).values("tag_id")
    theirs = TagAssignment.objects.filter(customer_id=drop_id)
    ids = list(theirs.exclude(removed_at__isnull=True, tag_id__in=had).values_list("pk", flat=True))
    TagAssignment.objects.filter(pk__in=ids).update(customer_id=keep_id)
    return ids


def unmove_tags(keep_id: int, drop_id: int, ids: list[int]) -> None:
    TagAssignment.objects.filter(pk__in=ids, customer_id=keep_id).update(customer_id=drop_id)


def count_relations(drop_id: int) -> int:
    return Relation.objects.filter(Q(customer_id=drop_id) | Q(other_id=drop_id)).count()


def move_relations(keep_id: int, drop_id: int) -> dict:
    """Relations between the two, and those the kept file has already, stay where they are."""
    known = set(Relation.objects.filter(customer_id=keep_id).values_list("other_id", "kind"))
    known_of = set(Relation.objects.filter(other_id=keep_id).values_list("customer_id", "kind"))
    out = [one.pk for one in Relation.objects.filter(customer_id=drop_id).exclude(other_id=keep_id)
           if (one.other_id, one.kind) not in known]
    into = [one.pk for one in Relation.objects.filter(other_id=drop_id).exclude(customer_id=keep_id)
            if (one.customer_id, one.kind) not in known_of]
    Relation.objects.filter(pk__in=out).update(customer_id=keep_id)
    Relation.objects.filter(pk__in=into).update(other_id=keep_id)
    return {"out": out, "into": into}


def unmove_relations(keep_id: int, drop_id: int, data: dict) -> None:
    Relation.objects.filter(pk__in=data["out"], customer_id=keep_id).update(customer_id=drop_id)
    Relation.objects.filter(pk__in=data["into"], other_id=keep_id).update(other_id=drop_id)


def count_nothing(_drop_id: int) -> int:
    return 0


def move_suspicion(keep_id: int, drop_id: int) -> list[int]:
    """The suspicion was right."""
    pair = Suggestion.objects.filter(first_id=min(keep_id, drop_id), second_id=max(keep_id, drop_id),
                                     state=SuggestionState.OPEN)
    ids = list(pair.values_list("pk", flat=True))
    pair.update(state=SuggestionState.MERGED, decided_at=timezone.now())
    return ids


def unmove_suspicion(_keep_id: int, _drop_id: int, ids: list[int]) -> None:
    """Whoever parts two files says that they are two people."""
    Suggestion.objects.filter(pk__in=ids).update(state=SuggestionState.DISMISSED)


def move_earlier(keep_id: int, drop_id: int) -> list[int]:
    """Files that were merged into the merged one belong to the kept one now."""
    rows = Customer.objects.filter(merged_into_id=drop_id)
    ids = list(rows.values_list("pk", flat=True))
    rows.update(merged_into_id=keep_id)
    return ids


def unmove_earlier(keep_id: int, drop_id: int, ids: list[int]) -> None:
    Customer.objects.filter(pk__in=ids, merged_into_id=keep_id).update(merged_into_id=drop_id)


def preview(drop: Customer, parts: list[MergePart]) -> list[tuple[Any, int]]:
    """(what, how many) would move from the merged file."""
    found = [(part.label, part.count(drop.pk)) for part in parts]
    return [(label, count) for label, count in found if count]


