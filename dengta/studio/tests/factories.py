"""Definitions for tests, made through the verbs."""

from __future__ import annotations

from typing import Any

from dengta.core.actors import Actor
from dengta.studio.models import Definition

OUTPUTS = [{"code": "points", "label": "Points", "kind": "number"},
           {"code": "reason", "label": "Reason", "kind": "text"}]


def table_body(*rows: tuple[dict, float], hit: str = "sum", columns: tuple = ("city", "budget_low"),
               **more: Any) -> dict:
    return {"hit": hit, "columns": list(columns), "outputs": OUTPUTS, **more, "rows": [
        {"id": f"r{n}", "when": when, "then": {"points": points, "reason": f"Reason {n}"}}
        for n, (when, points) in enumerate(rows, 1)]}


def make_definition(by: Actor, *rows: tuple[dict, float], code: str = "test-score", store: Any = None,
                    published: bool = True, name: Any = "Score", noun: str = "leads.lead", **more: Any) -> Definition:
    row = Definition.create(by=by, noun=noun, code=code, name=name, store=store,
                            body=table_body(*(rows or [({}, 10)]), **more))
    if published:
        row.publish(by=by, accept=True)
    return row


def change_row(definition: Definition, by: Actor, points: float) -> None:
    """A draft in which the first row gives other points."""
    definition.draft(by=by)
    body = definition.open_draft().body
    body["rows"][0]["then"]["points"] = points
    definition.save_draft(by=by, body=body)
