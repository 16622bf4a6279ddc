"""A promise with a deadline. Finding what is due costs what is due, never what there is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dengta.core.records import ScopedManager
from dengta.work.events import clock_label
from dengta.work.models.about import About
from dengta.work.queries import ClockQuerySet
from dengta.work.types import ClockState
from dengta.work.verbs.breaching import Breaching


class Clock(Breaching, About):
    kind = models.CharField(max_length=60)
    owner_id = models.BigIntegerField(null=True, blank=True)
    team_id = models.BigIntegerField(null=True, blank=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ClockState, default=ClockState.RUNNING)

    objects = ScopedManager.from_queryset(ClockQuerySet)()

    class Meta(About.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind"],
                condition=Q(state="running"),
                name="work_clock_runs_once",
            ),
        ]
        indexes = [
            models.Index(fields=["group", "due_at"], name="work_clock_due", condition=Q(state="running")),
            models.Index(
                fields=["store", "due_at"], name="work_clock_breached", condition=Q(state="breached")
            ),
            models.Index(fields=["subject_type", "subject_id"], name="work_clock_about"),
        ]

    @property
    def kind_label(self) -> str:
        return clock_label(self.kind)
