"""Decision tables: rows of typed cells, compiled once, evaluated in about two microseconds, explained in words.

    {"hit": "first" | "sum" | "list", "columns": ["city", …], "outputs": [{"code", "label", "kind", …}],
     "rows": [{"id": "r1", "when": {"city": {"op": "is", "v": "上海"}}, "then": {"points": 10}}],
     "bounds": {"min": 0, "max": 100}, "bands": [{"from": 80, "value": "high"}, {"value": "low"}]}

A cell left out or null is "any". Each column is turned into an index from value to the set of rows that agree (a bit
mask), so that a record costs one look-up per column, however many rows there are. Checks live in `checking.py`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial, reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, Case, CharField, DecimalField, Func, Value, When
from django.db.models.functions import Greatest, Least

from dengta.studio.rules import expressions as ex
from dengta.studio.rules.conditions import Leaf
from dengta.studio.rules.kinds import kind_of
from dengta.studio.rules.sheets import Row, Sheet, read
from dengta.studio.types import BadDefinition, FieldSet, Moment, Problem, say

KEPT = 4096
NUMERIC = DecimalField(max_digits=30, decimal_places=6)
OTHER = object()


@dataclass(frozen=True)
class Result:
    """What a table says about one record. Shared between equal answers, so it is never changed."""

    matched: tuple[Row, ...]
    out: Mapping[str, Any] | None = None
    outs: tuple[Mapping[str, Any], ...] = ()
    raw: Any = None
    value: Any = None
    band: str = ""

    def nested(self) -> dict[str, Any]:
        """`out` with dotted codes unfolded: `weights.speed` becomes `["weights"]["speed"]`."""
        found: dict[str, Any] = {}
        for code, value in (self.out or {}).items():
            head, dot, rest = code.partition(".")
            if dot:
                found.setdefault(head, {})[rest] = value
            else:
                found[code] = value
        return found

    def record(self) -> dict[str, Any]:
        """What is kept with a decision, as JSON: matched rows with their outputs, and the sum."""
        kept: dict[str, Any] = {"rows": [{"id": row.id, "n": row.number, **_json(row.out)} for row in self.matched]}
        if self.value is not None:
            kept |= {"raw": _number(self.raw), "value": _number(self.value), "band": self.band}
        return kept


@dataclass(frozen=True)
class Segment:
    """A stretch of a column's values on which every indexed row answers alike."""

    kind: str  # key, other, point, below, between, above, missing
    values: tuple[Any, ...]
    mask: int


@dataclass
class Column:
    """One field's index. `loose` are cells that must be asked one by one (contains, relative days)."""

    code: str
    always: int
    missing: int
    shape: str
    keys: dict[Any, int] = field(default_factory=dict)
    default: int = 0
    points: list[Any] = field(default_factory=list)
    masks: list[int] = field(default_factory=list)
    loose: list[tuple[Any, int]] = field(default_factory=list)

    def segments(self) -> list[Segment]:
        """The whole value line in order; only meaningful when nothing is loose."""
        if self.shape == "points" and self.points:
            found = [Segment("below", (self.points[0],), self.masks[0])]
            for i, point in enumerate(self.points):
                found.append(Segment("point", (point,), self.masks[2 * i + 1]))
                last = i + 1 == len(self.points)
                ends = (point,) if last else (point, self.points[i + 1])
                found.append(Segment("above" if last else "between", ends, self.masks[2 * i + 2]))
        else:
            found = [Segment("key", (key,), mask) for key, mask in self.keys.items()]
            found.append(Segment("other", (), self.default))
        return [*found, Segment("missing", (), self.missing)]


class Table:
    """A compiled table. Build it with `compile_table`; keep it by version, never by name."""

    def __init__(self, sheet: Sheet, fields: FieldSet) -> None:
        self.sheet, self.fields = sheet, fields
        self.columns = [_column(fields, code, sheet.rows) for code in sheet.columns]
        self._all = (1 << len(sheet.rows)) - 1
        self._lookups = [_lookup(fields, column) for column in self.columns if column.always != self._all]
        self._results: dict[int, Result] = {}

    def evaluate(self, record: Any, at: Moment) -> Result:
        """The answer for one record: a mapping of facts, or a row."""
        mask = self._all
        value = record.get if isinstance(record, dict) else partial(_fact, self.fields, record)
        for code, find in self._lookups:
            mask &= find(value(code), at)
            if not mask:
                break
        found = self._results.get(mask)
        if found is None:
            if len(self._results) >= KEPT:
                self._results.clear()
            found = self._results[mask] = self._result(mask)
        return found

    def evaluate_many(self, records: Iterable[Any], at: Moment) -> list[Result]:
        evaluate = self.evaluate
        return [evaluate(record, at) for record in records]

    def missed(self, record: Any, at: Moment) -> dict[str, list[str]]:
        """Per row that does not match: the columns that say no (try-out paints them)."""
        found: dict[str, list[str]] = {}
        for row in self.sheet.rows:
            wrong = [code for code, leaf in row.cells.items() if not _holds(leaf, record, at)]
            if wrong:
                found[row.id] = wrong
        return found

    def value_sql(self, at: Moment) -> Any:
        """The clamped sum as one SQL expression (collect-sum tables)."""
        if self.sheet.hit != "sum":
            raise BadDefinition([Problem("hit", "Only a table that adds up has a sum.")])
        code, parts = self.sheet.summed, []
        for row in self.sheet.rows:
            points = row.out.get(code)
            if points:
                parts.append(Case(When(_row_sql(row, at), then=_decimal(points)), default=_decimal(0),
                                  output_field=NUMERIC))
        total = _Sum(*parts) if parts else _decimal(0)
        if self.sheet.high is not None:
            total = Least(total, _decimal(self.sheet.high), output_field=NUMERIC)
        if self.sheet.low is not None:
            total = Greatest(total, _decimal(self.sheet.low), output_field=NUMERIC)
        return total

    def out_sql(self, code: str, at: Moment) -> Any:
        """One output of a first-hit table as one SQL expression; null when nothing matches."""
        output = next(one for one in self.sheet.outputs if one.code == code)
        kind = NUMERIC if output.kind == "number" else CharField()
        whens = [When(_row_sql(row, at), then=_decimal(row.out[code]) if output.kind == "number"
                      else Value(row.out[code], output_field=kind)) for row in self.sheet.rows]
        return Case(*whens, output_field=kind) if whens else Value(None, output_field=kind)

    def band_of(self, value: Any) -> str:
        """The first band whose floor the value reaches; bands are kept from high to low."""
        return next((name for floor, name in self.sheet.bands if floor is None or value >= floor), "")

    def _result(self, mask: int) -> Result:
        rows = self.sheet.rows
        if self.sheet.hit == "first":
            first = (mask & -mask).bit_length() - 1
            return Result((rows[first],), out=rows[first].out) if mask else Result(())
        matched = tuple(row for row in rows if mask >> row.index & 1)
        outs = tuple(row.out for row in matched)
        if self.sheet.hit == "list":
            return Result(matched, outs=outs)
        raw = sum((row.out.get(self.sheet.summed) or 0) for row in matched)
        value = raw if self.sheet.low is None else max(raw, self.sheet.low)
        value = value if self.sheet.high is None else min(value, self.sheet.high)
        return Result(matched, outs=outs, raw=raw, value=value, band=self.band_of(value))


class _Sum(Func):
    template = "(%(expressions)s)"
    arg_joiner = " + "
    output_field = NUMERIC


def compile_table(body: Any, fields: FieldSet) -> Table:
    """Check and compile; raises BadDefinition with every error found."""
    problems: list[Problem] = []
    sheet = read(body, fields, problems)
    if sheet is None or problems:
        raise BadDefinition(problems)
    return Table(sheet, fields)


def compile_published(body: Any, fields: FieldSet) -> tuple[Table, list[Problem]]:
    """Compile what was right when it was published. A row that a later release no longer understands is left out and
    reported, because work must go on; with a cell left out instead, the row would match too much."""
    problems: list[Problem] = []
    sheet = read(body, fields.unchecked, problems)
    if sheet is None:
        raise BadDefinition(problems)
    wrong = {problem.row for problem in problems}
    kept = [row for row in sheet.rows if row.number not in wrong]
    sheet = replace(sheet, rows=[replace(row, index=index) for index, row in enumerate(kept)])
    return Table(sheet, fields.unchecked), problems


def row_words(row: Row, language: str | None = None) -> str:
    """Why a row counts: its own text outputs, or else its conditions."""
    texts = [say(value, language) for value in row.out.values() if isinstance(value, str | Mapping)]
    return "; ".join(text for text in texts if text) or "; ".join(leaf.text() for leaf in row.cells.values())


def _column(fields: FieldSet, code: str, rows: Sequence[Row]) -> Column:
    known = fields.get(code)
    asked = [(1 << row.index, row.cells[code]) for row in rows if code in row.cells]
    always = reduce(or_, (1 << row.index for row in rows if code not in row.cells), 0)
    missing = reduce(or_, (bit for bit, leaf in asked if leaf.operator.key == "is_empty"), always)
    shape = asked[0][1].kind.shape if asked else "keys"
    column = Column(known.code if known else code, always, missing, shape)
    fixed, loose = [], {}
    for bit, leaf in asked:
        if leaf.operator.key == "is_empty":
            continue
        marks = leaf.kind.marks(leaf.operator.key, leaf.operand) if shape != "opaque" else None
        test = leaf.kind.test(leaf.operator.key, leaf.operand)
        if marks is None:
            known_test, bits = loose.get((leaf.operator.key, leaf.operand), (test, 0))
            loose[leaf.operator.key, leaf.operand] = (known_test, bits | bit)
        else:
            fixed.append((bit, test, marks))
    column.loose = list(loose.values())
    marks = {mark for _bit, _test, found in fixed for mark in found}
    if shape == "points":
        _index_points(column, fixed, sorted(marks))
    else:
        column.keys = {mark: _agreeing(column, fixed, mark) for mark in marks}
        column.default = _agreeing(column, fixed, OTHER)
    return column


def _index_points(column: Column, fixed: list, points: list[Any]) -> None:
    """One mask per point and per gap between points, found by asking a value from within."""
    column.points = points
    if not points:
        column.masks = [_agreeing(column, fixed, 0)]
        return
    column.masks = [_agreeing(column, fixed, points[0] - 1)]
    for i, point in enumerate(points):
        column.masks.append(_agreeing(column, fixed, point))
        after = (Decimal(point) + Decimal(points[i + 1])) / 2 if i + 1 < len(points) else point + 1
        column.masks.append(_agreeing(column, fixed, after))


def _agreeing(column: Column, fixed: list, value: Any) -> int:
    return reduce(or_, (bit for bit, test, _marks in fixed if test(value, None)), column.always)


def _lookup(fields: FieldSet, column: Column) -> tuple[str, Any]:
    """(code, function of a raw value giving the mask of agreeing rows)."""
    kind = kind_of(fields.by_code[column.code])
    canonical, missing, loose = kind.canonical, column.missing, column.loose
    if column.shape == "points":
        points, masks = column.points, column.masks
        count = len(points)

        def find(raw: Any, at: Moment) -> int:
            value = raw if type(raw) is int else canonical(raw)
            if value is None:
                return missing
            i = bisect_left(points, value)
            return masks[2 * i + 1] if i < count and points[i] == value else masks[2 * i]
    else:
        keys, default = column.keys, column.default

        def find(raw: Any, at: Moment) -> int:
            value = canonical(raw)
            return missing if value is None else keys.get(value, default)
    if not loose:
        return column.code, find

    def ask(raw: Any, at: Moment) -> int:
        mask, value = find(raw, at), canonical(raw)
        if value is not None:
            for test, bits in loose:
                if test(value, at):
                    mask |= bits
        return mask
    return column.code, ask


def _holds(leaf: Leaf, record: Any, at: Moment) -> bool:
    value = leaf.kind.canonical(leaf.field.value(record))
    if value is None or leaf.operator.key == "is_empty":
        return value is None and leaf.operator.key == "is_empty"
    return leaf.kind.test(leaf.operator.key, leaf.operand)(value, at)


def _row_sql(row: Row, at: Moment) -> Any:
    if not row.cells:
        return Value(True, output_field=BooleanField())
    return ex.AllOf(*(leaf.kind.sql(leaf.operator.key, leaf.operand, leaf.field.sql(), at)
                      for leaf in row.cells.values()))


def _fact(fields: FieldSet, record: Any, code: str) -> Any:
    return fields.by_code[code].value(record)


def _decimal(number: Any) -> Value:
    return Value(Decimal(str(number)), output_field=NUMERIC)


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _json(out: Mapping[str, Any]) -> dict[str, Any]:
    return {code: _number(value) for code, value in out.items()}

