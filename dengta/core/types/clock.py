"""Business time: when a store is open, deadlines that run only then, public holidays and swapped working days.

A calendar never changes; ask `calendar.on(day)` for the hours of a day and see `HolidayYears` for what is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
from django.utils.translation import gettext_lazy as _

DAY = 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FARTHEST = 1_500  # days that are looked through before a calendar counts as never open
CLOSED: tuple = ()
DEFAULT_ZONE = "Asia/Shanghai"

# What a public holiday means to a store.
CLOSED_ON_HOLIDAYS = "closed"
OPEN_EVERY_DAY = "open"

Span = tuple[int, int]  # seconds after local midnight; the end may lie on the next day


class NeverOpen(ValueError):
    """The calendar has no opening in the next years, so no deadline can be computed."""

    sentence = _("The business calendar has no opening hours.")


@dataclass(frozen=True)
class HolidayYears:
    """Public holidays as published: of other years nothing is known, and only weekdays count."""

    first: int
    last: int

    def knows(self, day: date) -> bool:
        return self.first <= day.year <= self.last


CHINA = HolidayYears(min(chinese_calendar.holidays).year, max(chinese_calendar.holidays).year)


def holiday_name(day: date) -> str:
    """English name of the public holiday on this day, or nothing."""
    return chinese_calendar.holidays.get(day, "")


def is_swapped_working_day(day: date) -> bool:
    """A Saturday or Sunday on which China works in exchange for a bridge day (调休)."""
    return day in chinese_calendar.workdays


@dataclass(frozen=True, eq=False)
class Calendar:
    """Opening hours of one store.

    `week`: for each day from Monday a list of (start, end), as `time` or "09:00"; "24:00" and ends after midnight are
    fine.
    `special`: day → list of (start, end), or CLOSED; beats everything else.
    `holidays`: CLOSED_ON_HOLIDAYS closes on public holidays and opens on swapped working days, with Monday's hours when
    the weekday itself has none; OPEN_EVERY_DAY keeps to the week alone.
    """

    week: Sequence[Iterable]
    special: Mapping[date, Iterable] = field(default_factory=dict)
    holidays: str = CLOSED_ON_HOLIDAYS
    tz: str | ZoneInfo = DEFAULT_ZONE
    _zone: ZoneInfo = field(init=False, repr=False)
    _week: tuple[tuple[Span, ...], ...] = field(init=False, repr=False)
    _special: dict[date, tuple[Span, ...]] = field(init=False, repr=False)
    _working_week: tuple[Span, ...] = field(init=False, repr=False)
    _days: dict[int, tuple[Span, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("A week has seven days, Monday first")
        if self.holidays not in (CLOSED_ON_HOLIDAYS, OPEN_EVERY_DAY):
            raise ValueError(f"Unknown holiday policy {self.holidays!r}")
        put = object.__setattr__
        for name, tidy in (
            ("week", tuple(_spans(day) for day in self.week)),
            ("special", {day: _spans(spans) for day, spans in self.special.items()}),
            ("tz", ZoneInfo(self.tz) if isinstance(self.tz, str) else self.tz),
        ):
            put(self, name, tidy)
        put(self, "_week", self.week)
        put(self, "_special", self.special)
        put(self, "_zone", self.tz)
        put(self, "_days", {})
        put(self, "_working_week", next((spans for spans in self._week if spans), CLOSED))

    # -- days ------------------------------------------------------------------------------------------------------
    def on(self, day: date) -> tuple[Span, ...]:
        """Opening spans of a day in seconds after midnight; an end beyond 86,400 lies on the next day."""
        if (spans := self._special.get(day)) is not None:
            return spans
        weekly = self._week[day.weekday()]
        if self.holidays == OPEN_EVERY_DAY or not CHINA.knows(day):
            return weekly
        if day in chinese_calendar.holidays:
            return CLOSED
        if not weekly and day in chinese_calendar.workdays:
            return self._working_week
        return weekly

    def is_working_day(self, day: date) -> bool:
        return bool(self.on(day))

    def is_guess(self, day: date) -> bool:
        """Whether the public holidays of that year are not published yet, so that only weekdays were used."""
        return self.holidays == CLOSED_ON_HOLIDAYS and day not in self.special and not CHINA.knows(day)

    def next_working_day(self, day: date, count: int = 1) -> date:
        """The first working day after `day` (the count-th one)."""
        for _step in range(FARTHEST):
            day += timedelta(days=1)
            if self.on(day):
                count -= 1
                if count <= 0:
                    return day
        raise NeverOpen(str(NeverOpen.sentence))

    def local_day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()

    # -- moments ---------------------------------------------------------------------------------------------------
    def is_open(self, at: datetime) -> bool:
        moment = _stamp(at)
        return any(start <= moment < end for start, end in self._around(self._ordinal(at)))

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself when open, else the next moment the store opens."""
        moment, ordinal = _stamp(at), self._ordinal(at)
        for start, end in self._from(ordinal):
            if moment < end:
                return at if start <= moment else _moment(start, at)
        raise NeverOpen(str(NeverOpen.sentence))

    def add_business(self, start: datetime, duration: timedelta) -> datetime:
        """The earliest moment by which the store was open for `duration` since `start`; backwards when negative."""
        left = duration // MICROSECOND
        if left < 0:
            return self._subtract(start, -left)
        moment = _stamp(start)
        if not left:
            return start
        day = self._ordinal(start)
        known = self._days
        for number in range(day - 1, day + FARTHEST):
            spans = known.get(number)
            if spans is None:
                spans = self._span_stamps(number)
            for opens, closes in spans:
                if closes > moment:
                    begin = opens if opens > moment else moment
                    if closes - begin >= left:
                        return _moment(begin + left, start)
                    left -= closes - begin
        raise NeverOpen(str(NeverOpen.sentence))

    def business_seconds(self, start: datetime, end: datetime) -> float:
        """Open time between two moments, in seconds; negative when `end` is the earlier one."""
        first, last = _stamp(start), _stamp(end)
        if last < first:
            return -self.business_seconds(end, start)
        total = 0
        for number in range(self._ordinal(start) - 1, self._ordinal(end) + 1):
            for opens, closes in self._span_stamps(number):
                if closes > first and opens < last:
                    total += min(closes, last) - max(opens, first)
        return total / 1_000_000

    # -- inside ----------------------------------------------------------------------------------------------------
    def _ordinal(self, at: datetime) -> int:
        return at.astimezone(self._zone).toordinal()

    def _span_stamps(self, number: int) -> tuple[Span, ...]:
        """Spans of a local day as microseconds since 1970, kept; hours after midnight never overlap the next day's."""
        found = self._days.get(number)
        if found is None:
            day = date.fromordinal(number)
            found = tuple((self._at(day, start), self._at(day, end)) for start, end in self.on(day))
            yesterday = self.on(date.fromordinal(number - 1))
            if yesterday and yesterday[-1][1] > DAY:
                night = self._at(date.fromordinal(number - 1), yesterday[-1][1])
                found = tuple((max(start, night), end) for start, end in found if end > night)
            found = tuple((start, end) for start, end in found if start < end)
            self._days[number] = found
        return found

    def _at(self, day: date, seconds: int) -> int:
        days, seconds = divmod(seconds, DAY)
        hours, rest = divmod(seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        return _stamp(datetime.combine(day + timedelta(days=days), time(hours, minutes, seconds), self._zone))

    def _around(self, number: int) -> tuple[Span, ...]:
        return self._span_stamps(number - 1) + self._span_stamps(number)

    def _from(self, number: int) -> Iterable[Span]:
        for one in range(number - 1, number + FARTHEST):
            yield from self._span_stamps(one)

    def _subtract(self, start: datetime, left: int) -> datetime:
        moment, day = _stamp(start), self._ordinal(start)
        for number in range(day, day - FARTHEST, -1):
            for opens, closes in reversed(self._span_stamps(number)):
                if opens < moment:
                    end = min(closes, moment)
                    if end - opens >= left:
                        return _moment(end - left, start)
                    left -= end - opens
        raise NeverOpen(str(NeverOpen.sentence))

    # -- storage ---------------------------------------------------------------------------------------------------
    @classmethod
    def from_plain(cls, plain: Mapping) -> Calendar:
        """From what JSON can hold: {"week": [[["09:00", "18:00"]], …], "special": {"2026-02-17": []}, …}."""
        special = {date.fromisoformat(day): spans for day, spans in plain.get("special", {}).items()}
        return cls(plain["week"], special, plain.get("holidays", CLOSED_ON_HOLIDAYS), plain.get("tz", DEFAULT_ZONE))

    def to_plain(self) -> dict:
        return {
            "week": [_plain(day) for day in self.week],
            "special": {day.isoformat(): _plain(spans) for day, spans in sorted(self.special.items())},
            "holidays": self.holidays,
            "tz": str(self.tz),
        }


def _stamp(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("Business time needs a moment with a time zone")
    passed = at - EPOCH
    return (passed.days * DAY + passed.seconds) * 1_000_000 + passed.microseconds


def _moment(stamp: int, like: datetime) -> datetime:
    """In the time zone of the moment that was given."""
    found = EPOCH + timedelta(microseconds=stamp)
    return found if like.tzinfo is UTC else found.astimezone(like.tzinfo)


def _spans(day: Iterable | None) -> tuple[Span, ...]:
    """Sorted, joined where they touch; an end that is not after its start lies on the next day."""
    found: list[Span] = []
    for start, end in sorted((_seconds(start), _seconds(end)) for start, end in day or ()):
        if end <= start:
            end += DAY
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def _seconds(moment: time | str | int) -> int:
    if isinstance(moment, int):
        seconds = moment
    elif isinstance(moment, str):
        parts = [int(part) for part in moment.split(":")]
        if len(parts) not in (2, 3) or not all(0 <= part < 60 for part in parts[1:]):
            raise ValueError(f"{moment!r} is not a time of day")
        seconds = sum(part * size for part, size in zip(parts, (3600, 60, 1), strict=False))
    else:
        seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    if not 0 <= seconds <= 2 * DAY:
        raise ValueError(f"{moment!r} is not a time of day")
    return seconds


def _plain(spans: Iterable[Span]) -> list[list[str]]:
    return [[_clock(start), _clock(end)] for start, end in spans]


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return f"{hours:02d}:{rest // 60:02d}" + (f":{rest % 60:02d}" if rest % 60 else "")


ALWAYS = Calendar([[("00:00", "24:00")]] * 7, holidays=OPEN_EVERY_DAY)
