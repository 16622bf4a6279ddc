"""The wall: which group, and which of its stores, is this work for?

A scope is opened in four places only: the web middleware, API authentication, the worker and commands. Opening one
begins a transaction and tells PostgreSQL the group, so that row-level security stands behind every query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import connection, transaction

T = TypeVar("T")


class ScopeMissing(RuntimeError):
    """Rows of a store or group were asked for outside of any scope."""


class ForeignRow(RuntimeError):
    """A row of another group or store was about to be written."""


@dataclass(frozen=True)
class Scope:
    """`stores` None means every store of the group. `memo` holds what was read once for the length of the scope."""

    group_id: int
    stores: frozenset[int] | None = None
    off: bool = False
    memo: dict[str, dict[Any, Any]] = field(default_factory=dict, compare=False, repr=False)


_current: ContextVar[Scope | None] = ContextVar("dengta_scope", default=None)


def current() -> Scope:
    found = _current.get()
    if found is None:
        raise ScopeMissing("No scope is open: say for which group this work is done")
    return found


def is_open() -> bool:
    return _current.get() is not None


@contextmanager
def open(group_id: int, stores: frozenset[int] | None = None) -> Iterator[Scope]:
    """Work for one group (and some of its stores) inside one transaction."""
    scope = Scope(int(group_id), stores)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('dengta.group', true)")
            before = cursor.fetchone()[0] or ""
            cursor.execute("select set_config('dengta.group', %s, true)", [str(scope.group_id)])
        token = _current.set(scope)
        try:
            yield scope
        finally:
            _current.reset(token)
            _restore(before)


@contextmanager
def narrow(stores: frozenset[int] | None) -> Iterator[None]:
    """Put up the wall around some stores inside the open scope, once it is known who asks."""
    token = _current.set(Scope(current().group_id, stores, memo=current().memo))
    try:
        yield
    finally:
        _current.reset(token)


def remember(noun: str, part: Any, read: Callable[[], T]) -> T:
    """Small tables that verbs ask for again and again (calendars, levels) are read once per scope.

    Saving a row of that noun forgets them; whoever writes it by other means calls `forget`.
    """
    wall = current()
    known = wall.memo.setdefault(noun, {})
    place = (part, wall.stores, wall.off)
    if place not in known:
        known[place] = read()
    return known[place]


def forget(noun: str) -> None:
    found = _current.get()
    if found is not None:
        found.memo.pop(noun, None)


def _restore(before: str) -> None:
    """An inner scope gives the outer one back; after an error the rollback does it."""
    if connection.connection is None or connection.needs_rollback:
        return
    if connection.connection.info.transaction_status.name == "INTRANS":
        with connection.cursor() as cursor:
            cursor.execute("select set_config('dengta.group', %s, true)", [before])


@contextmanager
def off(*, reason: str) -> Iterator[None]:
    """Step outside of the manager's filter. PostgreSQL's wall between groups stays up."""
    if not reason.strip():
        raise ValueError("Say why the scope is switched off")
    outer = _current.get()
    token = _current.set(Scope(outer.group_id if outer else 0, None, True, outer.memo if outer else {}))
    try:
        yield
    finally:
        _current.reset(token)
