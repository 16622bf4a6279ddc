"""Paging by the last row seen: as fast on page 1,000 as on page 1, and right while rows come and go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import BooleanField, F, Func, Model, QuerySet, Value
from django.db.models.expressions import BaseExpression
from django.utils.dateparse import parse_date, parse_datetime

SIGNER = Signer(salt="dengta.lists")
MARK = "keyset_sort"  # name of the annotation that holds a row's sort value


@dataclass(frozen=True)
class Order:
    """What rows are sorted by, with the id as second key in the same direction. Empty values come last, both ways."""

    name: str
    by: str | BaseExpression
    descending: bool = False
    nullable: bool = False

    @property
    def sign(self) -> str:
        return ("-" if self.descending else "") + self.name

    def mark(self, rows: QuerySet) -> QuerySet:
        return rows.annotate(**{MARK: F(self.by) if isinstance(self.by, str) else self.by})

    def sort(self, rows: QuerySet) -> QuerySet:
        """The whole, sorted: for exports."""
        by = F(self.by) if isinstance(self.by, str) else self.by
        if not self.nullable:
            return rows.order_by(by.desc() if self.descending else by.asc(), "-pk" if self.descending else "pk")
        nulls = {"nulls_last": True}
        return rows.order_by(
            by.desc(**nulls) if self.descending else by.asc(**nulls), "-pk" if self.descending else "pk"
        )


@dataclass(frozen=True)
class Anchor:
    """The row a page begins after; `forward` to older rows, else back to newer ones."""

    value: Any
    pk: int
    forward: bool


class Beyond(Func):
    """(sort, id) < (value, id): a row comparison, so that one index range answers it."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, pk: str, value: Any, pk_value: int, less: bool) -> None:
        super().__init__(F(MARK), F(pk), Value(value), Value(pk_value))
        self.less = less

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, list]:
        parts, params = [], []
        for expression in self.source_expressions:
            sql, values = compiler.compile(expression)
            parts.append(sql)
            params.extend(values)
        sign = "<" if self.less else ">"
        return f"({parts[0]}, {parts[1]}) {sign} ({parts[2]}, {parts[3]})", params


def slice_of(
    rows: QuerySet, order: Order, anchor: Anchor | None, size: int
) -> tuple[list[Model], Anchor | None, Anchor | None]:
    """Rows of one page, and where the newer and the older page begin (None at the ends). One or two statements."""
    forward = anchor.forward if anchor else True
    found = _fetch(order.mark(rows), order, anchor, forward, size + 1)
    more = len(found) > size
    found = found[:size]
    if not forward:
        found.reverse()
    has_newer, has_older = (bool(anchor), more) if forward else (more, True)
    if not found:
        return [], None, None
    newer = Anchor(getattr(found[0], MARK), found[0].pk, False) if has_newer else None
    older = Anchor(getattr(found[-1], MARK), found[-1].pk, True) if has_older else None
    return found, newer, older


def _fetch(rows: QuerySet, order: Order, anchor: Anchor | None, forward: bool, wanted: int) -> list[Model]:
    """Rows with a value and rows without are two ranges, so that each is read in the order of an index."""
    ranges = [False, True] if order.nullable else [None]
    if not forward:
        ranges.reverse()
    if anchor and order.nullable:
        ranges = ranges[ranges.index(anchor.value is None) :]
    found: list[Model] = []
    less = order.descending == forward
    sign = "-" if less else ""
    for place, empty in enumerate(ranges):
        part = rows if empty is None else rows.filter(**{f"{MARK}__isnull": empty})
        if anchor and place == 0:
            if empty:
                part = part.filter(**{"pk__lt" if less else "pk__gt": anchor.pk})
            else:
                part = part.filter(Beyond("pk", anchor.value, anchor.pk, less))
        part = part.order_by(f"{sign}pk") if empty else part.order_by(f"{sign}{MARK}", f"{sign}pk")
        found.extend(part[: wanted - len(found)])
        if len(found) >= wanted:
            break
    return found


# -- cursors in the address ----------------------------------------------------------------------------------------
_KINDS: dict[str, tuple[type, Any]] = {
    "t": (datetime, parse_datetime),
    "d": (date, parse_date),
    "n": (Decimal, Decimal),
    "u": (UUID, UUID),
}


def to_text(anchor: Anchor, list_key: str, order: Order) -> str:
    kind, value = "", anchor.value
    for letter, (cls, _read) in _KINDS.items():
        if isinstance(value, cls):
            kind, value = letter, value.isoformat() if letter in "td" else str(value)
            break
    return SIGNER.sign_object([list_key, order.sign, kind, value, anchor.pk, int(anchor.forward)])


def from_text(text: str, list_key: str, order: Order) -> Anchor | None:
    """None for a cursor of another list or order, or one that nobody signed: the list then begins at its start."""
    try:
        key, sign, kind, value, pk, forward = SIGNER.unsign_object(text)
    except (BadSignature, ValueError, TypeError):
        return None
    if (key, sign) != (list_key, order.sign):
        return None
    return Anchor(_KINDS[kind][1](value) if kind else value, pk, bool(forward))


def capped_count(rows: QuerySet, cap: int) -> int:
    """How many, but never counting further than one beyond the cap."""
    return rows.order_by()[: cap + 1].count()
