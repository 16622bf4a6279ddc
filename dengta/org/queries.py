"""Reading the organisation: positions of today, people, shifts, the calendar of a store."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q
from django.utils import timezone

from dengta.org.types import EmployeeStatus

LOGIN_STATES = (EmployeeStatus.ACTIVE, EmployeeStatus.ON_LEAVE, EmployeeStatus.HANDING_OVER)


class PositionQuerySet(models.QuerySet):
    def active_on(self, day: date) -> PositionQuerySet:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)

    def with_reach(self) -> PositionQuerySet:
        """All that `rules.actor_for` needs, in this one statement."""
        team = self.model._meta.get_field("team").related_model
        contract = self.model._meta.get_field("store").related_model.brands.through
        in_department = team.objects.filter(department_id=OuterRef("department_id"), is_active=True)
        same_brand = contract.objects.filter(
            Q(brand_id=OuterRef("brand_id"))
            | Q(brand__in=contract.objects.filter(store_id=OuterRef(OuterRef("store_id"))).values("brand_id"))
        )
        return self.select_related("employee", "role", "store", "team").annotate(
            department_team_ids=ArraySubquery(in_department.values("pk")),
            brand_store_ids=ArraySubquery(same_brand.values("store_id").distinct()),
        )

    def for_list(self) -> PositionQuerySet:
        return self.select_related("role", "store", "department", "team", "brand").order_by("-valid_from", "-pk")


class EmployeeQuerySet(models.QuerySet):
    def working(self) -> EmployeeQuerySet:
        """Those who may be given work."""
        return self.filter(status=EmployeeStatus.ACTIVE)

    def employed(self) -> EmployeeQuerySet:
        return self.exclude(status=EmployeeStatus.LEFT)

    def with_skill(self, *codes: str) -> EmployeeQuerySet:
        return self.filter(skills__contains=list(codes))

    def in_roles(self, *codes: str) -> EmployeeQuerySet:
        return self.filter(role__code__in=codes)

    def on_shift(self, at: datetime, *, on_call: bool | None = None) -> EmployeeQuerySet:
        """Those with a shift that covers this moment."""
        shift = self.model._meta.get_field("shifts").related_model
        covering = shift.objects.filter(employee_id=OuterRef("pk"), starts_at__lte=at, ends_at__gt=at)
        if on_call is not None:
            covering = covering.filter(on_call=on_call)
        return self.filter(models.Exists(covering))

    def search(self, text: str) -> EmployeeQuerySet:
        """Name, pinyin, initials, number or part of a phone."""
        found = self
        for word in text.lower().split()[:4]:
            found = found.filter(search__contains=word)
        return found

    def for_list(self) -> EmployeeQuerySet:
        return self.select_related("store", "department", "team", "role", "account").order_by("search", "pk")

    def after(self, row: Any) -> EmployeeQuerySet:
        """The keyset page behind this row, in the order of `for_list`."""
        return self.filter(Q(search__gt=row.search) | Q(search=row.search, pk__gt=row.pk))


class ShiftQuerySet(models.QuerySet):
    def between(self, first: date, last: date) -> ShiftQuerySet:
        return self.filter(on_date__gte=first, on_date__lte=last)

    def now(self, at: datetime | None = None) -> ShiftQuerySet:
        at = at or timezone.now()
        return self.filter(starts_at__lte=at, ends_at__gt=at)


class TokenQuerySet(models.QuerySet):
    def usable(self, at: datetime | None = None) -> TokenQuerySet:
        at = at or timezone.now()
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at), revoked_at__isnull=True)


def matching(grants: dict[str, Any], permission: str) -> list[str]:
    """The keys of a grants mapping that speak about a permission: itself or a prefix with a star."""
    app, _, rest = permission.partition(".")
    model = rest.partition(".")[0]
    return [key for key in (permission, f"{app}.{model}.*", f"{app}.*", "*") if key in grants]
