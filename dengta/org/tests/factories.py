"""Rows for tests of all rooms. Each steps into the scope of the group itself, so it works anywhere in a test."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.org import operations
from dengta.org.models import (
    Account,
    Brand,
    Department,
    Employee,
    Group,
    Position,
    Role,
    Shift,
    Store,
    StoreBrand,
    Team,
)
from dengta.org.seeds.roles import ROLES
from dengta.org.types import DepartmentKind, today
from dengta.org.verbs.employing import search_text

PASSWORD = "harbour-light-2031"
numbers = count(1)


def make_group(code: str = "", name: str = "Harbour Group", **fields: Any) -> Group:
    return Group.objects.create(code=code or f"group-{next(numbers)}", name=name, **fields)


def make_brand(group: Group, code: str = "", **fields: Any) -> Brand:
    with scope.open(group.pk):
        code = code or f"brand-{next(numbers)}"
        return Brand.objects.create(code=code, **{"name": code.title(), **fields})


def make_store(group: Group, code: str = "", brand: Brand | None = None, **fields: Any) -> Store:
    with scope.open(group.pk):
        code = code or f"store-{next(numbers)}"
        store = Store.objects.create(code=code, **{"name": f"{code.title()} store", **fields})
        if brand:
            StoreBrand.objects.create(store=store, brand=brand)
        return store


def make_department(store: Store, kind: str = DepartmentKind.SALES, **fields: Any) -> Department:
    with scope.open(store.group_id):
        found = Department.objects.filter(store=store, kind=kind, **fields).first()
        return found or Department.objects.create(store=store, kind=kind, **fields)


def make_team(store: Store, name: str = "", kind: str = DepartmentKind.SALES, **fields: Any) -> Team:
    department = fields.pop("department", None) or make_department(store, kind)
    with scope.open(store.group_id):
        return Team.objects.create(store=store, department=department, name=name or f"Team {next(numbers)}", **fields)


def make_role(
    group: Group, code: str = "sales_consultant", grants: dict[str, str] | None = None, **fields: Any
) -> Role:
    """A shipped role by its code, or one of your own with just the given grants. Made once per group."""
    with scope.open(group.pk):
        found = Role.objects.filter(code=code).first()
        if found:
            return found
        template = ROLES.get(code)
        if template:
            fields = {
                "limits": template.limits,
                "reveal_quota": template.reveal_quota,
                "needs_second_factor": template.second_factor,
            } | fields
            grants = template.grants if grants is None else grants
        return Role.objects.create(code=code, grants=grants or {}, **fields)


def make_employee(
    store: Store | None = None,
    role: str | Role = "sales_consultant",
    team: Team | None = None,
    *,
    group: Group | None = None,
    name: str = "",
    valid_from: date | None = None,
    **fields: Any,
) -> Employee:
    """Somebody at work: with a position from last year on. `store=None` makes a person of the whole group."""
    group_id = store.group_id if store else group.pk
    role = role if isinstance(role, Role) else make_role(group or Group.objects.get(pk=group_id), role)
    number = next(numbers)
    with scope.open(group_id):
        name = name or f"Person {number}"
        mobile = fields.pop("mobile", f"+86199{number:08d}")
        department = team.department if team else fields.pop("department", None)
        employee = Employee.objects.create(
            number=f"E{number:05d}",
            name=name,
            mobile=mobile,
            search=search_text(name, f"E{number:05d}", mobile),
            store=store,
            team=team,
            department=department,
            role=role,
            **fields,
        )
        Position.objects.create(
            employee=employee,
            role=role,
            store=store,
            team=team,
            department=department,
            valid_from=valid_from or today() - timedelta(days=365),
        )
    return employee


def make_account(employee: Employee, username: str = "", password: str = PASSWORD, **fields: Any) -> Account:
    fields = {"mobile": employee.mobile} | fields
    username = username or f"user{next(numbers)}"
    return Account.objects.create(
        username=username, password=hashed(password), group_id=employee.group_id, employee=employee, **fields
    )


@cache
def hashed(password: str) -> str:
    """Hashing is slow on purpose; tests do it once."""
    return make_password(password)


def make_shift(employee: Employee, starts_at: datetime, ends_at: datetime, **fields: Any) -> Shift:
    with scope.open(employee.group_id):
        return Shift.objects.create(
            employee=employee,
            store_id=employee.store_id,
            on_date=timezone.localdate(starts_at),
            starts_at=starts_at,
            ends_at=ends_at,
            **fields,
        )


def actor_of(employee: Employee, store: Store | None = None) -> Actor:
    """What the middleware would compute for this person now."""
    with scope.open(employee.group_id):
        return operations.actor_for(employee, store.pk if store else None)
