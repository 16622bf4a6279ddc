"""Merges that may be undone, and pairs that may be the same person."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from dengta.core.records import GroupRecord, ScopedManager
from dengta.customers.models.customer import Customer
from dengta.customers.queries import SuggestionQuerySet
from dengta.customers.types import ContactKind, SuggestionState
from dengta.customers.verbs.merging import Deciding, Unmerging

UNMERGE_WITHIN = timedelta(days=30)


class MergeRecord(Unmerging, GroupRecord):
    """What was moved from `drop` to `keep`, so that it can be put back exactly."""

    keep = models.ForeignKey(Customer, models.PROTECT, related_name="merges")
    drop = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    fields = models.JSONField(default=dict)
    parts = models.JSONField(default=dict)
    merged_by = models.CharField(max_length=80)
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["drop"], condition=Q(undone_at__isnull=True),
                                    name="customers_merge_record_once"),
        ]

    def __str__(self) -> str:
        return f"{self.keep} ← {self.drop}"

    @property
    def party_id(self) -> int:
        return self.keep_id

    @property
    def until(self) -> object:
        return self.merged_at + UNMERGE_WITHIN

    @property
    def is_undoable(self) -> bool:
        return self.undone_at is None and self.until > timezone.now()


class Suggestion(Deciding, GroupRecord):
    """Two customers who may be one. `first` has the lower id, so that a pair is suggested once."""

    first = models.ForeignKey(Customer, models.CASCADE, db_index=False, related_name="+")
    second = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    why = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=SuggestionState, default=SuggestionState.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(SuggestionQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="customers_suggestion_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="customers_suggestion_order"),
        ]
        indexes = [models.Index(fields=["group", "-id"], condition=Q(state=SuggestionState.OPEN),
                                name="customers_suggestion_open")]

    def __str__(self) -> str:
        return f"{self.first} ↔ {self.second}"

    @property
    def why_label(self) -> str:
        return str(dict(ContactKind.choices).get(self.why, self.why))
