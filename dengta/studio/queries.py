"""Which definitions a person sees, and which published version holds where."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Prefetch, Q

from dengta.core.actors import NOTHING, Actor, covered
from dengta.core.registry import Noun, registry
from dengta.studio.types import FieldSet, VersionState


def visible_definitions(actor: Actor) -> Q:
    """Everyone with the right sees what holds for the whole group, and the definitions of their own stores."""
    reach = actor.reach("studio.definition.see")
    if not reach:
        return NOTHING
    if reach.everything:
        return Q()
    return Q(store=None) | covered(reach, actor, team=None, owner=None)


def nouns() -> list[tuple[str, str]]:
    """What something can be built about: every noun that has fields, by its name."""
    found = [(one.key, noun_label(one.key)) for one in registry.all(FieldSet)]
    return sorted(found, key=lambda pair: pair[1])


def noun_label(key: str) -> str:
    return str(registry.get(Noun, key).label) if registry.has(Noun, key) else key


class DefinitionQuerySet(models.QuerySet):
    def for_list(self) -> DefinitionQuerySet:
        versions = self.model._meta.get_field("versions").related_model
        live = versions.objects.filter(state__in=[VersionState.DRAFT, VersionState.PUBLISHED]).defer("body")
        return self.select_related("store").prefetch_related(Prefetch("versions", live, to_attr="live")).order_by(
            "noun", "code", models.F("store").asc(nulls_first=True), "pk")


class VersionQuerySet(models.QuerySet):
    def published(self) -> VersionQuerySet:
        return self.filter(state=VersionState.PUBLISHED)

    def of(self, noun: str, code: str, stores: Iterable[int]) -> VersionQuerySet:
        """Those that may hold in these stores: their own and the group's."""
        wanted = Q(definition__store=None) | Q(definition__store__in=list(stores))
        return self.filter(wanted, definition__noun=noun, definition__code=code)

    def for_history(self) -> VersionQuerySet:
        return self.select_related("made_by").order_by("-number")
