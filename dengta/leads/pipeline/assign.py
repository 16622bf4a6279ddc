"""Who gets a lead: the assignment table says whom it is for and how the parts weigh, the formula ranks the people.

    total = conversion · rate + free capacity · (1 - open/cap) + speed · answer + level · level + fit · fit

Nobody who is full or absent is ever in the draw. Nobody gets more than 1.5 times the mean of the day while somebody
else has room. Equal people take turns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from dengta.leads.pipeline.people import INVITE_DESK, RANK, Agent, Crew
from dengta.leads.types import PoolReason

WEIGHTS = {"conversion": 0.35, "free_capacity": 0.25, "speed": 0.20, "level": 0.10, "fit": 0.10}
FAIR = 1.5
KEPT = 20  # candidates kept in the ledger; the number considered is kept too
COLUMNS = ("id", "total", *WEIGHTS, "open", "today")


@dataclass(frozen=True)
class Wanted:
    """What the table's first matching row asks for."""

    min_level: str = ""
    team: str = ""
    skill: str = ""
    weights: Mapping[str, Any] | None = None
    fairness: float = FAIR
    row: str = ""
    reason: Any = ""
    to_pool: bool = False


@dataclass
class Draw:
    """What the ledger keeps of one decision."""

    agent: Agent | None
    candidates: dict[str, Any]
    reason: str = ""


def draw(wanted: Wanted, series: Any, crew: Crew) -> Draw:
    """The best of those who may; the counts of the crew move with each draw, so a batch keeps to every limit."""
    if wanted.to_pool:
        return Draw(None, {"rule": wanted.row}, PoolReason.RULE.value)
    able, left_out = _able(wanted, crew)
    room = [agent for agent in able if not agent.is_full]
    fair = _fair(room, able, wanted.fairness or FAIR)
    left_out += [(agent.pk, "full") for agent in able if agent.is_full]
    if len(fair) < len(room):
        left_out += [(agent.pk, "fair") for agent in room if agent not in fair]
    kept: dict[str, Any] = {
        "rule": wanted.row,
        "why": wanted.reason,
        "left_out": left_out[:KEPT],
        "considered": len(crew.agents),
    }
    if not fair:
        return Draw(None, kept, (PoolReason.FULL if able else PoolReason.NOBODY).value)
    ranked = sorted(_ranked(wanted, series, fair, crew), key=_best_first)
    chosen = ranked[0][1]
    kept |= {
        "columns": COLUMNS,
        "rows": [[agent.pk, *parts, agent.open, agent.today] for parts, agent in ranked[:KEPT]],
    }
    crew.turn += 1
    chosen.take(crew.turn)
    return Draw(chosen, kept)


def _able(wanted: Wanted, crew: Crew) -> tuple[list[Agent], list[tuple[int, str]]]:
    """Of the right team, level and skill; the invite desk before the showroom, if anybody there is able."""
    asked = (wanted.team, wanted.min_level, wanted.skill)
    if asked not in crew.able:
        why = {agent.pk: _unable(wanted, agent) for agent in crew.agents}
        able = [agent for agent in crew.agents if not why[agent.pk]]
        desk = [agent for agent in able if agent.role in INVITE_DESK]
        crew.able[asked] = desk or able, [(pk, reason) for pk, reason in why.items() if reason]
    able, left_out = crew.able[asked]
    return able, list(left_out)


def _unable(wanted: Wanted, agent: Agent) -> str:
    person = agent.employee
    if wanted.team and wanted.team not in (str(person.team_id), person.team.name if person.team_id else ""):
        return "team"
    if wanted.min_level and RANK.get(person.level, 0) < RANK.get(wanted.min_level, 0):
        return "level"
    return "skill" if wanted.skill and wanted.skill not in person.skills else ""


def _fair(room: list[Agent], able: list[Agent], times: float) -> list[Agent]:
    if len(room) < 2:
        return room
    mean = (sum(agent.today for agent in able) + 1) / len(able)
    most = max(ceil(times * mean), 1)
    return [agent for agent in room if agent.today < most] or room


def _ranked(wanted: Wanted, series: Any, agents: list[Agent], crew: Crew) -> list[tuple[tuple[float, ...], Agent]]:
    """(total and the parts, agent); each part lies between 0 and 1 before its weight."""
    given = wanted.weights or {}
    conversion, free, speed, level, fit = (
        float(usual if given.get(name) is None else given[name]) for name, usual in WEIGHTS.items()
    )
    series_id, skill = (series.pk, f"series:{series.code}") if series is not None else (None, "")
    rates = crew.rates_for(series_id)
    best, fastest = max(rates[agent.pk] for agent in agents), min(agent.seconds for agent in agents)
    found = []
    for agent in agents:
        rate, room = rates[agent.pk] / best if best else 0.0, 1 - agent.load
        quick, fits = fastest / agent.seconds, 1.0 if skill and skill in agent.employee.skills else 0.5
        total = conversion * rate + free * room + speed * quick + level * agent.level + fit * fits
        found.append(((round(total, 4), round(rate, 3), round(room, 3), round(quick, 3), agent.level, fits), agent))
    return found


def _best_first(ranked: tuple[tuple[float, ...], Agent]) -> tuple:
    parts, agent = ranked
    return (-parts[0], agent.last, agent.pk)
