"""Try-out: what the published version and the draft say about one record, row by row."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dengta.core.access import fetch as fetch_row
from dengta.core.access import visible
from dengta.core.handlers import page
from dengta.core.registry import Noun, registry
from dengta.studio.models import Definition, DefinitionVersion
from dengta.studio.rules.conditions import moment
from dengta.studio.rules.differences import field_name, out_text
from dengta.studio.rules.kinds import kind_of, plain
from dengta.studio.rules.tables import Result, compile_published, row_words
from dengta.studio.types import BadDefinition, FieldSet, say
from dengta.studio.views.definitions import SEE
from dengta.studio.views.sheet import Sheet, head_of

RECENT = 8
FOUND = 20


@page(SEE, methods=("GET", "HEAD"))
def try_out(request: HttpRequest, pk: int) -> HttpResponse:
    """`?record=12` tries one record, `?q=…` looks for one; only records that the person may see."""
    row = fetch_row(Definition, request.actor, pk)
    head = head_of(row, request.actor, "try")
    context: dict[str, Any] = {**head, "asked": request.GET.get("q", "")[:60], "trial": None}
    if not registry.has(Noun, row.noun) or not request.actor.may(registry.get(Noun, row.noun).see):
        return render(request, "studio/try.html", context | {"closed": True})
    noun = registry.get(Noun, row.noun)
    rows = visible(noun.model, request.actor)
    found = _candidates(row, rows, context["asked"])
    context["candidates"] = [{"pk": one.pk, "title": noun.title(one)} for one in found]
    if request.GET.get("record"):
        record = fetch_row(noun.model, request.actor, request.GET["record"])
        context["trial"] = Trial(row, head["live"], head["draft"], record, noun, request.actor)
    return render(request, "studio/try.html", context)


class Trial:
    """One record against both versions."""

    def __init__(self, definition: Definition, live: DefinitionVersion | None, draft: DefinitionVersion | None,
                 record: Any, noun: Noun, actor: Any) -> None:
        self.title, self.url = noun.title(record), noun.url(record) if noun.url else ""
        self.fields: FieldSet = definition.fields
        self.facts = self.fields.facts([record])[0] if self.fields.facts else record
        zone = getattr(getattr(record, "store", None), "timezone", None)
        self.moment = moment(tz=zone)
        versions = [(version, label) for version, label in ((live, _("Published")), (draft, _("Draft"))) if version]
        self.answers = [self._answer(definition, version, label, actor) for version, label in versions]
        shown = draft or live
        self.inputs = [self._input(code) for code in (shown.body["columns"] if shown else [])]

    @property
    def differs(self) -> bool:
        told = [answer.get("told") for answer in self.answers]
        return len(told) == 2 and told[0] != told[1]

    def _answer(self, definition: Definition, version: DefinitionVersion, label: str, actor: Any) -> dict[str, Any]:
        try:
            table, _problems = compile_published(version.body, self.fields)
        except BadDefinition as bad:
            return {"label": label, "version": version, "problem": str(bad.problems[0])}
        result = table.evaluate(self.facts, self.moment)
        matched = {row.id: row for row in result.matched}
        sheet = Sheet(definition, version, actor, matched=matched, missed=table.missed(self.facts, self.moment))
        shapes = {one["code"]: one for one in version.body["outputs"]}
        return {"label": label, "version": version, "sheet": sheet, "result": result,
                "value": "" if result.value is None else plain(result.value), "told": (result.record(), result.out),
                "clamped": result.raw != result.value and plain(result.raw) if result.value is not None else "",
                "band": sheet.band_label(result.band) if result.band else "",
                "outs": _outs(result, shapes), "rows": [_matched(row, table.sheet.summed) for row in result.matched]}

    def _input(self, code: str) -> tuple[str, str]:
        field = self.fields.get(code)
        if field is None:
            return code, ""
        value = kind_of(field).canonical(field.value(self.facts))
        return field_name(code, self.fields), kind_of(field).shown(field, value)


def _matched(row: Any, summed: str) -> dict[str, Any]:
    points = row.out.get(summed)
    shown = plain(points) if points is not None else ""
    return {"number": row.number, "why": row_words(row), "points": f"+{shown}" if points and points > 0 else shown,
            "tone": "done" if points and points > 0 else "late" if points and points < 0 else "idle"}


def _outs(result: Result, shapes: dict[str, Any]) -> list[tuple[str, str]]:
    """The outcome of a first-hit table, output by output."""
    if result.out is None:
        return []
    found = [(shapes[code], value) for code, value in result.out.items() if value not in (None, "")]
    return [(say(shape.get("label")) or shape["code"],
             plain(value) if shape["kind"] == "number" else out_text(value, shape)) for shape, value in found]


def _candidates(row: Definition, rows: Any, asked: str) -> list[Any]:
    """Records to pick from: by what was typed, else the newest."""
    asked = asked.strip().replace("\x00", "")
    if asked and row.fields.find:
        return list(row.fields.find(asked, rows)[:FOUND])
    if asked.isascii() and asked.isdigit() and len(asked) < 19:
        return list(rows.filter(pk=int(asked))[:1])
    return [] if asked else list(rows.order_by("-pk")[:RECENT])
