"""What a figure is: something we do, the least that raw PostgreSQL needs for the same, and the target between them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar


@dataclass
class Line:
    """One line of the table."""

    what: str
    target: str
    measured: str
    bound: str = ""
    ratio: str = ""
    met: bool | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Pair:
    """What was measured and its lower bound, taken in turn so that both met the same machine."""

    measured: list[float] = field(default_factory=list)
    bound: list[float] = field(default_factory=list)

    @property
    def value(self) -> float:
        return statistics.median(self.measured)

    @property
    def least(self) -> float:
        return statistics.median(self.bound)

    @property
    def ratio(self) -> float:
        return self.value / self.least if self.least else float("inf")


class Figure:
    """A figure says its name and target, how it is measured and what its bound is; `lines` puts them together."""

    key: ClassVar[str] = ""
    name: ClassVar[str] = ""
    target: ClassVar[str] = ""
    rounds: ClassVar[int] = 5

    def __init__(self, bench: Any) -> None:
        self.bench = bench

    def prepare(self) -> None:
        """Before the first round; not measured."""

    def measure(self) -> float:
        raise NotImplementedError

    def bound(self) -> float:
        raise NotImplementedError

    def pair(self) -> Pair:
        """Measured and bound in turn, the median of the rounds."""
        found = Pair()
        for _round in range(self.bench.rounds(self.rounds)):
            found.measured.append(self.measure())
            found.bound.append(self.bound())
        return found

    def lines(self) -> list[Line]:
        raise NotImplementedError

    def finish(self) -> None:
        """After the last round, also when something failed."""


def at_most(ratio: float, limit: float) -> dict[str, Any]:
    return {"ratio": f"{ratio:.2f} ×", "met": ratio <= limit}


def at_least(share: float, limit: float) -> dict[str, Any]:
    return {"ratio": f"{100 * share:.0f} %", "met": share >= limit}


def timed(do: Callable[[], Any]) -> float:
    """Seconds."""
    begin = time.perf_counter()
    do()
    return time.perf_counter() - begin


def ms(seconds: float) -> str:
    return f"{1000 * seconds:,.1f} ms" if seconds < 10 else f"{seconds:,.1f} s"


def rate(number: float) -> str:
    return f"{number:,.0f}/s"
