"""The decision tables that hold in a store: what a lead is worth and whom it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from dengta.leads.pipeline.assign import Wanted
from dengta.leads.types import Band
from dengta.studio.operations import Published, table_for
from dengta.studio.types import Moment, say

NOUN, SCORE, ASSIGNMENT = "leads.lead", "lead-score", "lead-assignment"


@dataclass(frozen=True)
class Score:
    """The sum, its band, and every row that added to it."""

    value: Any
    band: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class Rulebook:
    """Both tables and the moment in the store's time zone. Without a table a lead is worth nothing and for anybody."""

    score: Published | None
    assignment: Published | None
    moment: Moment

    def score_of(self, facts: Mapping[str, Any]) -> Score:
        if self.score is None:
            return Score(0, Band.LOW.value, {})
        result = self.score.table.evaluate(facts, self.moment)
        detail = {"version": self.score.version_id, "number": self.score.number, **result.record()}
        return Score(result.value, result.band or Band.LOW.value, detail)

    def wanted_for(self, facts: Mapping[str, Any]) -> Wanted:
        """What the first matching row asks for; no row at all means the pool."""
        if self.assignment is None:
            return Wanted()
        result = self.assignment.table.evaluate(facts, self.moment)
        if not result.matched:
            return Wanted(to_pool=True)
        found = result.nested()
        who = found.get("who") or {}
        return Wanted(
            min_level=str(who.get("min_level") or ""),
            team=say(who.get("team")).strip(),
            skill=say(who.get("skill")).strip(),
            weights=found.get("weights"),
            fairness=float(found.get("fairness") or 0),
            row=result.matched[0].id,
            reason=found.get("reason") or "",
        )

    @property
    def assignment_version(self) -> str:
        return str(self.assignment.version_id) if self.assignment else ""


def read_rulebook(store: Any, now: datetime, tz: tzinfo) -> Rulebook:
    return Rulebook(table_for(NOUN, SCORE, store.pk), table_for(NOUN, ASSIGNMENT, store.pk), Moment(now, tz))
