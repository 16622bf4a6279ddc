"""Questions and changes that belong to no single noun: who is acting, why may they, the calendar of a store."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.utils import timezone

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.core.types.clock import CLOSED, CLOSED_ON_HOLIDAYS, OPEN_EVERY_DAY, Calendar
from dengta.org import rules
from dengta.org.models import Account, ApiToken, BusinessDay, Employee, Position, Store
from dengta.org.verbs.keying import TOKEN_MARK, hash_secret


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
    for day in BusinessDay.objects.filter(store__in=special):
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


def usual_span(store_id: int, stores: list[Store]) -> tuple[str, str]:
    """What "open" means on a day without its own hours: the first hours of the week."""
    hours = next(store.hours for store in stores if store.pk == store_id)
    return tuple(next((day for day in hours if day), ("09:00", "18:00")))
