"""Who we are: group, companies, brands, stores, departments, teams."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from dengta.core.records import GroupRecord, StoreRecord
from dengta.org.types import DepartmentKind, StoreKind, StoreStatus, default_hours
from dengta.org.verbs.editing import BrandEditing, CompanyEditing, DepartmentEditing, GroupEditing, TeamEditing
from dengta.org.verbs.opening import Calendaring, DepartmentClosing, Disbanding, Opening
from dengta.org.verbs.scheduling import WeekCopying


class Group(GroupEditing, models.Model):
    """A dealer group: the tenant. Outside of row-level security, because it is what the wall is made of."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    credit_code = models.CharField(max_length=18, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class LegalEntity(CompanyEditing, GroupRecord):
    """The company that signs and invoices for one or more stores."""

    name = models.CharField(max_length=120)
    credit_code = models.CharField(max_length=18)
    tax_number = models.CharField(max_length=20, blank=True)
    bank_accounts = models.JSONField(default=list, blank=True)
    invoice_settings = models.JSONField(default=dict, blank=True)
    vat_rates = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "credit_code"], name="org_company_once")]

    def __str__(self) -> str:
        return self.name


class Brand(BrandEditing, GroupRecord):
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=60)
    is_new_energy = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "code"], name="org_brand_code_once")]

    def __str__(self) -> str:
        return self.name


class Store(Opening, Calendaring, WeekCopying, GroupRecord):
    """A 4S store or another place of business. `hours` holds seven days, Monday first: ["09:00", "18:00"] or null."""

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=StoreKind, default=StoreKind.FOUR_S)
    status = models.CharField(max_length=12, choices=StoreStatus, default=StoreStatus.OPEN)
    legal_entity = models.ForeignKey(LegalEntity, models.PROTECT, null=True, blank=True, related_name="stores")
    brands = models.ManyToManyField(Brand, through="org.StoreBrand", related_name="stores")
    city = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    timezone = models.CharField(max_length=40, default="Asia/Shanghai")
    hours = models.JSONField(default=default_hours)
    closed_on_holidays = models.BooleanField(default=True)
    service_bays = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "code"], name="org_store_code_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def store_id(self) -> int:
        """A store lies in itself: reach and events treat it like any row of a store."""
        return self.pk

    @property
    def tz(self) -> ZoneInfo:
        """What day and hour it is at this store."""
        return ZoneInfo(self.timezone)


class StoreBrand(GroupRecord):
    """A brand contract of a store, with the manufacturer's dealer code and its region of the maker's hierarchy."""

    store = models.ForeignKey(Store, models.CASCADE, db_index=False, related_name="brand_contracts")
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="store_contracts")
    dealer_code = models.CharField(max_length=40, blank=True)
    oem_region = models.CharField(max_length=40, blank=True)
    oem_area = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "brand"], name="org_store_brand_once")]


class Department(DepartmentEditing, DepartmentClosing, StoreRecord):
    store = models.ForeignKey(Store, models.PROTECT, db_index=False, related_name="departments")
    kind = models.CharField(max_length=20, choices=DepartmentKind)
    name = models.CharField(max_length=60, blank=True)
    manager = models.ForeignKey("org.Employee", models.SET_NULL, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "kind", "name"], name="org_department_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.name or str(DepartmentKind(self.kind).label)


class Team(TeamEditing, Disbanding, StoreRecord):
    store = models.ForeignKey(Store, models.PROTECT, db_index=False, related_name="teams")
    department = models.ForeignKey(Department, models.PROTECT, related_name="teams")
    name = models.CharField(max_length=60)
    leader = models.ForeignKey("org.Employee", models.SET_NULL, null=True, blank=True, related_name="+")
    product_lines = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "department", "name"], condition=Q(is_active=True), name="org_team_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
