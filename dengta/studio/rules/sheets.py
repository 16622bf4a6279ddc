"""A decision table's JSON, read and checked into a `Sheet`: columns, outputs, rows, bounds and bands.

Reading never stops at the first mistake: it collects them all, each with the row it is in.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dengta.studio.rules.conditions import Leaf, cell
from dengta.studio.rules.kinds import KINDS, BadValue
from dengta.studio.types import Field, FieldSet, Output, Problem, Words, say

HITS = ("first", "sum", "list")
OUTPUT_KINDS = ("number", "choice", "text", "list")
MAX_ROWS, MAX_COLUMNS, MAX_OUTPUTS, MAX_BANDS = 500, 30, 20, 20
KEYS = {"hit", "columns", "outputs", "rows", "bounds", "bands"}


@dataclass(frozen=True)
class Row:
    """One rule, checked. `cells` holds only what is asked; a column left out is "any"."""

    index: int
    number: int
    id: str
    cells: Mapping[str, Leaf]
    out: Mapping[str, Any]
    note: Words = ""


@dataclass(frozen=True)
class Sheet:
    """A checked table, before it is compiled."""

    hit: str
    columns: Sequence[str]
    outputs: Sequence[Output]
    rows: Sequence[Row]
    low: Any = None
    high: Any = None
    bands: Sequence[tuple[Any, str]] = ()

    @property
    def summed(self) -> str:
        """The output that is added up."""
        return next((one.code for one in self.outputs if one.kind == "number"), "")


def read(body: Any, fields: FieldSet, problems: list[Problem]) -> Sheet | None:
    """The checked table; None when its frame is broken. Wrong rows are reported and left out."""
    if not isinstance(body, Mapping) or not isinstance(body.get("rows", []), list):
        problems.append(Problem("", _("this is not a decision table."), "broken"))
        return None
    for key in sorted(set(map(str, body)) - KEYS):
        problems.append(Problem(key[:40], _("a table has no such part."), "broken"))
    hit = body.get("hit")
    if hit not in HITS:
        problems.append(Problem("hit", _("a table takes the first row, adds up, or lists all rows."), "broken"))
        return None
    columns = _columns(body.get("columns"), fields, problems)
    outputs = read_outputs(body.get("outputs"), problems)
    rows = _rows(body.get("rows", []), columns, outputs, fields, problems)
    low, high = _bounds(body.get("bounds"), problems)
    bands = _bands(body.get("bands"), problems)
    if hit == "sum" and not any(one.kind == "number" for one in outputs):
        problems.append(Problem("outputs", _("a table that adds up needs a number to add.")))
    return Sheet(hit, columns, outputs, rows, low, high, bands)


def read_outputs(raw: Any, problems: list[Problem]) -> list[Output]:
    """The declared outputs, each a code, a label, a kind and perhaps choices and a default."""
    found: dict[str, Output] = {}
    if not isinstance(raw, list) or not raw or len(raw) > MAX_OUTPUTS:
        problems.append(Problem("outputs", _("a table has from 1 to %(n)d outputs.") % {"n": MAX_OUTPUTS}, "broken"))
        return []
    for index, one in enumerate(raw):
        path = f"outputs[{index}]"
        if not isinstance(one, Mapping) or not _is_code(one.get("code")) or one.get("code") in found:
            problems.append(Problem(path, _("an output needs a code of its own."), "broken"))
        elif one.get("kind") not in OUTPUT_KINDS or not _are_words(one.get("label", "")):
            sentence = _("an output is a number, a choice, a text or a list, with a label.")
            problems.append(Problem(path, sentence, "broken"))
        else:
            choices = one.get("choices", [])
            if not isinstance(choices, list) or not all(_is_choice(choice) for choice in choices):
                problems.append(Problem(path, _("choices are pairs of value and label."), "broken"))
                choices = []
            output = Output(one["code"], one.get("label") or one["code"], one["kind"],
                            tuple((choice["value"], choice.get("label", choice["value"])) for choice in choices),
                            None, bool(one.get("required")))
            default = None
            if one.get("default") not in (None, ""):
                default = _out(output, one["default"], path, problems, None)
            found[output.code] = Output(**{**output.__dict__, "default": default})
    return list(found.values())


def _columns(raw: Any, fields: FieldSet, problems: list[Problem]) -> list[str]:
    if not isinstance(raw, list) or len(raw) > MAX_COLUMNS or not all(map(_is_code, raw)):
        problems.append(Problem("columns", _("a table has %(n)d columns at most.") % {"n": MAX_COLUMNS}, "broken"))
        return []
    found: list[str] = []
    for index, code in enumerate(raw):
        if fields.get(code) is None:
            problems.append(Problem(f"columns[{index}]", _("there is no field “%(code)s”.") % {"code": str(code)[:40]}))
        elif code in found:
            problems.append(Problem(f"columns[{index}]", _("the column is there twice."), "broken"))
        else:
            found.append(code)
    return found


def _rows(raw: list, columns: Sequence[str], outputs: Sequence[Output], fields: FieldSet,
          problems: list[Problem]) -> list[Row]:
    if len(raw) > MAX_ROWS:
        problems.append(Problem("rows", _("a table has %(n)d rows at most.") % {"n": MAX_ROWS}, "broken"))
        return []
    found: list[Row] = []
    ids: set[str] = set()
    for index, one in enumerate(raw):
        number = index + 1
        row_id = one.get("id", f"r{number}") if isinstance(one, Mapping) else None
        if not _is_code(row_id) or row_id in ids or not _is_row(one):
            sentence = _("row %(n)d is not well formed.") % {"n": number}
            problems.append(Problem(f"rows[{index}]", sentence, "broken", number))
            continue
        ids.add(row_id)
        cells = _cells(one.get("when") or {}, columns, fields, number, problems)
        out = _outs(one.get("then") or {}, outputs, number, problems)
        if not one.get("off"):
            found.append(Row(len(found), number, row_id, cells, out, one.get("note", "")))
    return found


def _cells(raw: Mapping, columns: Sequence[str], fields: FieldSet, number: int,
           problems: list[Problem]) -> dict[str, Leaf]:
    cells: dict[str, Leaf] = {}
    for code, body in raw.items():
        path = f"rows[{number - 1}].when.{str(code)[:40]}"
        found: list[Problem] = []
        if code not in columns:
            found.append(Problem(path, _("there is no column “%(code)s”.") % {"code": str(code)[:40]}))
        elif body is None:
            continue
        elif not isinstance(body, Mapping):
            found.append(Problem(path, _("a cell is empty or a question with a value."), "broken"))
        else:
            leaf = cell(fields.by_code[code], body, path, found)
            if leaf is not None:
                cells[code] = leaf
        problems.extend(Problem(one.path, one.sentence, one.level, number) for one in found)
    return {code: cells[code] for code in columns if code in cells}


def _outs(raw: Mapping, outputs: Sequence[Output], number: int, problems: list[Problem]) -> dict[str, Any]:
    known = {one.code for one in outputs}
    for code in raw:
        if code not in known:
            problems.append(Problem(f"rows[{number - 1}].then.{str(code)[:40]}",
                                    _("there is no output “%(code)s”.") % {"code": str(code)[:40]}, row=number))
    out: dict[str, Any] = {}
    for one in outputs:
        path, value = f"rows[{number - 1}].then.{one.code}", raw.get(one.code)
        blank = value is None or value == ""
        if blank and one.required and one.default is None:
            problems.append(Problem(path, _("%(what)s is needed.") % {"what": say(one.label)}, row=number))
        out[one.code] = one.default if blank else _out(one, value, path, problems, number)
    return out


def _out(output: Output, raw: Any, path: str, problems: list[Problem], number: int | None) -> Any:
    """One output's value, checked by its kind; None after a complaint."""
    try:
        if output.kind == "number":
            return KINDS["number"].value(Field(output.code, output.label, "number"), raw)
        if output.kind == "text" and _are_words(raw):
            return raw
        if output.kind == "list" and isinstance(raw, list) and len(raw) <= 50 and all(map(_are_words, raw)):
            return raw
        if output.kind == "choice" and isinstance(raw, str) and raw in {value for value, _label in output.choices}:
            return raw
    except BadValue as error:
        problems.append(Problem(path, f"{say(output.label)}: {error}", row=number))
        return None
    problems.append(Problem(path, _("%(what)s cannot be “%(value)s”.")
                            % {"what": say(output.label), "value": str(raw)[:40]}, row=number))
    return None


def _bounds(raw: Any, problems: list[Problem]) -> tuple[Any, Any]:
    if raw in (None, {}):
        return None, None
    if not isinstance(raw, Mapping) or set(raw) - {"min", "max"}:
        problems.append(Problem("bounds", _("bounds are a smallest and a largest value."), "broken"))
        return None, None
    low, high = (_number(raw.get(key), f"bounds.{key}", problems) for key in ("min", "max"))
    if low is not None and high is not None and low > high:
        problems.append(Problem("bounds", _("the smallest value is above the largest.")))
    return low, high


def _bands(raw: Any, problems: list[Problem]) -> list[tuple[Any, str]]:
    if raw in (None, []):
        return []
    if not isinstance(raw, list) or len(raw) > MAX_BANDS or not all(
            isinstance(one, Mapping) and _is_code(one.get("value")) for one in raw):
        problems.append(Problem("bands", _("bands are names with the value they begin at."), "broken"))
        return []
    found = [(_number(one.get("from"), f"bands[{index}]", problems), one["value"]) for index, one in enumerate(raw)]
    floors = [floor for floor, _name in found[:-1]]
    falling = [*floors, found[-1][0]] if found[-1][0] is not None else floors
    if None in floors or any(a <= b for a, b in itertools.pairwise(falling) if None not in (a, b)):
        problems.append(Problem("bands", _("bands go from high to low; only the last may have no beginning.")))
    return found


def _number(raw: Any, path: str, problems: list[Problem]) -> Any:
    if raw is None:
        return None
    try:
        return KINDS["number"].value(Field(path, path, "number"), raw)
    except BadValue as error:
        problems.append(Problem(path, str(error)))
        return None


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 60 and value.isprintable()


def _are_words(value: Any) -> bool:
    """A text, or one text per language."""
    if isinstance(value, Mapping):
        return len(value) <= 5 and all(_is_code(key) and isinstance(one, str) and _are_words(one)
                                       for key, one in value.items())
    return isinstance(value, str) and len(value) <= 300 and "\x00" not in value


def _is_choice(value: Any) -> bool:
    return isinstance(value, Mapping) and _is_code(value.get("value")) and _are_words(value.get("label", ""))


def _is_row(value: Mapping) -> bool:
    return (not set(map(str, value)) - {"id", "when", "then", "note", "off"}
            and isinstance(value.get("when") or {}, Mapping) and isinstance(value.get("then") or {}, Mapping)
            and _are_words(value.get("note", "")) and isinstance(value.get("off", False), bool))
