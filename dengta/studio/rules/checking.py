"""What a table is checked for before it is published, beyond being well formed.

For a table that takes the first row: rows that nothing reaches, cases that no row takes, and stretches of a number that
two rows claim. The question is settled exactly, by walking through every combination of stretches, as long as there
are not too many; above that, pair by pair, which never accuses a row wrongly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, islice, product
from math import prod
from typing import Any

from django.utils.translation import gettext as _

from dengta.studio.rules.kinds import kind_of
from dengta.studio.rules.sheets import Row, Sheet, read
from dengta.studio.rules.tables import Column, Segment, Table
from dengta.studio.types import FieldSet, Problem, TableContract, say

MOST = 50_000
SHOWN = 5
MOST_SAID = 100


def check(body: Any, fields: FieldSet, contract: TableContract | None = None) -> list[Problem]:
    """Every error and warning, errors first; warnings only once there is no error."""
    problems: list[Problem] = []
    sheet = read(body, fields, problems)
    if sheet is None:
        return problems
    if contract is not None:
        problems.extend(_broken_promises(sheet, contract))
    if not problems:
        problems.extend(islice(_warnings(_Lines(Table(sheet, fields)), contract), MOST_SAID))
    return sorted(problems, key=lambda problem: problem.level == "warning")


class _Lines:
    """The value line of every column, cut into stretches, and where each row stands on it (a bit per stretch)."""

    def __init__(self, table: Table) -> None:
        self.fields, self.rows, self.hit = table.fields, table.sheet.rows, table.sheet.hit
        self.loose = {column.code: bool(column.loose) for column in table.columns}
        self.columns = {column.code: column for column in table.columns}
        self.segments = {column.code: _real(table.fields, column) for column in table.columns}
        self.spread = {code: [sum(1 << i for i, segment in enumerate(found) if segment.mask >> row.index & 1)
                              for row in self.rows] for code, found in self.segments.items()}

    def covers(self, above: Row, row: Row) -> bool:
        """Whether every case of `row` is also one of `above`, column by column."""
        for code, spread in self.spread.items():
            mine, theirs = row.cells.get(code), above.cells.get(code)
            if theirs is None or (mine and (mine.operator, mine.operand) == (theirs.operator, theirs.operand)):
                continue
            if mine is None or self.loose[code] or spread[row.index] & ~spread[above.index]:
                return False
        return True

    def meet(self, one: Row, other: Row) -> bool:
        """Whether two rows may match the same record."""
        return all(self.loose[code] or spread[one.index] & spread[other.index] for code, spread in self.spread.items())

    def first_hits(self) -> int | None:
        """The rows that come first somewhere, over every combination of stretches; None when there are too many."""
        masks = [sorted({segment.mask for segment in found}) for found in self.segments.values()]
        if any(self.loose.values()) or prod(map(len, masks)) > MOST:
            return None
        found = 0
        for combination in product(*masks):
            mask = (1 << len(self.rows)) - 1
            for one in combination:
                mask &= one
            found |= mask & -mask
        return found


def _warnings(lines: _Lines, contract: TableContract | None) -> Iterator[Problem]:
    rows = lines.rows
    if not rows:
        yield Problem("rows", _("The table has no row that is switched on."), "warning")
        return
    if lines.hit != "first":
        yield from _twins(rows)
        return
    if all(row.cells for row in rows):
        level = "error" if contract and contract.catch_all else "warning"
        yield Problem("rows", _("No last row takes what is left: add one with “any” in every column."), level)
    yield from _unreached(lines)
    asked = {code for row in rows for code in row.cells}
    if len(asked) == 1 and lines.columns[code := asked.pop()].shape == "points" and not lines.loose[code]:
        yield from _gaps(lines, code)
        yield from _overlaps(lines, code)


def _unreached(lines: _Lines) -> Iterator[Problem]:
    """Rows whose every case an earlier row takes."""
    exact = lines.first_hits()
    for row in lines.rows:
        earlier = lines.rows[:row.index]
        if exact is not None:
            hidden = not exact >> row.index & 1
        else:
            hidden = any(lines.covers(above, row) for above in earlier)
        if hidden:
            above = [str(other.number) for other in earlier if lines.meet(other, row)]
            sentence = _("Row %(n)d is never reached: rows above it (%(above)s) take all its cases.") % {
                "n": row.number, "above": ", ".join(above[:8]) or "–"}
            yield Problem(f"rows[{row.number - 1}]", sentence, "warning", row.number)


def _real(fields: FieldSet, column: Column) -> list[Segment]:
    """Stretches that can happen: a choice has no "other" once every choice is named."""
    field = fields.by_code[column.code]
    known = {value for value, _label in kind_of(field).choices(field)}
    named = {str(key).lower() if isinstance(key, bool) else str(key) for key in column.keys}
    return [segment for segment in column.segments() if segment.kind != "other" or not known or known - named]


def _gaps(lines: _Lines, code: str) -> Iterator[Problem]:
    """Stretches of the one number asked about that no row takes."""
    field = lines.fields.by_code[code]
    gaps = [words(field, found) for found in _joined(lines.segments[code], lambda mask: mask == 0)]
    if gaps:
        sentence = _("No row takes %(field)s %(where)s.") % {"field": field.label, "where": "; ".join(gaps[:SHOWN])}
        yield Problem("rows", sentence, "warning")


def _overlaps(lines: _Lines, code: str) -> Iterator[Problem]:
    """Stretches of the one number asked about that two rows take."""
    field = lines.fields.by_code[code]
    rows = [row for row in lines.rows if row.cells]
    for row, below in combinations(rows, 2):
        both = 1 << row.index | 1 << below.index
        shared = _joined(lines.segments[code], lambda mask, both=both: mask & both == both)
        if shared and not lines.covers(below, row):
            sentence = _("Rows %(a)d and %(b)d both take %(field)s %(where)s; the upper one wins.") % {
                "a": row.number, "b": below.number, "field": field.label, "where": words(field, shared[0])}
            yield Problem(f"rows[{below.number - 1}]", sentence, "warning", below.number)


def _joined(segments: Sequence[Segment], wanted: Any) -> list[list[Segment]]:
    """Neighbouring stretches that are wanted, put together."""
    runs: list[list[Segment]] = []
    before = False
    for segment in segments:
        now = wanted(segment.mask)
        if now and before and segment.kind != "missing":
            runs[-1].append(segment)
        elif now:
            runs.append([segment])
        before = now and segment.kind != "missing"
    return runs


def words(field: Any, run: Sequence[Segment]) -> str:
    """A run of stretches as people say it: below 8, from 8 to below 20, empty."""
    kind = kind_of(field)
    first, last = run[0], run[-1]
    if first.kind == "missing":
        return _("when it is empty")
    low = None if first.kind == "below" else first.values[0]
    high = None if last.kind == "above" else last.values[-1]
    if low is None and high is None:
        return _("at any value")
    if low is not None and low == high:
        return f"= {kind.shown(field, low)}"
    low_sign, high_sign = ("≥" if first.kind == "point" else ">"), ("≤" if last.kind == "point" else "<")
    parts = [f"{low_sign} {kind.shown(field, low)}"] if low is not None else []
    parts += [f"{high_sign} {kind.shown(field, high)}"] if high is not None else []
    return _(" and ").join(parts)


def _twins(rows: Sequence[Row]) -> Iterator[Problem]:
    """Rows with the same cells: both count, which is rarely meant."""
    seen: dict[Any, int] = {}
    for row in rows:
        key = tuple((code, leaf.operator.key, leaf.operand) for code, leaf in row.cells.items())
        if key in seen:
            sentence = _("Rows %(a)d and %(b)d ask the same; both count.") % {"a": seen[key], "b": row.number}
            yield Problem(f"rows[{row.number - 1}]", sentence, "warning", row.number)
        seen.setdefault(key, row.number)


def _broken_promises(sheet: Sheet, contract: TableContract) -> Iterator[Problem]:
    """What the room that reads this table would miss."""
    if sheet.hit != contract.hit:
        yield Problem("hit", _("This table is read in another way: its hit policy cannot change."))
    kinds = {one.code: one.kind for one in sheet.outputs}
    for one in contract.outputs:
        if kinds.get(one.code) != one.kind:
            yield Problem("outputs", _("The output “%(what)s” is needed.") % {"what": say(one.label)})
    names = {name for _floor, name in sheet.bands}
    for name in contract.bands:
        if name not in names:
            yield Problem("bands", _("The band “%(name)s” is needed.") % {"name": name})
