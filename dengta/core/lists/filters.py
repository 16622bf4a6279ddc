"""Filters of a list: they read the address and give a condition, a chip and what a form needs to show them again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.core.types.money import BadMoney, parse_amount

MOST_VALUES = 100
LONGEST_VALUE = 200
BIGGEST_ID = 2**63 - 1

Options = Sequence[tuple[Any, Any]]
Params = Mapping[str, list[str]]


@dataclass
class Reading:
    """What the address says about one filter. A template shows it by `kind`:

    choice and ref: `options` [{value, label, selected}], `name`, `many`; flag: one such option; text: `name`, `value`;
    dates and numbers: `names` and `values` (first and last), dates also `options` (today, this week, …).
    """

    key: str
    label: Any
    kind: str
    name: str = ""
    value: str = ""
    names: tuple[str, str] = ("", "")
    values: tuple[str, str] = ("", "")
    options: list[dict[str, Any]] = field(default_factory=list)
    many: bool = False
    q: Q | None = None
    said: str = ""
    error: str = ""
    remove: str = ""

    @property
    def active(self) -> bool:
        return self.q is not None


@dataclass(frozen=True)
class Filter:
    """`key` is its name in the address; `path` the field it asks (default: the key)."""

    key: str
    label: Any
    path: str = ""
    permission: str = ""
    kind: ClassVar[str] = ""

    @property
    def field_path(self) -> str:
        return self.path or self.key

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters it reads."""
        return (self.key,)

    def read(self, params: Params, actor: Any) -> Reading:
        raise NotImplementedError

    def _reading(self, **more: Any) -> Reading:
        return Reading(self.key, self.label, self.kind, name=self.key, **more)


@dataclass(frozen=True)
class ChoiceFilter(Filter):
    """One or several of some values; `choices` [(value, label)] or a callable of the actor.

    `blank` adds a choice for rows without a value.
    """

    choices: Options | Callable[[Any], Options] = ()
    many: bool = True
    blank: bool = False
    kind: ClassVar[str] = "choice"
    BLANK: ClassVar[str] = "-"

    def read(self, params: Params, actor: Any) -> Reading:
        choices = [(str(value), label) for value, label in self._choices(actor)]
        if self.blank:
            choices.append((self.BLANK, _("Empty")))
        asked = [value for value in params.get(self.key, ()) if value]
        chosen = [value for value in dict.fromkeys(asked) if value in dict(choices)]
        if not self.many:
            chosen = chosen[-1:]
        reading = self._reading(many=self.many, value=chosen[0] if chosen else "")
        reading.options = [{"value": v, "label": label, "selected": v in chosen} for v, label in choices]
        if len(set(asked)) > len(chosen) and self.many:
            reading.error = _("One of the values does not exist any more.")
            reading.q = Q(pk__in=[]) if not chosen else None
        if chosen:
            reading.q = self._condition(chosen)
            reading.said = _join(str(label) for value, label in choices if value in chosen)
        return reading

    def _choices(self, actor: Any) -> Options:
        return self.choices(actor) if callable(self.choices) else self.choices

    def _condition(self, chosen: list[str]) -> Q:
        plain = [value for value in chosen if not (self.blank and value == self.BLANK)]
        found = Q(**{f"{self.field_path}__in": plain}) if plain else Q(pk__in=[])
        if len(plain) < len(chosen):
            found |= Q(**{f"{self.field_path}__isnull": True})
        return found


@dataclass(frozen=True)
class RefFilter(ChoiceFilter):
    """Other records by id: `choices` is a callable of the actor that gives [(id, label)] or records."""

    kind: ClassVar[str] = "ref"

    def _choices(self, actor: Any) -> Options:
        found = super()._choices(actor)
        return [entry if isinstance(entry, tuple) else (entry.pk, str(entry)) for entry in found]

    def _condition(self, chosen: list[str]) -> Q:
        ids = [int(value) for value in chosen if value.isdecimal() and int(value) <= BIGGEST_ID]
        found = Q(**{f"{self.field_path}__in": ids}) if ids else Q(pk__in=[])
        if self.BLANK in chosen:
            found |= Q(**{f"{self.field_path}__isnull": True})
        return found


@dataclass(frozen=True)
class FlagFilter(Filter):
    """Yes or nothing: `condition` is a Q, or a callable of the actor; default: the field is true."""

    condition: Q | Callable[[Any], Q] | None = None
    kind: ClassVar[str] = "flag"

    def read(self, params: Params, actor: Any) -> Reading:
        chosen = "1" in params.get(self.key, ())
        reading = self._reading(options=[{"value": "1", "label": self.label, "selected": chosen}])
        if chosen:
            condition = self.condition(actor) if callable(self.condition) else self.condition
            reading.q = Q(**{self.field_path: True}) if condition is None else condition
            reading.value = "1"
        return reading


@dataclass(frozen=True)
class TextFilter(Filter):
    """A text: the field begins with it, or whatever `condition(text)` makes of it."""

    lookup: str = "istartswith"
    condition: Callable[[str], Q] | None = None
    kind: ClassVar[str] = "text"

    def read(self, params: Params, actor: Any) -> Reading:
        text = _first(params, self.key).replace("\x00", "")
        reading = self._reading(value=text)
        if text:
            reading.q = self.condition(text) if self.condition else Q(**{f"{self.field_path}__{self.lookup}": text})
            reading.said = text
        return reading


DAYS = {
    "today": gettext_lazy("Today"),
    "yesterday": gettext_lazy("Yesterday"),
    "week": gettext_lazy("This week"),
    "month": gettext_lazy("This month"),
    "last_month": gettext_lazy("Last month"),
}


@dataclass(frozen=True)
class DateFilter(Filter):
    """Days from and to, both included, in the store's time zone; or a word such as `today` in the parameter itself.

    `is_date`: the field is a date, not a moment.
    """

    is_date: bool = False
    kind: ClassVar[str] = "dates"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key, f"{self.key}_from", f"{self.key}_to")

    def read(self, params: Params, actor: Any) -> Reading:
        word = _first(params, self.key)
        low, high = _first(params, f"{self.key}_from"), _first(params, f"{self.key}_to")
        reading = self._reading(value=word, names=self.names[1:], values=(low, high))
        reading.options = [{"value": key, "label": label, "selected": key == word} for key, label in DAYS.items()]
        try:
            first, last = _days(word, timezone.localdate()) if word else (_day(low), _day(high))
        except ValueError:
            reading.error = _("Write a day as 2026-11-21.")
            return reading
        if first and last and first > last:
            reading.error = _("The first day is after the last one.")
            reading.q = Q(pk__in=[])
        elif first or last:
            reading.q = self._condition(first, last)
            reading.said = str(DAYS[word]) if word else _span(first, last)
        return reading

    def _condition(self, first: date | None, last: date | None) -> Q:
        found = Q()
        if first:
            found &= Q(**{f"{self.field_path}__gte": first if self.is_date else _midnight(first)})
        if last:
            after = last + timedelta(days=1)
            found &= Q(**{f"{self.field_path}__lt": after if self.is_date else _midnight(after)})
        return found


@dataclass(frozen=True)
class NumberFilter(Filter):
    """A number from and to, both included; 25.8万 is understood."""

    kind: ClassVar[str] = "numbers"

    @property
    def names(self) -> tuple[str, ...]:
        return (f"{self.key}_min", f"{self.key}_max")

    def read(self, params: Params, actor: Any) -> Reading:
        low, high = (_first(params, name) for name in self.names)
        reading = self._reading(names=self.names, values=(low, high))
        try:
            least, most = _number(low), _number(high)
        except BadMoney as bad:
            reading.error = str(bad)
            return reading
        if least is not None or most is not None:
            reading.q = Q()
            if least is not None:
                reading.q &= Q(**{f"{self.field_path}__gte": least})
            if most is not None:
                reading.q &= Q(**{f"{self.field_path}__lte": most})
            reading.said = _span(low or None, high or None)
        return reading


def _first(params: Params, name: str) -> str:
    values = params.get(name) or [""]
    return values[-1].strip()[:LONGEST_VALUE]


def _day(text: str) -> date | None:
    found = date.fromisoformat(text) if text else None
    if found and not 1900 <= found.year <= 2200:
        raise ValueError(text)
    return found


def _days(word: str, today: date) -> tuple[date, date]:
    if word not in DAYS:
        raise ValueError(word)
    month = today.replace(day=1)
    return {
        "today": (today, today),
        "yesterday": (today - timedelta(days=1), today - timedelta(days=1)),
        "week": (today - timedelta(days=today.weekday()), today + timedelta(days=6 - today.weekday())),
        "month": (month, (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)),
        "last_month": ((month - timedelta(days=1)).replace(day=1), month - timedelta(days=1)),
    }[word]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())


def _number(text: str) -> Decimal | None:
    return parse_amount(text) if text else None


def _span(first: Any, last: Any) -> str:
    if first == last:
        return str(first)
    return f"≥ {first}" if last is None else f"≤ {last}" if first is None else f"{first} – {last}"


def _join(labels: Iterable[str]) -> str:
    return " / ".join(labels)
