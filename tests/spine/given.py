"""Honest values for the inputs of any verb, so that tests that walk the registry really run the verbs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone

from dengta.core import inputs
from dengta.core.actors import Actor
from dengta.core.verbs import VerbEntry

# Where the kind of an input does not say enough: by the verb's key and the input, else by the input alone.
KNOWN: dict[str, Any] = {
    "body": '{"hit": "sum", "columns": [], "outputs": [{"code": "points", "label": "Points", "kind": "number"}], '
            '"rows": [{"id": "a", "when": {}, "then": {"points": 1}}]}',
    "birth_on": "1990-05-17", "closes_at": "18:00", "code": "spine-code", "email": "spine@example.com",
    "ends": "18:00", "exclusive_set": "spine", "fields": '{"phone": "13800138000"}',
    "grants": '{"work.task.see": "own"}', "hours": '[["09:00", "18:00"], null, null, null, null, null, null]',
    "id_last4": "1234",
    "mapping": '{"0": "phone"}', "mobile": "13800138000", "opens_at": "09:00", "phone": "13800138000", "rules": "[]",
    "starts": "09:00",
    "value": "13800138000",
    "org.store.copy_week.target": "2031-09-01",
    "leads.intentlevel.add.code": "Y", "leads.opportunity.set_level.level": "B",
    "leads.opportunity.reach.at": "2024-01-01T10:00", "work.appointment.keep.at": "2024-01-01T10:00",
}


def honest(one: inputs.Input, key: str, actor: Actor, row: Any) -> Any:
    """A value that a page would post; None where there is nothing to choose from."""
    for known in (f"{key}.{one.name}", one.name):
        if known in KNOWN:
            return KNOWN[known]
    if isinstance(one, inputs.Ref):
        others = one.candidates(actor, row)
        if row is not None and others.model is type(row):
            others = others.exclude(pk=row.pk)
        found = list(others.order_by("pk").values_list("pk", flat=True)[:1])
        return (found if isinstance(one, inputs.Refs) else found[0]) if found else None
    if isinstance(one, inputs.Choice):
        values = [value for value, _label in one.listed() if value]
        return (values[:1] if isinstance(one, inputs.Many) else values[0]) if values else None
    return _plain(one)


def _plain(one: inputs.Input) -> Any:
    tomorrow = timezone.localtime() + timedelta(days=1)
    if isinstance(one, inputs.When):
        return tomorrow.strftime("%Y-%m-%dT10:00")
    if isinstance(one, inputs.Day):
        return tomorrow.date().isoformat()
    if isinstance(one, inputs.Integer):
        return max(one.least or 0, 1)
    if isinstance(one, inputs.Flag):
        return "on"
    if isinstance(one, inputs.Amount):
        return "100.50"
    return "{}" if isinstance(one, inputs.Json) else "Spine text"[: getattr(one, "max_length", 99)]


def honest_values(entry: VerbEntry, actor: Actor, row: Any) -> dict[str, Any]:
    """What a person would fill in: everything that is needed, and what is optional where there is a value."""
    found = {one.name: honest(one, entry.key, actor, row) for one in entry.verb.inputs}
    return {name: value for name, value in found.items() if value is not None}


def make_ready(entry: VerbEntry, row: Model) -> None:
    """Put the row into a state from which the verb is legal."""
    field = entry.verb.field
    if entry.verb.from_states and getattr(row, field) not in entry.verb.from_states:
        type(row)._base_manager.filter(pk=row.pk).update(**{field: entry.verb.from_states[0]})
