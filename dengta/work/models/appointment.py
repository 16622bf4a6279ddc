"""A time agreed with a customer, in the store's calendar."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from dengta.core.records import ScopedManager
from dengta.org.models import Employee
from dengta.work.models.about import About
from dengta.work.queries import AppointmentQuerySet
from dengta.work.types import EXPECTED, AppointmentKind, AppointmentState
from dengta.work.verbs.meeting import Meeting


class Appointment(Meeting, About):
    STATE_TONES = {"booked": "info", "confirmed": "done", "rescheduled": "info", "kept": "done", "no_show": "late"}

    kind = models.CharField(max_length=20, choices=AppointmentKind, default=AppointmentKind.SHOWROOM)
    owner = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    team_id = models.BigIntegerField(null=True, blank=True)
    invited_by = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    companions = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, choices=AppointmentState, default=AppointmentState.BOOKED)
    outcome = models.CharField(max_length=10, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager.from_queryset(AppointmentQuerySet)()

    class Meta(About.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="work_appointment_forward")
        ]
        indexes = [
            models.Index(fields=["store", "starts_at"], name="work_appointment_store"),
            models.Index(fields=["owner", "starts_at"], name="work_appointment_owner"),
            models.Index(fields=["subject_type", "subject_id"], name="work_appointment_about"),
            models.Index(fields=["party_id", "starts_at"], name="work_appointment_party"),
            models.Index(
                fields=["group", "ends_at"],
                name="work_appointment_expected",
                condition=Q(state__in=[str(s) for s in EXPECTED]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.party_name}".strip()

    def get_absolute_url(self) -> str:
        return reverse("work:appointment", args=[self.pk])
