"""How often somebody looked today, and numbers that never become leads."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dengta.core.records import GroupRecord, ScopedManager
from dengta.customers.queries import StopEntryQuerySet
from dengta.customers.types import StopReason
from dengta.customers.verbs.restricting import StopKeeping


class DailyCount(GroupRecord):
    """How many numbers one actor revealed, or hints about strangers they got, on one day."""

    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField()
    what = models.CharField(max_length=10)
    on_date = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "actor_kind", "actor_id", "what", "on_date"],
                                    name="customers_daily_count_once"),
        ]


class StopEntry(StopKeeping, GroupRecord):
    """A number that belongs to nobody we should call: a competitor, a journalist, somebody who said no."""

    kind = models.CharField(max_length=12, choices=StopReason)
    value_hash = models.BinaryField(max_length=16)
    shown = models.CharField(max_length=48)
    note = models.CharField(max_length=200, blank=True)
    added_by = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(StopEntryQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "value_hash"], condition=Q(removed_at__isnull=True),
                                    name="customers_stop_entry_once"),
        ]
        indexes = [models.Index(fields=["group", "-id"], name="customers_stop_entry_list")]

    def __str__(self) -> str:
        return self.shown
