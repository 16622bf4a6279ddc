"""Something a person has to do until a time."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dengta.core.records import ScopedManager
from dengta.core.registry import registry
from dengta.org.models import Employee
from dengta.work.events import task_label
from dengta.work.models.about import About
from dengta.work.queries import TaskQuerySet
from dengta.work.types import TaskKind, TaskState
from dengta.work.verbs.doing import Doing


class Task(Doing, About):
    kind = models.CharField(max_length=60)
    owner = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    team_id = models.BigIntegerField(null=True, blank=True)
    due_at = models.DateTimeField()
    priority = models.SmallIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=TaskState, default=TaskState.OPEN)
    done_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager.from_queryset(TaskQuerySet)()

    class Meta(About.Meta):
        indexes = [
            models.Index(fields=["owner", "due_at"], name="work_task_mine", condition=Q(state="open")),
            models.Index(fields=["store", "due_at"], name="work_task_store", condition=Q(state="open")),
            models.Index(fields=["subject_type", "subject_id"], name="work_task_about"),
            models.Index(fields=["party_id", "due_at"], name="work_task_party", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.kind_label} {self.party_name}".strip()

    @property
    def kind_label(self) -> str:
        return task_label(self.kind)

    @property
    def on_record(self) -> bool:
        return registry.has(TaskKind, self.kind) and registry.get(TaskKind, self.kind).on_record and bool(self.url)

    @property
    def icon(self) -> str:
        return registry.get(TaskKind, self.kind).icon if registry.has(TaskKind, self.kind) else "checklist"
