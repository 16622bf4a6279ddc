"""Who may be given a lead now: on shift, with room, and with what the assignment knows of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from dengta.leads.types import LOAD
from dengta.org.models import Employee, Shift
from dengta.org.types import Level

LEVELS = {Level.TRAINEE: 0.25, Level.JUNIOR: 0.5, Level.SENIOR: 0.75, Level.EXPERT: 1.0}
RANK = {code: place for place, code in enumerate(LEVELS)}
INVITE_DESK = ("dcc_agent",)
SHOWROOM = ("sales_consultant",)
PRIOR_LEADS = 20  # how many leads the team's mean counts for, against one person's own record
PRIOR_ANSWERS, PRIOR_SECONDS = 5, 900


@dataclass(slots=True, eq=False)
class Agent:
    """One person in the draw. The counts move while a batch is given out."""

    employee: Any
    open: int = 0
    today: int = 0
    last: int = 0
    level: float = 0.5
    seconds: float = float(PRIOR_SECONDS)
    records: dict[int | None, tuple[int, int, int, int]] = field(default_factory=dict)
    pk: int = 0

    def __post_init__(self) -> None:
        self.pk = self.employee.pk

    @property
    def role(self) -> str:
        return self.employee.role.code if self.employee.role_id else ""

    @property
    def is_full(self) -> bool:
        return self.open >= self.employee.max_open_leads or self.today >= self.employee.daily_capacity

    @property
    def load(self) -> float:
        return min(self.open / self.employee.max_open_leads, 1.0) if self.employee.max_open_leads else 1.0

    def rate(self, series_id: int | None, prior: float) -> float:
        """Conversion of the last 90 days for this series, pulled towards the team's mean while there is little."""
        assigned, converted, _answered, _seconds = self.records.get(series_id) or self.records.get(None) or (0,) * 4
        return (converted + PRIOR_LEADS * prior) / (assigned + PRIOR_LEADS)

    def take(self, turn: int) -> None:
        self.open, self.today, self.last = self.open + 1, self.today + 1, turn


@dataclass
class Crew:
    """The people of one store at one moment. `on_call` are those who answer while the store is closed."""

    agents: list[Agent]
    is_open: bool
    on_call: bool
    turn: int = 0
    rates: dict[int | None, dict[int, float]] = field(default_factory=dict)
    able: dict[tuple, tuple[list[Agent], list[tuple[int, str]]]] = field(default_factory=dict)

    def rates_for(self, series_id: int | None) -> dict[int, float]:
        """Everybody's conversion for a series, pulled towards the mean of all."""
        if series_id not in self.rates:
            assigned = sum(agent.records.get(None, (0, 0))[0] for agent in self.agents)
            converted = sum(agent.records.get(None, (0, 0))[1] for agent in self.agents)
            prior = (converted + 1) / (assigned + 10)
            self.rates[series_id] = {agent.pk: agent.rate(series_id, prior) for agent in self.agents}
        return self.rates[series_id]

    @property
    def is_there(self) -> bool:
        return (self.is_open or self.on_call) and bool(self.agents)


def read_crew(store: Any, hours: Any, now: datetime, tables: Any) -> Crew:
    """Four statements, whatever the number of people."""
    people = list(
        Employee.objects.working()
        .filter(store_id=store.pk, role__code__in=INVITE_DESK + SHOWROOM)
        .select_related("role", "team")
        .order_by("pk")
    )
    shifts = _shifts(store, hours, now)
    is_open = hours.is_open(now)
    on_call = {s["employee_id"] for s in shifts if s["on_call"] and s["starts_at"] <= now < s["ends_at"]}
    if is_open:
        there = _on_duty(people, shifts, now)
    else:
        there = [one for one in people if one.pk in on_call]
    crew = Crew([Agent(one) for one in there], is_open, bool(on_call) and not is_open)
    if crew.agents:
        _count(crew, hours, now)
        _remember(crew.agents, tables)
    return crew


def _shifts(store: Any, hours: Any, now: datetime) -> list[dict]:
    day = hours.local_day(now)
    return list(
        Shift.objects.filter(store_id=store.pk)
        .filter(
            Q(on_date=day) | Q(starts_at__lte=now, ends_at__gt=now),
        )
        .values("employee_id", "starts_at", "ends_at", "on_call")
    )


def _on_duty(people: list[Any], shifts: list[dict], now: datetime) -> list[Any]:
    """A store that plans no shifts for the day has everybody at work."""
    if not any(not shift["on_call"] for shift in shifts):
        return people
    here = {s["employee_id"] for s in shifts if s["starts_at"] <= now < s["ends_at"]}
    return [one for one in people if one.pk in here]


# Nobody is counted beyond their limits, so the cost does not grow with what lies around.
COUNTS = """
    select e.id,
        (select count(*) from (select 1 from leads_lead l where l.owner_id = e.id and l.state in ('assigned',
            'contacting', 'invalid_pending', 'transfer_pending') limit e.most_open) x),
        (select count(*) from (select 1 from leads_leadassignment a where a.to_owner_id = e.id and a.at >= %(today)s
            limit e.most_today) x),
        coalesce((select a.id from leads_leadassignment a where a.to_owner_id = e.id order by a.at desc, a.id desc
            limit 1), 0)
    from unnest(%(ids)s::bigint[], %(open)s::int[], %(daily)s::int[]) e(id, most_open, most_today)
"""
assert set(LOAD) == {"assigned", "contacting", "invalid_pending", "transfer_pending"}


def counts(people: Sequence[Any], today: datetime) -> dict[int, tuple[int, int, int]]:
    """employee id -> (open leads, given today, last ledger row), with one statement over indexes."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {
            "ids": [one.pk for one in people], "open": [one.max_open_leads for one in people],
            "daily": [one.daily_capacity for one in people], "today": today})  # fmt: skip
        return {pk: (opened, given, last) for pk, opened, given, last in cursor.fetchall()}


def midnight(hours: Any, now: datetime) -> datetime:
    return now.astimezone(hours.tz).replace(hour=0, minute=0, second=0, microsecond=0)


def _count(crew: Crew, hours: Any, now: datetime) -> None:
    found = counts([agent.employee for agent in crew.agents], midnight(hours, now))
    for agent in crew.agents:
        agent.open, agent.today, agent.last = found[agent.pk]
    crew.turn = max((agent.last for agent in crew.agents), default=0)


def _remember(agents: list[Agent], tables: Any) -> None:
    by_id = {agent.pk: agent for agent in agents}
    rows = tables.agent_record.objects.filter(employee_id__in=by_id)
    for row in rows.values_list("employee_id", "series_id", "assigned", "converted", "answered", "answer_seconds"):
        by_id[row[0]].records[row[1]] = row[2:]
    for agent in agents:
        _assigned, _converted, answered, seconds = agent.records.get(None) or (0,) * 4
        agent.seconds = (seconds + PRIOR_ANSWERS * PRIOR_SECONDS) / (answered + PRIOR_ANSWERS)
        agent.level = LEVELS.get(agent.employee.level, 0.5)
