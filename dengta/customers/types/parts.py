"""What rooms above register so that their records follow a customer: merging, forgetting, the path, the next step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class MergePart:
    """Records that move when two customers become one.

    `count(drop_id)` is for the preview; `move(keep_id, drop_id)` gives JSON with which `unmove(keep_id, drop_id, data)`
    puts back exactly what was moved. `move` may raise `NotAllowed` to refuse the whole merge.
    """

    key: str
    label: Any
    count: Callable[[int], int]
    move: Callable[[int, int], Any]
    unmove: Callable[[int, int, Any], None]
    order: int = 100


@dataclass(frozen=True)
class ForgetPart:
    """What else has to be blanked when a customer asks to be forgotten. `run(customer_id)`; counts stay."""

    key: str
    run: Callable[[int], None]
    order: int = 100


@dataclass(frozen=True)
class LifeStep:
    """One stone of the customer's path: reached when one of these events is on the timeline."""

    key: str
    label: Any
    events: Sequence[str]
    order: int = 100


@dataclass(frozen=True)
class NextStep:
    """What would be good to do next: `suggest(customer, actor)` gives an `Advice` or None. The first one wins."""

    key: str
    suggest: Callable[[Any, Any], Advice | None]
    order: int = 100


@dataclass(frozen=True)
class Advice:
    """The next best step, why, and where to do it (`verb` as a `verb_url`, else a page)."""

    label: Any
    why: Any = ""
    url: str = ""
    verb_url: str = ""
    icon: str = "arrow-right"
