"""What changed between two versions of a table, in sentences that a business user can check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from dengta.studio.rules.conditions import cell
from dengta.studio.rules.kinds import plain
from dengta.studio.types import FieldSet, say

Body = Mapping[str, Any]


def changes(before: Body | None, after: Body, fields: FieldSet) -> list[str]:
    """One sentence per change, from the table's frame to its rows; empty when nothing changed."""
    return list(_changes(before or {"columns": [], "outputs": [], "rows": []}, after, fields))


def _changes(before: Body, after: Body, fields: FieldSet) -> Iterator[str]:
    if before.get("hit") != after.get("hit") and before.get("hit"):
        yield _("how rows count: %(a)s → %(b)s") % {"a": hit_words(before["hit"]), "b": hit_words(after["hit"])}
    yield from _columns(before["columns"], after["columns"], fields)
    yield from _frame(before, after)
    old = {row["id"]: (number, row) for number, row in enumerate(before["rows"], 1)}
    new = {row["id"]: (number, row) for number, row in enumerate(after["rows"], 1)}
    for row_id, (number, row) in old.items():
        if row_id not in new:
            yield _("row %(n)d removed: %(what)s") % {"n": number, "what": row_sentence(row, before, fields)}
    for row_id, (number, row) in new.items():
        if row_id not in old:
            yield _("row %(n)d added: %(what)s") % {"n": number, "what": row_sentence(row, after, fields)}
        else:
            yield from _row(number, old[row_id][1], row, before, after, fields)
    kept_before = [row_id for row_id in old if row_id in new]
    kept_after = [row_id for row_id in new if row_id in old]
    if kept_before != kept_after:
        yield _("order of rows: %(order)s") % {"order": ", ".join(str(old[row_id][0]) for row_id in kept_after)}


def _columns(before: list, after: list, fields: FieldSet) -> Iterator[str]:
    for code in before:
        if code not in after:
            yield _("column “%(name)s” removed") % {"name": field_name(code, fields)}
    for code in after:
        if code not in before:
            yield _("column “%(name)s” added") % {"name": field_name(code, fields)}
    if [code for code in before if code in after] != [code for code in after if code in before]:
        yield _("order of columns changed")


def _frame(before: Body, after: Body) -> Iterator[str]:
    if (before.get("bounds") or {}) != (after.get("bounds") or {}):
        yield _("bounds: %(a)s → %(b)s") % {"a": bounds_words(before), "b": bounds_words(after)}
    if (before.get("bands") or []) != (after.get("bands") or []):
        yield _("bands: %(a)s → %(b)s") % {"a": bands_words(before), "b": bands_words(after)}
    old = {one["code"]: one for one in before["outputs"]}
    new = {one["code"]: one for one in after["outputs"]}
    for code in [*old, *(code for code in new if code not in old)]:
        if old.get(code) != new.get(code) and old:
            a, b = (out_text(found.get(code, {}).get("default"), found.get(code, {})) for found in (old, new))
            yield _("output “%(name)s”: %(a)s → %(b)s") % {
                "name": say((new.get(code) or old[code]).get("label")) or code, "a": a or "–", "b": b or "–"}


def _row(number: int, old: Body, new: Body, before: Body, after: Body, fields: FieldSet) -> Iterator[str]:
    if bool(old.get("off")) != bool(new.get("off")):
        yield (_("row %(n)d switched off") if new.get("off") else _("row %(n)d switched on")) % {"n": number}
    cells_a, cells_b = old.get("when") or {}, new.get("when") or {}
    for code in dict.fromkeys([*cells_a, *cells_b]):
        a, b = cells_a.get(code), cells_b.get(code)
        if a != b:
            yield _("row %(n)d · %(name)s: %(a)s → %(b)s") % {
                "n": number, "name": field_name(code, fields),
                "a": cell_text(code, a, fields), "b": cell_text(code, b, fields)}
    outs_a, outs_b = old.get("then") or {}, new.get("then") or {}
    shapes = {one["code"]: one for one in [*before["outputs"], *after["outputs"]]}
    for code in dict.fromkeys([*outs_a, *outs_b]):
        a, b = outs_a.get(code), outs_b.get(code)
        if a != b:
            shape = shapes.get(code, {})
            yield _("row %(n)d · %(name)s: %(a)s → %(b)s") % {
                "n": number, "name": say(shape.get("label")) or code,
                "a": out_text(a, shape) or "–", "b": out_text(b, shape) or "–"}


def row_sentence(row: Body, body: Body, fields: FieldSet) -> str:
    """A whole row in one line: its conditions, then what it gives."""
    asked = [f"{field_name(code, fields)} {cell_text(code, found, fields)}"
             for code, found in (row.get("when") or {}).items() if found is not None]
    shapes = {one["code"]: one for one in body["outputs"]}
    given = [out_text(value, shapes.get(code, {})) for code, value in (row.get("then") or {}).items()]
    return f"{_(' and ').join(asked) or _('any')} → {', '.join(one for one in given if one) or '–'}"


def field_name(code: str, fields: FieldSet) -> str:
    found = fields.get(code)
    return str(found.label) if found else code


def cell_text(code: str, found: Any, fields: FieldSet) -> str:
    """A cell in words; a cell that no longer fits its field shows what it holds."""
    field = fields.get(code)
    if found is None:
        return str(_("any"))
    leaf = cell(field, found, "", []) if field else None
    if leaf is None:
        leaf = cell(fields.unchecked.by_code[code], found, "", []) if field else None
    return leaf.kind.text(field, leaf.operator, leaf.raw) if leaf else f"{found.get('op')} {found.get('v', '')}"


def out_text(value: Any, shape: Body) -> str:
    """An output in words; points carry their sign."""
    if value is None or value == "":
        return ""
    if shape.get("kind") == "choice":
        labels = {choice["value"]: say(choice.get("label", choice["value"])) for choice in shape.get("choices", [])}
        return labels.get(value, str(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return plain(value)
    if isinstance(value, list):
        return ", ".join(say(one) for one in value)
    return say(value) if isinstance(value, str | Mapping) else str(value)


def bounds_words(body: Body) -> str:
    bounds = body.get("bounds") or {}
    low, high = bounds.get("min"), bounds.get("max")
    return f"{'–∞' if low is None else plain(low)} … {'∞' if high is None else plain(high)}"


def bands_words(body: Body) -> str:
    parts = [f"{band['value']} ≥ {plain(band['from'])}" if band.get("from") is not None
             else _("else %(name)s") % {"name": band["value"]} for band in body.get("bands") or []]
    return " · ".join(parts) or "–"


def hit_words(hit: str) -> str:
    return {"first": str(_("the first row that matches")), "sum": str(_("all rows that match are added up")),
            "list": str(_("all rows that match are listed"))}.get(hit, hit)
