"""From the inbox to leads with owners, tasks, clocks and events; and two workers beside one."""

from __future__ import annotations

import time
from subprocess import Popen

from django.db import connection

from bench.figure import Figure, Line, at_least, rate
from bench.measuring import Rows, checked, child, end, statements, taken_back
from dengta.leads.operations import take_in

EVERY_KIND = """
(select customer_id from leads_lead where store_id = %(store)s and state = 'assigned' order by id limit 2)
union all (select customer_id from leads_opportunity where store_id = %(store)s and state = 'lost' order by id limit 2)
union all (select customer_id from leads_opportunity where store_id = %(store)s and state = 'following'
    order by id limit 2)
"""


class Pipeline(Figure):
    """Both write the same rows into the same tables, each in one transaction that is taken back."""

    key = "intake-pipeline"
    name = "Intake pipeline, one worker, 30 % known"
    target = "≥ 40 % of the bare COPY of the same rows"
    rounds = 3

    def prepare(self) -> None:
        self.count = self.bench.scaled(5000)
        self.places = self.bench.stores()
        self.number = 0
        self.rows = None
        self.measure()  # rules are read, plans are made

    def empty(self) -> None:
        while take_in(self.bench.group.pk):
            pass

    def measure(self) -> float:
        self.number += 1
        with taken_back(), self.bench.scope():
            self.bench.fill_inbox(self.places[self.number % len(self.places)], self.count)
            rows = Rows()
            took = checked(self.empty)
            self.rows = rows.take()
        return took

    def bound(self) -> float:
        with taken_back(), self.bench.scope():
            return self.rows.put()

    def asked(self, count: int) -> int:
        """Statements of one batch in which everything occurs: new and known people, open leads, sleeping customers."""
        store = self.places[0]
        with taken_back(), self.bench.scope(), connection.cursor() as cursor:
            cursor.execute(EVERY_KIND, {"store": store.pk})
            known = [pk for (pk,) in cursor.fetchall()]
            self.bench.fill_inbox(store, count - len(known))
            self.bench.fill_inbox(store, len(known), people=known)
            return len(statements(lambda: take_in(self.bench.group.pk)))

    def lines(self) -> list[Line]:
        pair = self.pair()
        few, many = self.asked(self.bench.scaled(100)), self.asked(self.bench.scaled(1000))
        share = pair.least / pair.value
        return [
            Line(f"{self.name} ({self.rows.count / self.count:.1f} rows written for each message)", self.target,
                 rate(self.count / pair.value), rate(self.count / pair.least), **at_least(share, 0.4)),
            Line("Statements of a batch of 1,000, of 100", "the same", str(many), str(few), met=few == many),
        ]


class Lanes(Figure):
    """Each store is a lane; the web tier is idle."""

    key = "intake-lanes"
    name = "Two workers, lanes"
    target = "≥ 1.3 × one; no lead twice"
    rounds = 2

    def prepare(self) -> None:
        self.places = self.bench.stores()[:20]
        self.count = self.bench.scaled(10_000) // len(self.places)
        self.workers: list[Popen] = []

    def run(self, workers: int) -> float:
        """Messages per second, from the word to the last worker's end."""
        for place in self.places:
            self.bench.fill_inbox(place, self.count)
        self.workers = [child("bench.worker") for _number in range(workers)]
        for one in self.workers:
            one.stdout.readline()
        begin = time.perf_counter()
        for one in self.workers:
            one.stdin.write("go\n")
            one.stdin.flush()
        for one in self.workers:
            one.communicate()
        return self.count * len(self.places) / (time.perf_counter() - begin)

    def measure(self) -> float:
        return self.run(2)

    def bound(self) -> float:
        return self.run(1)

    def lines(self) -> list[Line]:
        pair, twice = self.pair(), self.twice()
        line = Line(f"{self.name} (beside: one worker)", self.target, rate(pair.value), rate(pair.least),
                    f"{pair.ratio:.2f} ×", pair.ratio >= 1.3 and not twice)
        return [line, Line("Messages with two leads, or with none", "0", str(twice), met=not twice)]

    def twice(self) -> int:
        with self.bench.scope(), connection.cursor() as cursor:
            cursor.execute(
                "select count(*) filter (where n <> 1) from (select m.id, count(l.id) n from leads_inboxmessage m "
                "left join leads_lead l on l.inbox_message_id = m.id where m.id > %s group by 1) x",
                [self.bench.big.size])
            return cursor.fetchone()[0]

    def finish(self) -> None:
        for one in self.workers:
            end(one)
        self.bench.empty_inbox()
