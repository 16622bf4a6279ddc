"""The plug of the org room: its nouns, permissions, menu entries."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dengta.core.registry import Explainer, MenuEntry, Noun, Permission, registry
from dengta.core.types.phone import mask_phone
from dengta.org import operations, rules
from dengta.org.models import (
    ApiToken,
    Brand,
    BusinessDay,
    Department,
    Employee,
    Group,
    LegalEntity,
    Position,
    Role,
    Shift,
    Store,
    Team,
)


def _store_api(row: Store, by: Any) -> dict:
    return {"id": row.pk, "code": row.code, "name": row.name, "kind": row.kind, "status": row.status, "city": row.city,
            "address": row.address, "phone": row.phone, "timezone": row.timezone, "hours": row.hours}  # fmt: skip


def _team_api(row: Team, by: Any) -> dict:
    return {"id": row.pk, "name": row.name, "store": row.store_id, "department": row.department_id,
            "leader": row.leader_id, "is_active": row.is_active}  # fmt: skip


def _employee_api(row: Employee, by: Any) -> dict:
    """The phone is masked here as on the pages."""
    plain = {name: getattr(row, name) for name in ("number", "name", "status", "level", "skills")}
    places = {name: getattr(row, f"{name}_id") for name in ("store", "department", "team")}
    role = row.role.code if row.role else None
    return {"id": row.pk, **plain, **places, "mobile": mask_phone(row.mobile), "role": role}


def _address(name: str):
    return lambda row: reverse(name, args=[row.pk])


registry.add(
    Noun("org.group", Group, _("Group"), rules.own_group_seen, "org.group.see", icon="building", plural=_("Groups"))
)
registry.add(
    Noun(
        "org.legalentity",
        LegalEntity,
        _("Company"),
        rules.group_rows_seen("org.group.see"),
        "org.group.see",
        plural=_("Companies"),
        icon="building",
    )
)
registry.add(
    Noun(
        "org.brand",
        Brand,
        _("Brand"),
        rules.group_rows_seen("org.store.see"),
        "org.store.see",
        plural=_("Brands"),
        icon="tag",
    )
)
registry.add(
    Noun(
        "org.store",
        Store,
        _("Store"),
        rules.stores_seen,
        "org.store.see",
        plural=_("Stores"),
        icon="building-store",
        url=_address("org:store"),
        api=_store_api,
    )
)
registry.add(
    Noun(
        "org.department",
        Department,
        _("Department"),
        rules.store_rows_seen,
        "org.store.see",
        plural=_("Departments"),
        icon="sitemap",
        title=lambda row: row.label,
    )
)
registry.add(
    Noun(
        "org.team",
        Team,
        _("Team"),
        rules.store_rows_seen,
        "org.store.see",
        plural=_("Teams"),
        icon="users",
        api=_team_api,
    )
)
registry.add(
    Noun(
        "org.role",
        Role,
        _("Role"),
        rules.group_rows_seen("org.role.see"),
        "org.role.see",
        plural=_("Roles"),
        icon="shield",
        title=lambda row: row.label,
        url=_address("org:role"),
    )
)
registry.add(
    Noun(
        "org.employee",
        Employee,
        _("Employee"),
        rules.employees_seen,
        "org.employee.see",
        plural=_("Employees"),
        icon="user",
        url=_address("org:employee"),
        api=_employee_api,
    )
)
registry.add(
    Noun(
        "org.position",
        Position,
        _("Position"),
        rules.positions_seen,
        "org.employee.see",
        plural=_("Positions"),
        icon="briefcase",
    )
)
registry.add(Noun("org.shift", Shift, _("Shift"), rules.shifts_seen, "org.shift.see", plural=_("Shifts"), icon="clock"))
registry.add(
    Noun(
        "org.businessday",
        BusinessDay,
        _("Exceptional day"),
        rules.store_rows_seen,
        "org.store.see",
        plural=_("Exceptional days"),
        icon="calendar",
    )
)
registry.add(
    Noun(
        "org.apitoken",
        ApiToken,
        _("API token"),
        rules.group_rows_seen("org.apitoken.see"),
        "org.apitoken.see",
        plural=_("API tokens"),
        icon="key",
    )
)

registry.add(Explainer("org.positions", operations.explain))

registry.add(Permission("org.group.see", _("See the group, its companies and tokens")))
registry.add(Permission("core.guide.see", _("See the style guide")))

MENU = [
    MenuEntry("org.structure", _("Structure"), "org:structure", "sitemap", "admin", 10, "org.department.create"),
    MenuEntry("org.people", _("People"), "org:people", "users", "admin", 20, "org.employee.change"),
    MenuEntry("org.shifts", _("Shifts"), "org:shifts", "calendar-time", "work", 60, "org.shift.plan"),
    MenuEntry("org.roles", _("Roles"), "org:roles", "shield", "admin", 30, "org.role.see"),
    MenuEntry("org.tokens", _("API tokens"), "org:tokens", "key", "admin", 40, "org.apitoken.see"),
]
for entry in MENU:
    registry.add(entry)
