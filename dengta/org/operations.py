"""Questions and changes that belong to no single noun: who is acting, why may they, the calendar of a store."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from dengta.core import scope
from dengta.core.actors import Actor, Reach, covers
from dengta.core.registry import GroupStart, registry
from dengta.core.types.clock import CLOSED, CLOSED_ON_HOLIDAYS, OPEN_EVERY_DAY, Calendar
from dengta.org import rules
from dengta.org.models import Account, ApiToken, BusinessDay, Employee, Group, Position, Store
from dengta.org.queries import matching
from dengta.org.types import GrantScope
from dengta.org.verbs.keying import TOKEN_MARK, hash_secret


def found_group(code: str, name: str, **more: Any) -> Group:
    """A new dealer group. Nobody exists yet who could do it by a verb: commands and the demo do."""
    return Group.objects.create(code=code, name=name, **more)


def start_group(by: Actor) -> None:
    """Give a new group what every room has for a beginning: rules, promises, levels. A second run changes nothing."""
    for start in registry.all(GroupStart):
        start.run(by)


def actor_for(who: Account | Employee, store_id: int | None = None) -> Actor:
    """The actor of a login or an employee, true at this moment. Needs an open scope; one statement, never cached."""
    account = who if isinstance(who, Account) else None
    employee_id = account.employee_id if account else who.pk
    held = rules.positions_of(employee_id, Position.objects) if employee_id else []
    if held:
        employee = held[0].employee
    elif account:
        employee = Employee(pk=employee_id, group_id=account.group_id, name=account.username)
    else:
        employee = who
    return rules.actor_of(employee, held, store_id=store_id, language=account.language if account else "zh-hans")


@contextmanager
def token_scope(text: str) -> Iterator[Actor | None]:
    """Open the scope of a bearer token and give its actor, or None if the token is not good."""
    parts = text.strip().split("_")
    if len(parts) != 4 or parts[0] != TOKEN_MARK or not parts[1].isdecimal() or len(parts[1]) > 15:
        yield None
        return
    with scope.open(int(parts[1])):
        token = ApiToken.objects.usable().filter(prefix=parts[2]).first()
        good = token and secrets.compare_digest(token.secret_hash, hash_secret(parts[3]))
        if not good:
            yield None
            return
        held = rules.positions_of(token.employee_id, Position.objects) if token.employee_id else []
        if token.employee_id and not held:
            yield None
            return
        actor = rules.actor_of_token(token, held)
        now = timezone.now()
        if token.last_used_at is None or (now - token.last_used_at).total_seconds() > 60:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        with scope.narrow(actor.stores):
            yield actor


# -- calendar ----------------------------------------------------------------------------------------------------


def store_calendar(store: Store) -> Calendar:
    """When this store is open: weekly hours, public holidays with swapped working days, exceptional days."""
    return store_calendars([store])[store.pk]


def store_calendars(stores: Iterable[Store]) -> dict[int, Calendar]:
    """The same for many stores with one statement."""
    stores = list(stores)
    special: dict[int, dict] = {store.pk: {} for store in stores}
    for day in _exceptional_days(special):
        if not day.is_open:
            spans = CLOSED
        elif day.opens_at:
            spans = [(day.opens_at, day.closes_at)]
        else:
            spans = [usual_span(day.store_id, stores)]
        special[day.store_id][day.on_date] = spans
    return {
        store.pk: Calendar(
            [[day] if day else [] for day in store.hours],
            special[store.pk],
            CLOSED_ON_HOLIDAYS if store.closed_on_holidays else OPEN_EVERY_DAY,
            store.timezone,
        )
        for store in stores
    }


def calendars_of(store_ids: Iterable[int]) -> dict[int, Calendar]:
    """The same for ids; the stores are read once per scope."""
    ids = frozenset(store_ids)
    return store_calendars(scope.remember("org.store", ids, lambda: list(Store.objects.filter(pk__in=ids))))


def _exceptional_days(store_ids: Iterable[int]) -> list[BusinessDay]:
    """Read once per scope, since a verb asks for the same store several times; what is not known, in one statement."""
    known: dict[int, list[BusinessDay]] = scope.remember("org.businessday", "by store", dict)
    if missing := [pk for pk in store_ids if pk not in known]:
        known |= {pk: [] for pk in missing}
        for day in BusinessDay.objects.filter(store__in=missing):
            known[day.store_id].append(day)
    return [day for pk in store_ids for day in known[pk]]


def usual_span(store_id: int, stores: list[Store]) -> tuple[str, str]:
    """What "open" means on a day without its own hours: the first hours of the week."""
    hours = next(store.hours for store in stores if store.pk == store_id)
    return tuple(next((day for day in hours if day), ("09:00", "18:00")))


# -- why ---------------------------------------------------------------------------------------------------------


def explain(actor: Actor, permission: str, row: Model) -> list[str]:
    """Why this actor has a right on a row, or why not: role, reach and place in sentences."""
    if actor.all_powerful:
        return [_("Dengta itself may do everything.")]
    if actor.kind == "token":
        return [_explain_token(actor, permission)]
    held = rules.positions_of(actor.employee_id, Position.objects) if actor.employee_id else []
    granting: list[str] = []
    short: list[str] = []
    for position in held:
        for key in matching(position.role.grants, permission):
            granted = position.role.grants[key]
            words = {"role": position.role.label, "place": position.store or _("the whole group"),
                     "scope": GrantScope(granted).label}  # fmt: skip
            reach = rules.reach_of(granted, position)
            if covers(reach, actor, row):
                why = _why(reach, actor, row)
                granting.append(_("Your role “%(role)s” at %(place)s allows it (reach: %(scope)s): %(why)s") %
                                {**words, "why": why})  # fmt: skip
            else:
                short.append(_("Your role “%(role)s” at %(place)s reaches only: %(scope)s. This belongs to %(owner)s.")
                             % {**words, "owner": _belongs(row)})  # fmt: skip
    if not granting and permission in rules.EVERYBODY and covers(rules.EVERYBODY[permission], actor, row):
        granting.append(_("It is your own record."))
    return granting or short or [_("None of your roles has the right “%(right)s”.") % {"right": permission}]


def _explain_token(actor: Actor, permission: str) -> str:
    if actor.may(permission):
        return _("The token “%(name)s” has the right “%(right)s”.") % {"name": actor.label, "right": permission}
    return _("The token “%(name)s” does not have the right “%(right)s”.") % {"name": actor.label, "right": permission}


def _why(reach: Reach, actor: Actor, row: Model) -> str:
    owner = getattr(row, "owner_id", None)
    if reach.own and owner is not None and owner == actor.employee_id:
        return _("you are the owner.")
    if getattr(row, "team_id", None) in reach.teams:
        return _("it belongs to your team or department.")
    if getattr(row, "store_id", None) in reach.stores:
        return _("it belongs to a store you are responsible for.")
    if owner is None and getattr(row, "store_id", None) in reach.pool:
        return _("it has no owner and lies in your store's pool.")
    return _("it is within the group.")


def _belongs(row: Model) -> str:
    owner, store = getattr(row, "owner", None), getattr(row, "store", None)
    named = [str(one) for one in (owner, store) if one]
    return " · ".join(named) or _("nobody in particular")


# -- time ---------------------------------------------------------------------------------------------------------


def refresh_main_positions(today: date) -> int:
    """Repeat the main position of today on people whose planned move has come; returns how many moved."""
    due = Position.objects.filter(is_main=True, valid_from=today).select_related("employee", "role", "store", "team")
    moved = 0
    for position in due.exclude(employee__status="left"):
        place = {key: getattr(position, key) for key in ("role", "store", "department", "team")}
        if any(
            getattr(position.employee, f"{key}_id") != (value.pk if value else None) for key, value in place.items()
        ):
            position.employee.stand_at(place)
            moved += 1
    return moved
