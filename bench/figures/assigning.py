"""Many leads change hands at once, beside a bare UPDATE of the same rows and COPY of the same events."""

from __future__ import annotations

import time
from typing import Any

from django.db import connection

from bench.build import CENTRE_AGENTS
from bench.figure import Figure, Line, at_most, ms
from bench.measuring import Rows, checked, statements, taken_back
from dengta.leads.models import Lead

BARE = """
update leads_lead l set state = t.state, owner_id = t.owner_id, team_id = t.team_id, assigned_at = t.assigned_at,
    due_at = t.due_at, calling_at = t.calling_at, pooled_at = t.pooled_at, pool_reason = t.pool_reason,
    recalls = t.recalls
from bench_after t where t.id = l.id
"""
AFTER = """
create temporary table bench_after on commit drop as
select id, state, owner_id, team_id, assigned_at, due_at, calling_at, pooled_at, pool_reason, recalls
from leads_lead where false
"""


class Moving(Figure):
    """Done for real and taken back; the bound writes the same values into the same rows."""

    target = "≤ 3 × a bare UPDATE with the same events by COPY"
    rounds = 3
    count = 0

    def prepare(self) -> None:
        self.ids = self.find(self.bench.scaled(self.count, self.count / 1_000_000))
        self.events, self.after = None, b""
        self.asked(self.ids[:100])  # rules are read, plans are made

    def find(self, count: int) -> list[int]:
        raise NotImplementedError

    def do(self, ids: list[int]) -> Any:
        raise NotImplementedError

    def measure(self) -> float:
        with taken_back(), self.bench.scope():
            events = Rows(("core_event",))
            took = checked(lambda: self.done(self.ids))
            self.events = events.take()
            with connection.cursor() as cursor, cursor.copy(
                    "copy (select id, state, owner_id, team_id, assigned_at, due_at, calling_at, pooled_at, "
                    f"pool_reason, recalls from leads_lead where id in ({', '.join(map(str, self.ids))})) "
                    "to stdout") as copy:
                self.after = b"".join(bytes(part) for part in copy)
        return took

    def done(self, ids: list[int]) -> None:
        outcome = self.do(ids)
        if len(outcome.done) != len(ids):
            raise RuntimeError(f"{len(outcome.done)} of {len(ids)} were done: {outcome.refused[:1]}")

    def bound(self) -> float:
        with taken_back(), self.bench.scope(), connection.cursor() as cursor:
            cursor.execute(AFTER)
            with cursor.copy("copy bench_after from stdin") as copy:
                copy.write(self.after)
            cursor.execute("analyze bench_after")
            begin = time.perf_counter()
            cursor.execute(BARE)
            return time.perf_counter() - begin + self.events.put()

    def asked(self, ids: list[int]) -> int:
        with taken_back(), self.bench.scope():
            return len(statements(lambda: self.done(ids)))

    def lines(self) -> list[Line]:
        pair = self.pair()
        some, more = self.ids[: max(10, len(self.ids) // 20)], self.ids[: max(20, len(self.ids) // 5)]
        few, many = self.asked(some), self.asked(more)
        return [
            Line(f"{self.name}: {len(self.ids):,}", self.target, ms(pair.value), ms(pair.least),
                 **at_most(pair.ratio, 3)),
            Line(f"Statements for {len(more):,}, for {len(some):,}", "the same", str(many), str(few),
                 met=few == many),
        ]


class Assigning(Moving):
    key = "assign"
    name = "Assign leads to 80 people"
    count = 10_000

    def find(self, count: int) -> list[int]:
        centre = self.bench.centre()
        self.people = self.bench.agents(centre)[:CENTRE_AGENTS]
        with self.bench.scope():
            pool = Lead.objects.filter(store=centre, state="pool").order_by("pk")
            return list(pool.values_list("pk", flat=True)[:count])

    def do(self, ids: list[int]) -> Any:
        return Lead.distribute.many(ids, by=self.bench.system, to=self.people)


class Recalling(Moving):
    rounds = 2
    key = "recall"
    name = "Recall leads"
    count = 50_000

    def find(self, count: int) -> list[int]:
        with self.bench.scope():
            return list(Lead.objects.filter(state="assigned").order_by("pk").values_list("pk", flat=True)[:count])

    def do(self, ids: list[int]) -> Any:
        return Lead.recall.many(ids, by=self.bench.system)
