"""From the acknowledgement of a message to the moment somebody sees it on their list."""

from __future__ import annotations

import threading
import time
from typing import Any

import psycopg
from django.db import connection

from bench.figure import Figure, Line, ms
from bench.measuring import child, end
from bench.served import Server, p95

RATE = 100
LOOK = 0.02


class OnTheList(Figure):
    key = "on-the-list"
    name = "Acknowledged → on the person's list, at 100 messages/s"
    target = "p95 ≤ 1 s"

    def prepare(self) -> None:
        self.bench.empty_inbox()
        channel = self.bench.channel(self.bench.stores()[0])
        with self.bench.scope():
            channel.rotate_key(by=self.bench.system)
            self.path, self.bearer = channel.path, channel.issued.bearer
        self.channel_id = channel.pk
        self.server = Server()
        self.worker = child("dengta", "worker")
        self.run(1)  # both are warm

    def run(self, seconds: float) -> tuple[list[float], int]:
        """Seconds from acknowledgement to list of each message, and how many never came there."""
        bodies = [self.bench.message() for _place in range(int(seconds * RATE))]
        names = {one["external_id"] for one in bodies}
        seen: dict[str, float] = {}
        stop = threading.Event()
        looking = threading.Thread(target=self.look, args=(names, seen, stop))
        looking.start()
        found = self.server.load(self.path, seconds=seconds + 5, bodies=bodies, bearer=self.bearer, rate=RATE)
        until = time.monotonic() + 15
        while len(seen) < len(names) and time.monotonic() < until:
            time.sleep(0.1)
        stop.set()
        looking.join()
        acks = dict(found["acks"])
        waits = [max(0.0, seen[name] - at) for name, at in acks.items() if name in seen]
        return waits, len(acks.keys() - seen.keys())

    def look(self, names: set[str], seen: dict[str, float], stop: threading.Event) -> None:
        """As the list does: leads of the channel that somebody holds."""
        with psycopg.connect(self.bench.big.url(self.bench.big.run), autocommit=True) as link:
            link.execute("select set_config('dengta.group', %s, false)", [str(self.bench.group.pk)])
            last = link.execute("select max(id) from leads_lead").fetchone()[0]
            while not stop.is_set() and len(seen) < len(names):
                rows: Any = link.execute(
                    "select id, external_id from leads_lead where id > %s and channel_id = %s and owner_id is not null "
                    "and state = 'assigned'", [last, self.channel_id]).fetchall()
                moment = time.time()
                for pk, name in rows:
                    seen.setdefault(name, moment)
                    last = max(last, pk)
                stop.wait(LOOK)

    def bound(self) -> float:
        """One row put in and seen by somebody else, in raw PostgreSQL."""
        with connection.cursor() as cursor:
            cursor.execute("create table if not exists bench_bare (name text)")
        begin = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("insert into bench_bare values ('x')")
        with psycopg.connect(self.bench.big.url(self.bench.big.run)) as link:
            link.execute("select count(*) from bench_bare")
        return time.perf_counter() - begin

    def lines(self) -> list[Line]:
        waits, lost = self.run(2 if self.bench.quick else 20)
        waits = waits or [float("inf")]
        return [Line(self.name, self.target, f"p95 {ms(p95(waits))}, median {ms(sorted(waits)[len(waits) // 2])}",
                     ms(self.bound()), met=p95(waits) <= 1 and not lost)]

    def finish(self) -> None:
        if hasattr(self, "server"):
            self.server.stop()
        end(getattr(self, "worker", None))
        self.bench.empty_inbox()


