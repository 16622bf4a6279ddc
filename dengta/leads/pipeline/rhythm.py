"""How often an opportunity wants a contact: the levels of its brand, and the clocks that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dengta.core import scope
from dengta.core.types.clock import Calendar as Hours
from dengta.leads.pipeline.promises import until
from dengta.leads.types import Calendar, Clock, TaskWord
from dengta.org.operations import calendars_of
from dengta.work.operations import cancel_tasks, plan_tasks, start_clocks, stop_clocks
from dengta.work.types import ClockPlan, TaskPlan

OPPORTUNITY = "leads.opportunity"
RHYTHM_CLOCKS = (Clock.FOLLOW_UP, Clock.FOLLOW_UP_MANAGER, Clock.FOLLOW_UP_POOL)


@dataclass(frozen=True)
class Level:
    """A shipped level; rows of `IntentLevel` look the same."""

    code: str
    window_days: int | None
    interval_hours: int
    owner_after_hours: int = 0
    manager_after_hours: int | None = None
    pool_after_days: int | None = None
    needs_proof: bool = False
    position: int = 0
    name: str = ""
    brand_id: int | None = None
    is_active: bool = True


# Domain 2.6, the column "default in our template".
SHIPPED = (
    Level("H", 7, 24, 4, 24, 3, needs_proof=True, position=0),
    Level("A", 15, 48, 0, 0, 5, position=1),
    Level("B", 30, 7 * 24, 24, 72, 10, position=2),
    Level("C", 90, 15 * 24, 0, None, 20, position=3),
    Level("N", None, 24, 0, 24, 2, position=4),
)


@dataclass
class Ladder:
    """The levels that hold, per brand; a brand's own level beats the general one."""

    levels: dict[tuple[int | None, str], Any]

    @classmethod
    def of(cls, rows: Iterable[Any]) -> Ladder:
        rows = list(rows) or list(SHIPPED)
        return cls({(row.brand_id, row.code): row for row in rows if row.is_active})

    def level(self, code: str, brand_id: int | None) -> Any | None:
        return self.levels.get((brand_id, code)) or self.levels.get((None, code))

    def codes(self, brand_id: int | None) -> list[str]:
        """From the hottest to the coldest."""
        own = {code: row for (brand, code), row in self.levels.items() if brand in (None, brand_id)}
        return sorted(own, key=lambda code: (self.level(code, brand_id).position, code))


def read_ladder(opportunity: Any) -> Ladder:
    """Once per scope. The model is found beside the opportunity, since this lies below the models."""
    level = opportunity._meta.apps.get_model("leads", "intentlevel")
    return scope.remember("leads.intentlevel", "ladder", lambda: Ladder.of(level.objects.all()))


def begin_rhythm(
    rows: Sequence[Any], *, now: datetime, ladder: Ladder | None = None, is_new: bool = False
) -> None:
    """The next follow-up as a task, and the clocks of the level, counted from the last valid contact."""
    if not rows:
        return
    ladder = ladder or read_ladder(type(rows[0]))
    hours = calendars_of({row.store_id for row in rows})
    if not is_new:
        ids = [row.pk for row in rows]
        cancel_tasks(OPPORTUNITY, ids, kinds=(TaskWord.FOLLOW_UP,))
        stop_clocks(OPPORTUNITY, ids, kinds=RHYTHM_CLOCKS)
    plan_tasks([_task(row) for row in rows if row.next_at])
    start_clocks([plan for row in rows for plan in _clocks(row, ladder, hours[row.store_id], now)])


def plan_next(row: Any) -> None:
    """The next try as a task; the clocks of the level keep running."""
    cancel_tasks(OPPORTUNITY, [row.pk], kinds=(TaskWord.FOLLOW_UP,))
    plan_tasks([_task(row)] if row.next_at else [])


def end_rhythm(rows: Sequence[Any]) -> None:
    ids = [row.pk for row in rows]
    cancel_tasks(OPPORTUNITY, ids)
    stop_clocks(OPPORTUNITY, ids)


def _task(row: Any) -> TaskPlan:
    return TaskPlan(
        TaskWord.FOLLOW_UP.value,
        OPPORTUNITY,
        row.pk,
        row.store_id,
        row.next_at,
        owner_id=row.owner_id,
        team_id=row.team_id,
        party_id=row.customer_id,
        party_name=row.name,
    )


def _clocks(row: Any, ladder: Ladder, hours: Hours, now: datetime) -> list[ClockPlan]:
    level = ladder.level(row.level, row.brand_id)
    if level is None:
        return []
    base = row.last_valid_at or now
    due = timedelta(hours=level.interval_hours)
    waits = [(Clock.FOLLOW_UP, timedelta(hours=level.owner_after_hours))]
    if level.manager_after_hours is not None:
        waits.append((Clock.FOLLOW_UP_MANAGER, timedelta(hours=level.manager_after_hours)))
    if level.pool_after_days:
        waits.append((Clock.FOLLOW_UP_POOL, timedelta(days=level.pool_after_days)))
    return [
        ClockPlan(
            str(kind),
            OPPORTUNITY,
            row.pk,
            row.store_id,
            until(base, due + wait, Calendar.ABSOLUTE, hours),
            base,
            owner_id=row.owner_id,
            team_id=row.team_id,
            party_id=row.customer_id,
        )
        for kind, wait in waits
    ]


def suggested_level(row: Any, now: datetime) -> str:
    """Domain 2.6: from the window that was answered and from what has happened."""
    done = {name: datetime.fromisoformat(at) for name, at in row.milestones.items()}

    def within(name: str, days: int) -> bool:
        return name in done and done[name] >= now - timedelta(days=days)

    visited = within("arrived_first", 7) or within("arrived_again", 7)
    window = row.within_days
    if (window is not None and window <= 7) or (within("quoted", 3) and visited):
        return "H" if _is_proven(row) else "A"
    if (window is not None and window <= 15) or within("test_drive", 7):
        return "A"
    if (window is not None and window <= 30) or within("arrived_first", 30) or within("arrived_again", 30):
        return "B"
    return "N" if window is None else "C"


def _is_proven(row: Any) -> bool:
    return not missing_proof(row)


def missing_proof(row: Any) -> list[str]:
    """What an H still lacks: budget, decision maker, series and colour, test drive (or why not), quotation."""
    missing = []
    if row.budget_low is None and row.budget_high is None:
        missing.append("budget")
    if not row.decision_maker:
        missing.append("decision_maker")
    if row.series_id is None or not row.colour:
        missing.append("colour")
    if "test_drive" not in row.milestones and not row.test_drive_waived:
        missing.append("test_drive")
    if "quoted" not in row.milestones:
        missing.append("quoted")
    return missing
