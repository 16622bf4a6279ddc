"""Ready-made filters of tasks, clocks, appointments and notifications."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from dengta.work.types import EXPECTED, ClockState, TaskState


class TaskQuerySet(models.QuerySet):
    def open(self) -> TaskQuerySet:
        return self.filter(state=TaskState.OPEN)

    def overdue(self, at: datetime | None = None) -> TaskQuerySet:
        return self.open().filter(due_at__lt=at or timezone.now())

    def about(self, row: models.Model) -> TaskQuerySet:
        return self.filter(subject_type=row._meta.label_lower, subject_id=row.pk)

    def for_list(self) -> TaskQuerySet:
        return self.select_related("owner").order_by("due_at", "pk")


class ClockQuerySet(models.QuerySet):
    def running(self) -> ClockQuerySet:
        return self.filter(state=ClockState.RUNNING)

    def due(self, at: datetime) -> ClockQuerySet:
        return self.running().filter(due_at__lte=at)

    def about(self, row: models.Model) -> ClockQuerySet:
        return self.filter(subject_type=row._meta.label_lower, subject_id=row.pk)


class AppointmentQuerySet(models.QuerySet):
    def expected(self) -> AppointmentQuerySet:
        return self.filter(state__in=EXPECTED)

    def between(self, start: datetime, end: datetime) -> AppointmentQuerySet:
        """Those that overlap the span."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def about(self, row: models.Model) -> AppointmentQuerySet:
        return self.filter(subject_type=row._meta.label_lower, subject_id=row.pk)

    def for_list(self) -> AppointmentQuerySet:
        return self.select_related("owner", "store").order_by("starts_at", "pk")


class NotificationQuerySet(models.QuerySet):
    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at__isnull=True)

    def before(self, at: datetime, pk: int) -> NotificationQuerySet:
        return self.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
