"""When we work: shifts of people, exceptional days of stores."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from dengta.core.records import ScopedManager, StoreRecord
from dengta.org.models.employee import Employee
from dengta.org.models.structure import Store
from dengta.org.queries import ShiftQuerySet
from dengta.org.verbs.scheduling import Scheduling


class Shift(Scheduling, StoreRecord):
    """One person works in one store from one time to another; `on_call` answers leads outside opening hours."""

    store = models.ForeignKey(Store, models.PROTECT, db_index=False, related_name="shifts")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="shifts")
    on_date = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    on_call = models.BooleanField(default=False)
    front_desk_number = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = ScopedManager.from_queryset(ShiftQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["employee", "starts_at"], name="org_shift_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="org_shift_forward"),
        ]
        indexes = [
            models.Index(fields=["store", "on_date"], name="org_shift_day"),
            models.Index(fields=["store", "ends_at", "starts_at"], name="org_shift_now"),
        ]


class BusinessDay(StoreRecord):
    """A day that differs from the weekly hours and the holiday calendar of the store."""

    store = models.ForeignKey(Store, models.PROTECT, db_index=False, related_name="business_days")
    on_date = models.DateField()
    is_open = models.BooleanField()
    opens_at = models.TimeField(null=True, blank=True)
    closes_at = models.TimeField(null=True, blank=True)
    note = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "on_date"], name="org_business_day_once"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__gt=F("opens_at")), name="org_business_day_hours"
            ),
        ]
