"""What the table page shows, for the whole page and for the fragment that comes back after each change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from dengta.core.actors import Actor
from dengta.core.registry import registry
from dengta.core.verbs import VerbEntry
from dengta.studio.models import Definition, DefinitionVersion
from dengta.studio.queries import noun_label
from dengta.studio.rules.conditions import cell as read_cell
from dengta.studio.rules.differences import bounds_words, cell_text, field_name, hit_words, out_text
from dengta.studio.rules.kinds import plain
from dengta.studio.types import Problem, VersionState, say

FEW = 5
CHIPS = {"is", "in", "has_any", "has_all"}


def why_not(definition: Definition, actor: Actor, verb: str = "save_draft") -> str:
    """Why this person may not do it; empty when they may."""
    return registry.get(VerbEntry, f"studio.definition.{verb}").verb.refusal(definition, actor)


class Sheet:
    """One version of a table, ready to be painted. `matched` and `missed` colour it for one record (try-out)."""

    def __init__(self, definition: Definition, version: DefinitionVersion, actor: Actor, *,
                 matched: Mapping[str, Any] | None = None, missed: Mapping[str, list[str]] | None = None) -> None:
        self.definition, self.version, self.body = definition, version, version.body
        self.fields = definition.fields
        self.tried = matched is not None
        self.matched, self.missed = matched or {}, missed or {}
        is_draft = version.state == VersionState.DRAFT
        self.editable = is_draft and not self.tried and not why_not(definition, actor)
        self.checked = is_draft and not self.tried
        self.problems: list[Problem] = definition.problems(self.body) if self.checked else []

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level != "warning"]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "warning"]

    @property
    def columns(self) -> list[dict[str, Any]]:
        found = []
        for code in self.body["columns"]:
            field = self.fields.get(code)
            found.append({"code": code, "label": field_name(code, self.fields), "help": field.help if field else "",
                          "known": field is not None})
        return found

    @property
    def free_fields(self) -> list[tuple[str, str]]:
        """Fields that are not a column yet, by name."""
        taken = set(self.body["columns"])
        return sorted(((one.code, str(one.label)) for one in self.fields.fields if one.code not in taken),
                      key=lambda pair: pair[1])

    @property
    def outputs(self) -> list[dict[str, Any]]:
        """Outputs that some row fills in; the others stand in the foot with their defaults."""
        used = {code for row in self.body["rows"] for code, value in (row.get("then") or {}).items()
                if value not in (None, "")}
        few = len(self.body["outputs"]) < FEW
        return [{**one, "name": say(one.get("label")) or one["code"]} for one in self.body["outputs"]
                if one["code"] in used or one.get("required") or (few and "default" not in one)]

    @property
    def defaults(self) -> list[tuple[str, str]]:
        return [(say(one.get("label")) or one["code"], out_text(one["default"], one)) for one in self.body["outputs"]
                if one.get("default") is not None]

    @property
    def rows(self) -> list[dict[str, Any]]:
        said: dict[int, list[Problem]] = {}
        for problem in self.problems:
            if problem.row:
                said.setdefault(problem.row, []).append(problem)
        outputs = self.outputs
        return [self._row(number, row, outputs, said.get(number, []))
                for number, row in enumerate(self.body["rows"], 1)]

    @property
    def foot(self) -> list[str]:
        parts = [hit_words(self.body["hit"])]
        if self.body.get("bounds"):
            parts.append(_("kept within %(bounds)s") % {"bounds": bounds_words(self.body)})
        for band in self.body.get("bands") or []:
            name = self.band_label(band["value"])
            parts.append(f"{name} ≥ {plain(band['from'])}" if band.get("from") is not None
                         else _("else %(name)s") % {"name": name})
        return parts

    def band_label(self, value: str) -> str:
        """A band's name as the noun's own choice field says it."""
        field = self.fields.get("band")
        return str(dict(field.listed()).get(value, value)) if field else value

    def _row(self, number: int, row: Mapping[str, Any], outputs: list, said: list[Problem]) -> dict[str, Any]:
        missed = self.missed.get(row["id"], [])
        css = "row-off" if row.get("off") else "row-hit" if row["id"] in self.matched else ""
        return {"id": row["id"], "number": number, "off": row.get("off", False), "problems": said, "css": css,
                "hit": row["id"] in self.matched, "last": number == len(self.body["rows"]),
                "cells": [self._cell(code, (row.get("when") or {}).get(code), code in missed)
                          for code in self.body["columns"]],
                "outs": [self._out(one, (row.get("then") or {}).get(one["code"])) for one in outputs]}

    def _cell(self, code: str, found: Any, missed: bool) -> dict[str, Any]:
        made = {"code": code, "label": field_name(code, self.fields), "missed": missed, "any": found is None,
                "text": cell_text(code, found, self.fields)}
        field = self.fields.get(code)
        leaf = read_cell(field, found, code, []) if field and found is not None else None
        made["bad"] = found is not None and leaf is None
        if leaf and leaf.operator.key in CHIPS and field:
            values = leaf.raw if isinstance(leaf.raw, list) else [leaf.raw]
            made["chips"] = [leaf.kind.shown(field, value) for value in values]
        return made

    def _out(self, output: Mapping[str, Any], value: Any) -> dict[str, Any]:
        blank = value in (None, "")
        text = out_text(output.get("default") if blank else value, output)
        number = output["kind"] == "number" and isinstance(value, int | float)
        summed = number and self.body["hit"] == "sum"
        return {"text": f"+{text}" if summed and value > 0 else text, "number": output["kind"] == "number",
                "label": output["name"], "blank": blank,
                "tone": ("done" if value > 0 else "late" if value < 0 else "") if summed else ""}


def tabs_of(definition: Definition, current: str) -> list[dict[str, Any]]:
    url = definition.get_absolute_url()
    return [{"label": label, "url": address, "current": key == current, "icon": icon} for key, label, address, icon in (
        ("table", _("Table"), url, "table"), ("try", _("Try out"), f"{url}try/", "test-pipe"),
        ("history", _("History"), f"{url}history/", "history"))]


def head_of(definition: Definition, actor: Actor, current: str) -> dict[str, Any]:
    """What every page of one definition shows above its content."""
    live, draft = definition.published_version(), definition.open_draft()
    return {"definition": definition, "live": live, "draft": draft, "tabs": tabs_of(definition, current),
            "noun_label": noun_label(definition.noun), "may_edit": not why_not(definition, actor),
            "may_publish": not why_not(definition, actor, "publish")}
