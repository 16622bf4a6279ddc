"""How fast a message is acknowledged, beside a view that does nothing on the same server."""

from __future__ import annotations

from typing import Any

from bench.figure import Figure, Line, Pair, at_least, at_most, ms, rate
from bench.served import Server, p95
from bench.urls import EMPTY

CONNECTIONS = 16
MOST_PER_SECOND = 1500  # bodies that are made ready in advance


class Acknowledging(Figure):
    key = "intake-ack"
    name = "Intake acknowledgement, 16 connections"
    target = "≥ 45 % of the rate of an empty view"
    rounds = 3

    def prepare(self) -> None:
        store = self.bench.stores()[0]
        channel = self.bench.channel(store)
        with self.bench.scope():
            channel.rotate_key(by=self.bench.system)
            self.path, self.bearer = channel.path, channel.issued.bearer
        self.seconds = 1 if self.bench.quick else 4
        self.tails = Pair()
        self.server = Server()
        self.load(EMPTY, [])  # both processes are warm
        self.load(self.path, self.bodies(0.2))

    def bodies(self, seconds: float) -> list[dict[str, Any]]:
        return [self.bench.message() for _place in range(int(seconds * MOST_PER_SECOND))]

    def load(self, path: str, bodies: list[dict[str, Any]]) -> dict[str, Any]:
        return self.server.load(path, seconds=self.seconds, connections=CONNECTIONS, bodies=bodies, bearer=self.bearer)

    def measure(self) -> float:
        found = self.load(self.path, self.bodies(self.seconds))
        self.tails.measured.append(p95(found["times"]))
        return len(found["times"]) / found["took"]

    def bound(self) -> float:
        found = self.load(EMPTY, [])
        self.tails.bound.append(p95(found["times"]))
        return len(found["times"]) / found["took"]

    def lines(self) -> list[Line]:
        pair, tails = self.pair(), self.tails
        return [
            Line(self.name, self.target, rate(pair.value), rate(pair.least), **at_least(pair.ratio, 0.45)),
            Line(f"{self.name}: p95", "≤ 2 × its p95", ms(tails.value), ms(tails.least), **at_most(tails.ratio, 2)),
        ]

    def finish(self) -> None:
        if hasattr(self, "server"):
            self.server.stop()
        self.bench.empty_inbox()
