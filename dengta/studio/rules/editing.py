"""Changing a table's JSON step by step: pure functions from body to body, and the check before a draft is kept."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dengta.studio.rules.sheets import MAX_ROWS, read
from dengta.studio.types import BadDefinition, FieldSet, Problem, TableContract, Words, say

MAX_BYTES = 400_000
Body = dict[str, Any]


def blank(contract: TableContract | None = None) -> Body:
    """An empty table; with the outputs its reader expects, if one does."""
    outputs: list[dict] = [{"code": "points", "label": _("Points"), "kind": "number"},
                           {"code": "reason", "label": pgettext("rule", "Reason"), "kind": "text"}]
    if contract is not None and contract.outputs:
        outputs = [{"code": one.code, "label": _plain(one.label), "kind": one.kind, "required": one.required,
                    "choices": [{"value": value, "label": _plain(label)} for value, label in one.choices],
                    **({"default": one.default} if one.default is not None else {})} for one in contract.outputs]
    return {"hit": contract.hit if contract else "sum", "columns": [], "outputs": outputs, "rows": []}


def prepare(body: Any, fields: FieldSet) -> Body:
    """The body as it may be kept: plain JSON with a sound frame, and an id for every row. Raises BadDefinition."""
    try:
        text = json.dumps(body, ensure_ascii=False, allow_nan=False)
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError):
        raise BadDefinition([Problem("", _("this is not a decision table."), "broken")]) from None
    if size > MAX_BYTES or "\\u0000" in text:
        raise BadDefinition([Problem("", _("the table is too large or holds characters that cannot be kept."))])
    body = json.loads(text)
    if isinstance(body, dict) and isinstance(body.get("rows"), list):
        _number_rows(body["rows"])
    problems: list[Problem] = []
    read(body, fields.unchecked, problems)
    broken = [problem for problem in problems if problem.level == "broken"]
    if broken:
        raise BadDefinition(broken)
    return {"hit": body["hit"], "columns": body.get("columns", []), "outputs": body["outputs"],
            "rows": body.get("rows", []), **{key: body[key] for key in ("bounds", "bands") if body.get(key)}}


def change(body: Body, what: str, given: Mapping[str, Any]) -> Body:
    """One step of the editor; an unknown row or column leaves the table as it is."""
    fresh = copy.deepcopy(body)
    STEPS[what](fresh, given)
    return fresh


def row_of(body: Body, row_id: str) -> dict | None:
    return next((row for row in body["rows"] if row.get("id") == row_id), None)


def _number_rows(rows: list) -> None:
    taken = {row.get("id") for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)}
    for row in rows:
        if isinstance(row, dict) and not row.get("id"):
            row["id"] = _free_id(taken)
            taken.add(row["id"])


def _free_id(taken: set) -> str:
    number = len(taken) + 1
    while f"r{number}" in taken:
        number += 1
    return f"r{number}"


def _add_row(body: Body, given: Mapping[str, Any]) -> None:
    if len(body["rows"]) >= MAX_ROWS:
        raise BadDefinition([Problem("rows", _("a table has %(n)d rows at most.") % {"n": MAX_ROWS})])
    then = {one["code"]: 0 for one in body["outputs"] if one["kind"] == "number" and "default" not in one}
    body["rows"].append({"id": _free_id({row["id"] for row in body["rows"]}), "when": {}, "then": then})


def _copy_row(body: Body, given: Mapping[str, Any]) -> None:
    row = row_of(body, given["row"])
    if row is not None and len(body["rows"]) < MAX_ROWS:
        twin = copy.deepcopy(row) | {"id": _free_id({one["id"] for one in body["rows"]})}
        body["rows"].insert(body["rows"].index(row) + 1, twin)


def _delete_row(body: Body, given: Mapping[str, Any]) -> None:
    body["rows"] = [row for row in body["rows"] if row.get("id") != given["row"]]


def _move_row(body: Body, given: Mapping[str, Any]) -> None:
    row = row_of(body, given["row"])
    if row is not None:
        place = body["rows"].index(row)
        body["rows"].remove(row)
        body["rows"].insert(max(0, place + (-1 if given["way"] == "up" else 1)), row)


def _switch_row(body: Body, given: Mapping[str, Any]) -> None:
    row = row_of(body, given["row"])
    if row is not None and not row.pop("off", False):
        row["off"] = True


def _set_cell(body: Body, given: Mapping[str, Any]) -> None:
    row = row_of(body, given["row"])
    if row is None or given["column"] not in body["columns"]:
        return
    cells = row.setdefault("when", {})
    if given.get("cell") is None:
        cells.pop(given["column"], None)
    else:
        cells[given["column"]] = given["cell"]


def _set_outs(body: Body, given: Mapping[str, Any]) -> None:
    row = row_of(body, given["row"])
    if row is not None:
        known = {one["code"] for one in body["outputs"]}
        row["then"] = {code: value for code, value in {**row.get("then", {}), **given["outs"]}.items()
                       if code in known and value not in (None, "")}


def _add_column(body: Body, given: Mapping[str, Any]) -> None:
    if given["column"] not in body["columns"]:
        body["columns"].append(given["column"])


def _drop_column(body: Body, given: Mapping[str, Any]) -> None:
    body["columns"] = [code for code in body["columns"] if code != given["column"]]
    for row in body["rows"]:
        row.get("when", {}).pop(given["column"], None)


def _move_column(body: Body, given: Mapping[str, Any]) -> None:
    columns = body["columns"]
    if given["column"] in columns:
        place = columns.index(given["column"])
        columns.remove(given["column"])
        columns.insert(max(0, place + (-1 if given["way"] == "left" else 1)), given["column"])


def _set_frame(body: Body, given: Mapping[str, Any]) -> None:
    """Bounds, where bands begin, and what stands for blank outputs."""
    for key in ("bounds", "bands", "hit"):
        if key in given:
            body[key] = given[key]
    for one in body["outputs"]:
        if one["code"] in given.get("defaults", {}):
            one.pop("default", None)
            if (value := given["defaults"][one["code"]]) not in (None, ""):
                one["default"] = value


STEPS: dict[str, Callable[[Body, Mapping[str, Any]], None]] = {
    "add_row": _add_row, "copy_row": _copy_row, "delete_row": _delete_row, "move_row": _move_row,
    "switch_row": _switch_row, "set_cell": _set_cell, "set_outs": _set_outs, "add_column": _add_column,
    "drop_column": _drop_column, "move_column": _move_column, "set_frame": _set_frame}


def reworded(before: Words | None, text: str) -> Words:
    """A text changed by somebody who reads one language: the other languages' wordings go, they would be untrue."""
    return dict(before) if isinstance(before, Mapping) and say(before) == text else text


def _plain(words: Any) -> Any:
    return dict(words) if isinstance(words, Mapping) else str(words)
