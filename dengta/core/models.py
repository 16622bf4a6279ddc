"""Core's tables: events, the place each reaction has read to, and the pulse of workers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext as _

from dengta.core.events import EventType
from dengta.core.records import ScopedManager
from dengta.core.registry import registry


class EventQuerySet(models.QuerySet):
    """Reading the one log."""

    def for_subject(self, row: models.Model) -> EventQuerySet:
        return self.filter(subject_type=row._meta.label_lower, subject_id=row.pk).order_by("-at", "-id")

    def for_party(self, party_id: int) -> EventQuerySet:
        """Everything about one customer, whatever the subject."""
        return self.filter(party_id=party_id).order_by("-at", "-id")

    def before(self, at: Any, pk: int) -> EventQuerySet:
        """The keyset page after the event with this time and id."""
        return self.filter(models.Q(at__lt=at) | models.Q(at=at, id__lt=pk), at__lte=at)


class EventRow(models.Model):
    """One line of what happened. The table is made in SQL: partitioned by month, append-only, behind the wall."""

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    group = models.ForeignKey(settings.DENGTA_GROUP, models.DO_NOTHING, related_name="+")
    store = models.ForeignKey(settings.DENGTA_STORE, models.DO_NOTHING, null=True, related_name="+")
    key = models.TextField()
    subject_type = models.TextField()
    subject_id = models.BigIntegerField()
    party_id = models.BigIntegerField(null=True)
    actor_kind = models.TextField()
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.TextField()
    employee = models.ForeignKey(settings.DENGTA_EMPLOYEE, models.DO_NOTHING, null=True, related_name="+")
    payload = models.JSONField(default=dict)
    request_id = models.TextField(default="")

    objects = ScopedManager.from_queryset(EventQuerySet)()

    class Meta:
        managed = False
        db_table = "core_event"

    @property
    def type(self) -> EventType | None:
        return registry.get(EventType, self.key) if registry.has(EventType, self.key) else None

    @property
    def label(self) -> str:
        return str(self.type.label) if self.type else self.key

    @property
    def icon(self) -> str:
        return self.type.cls.icon if self.type else "circle"

    @property
    def sentence(self) -> str:
        """What happened, in the reader's language; falls back to the label if the payload is older than the text."""
        if self.type is None:
            return self.key
        try:
            return str(self.type.cls.sentence or self.type.label).format_map(_Shown(self.type.cls.shown(self.payload)))
        except (KeyError, IndexError, ValueError):
            return self.label

    @property
    def actor(self) -> str:
        return _("System") if self.actor_kind == "system" else self.actor_label


class _Shown(dict):
    """Payload values as a sentence shows them: absent ones as nothing."""

    def __missing__(self, key: str) -> str:
        return ""

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        return "" if value is None else value


class ReactionCursor(models.Model):
    """How far a reaction has read the events of a group. Outside the wall: the worker keeps it."""

    group = models.ForeignKey(settings.DENGTA_GROUP, models.CASCADE, related_name="+")
    name = models.TextField()
    tx = models.BigIntegerField(default=0)
    last_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "name"], name="core_reaction_cursor_once")]


class Pulse(models.Model):
    """A worker's sign of life; /healthz reads it."""

    name = models.TextField(primary_key=True)
    beat_at = models.DateTimeField()
    started_at = models.DateTimeField()
    detail = models.JSONField(default=dict)


class DeadReaction(models.Model):
    """An event that a reaction could not take; kept until someone tries it again."""

    group = models.ForeignKey(settings.DENGTA_GROUP, models.CASCADE, related_name="+")
    name = models.TextField()
    event_id = models.BigIntegerField()
    event_at = models.DateTimeField()
    error = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["group", "name"], name="core_dead_reaction_list")]


class SearchEntry(models.Model):
    """One findable record; written and asked by `core.search` only.

    Outside the wall, because an index over tokens can't be used behind row-level security: the group is part of every
    token, and `core.search` takes the scope as an argument. No row has a phone number beyond its last four digits
    in the clear, and the subtitle is masked.
    """

    group = models.ForeignKey(
        settings.DENGTA_GROUP, models.CASCADE, db_index=False, db_constraint=False, related_name="+"
    )
    noun = models.TextField()
    row_id = models.BigIntegerField()
    title = models.TextField()
    subtitle = models.TextField(default="")
    words = models.TextField(default="")
    stores = ArrayField(models.BigIntegerField(), default=list)
    teams = ArrayField(models.BigIntegerField(), default=list)
    owners = ArrayField(models.BigIntegerField(), default=list)
    tokens = SearchVectorField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["noun", "row_id"], name="core_search_entry_once")]
        indexes = [
            GinIndex(
                fields=["tokens"], fastupdate=True, gin_pending_list_limit=512, name="core_search_entry_tokens"
            ),
            models.Index(fields=["group", "-updated_at"], name="core_search_entry_recent"),
        ]
