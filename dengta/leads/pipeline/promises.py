"""Until when something is promised: the group's rules, reckoned in a store's calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dengta.core.types.clock import Calendar as Hours
from dengta.core.types.clock import NeverOpen
from dengta.leads.types import Band, Calendar, Clock

CHAT = "chat"
WEEK = 7 * 24 * 60


@dataclass(frozen=True)
class Promise:
    """One rule; the shipped ones and the rows of `SlaRule` look the same."""

    clock: str
    minutes: int
    band: str = ""
    channel_kind: str = ""
    calendar: str = Calendar.BUSINESS
    tell_owner: bool = True
    tell_supervisor: bool = True
    is_active: bool = True


# Domain 0.3 and 3.1. A dealer changes them on the page of promises.
SHIPPED = (
    Promise(Clock.ANSWER, 10, channel_kind=CHAT),
    Promise(Clock.ANSWER, 30, band=Band.HIGH),
    Promise(Clock.ANSWER, 24 * 60, band=Band.MEDIUM),
    Promise(Clock.ANSWER, WEEK, band=Band.LOW, calendar=Calendar.ABSOLUTE),
    Promise(Clock.FIRST_CALL, 15, tell_supervisor=False),
    Promise(Clock.RECALL, 120, tell_owner=True, tell_supervisor=True),
)


@dataclass
class Promises:
    """The rules of one group. The most exact rule wins: by channel, then by band, then the general one."""

    rules: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Any]) -> Promises:
        """The group's own rows; a group that has none yet lives by the shipped ones."""
        rows = list(rows) or list(SHIPPED)
        return cls({(row.clock, row.band, row.channel_kind): row for row in rows if row.is_active})

    def rule(self, clock: str, band: str = "", channel_kind: str = "") -> Any | None:
        found = self.rules
        return (
            (channel_kind and (found.get((clock, band, channel_kind)) or found.get((clock, "", channel_kind))))
            or found.get((clock, band, ""))
            or found.get((clock, "", ""))
        )

    def due(
        self,
        clock: str,
        start: datetime,
        hours: Hours,
        *,
        band: str = "",
        channel_kind: str = "",
        on_call: bool = False,
    ) -> datetime | None:
        """When the promise is broken; None if nothing is promised. With somebody on call the clock never rests."""
        rule = self.rule(clock, band, channel_kind)
        return None if rule is None else until(start, timedelta(minutes=rule.minutes), rule.calendar, hours, on_call)


def until(start: datetime, length: timedelta, calendar: str, hours: Hours, on_call: bool = False) -> datetime:
    """Business time runs while the store is open; absolute time ends at the next opening if the store is closed."""
    if on_call:
        return start + length
    try:
        if calendar == Calendar.BUSINESS:
            return hours.add_business(start, length)
        return hours.next_opening(start + length)
    except NeverOpen:
        return start + length
