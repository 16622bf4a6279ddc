"""What the pages of an import show: columns and what they mean, the first rows and their fate, the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Given
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dengta.connect.formats.columns import TARGETS
from dengta.leads.models import ImportRun
from dengta.leads.types import RowOutcome

SHOWN = 50
LABELS = {
    "external_id": _("Number of the sender"),
    "at": _("Time of the inquiry"),
    "name": pgettext_lazy("person", "Name"),
    "phone": _("Phone"),
    "wechat": _("WeChat"),
    "email": _("E-mail"),
    "city": _("City"),
    "series": pgettext_lazy("vehicle", "Series"),
    "budget": _("Budget (from and to in one)"),
    "budget_low": _("Budget from"),
    "budget_high": _("Budget up to"),
    "purchase_within_days": _("Buys within days"),
    "campaign": _("Campaign"),
    "message": _("Message"),
    "consent": _("May be contacted"),
    "gender": _("Gender"),
    "trade_in": _("Has a car to trade in"),
    "test_drive": _("Wants a test drive"),
}
CHOICES = [(target, LABELS[target]) for target in TARGETS]
GUESSED_BY = {
    "remembered": (_("as last time"), "done"),
    "name": (_("by its name"), "info"),
    "content": (_("by its content"), "soon"),
}
TONES = {RowOutcome.CREATED: "done", RowOutcome.UPDATED: "info", RowOutcome.SKIPPED: "idle", RowOutcome.FAILED: "late"}


def asked_mapping(data: Given[str, str], run: ImportRun) -> dict[str, str]:
    """Column number → field, from the selects of the form."""
    return {str(one["index"]): data.get(f"column-{one['index']}", "") for one in run.columns}


@dataclass(frozen=True)
class Mapping:
    """The columns of the file, each with its proposal and some of its values."""

    run: ImportRun
    chosen: dict[str, str]

    @property
    def columns(self) -> list[dict[str, Any]]:
        return [self._column(one) for one in self.run.columns]

    def _column(self, one: dict[str, Any]) -> dict[str, Any]:
        target = self.chosen.get(str(one["index"]), "")
        said, tone = GUESSED_BY.get(one["by"], ("", "")) if target and target == one["target"] else ("", "")
        return {
            **one,
            "chosen": target,
            "said": said,
            "tone": tone,
            "field": f"column-{one['index']}",
            "samples": [str(value) for value in one["samples"] if str(value).strip()][:3],
        }

    @property
    def used(self) -> int:
        return sum(bool(target) for target in self.chosen.values())

    @property
    def choices(self) -> list[tuple[str, Any]]:
        return CHOICES

    @property
    def twice(self) -> list[Any]:
        """Fields that several columns claim, where only one may."""
        counts = Counter(target for target in self.chosen.values() if target and target not in ("phone", "message"))
        return [LABELS[target] for target, count in counts.items() if count > 1]


@dataclass(frozen=True)
class Preview:
    """What would become of the first rows, shown by the columns that are used."""

    rows: list[dict[str, Any]]
    headers: list[Any]

    @classmethod
    def of(cls, found: list[dict[str, Any]], chosen: dict[str, str]) -> Preview:
        used = [(int(number), target) for number, target in chosen.items() if target][:6]
        rows = [
            {
                **one,
                "label": RowOutcome(one["outcome"]).label,
                "tone": TONES.get(one["outcome"], "idle"),
                "shown": [one["cells"][n] if n < len(one["cells"]) else "" for n, _target in used],
            }
            for one in found
        ]
        return cls(rows, [LABELS[target] for _number, target in used])

    @property
    def counts(self) -> list[tuple[Any, int, str]]:
        found = Counter(row["outcome"] for row in self.rows)
        return [(outcome.label, found[outcome.value], TONES[outcome]) for outcome in TONES if found[outcome.value]]


@dataclass(frozen=True)
class Result:
    """The ledger of a run: read = new + updated + skipped + failed once it is done."""

    run: ImportRun
    failed: list[dict[str, Any]]

    @classmethod
    def of(cls, run: ImportRun) -> Result:
        rows = run.rows.filter(outcome=RowOutcome.FAILED).order_by("line").values("line", "cells", "reason")[:SHOWN]
        return cls(run, list(rows) if run.failed else [])

    @property
    def adds_up(self) -> bool:
        return self.run.read == self.run.done_rows
