"""Definitions and their versions: what a group (or one store) has built, and which version holds."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dengta.core.actors import Actor
from dengta.core.records import GroupRecord, ScopedManager
from dengta.core.registry import registry
from dengta.core.verbs import NotAllowed
from dengta.studio.queries import DefinitionQuerySet, VersionQuerySet, noun_label
from dengta.studio.rules.editing import blank
from dengta.studio.types import DefinitionKind, FieldSet, TableContract, VersionState, say
from dengta.studio.verbs.drafting import Drafting
from dengta.studio.verbs.publishing import Publishing


class Definition(Drafting, Publishing, GroupRecord):
    """One thing that was built: a table for lead scores, say. Without a store it holds for the whole group."""

    kind = models.CharField(max_length=12, choices=DefinitionKind, default=DefinitionKind.TABLE)
    noun = models.CharField(max_length=60)
    code = models.CharField(max_length=60)
    name = models.JSONField(default=str)
    store = models.ForeignKey(settings.DENGTA_STORE, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=60, blank=True)
    source_digest = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager.from_queryset(DefinitionQuerySet)()

    class Meta(GroupRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["group", "noun", "code", "store"], nulls_distinct=False,
                                               name="studio_definition_once")]

    def __str__(self) -> str:
        return say(self.name) or self.code

    @property
    def noun_label(self) -> str:
        return noun_label(self.noun)

    @property
    def draft_number(self) -> int | None:
        """Of rows read with `for_list`."""
        return next((one.number for one in self.live if one.state == VersionState.DRAFT), None)

    @property
    def published_live(self) -> DefinitionVersion | None:
        return next((one for one in self.live if one.state == VersionState.PUBLISHED), None)

    def get_absolute_url(self) -> str:
        return reverse("studio:definition", args=[self.pk])

    @classmethod
    def field_set(cls, noun: str) -> FieldSet:
        if not registry.has(FieldSet, noun):
            raise NotAllowed(_("Nothing can be built about “%(noun)s”.") % {"noun": noun[:60]}, "no_such_noun")
        return registry.get(FieldSet, noun)

    @property
    def fields(self) -> FieldSet:
        return registry.get(FieldSet, self.noun)

    @property
    def contract(self) -> TableContract | None:
        """What the room that reads this table expects of it."""
        if not registry.has(TableContract, self.code):
            return None
        found = registry.get(TableContract, self.code)
        return found if found.noun == self.noun else None

    def first_body(self) -> dict:
        """What a new definition begins with: the group's, when it is for one store, else an empty table."""
        shared = DefinitionVersion.objects.published().of(self.noun, self.code, []).first() if self.store_id else None
        return shared.body if shared else blank(self.contract)

    def open_draft(self) -> DefinitionVersion | None:
        return self.versions.filter(state=VersionState.DRAFT).first()

    def needed_draft(self, *, lock: bool = False) -> DefinitionVersion:
        drafts = self.versions.filter(state=VersionState.DRAFT)
        found = (drafts.select_for_update() if lock else drafts).first()
        if found is None:
            raise NotAllowed(_("There is no draft. Start one first."), "no_draft")
        return found

    def published_version(self) -> DefinitionVersion | None:
        return self.versions.filter(state=VersionState.PUBLISHED).first()

    def add_version(self, state: str, body: dict, by: Actor, **more: Any) -> DefinitionVersion:
        last = self.versions.aggregate(last=Max("number"))["last"] or 0
        made = DefinitionVersion(definition=self, number=last + 1, state=state, body=body, made_by_id=by.employee_id,
                                 made_by_label=by.label[:120], **more)
        made.save()
        return made


class DefinitionVersion(GroupRecord):
    """One state of a definition. While a draft it changes (`revision` counts); once published it is final."""

    definition = models.ForeignKey(Definition, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=VersionState, default=VersionState.DRAFT)
    body = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    based_on = models.PositiveIntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(settings.DENGTA_EMPLOYEE, models.SET_NULL, null=True, blank=True, related_name="+")
    made_by_label = models.CharField(max_length=120, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by_label = models.CharField(max_length=120, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(VersionQuerySet)()

    class Meta(GroupRecord.Meta):
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="studio_version_number_once"),
            models.UniqueConstraint(fields=["definition"], condition=Q(state="draft"), name="studio_one_draft"),
            models.UniqueConstraint(fields=["definition"], condition=Q(state="published"), name="studio_one_published"),
        ]
        indexes = [models.Index(fields=["group"], condition=Q(state="published"), name="studio_published_by_group")]

    def __str__(self) -> str:
        return f"{self.definition} v{self.number}"

    def keep(self, body: dict, by: Actor) -> None:
        """A changed draft; the revision tells the next writer whether it was read before or after."""
        self.body, self.revision, self.changed_at = body, self.revision + 1, timezone.now()
        self.made_by_id, self.made_by_label = by.employee_id, by.label[:120]
        self.save(update_fields=["body", "revision", "changed_at", "made_by", "made_by_label"])

    def switch_on(self, by: Actor, note: str) -> None:
        self.state, self.note = VersionState.PUBLISHED, note[:200]
        self.published_at, self.published_by_label = timezone.now(), by.label[:120]
        self.save(update_fields=["state", "note", "published_at", "published_by_label"])
