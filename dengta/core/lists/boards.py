"""Boards: columns of cards with count and sum, in two statements for all columns together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import CharField, F, IntegerField, Model, Q, QuerySet, Value

from dengta.core import wording
from dengta.core.lists.keyset import MARK, Order

CAP = 1_000


@dataclass(frozen=True)
class BoardColumn:
    """`condition` says which rows stand here."""

    key: str
    label: Any
    condition: Q


@dataclass
class Filled:
    """A column with its first cards. Beyond the cap, count and sum are those of the first rows only ("1,000+")."""

    key: str
    label: Any
    rows: list[Model] = field(default_factory=list)
    count: int = 0
    capped: bool = False
    total: Decimal | None = None

    @property
    def count_label(self) -> str:
        return wording.say_count(self.count + self.capped, self.count if self.capped else CAP)

    @property
    def more(self) -> int:
        """Rows that are not on the board."""
        return self.count - len(self.rows)


@dataclass
class Board:
    """`columns` [Filled], in the order declared."""

    columns: list[Filled]

    def __getitem__(self, key: str) -> Filled:
        return next(column for column in self.columns if column.key == key)


@dataclass(frozen=True)
class BoardSpec:
    """`order` sorts the cards by a field that an index has after the columns' field; `total` is a field to add up."""

    columns: Sequence[BoardColumn]
    order: Order
    each: int = 20
    cap: int = CAP
    total: str = ""

    def answer(self, rows: QuerySet) -> Board:
        """`rows` are visible to the actor and bring their prefetches, which are made for the shown cards only."""
        bare = self.order.mark(rows.select_related(None).prefetch_related(None).order_by())
        sign = "-" if self.order.descending else ""
        amount = F(self.total) if self.total else Value(None, output_field=IntegerField())
        parts = [
            bare.filter(column.condition)
            .annotate(board_column=Value(column.key, output_field=CharField()), board_amount=amount)
            .order_by(f"{sign}{MARK}", f"{sign}pk")
            .values_list("board_column", "pk", MARK, "board_amount")[: self.cap + 1]
            for column in self.columns
        ]
        ranks = list(parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0])
        shown: dict[str, list[Any]] = {}
        board = Board([self._filled(column, ranks, shown) for column in self.columns])
        cards = rows.in_bulk([pk for ids in shown.values() for pk in ids])
        for column in board.columns:
            column.rows = [cards[pk] for pk in shown[column.key] if pk in cards]
        return board

    def _filled(self, column: BoardColumn, ranks: list[tuple], shown: dict[str, list[Any]]) -> Filled:
        mine = [rank for rank in ranks if rank[0] == column.key]
        mine.sort(
            key=lambda rank: (rank[2] is not None, rank[2], rank[1]) if rank[2] is not None else (False, 0, rank[1])
        )
        if self.order.descending:
            mine.reverse()
        else:
            mine = [rank for rank in mine if rank[2] is not None] + [rank for rank in mine if rank[2] is None]
        counted = mine[: self.cap]
        shown[column.key] = [rank[1] for rank in mine[: self.each]]
        total = sum((rank[3] for rank in counted if rank[3] is not None), Decimal(0)) if self.total else None
        return Filled(column.key, column.label, [], len(counted), len(mine) > self.cap, total)
