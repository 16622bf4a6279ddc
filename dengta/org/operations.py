"""Questions and changes that belong to no single noun: who is acting, why may they, the calendar of a store."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.org import rules
from dengta.org.models import Account, ApiToken, Employee, Position

TOKEN_MARK = "dgt"


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


def write_token(group_id: int, prefix: str, secret: str) -> str:
    """The text of a token. It names its group, so that it can be looked up behind the wall between groups."""
    return f"{TOKEN_MARK}_{group_id}_{prefix}_{secret}"


def hash_secret(secret: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


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
