"""People who work here, and the positions they held over time."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from dengta.core.records import GroupRecord, ScopedManager
from dengta.org.models.role import Role
from dengta.org.models.structure import Brand, Department, Store, Team
from dengta.org.queries import EmployeeQuerySet, PositionQuerySet
from dengta.org.types import EmployeeStatus, Level, Skill
from dengta.org.verbs.employing import Employing, Placing
from dengta.org.verbs.entering import Entering
from dengta.org.verbs.leaving import Leaving


class Employee(Employing, Placing, Leaving, Entering, GroupRecord):
    """A person on the payroll. `store`, `department`, `team` and `role` repeat the main position of today."""

    number = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    mobile = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    id_last4 = models.CharField(max_length=4, blank=True)
    search = models.TextField(blank=True, editable=False)
    hired_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    level = models.CharField(max_length=10, choices=Level, default=Level.JUNIOR)
    skills = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    max_open_leads = models.PositiveSmallIntegerField(default=80)
    daily_capacity = models.PositiveSmallIntegerField(default=15)
    status = models.CharField(max_length=14, choices=EmployeeStatus, default=EmployeeStatus.ACTIVE)
    store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True, db_index=False, related_name="staff")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, db_index=False, related_name="staff"
    )
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="members")
    role = models.ForeignKey(Role, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager.from_queryset(EmployeeQuerySet)()

    STATUS_TONES = {
        EmployeeStatus.ACTIVE: "done",
        EmployeeStatus.ON_LEAVE: "soon",
        EmployeeStatus.SUSPENDED: "late",
        EmployeeStatus.HANDING_OVER: "soon",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "number"], name="org_employee_number_once"),
            models.UniqueConstraint(
                fields=["group", "mobile"],
                condition=~Q(mobile="") & ~Q(status=EmployeeStatus.LEFT),
                name="org_employee_mobile_once",
            ),
        ]
        indexes = [
            models.Index(fields=["group", "store", "status"], name="org_employee_store"),
            GinIndex(fields=["skills"], name="org_employee_skills"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner_id(self) -> int:
        """A person's own record is their own: lets "own" reach it like any other row."""
        return self.pk

    @property
    def skill_labels(self) -> list[str]:
        """Certificates in words; a certified car series by its code."""
        known = dict(Skill.choices)
        return [str(known.get(one, one.removeprefix("series:"))) for one in self.skills]

    @property
    def is_working(self) -> bool:
        return self.status == EmployeeStatus.ACTIVE


class Position(GroupRecord):
    """Employee X was Y in team Z from one day to another. Rows are closed, never changed: history survives."""

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="positions")
    role = models.ForeignKey(Role, models.PROTECT, related_name="positions")
    store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True, related_name="positions")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="positions")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="positions")
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    is_main = models.BooleanField(default=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = ScopedManager.from_queryset(PositionQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="org_position_days",
            )
        ]
        indexes = [models.Index(fields=["group", "valid_to", "valid_from"], name="org_position_days")]
