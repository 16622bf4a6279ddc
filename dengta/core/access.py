"""The one door to rows: in scope, visible to the actor, else "not found"."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from dengta.core.actors import Actor
from dengta.core.registry import Noun, registry

M = TypeVar("M", bound=Model)


def key_of(model: type[Model] | Model) -> str:
    """`leads.lead`: how a noun is spelled in keys, addresses and events."""
    return model._meta.label_lower


def noun_of(model: type[Model] | Model) -> Noun:
    return registry.get(Noun, key_of(model))


def visible(model: type[M], actor: Actor) -> QuerySet[M]:
    """The rows of a noun that the actor may see; lists, searches, counts and exports all begin here."""
    manager = model.objects
    if actor.all_powerful:
        return manager.all()
    return manager.filter(noun_of(model).visible(actor))


def fetch(model: type[M], actor: Actor, pk: Any, *, lock: bool = False, rows: QuerySet[M] | None = None) -> M:
    """One row by id; `rows` may bring prefetches. Missing and forbidden look the same."""
    found = visible(model, actor) if rows is None else rows.filter(pk__in=visible(model, actor).values("pk"))
    if lock:
        found = found.select_for_update(of=("self",))
    try:
        return found.get(pk=int(pk))
    except (model.DoesNotExist, ValueError, OverflowError):
        raise Http404 from None
