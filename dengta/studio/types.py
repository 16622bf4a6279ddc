"""What rooms offer to the studio (fields of their nouns, contracts of their tables) and the studio's small types.

Nothing here touches the database. A room above the studio registers a `FieldSet` per noun and, where its code reads a
table's outcome, a `TableContract`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, TextChoices
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

Choices = Sequence[tuple[str, Any]] | Callable[[], Iterable[tuple[str, Any]]]
Words = str | Mapping[str, str]


class DefinitionKind(TextChoices):
    TABLE = "table", _("Decision table")


class VersionState(TextChoices):
    DRAFT = "draft", pgettext_lazy("version", "Draft")
    PUBLISHED = "published", pgettext_lazy("version", "Published")
    RETIRED = "retired", pgettext_lazy("version", "Retired")


# Legal moves of a version: verb of the definition -> (from, to). A published version's body never changes again.
VERSION_MOVES = {
    "draft": (None, VersionState.DRAFT),
    "publish": (VersionState.DRAFT, VersionState.PUBLISHED),
    "roll_back": (None, VersionState.PUBLISHED),
    "withdraw": (VersionState.PUBLISHED, VersionState.RETIRED),
}


@dataclass(frozen=True)
class Problem:
    """Something wrong in a definition: where, in words, and how bad.

    `broken` cannot even be kept as a draft, `error` stops a publication, `warning` only asks for a second look.
    """

    path: str
    sentence: str
    level: str = "error"
    row: int | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}" if self.path else self.sentence


class BadDefinition(ValueError):
    """A condition, cell or table that cannot be used; `problems` says why, one sentence each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Field:
    """One thing a rule may ask about a record. Built-in and custom fields look the same to every editor.

    `expression` is a lookup path or a Django expression for SQL, the code itself when left out, and None when the
    value is computed in memory only. `read` takes a record that is not a mapping; the path is walked when left out.
    """

    code: str
    label: Any
    kind: str
    choices: Choices = ()
    unit: Any = ""
    help: Any = ""
    expression: Any = ""
    read: Callable[[Any], Any] | None = None
    to: str = ""

    def listed(self) -> list[tuple[str, Any]]:
        return [(str(value), label) for value, label in (self.choices() if callable(self.choices) else self.choices)]

    def sql(self) -> Any:
        """A fresh expression, to be resolved against the noun's own queryset."""
        if self.expression is None:
            raise BadDefinition([Problem(self.code, f"{self.label} is computed in memory and cannot be searched by.")])
        if isinstance(self.expression, str):
            return F(self.expression or self.code)
        return self.expression

    def value(self, record: Any) -> Any:
        if isinstance(record, dict | Mapping):
            return record.get(self.code)
        if self.read is not None:
            return self.read(record)
        path = self.expression if isinstance(self.expression, str) and self.expression else self.code
        for part in path.split("__"):
            record = getattr(record, part, None)
        return record


@dataclass(frozen=True)
class FieldSet:
    """The fields of one noun. `facts(rows)` gives one mapping per row, as the noun's own code feeds its tables;
    `find(text, rows)` narrows rows by the number people know them by (try-out)."""

    key: str
    fields: Sequence[Field]
    facts: Callable[[Sequence[Any]], Sequence[Mapping[str, Any]]] | None = None
    find: Callable[[str, Any], Any] | None = None

    @cached_property
    def by_code(self) -> dict[str, Field]:
        return {one.code: one for one in self.fields}

    @cached_property
    def unchecked(self) -> FieldSet:
        """The same fields without their lists of choices: a published table is not asked again whether a code is
        still on offer, and compiling it needs no query."""
        return FieldSet(self.key, [replace(one, choices=()) for one in self.fields], self.facts, self.find)

    def get(self, code: Any) -> Field | None:
        return self.by_code.get(code) if isinstance(code, str) else None


@dataclass(frozen=True)
class Output:
    """What a table's row says when it matches. `default` stands for rows that leave it blank."""

    code: str
    label: Words
    kind: str = "number"
    choices: Sequence[tuple[str, Any]] = ()
    default: Any = None
    required: bool = False


@dataclass(frozen=True)
class TableContract:
    """What a room's code expects of the table it reads, so that nobody can publish one it could not use."""

    key: str
    noun: str
    hit: str
    outputs: Sequence[Output] = ()
    bands: Sequence[str] = ()
    catch_all: bool = False


@dataclass(frozen=True)
class Moment:
    """Now, in a store's time zone. Days in conditions are that store's days."""

    now: datetime
    tz: ZoneInfo
    _days: dict[date, tuple[datetime, datetime]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.tz).date()

    def shift(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def span(self, day: date) -> tuple[datetime, datetime]:
        """The first instant of a day and of the next one, in UTC."""
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = (self.instant(day, time.min), self.instant(day + timedelta(days=1), time.min))
        return found

    def instant(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.tz).astimezone(UTC)


def say(words: Words | None, language: str | None = None) -> str:
    """The wording in the reader's language; Traditional readers get Simplified before English."""
    if not words:
        return ""
    if not isinstance(words, Mapping):
        return str(words)
    wanted = (language or get_language() or "zh-hans").lower()
    order = (wanted, "zh-hans", "zh-hant", "en") if wanted.startswith("zh") else (wanted, "en", "zh-hans")
    return next((words[code] for code in order if words.get(code)), next(iter(words.values()), ""))
