"""Who may do what, and how far: an actor is computed afresh from positions and roles on every request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dengta.core.actors import NOWHERE, Actor, Reach, covered
from dengta.org.queries import LOGIN_STATES
from dengta.org.types import Level, ShareRule, today

T = TypeVar("T")

# What everybody who works here may do: see and keep their own record.
EVERYBODY = {
    "org.employee.see": Reach(own=True),
    "org.employee.prefer": Reach(own=True),
    "org.shift.see": Reach(own=True),
}


def reach_of(granted: str, position: Any) -> Reach:
    """A scope template, seen from one position (with `queries.PositionQuerySet.with_reach`)."""
    kind, _, pool = granted.partition("+")
    pools = frozenset({position.store_id}) if pool and position.store_id else frozenset()
    if kind == "group":
        return Reach(everything=True)
    stores: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()
    if kind == "brand":
        stores = frozenset(position.brand_store_ids)
    elif kind == "store" and position.store_id:
        stores = frozenset({position.store_id})
    elif kind == "dept":
        teams = frozenset(position.department_team_ids)
    if kind in ("team", "dept") and position.team_id:
        teams |= {position.team_id}
    return Reach(stores=stores, teams=teams, own=True, pool=pools)


def positions_of(employee_id: int, positions: Any, on: date | None = None) -> list[Any]:
    """The positions that count today, of somebody who may log in."""
    rows = positions.filter(employee_id=employee_id, employee__status__in=LOGIN_STATES)
    return list(rows.active_on(on or today()).with_reach())


def grants_of(held: list[Any]) -> dict[str, Reach]:
    grants = dict(EVERYBODY) if held else {}
    for position in held:
        if not position.role.is_active:
            continue
        for permission, granted in position.role.grants.items():
            grants[permission] = grants.get(permission, NOWHERE) | reach_of(granted, position)
    return grants


def wall_of(held: list[Any], grants: dict[str, Reach], chosen: int | None = None) -> frozenset[int] | None:
    """The stores this person works in; None when somebody works for the whole group. A chosen store narrows it."""
    widest: frozenset[int] | None = frozenset()
    if any(reach.everything for reach in grants.values()):
        widest = None
    else:
        for position in held:
            widest |= frozenset({position.store_id} - {None})
        for reach in grants.values():
            widest |= reach.stores | reach.pool
    if chosen is not None and (widest is None or chosen in widest):
        return frozenset({chosen})
    return widest


def actor_of(employee: Any, held: list[Any], *, store_id: int | None = None, language: str = "zh-hans") -> Actor:
    """The actor of an employee whose positions are already read."""
    grants = grants_of(held)
    return Actor(
        kind="employee",
        id=employee.pk,
        label=employee.name,
        group_id=employee.group_id,
        employee_id=employee.pk,
        stores=wall_of(held, grants, store_id),
        grants=grants,
        language=language,
    )


def actor_of_token(token: Any, held: list[Any]) -> Actor:
    """A program: its scopes, cut down to what its employee may do if it acts for one."""
    own = grants_of(held)
    stores = frozenset(token.store_ids) or None
    if token.employee_id:
        whole = Actor("employee", token.employee_id, token.name, token.group_id, token.employee_id, grants=own)
        grants = {scope: whole.reach(scope) for scope in token.scopes}
        for scope in token.scopes:
            if scope.endswith("*"):
                grants |= {key: reach for key, reach in own.items() if key.startswith(scope[:-1])}
        wall = wall_of(held, own)
        stores = wall if stores is None else stores if wall is None else stores & wall
    else:
        reach = Reach(stores=stores) if stores else Reach(everything=True)
        grants = dict.fromkeys(token.scopes, reach)
    return Actor(
        kind="token",
        id=token.pk,
        label=token.name,
        group_id=token.group_id,
        employee_id=token.employee_id,
        stores=stores,
        grants=grants,
    )


# -- who sees which rows ---------------------------------------------------------------------------------------


def stores_seen(by: Actor) -> Q:
    return covered(by.reach("org.store.see"), by, store="pk", team=None, owner=None)


def store_rows_seen(by: Actor) -> Q:
    """Departments, teams, exceptional days: whoever sees the store."""
    return covered(by.reach("org.store.see"), by, team=None, owner=None)


def employees_seen(by: Actor) -> Q:
    return covered(by.reach("org.employee.see"), by, owner="pk", walled=False)


def positions_seen(by: Actor) -> Q:
    return covered(
        by.reach("org.employee.see"), by, store="employee__store_id", team="employee__team_id", owner="employee_id"
    )


def shifts_seen(by: Actor) -> Q:
    return covered(by.reach("org.shift.see"), by, team="employee__team_id", owner="employee_id")


def group_rows_seen(permission: str) -> Any:
    """Roles, brands, companies, tokens belong to the whole group: seen wholly or not at all."""

    def seen(by: Actor) -> Q:
        return Q() if by.may(permission) else Q(pk__in=[])

    return seen


def own_group_seen(by: Actor) -> Q:
    return Q(pk=by.group_id) if by.may("org.group.see") else Q(pk__in=[])


# -- who may do what -------------------------------------------------------------------------------------------


def may_hand_out(by: Actor, grants: dict[str, str], store_id: int | None) -> bool:
    """Nobody gives rights that they do not hold themselves, at least as far as they would reach there."""
    if by.all_powerful or by.reach("*").everything:
        return True
    for permission, granted in grants.items():
        reach = by.reach(permission)
        far = granted.partition("+")[0] in ("group", "brand")
        if not reach.everything and (far or store_id not in reach.stores):
            return False
    return True


def outranks(employee: Any, by: Actor) -> bool | str:
    """Who changes somebody's login must hold every right of that person, or could take it over."""
    if by.employee_id == employee.pk:
        return str(_("Change your own login on the page “My account”."))
    held = employee.positions.active_on(today()).select_related("role")
    if all(may_hand_out(by, position.role.grants, position.store_id) for position in held):
        return True
    return str(_("%(name)s has rights that you do not have. Ask a group administrator.") % {"name": employee.name})


def not_oneself(employee: Any, by: Actor) -> bool | str:
    if by.employee_id == employee.pk:
        return str(_("You cannot do this to yourself. Ask a colleague."))
    return True


def oneself(employee: Any, by: Actor) -> bool:
    return by.employee_id == employee.pk


WEIGHTS = {Level.TRAINEE: 1, Level.JUNIOR: 2, Level.SENIOR: 3, Level.EXPERT: 4}


def share(rows: Sequence[T], receivers: Sequence[Any], rule: str) -> list[tuple[Any, list[T]]]:
    """Divide rows among people: all to one, evenly in turn, or in turn with more turns for the more senior."""
    if rule == ShareRule.ONE:
        return [(receivers[0], list(rows))]
    turns = [one for one in receivers for _turn in range(WEIGHTS[one.level] if rule == ShareRule.LEVEL else 1)]
    turns.sort(key=lambda one: receivers.index(one))
    given: dict[int, list[T]] = {one.pk: [] for one in receivers}
    for number, row in enumerate(rows):
        given[turns[number % len(turns)].pk].append(row)
    return [(one, given[one.pk]) for one in receivers if given[one.pk]]
