"""A notice to one person: told once, read or unread."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dengta.core.records import GroupRecord, ScopedManager
from dengta.core.registry import registry
from dengta.org.models import Employee
from dengta.work.queries import NotificationQuerySet
from dengta.work.types import NotificationKind
from dengta.work.verbs.reading import Reading


class Notification(Reading, GroupRecord):
    employee = models.ForeignKey(Employee, models.CASCADE, db_index=False, related_name="+")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    urgent = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(NotificationQuerySet)()

    class Meta(GroupRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["employee", "key"], name="work_notification_once")]
        indexes = [
            models.Index(fields=["employee", "-at", "-id"], name="work_notification_list"),
            models.Index(
                fields=["employee"], name="work_notification_unread", condition=Q(read_at__isnull=True)
            ),
        ]

    @property
    def owner_id(self) -> int:
        """A notice belongs to whom it was told."""
        return self.employee_id

    @property
    def entry(self) -> NotificationKind | None:
        return (
            registry.get(NotificationKind, self.kind) if registry.has(NotificationKind, self.kind) else None
        )

    @property
    def sentence(self) -> str:
        if self.entry is None:
            return self.kind
        try:
            return str(self.entry.sentence).format_map(self.payload)
        except (KeyError, IndexError, ValueError):
            return str(self.entry.label)

    @property
    def icon(self) -> str:
        return self.entry.icon if self.entry else "bell"
