"""What rooms offer to each other: typed entries, checked on entry, frozen after start-up.

A room adds entries when its `studio.py`, `events.py`, `reactions.py` or `jobs.py` is imported. A kind is the
entry's class; a key is unique within its kind; an unknown key is an error, never silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, is_dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q

T = TypeVar("T")


class UnknownKey(KeyError):
    """Nothing with this key was registered."""


class DuplicateKey(ValueError):
    """Two rooms claim one key."""


class Registry:
    """A map of kind (entry class) to key to entry."""

    def __init__(self) -> None:
        self._entries: dict[type, dict[str, Any]] = {}
        self._frozen = False

    def add(self, entry: T) -> T:
        """Add a dataclass entry that has a `key`; returns it, so that it may be kept by the caller."""
        if not is_dataclass(entry) or isinstance(entry, type):
            raise TypeError(f"A registry entry is an instance of a dataclass, not {entry!r}")
        key = getattr(entry, "key", "")
        if not isinstance(key, str) or not key:
            raise ValueError(f"{entry!r} needs a key")
        if self._frozen:
            raise RuntimeError(f"{key} came too late: the registry is frozen after start-up")
        known = self._entries.setdefault(type(entry), {})
        if key in known and known[key] is not entry:
            raise DuplicateKey(f"{type(entry).__name__} {key} is registered twice")
        known[key] = entry
        return entry

    def get(self, kind: type[T], key: str) -> T:
        try:
            return self._entries[kind][key]
        except KeyError:
            raise UnknownKey(f"No {kind.__name__} is called {key!r}") from None

    def has(self, kind: type, key: str) -> bool:
        return key in self._entries.get(kind, {})

    def all(self, kind: type[T]) -> list[T]:
        """Every entry of one kind, by `order` where it has one, else in order of registration."""
        return sorted(self._entries.get(kind, {}).values(), key=lambda e: getattr(e, "order", 0))

    def keys(self) -> Iterator[str]:
        """`Kind key` of everything, sorted: what `tests/architecture/keys.txt` holds."""
        return iter(
            sorted(f"{kind.__name__} {key}" for kind, found in self._entries.items() for key in found)
        )

    def kinds(self) -> list[type]:
        return list(self._entries)

    def freeze(self) -> None:
        self._frozen = True

    @contextmanager
    def temporarily(self, *entries: Any) -> Iterator[None]:
        """Entries for the length of one test."""
        kept, frozen = {kind: dict(found) for kind, found in self._entries.items()}, self._frozen
        self._frozen = False
        try:
            for entry in entries:
                self.add(entry)
            yield
        finally:
            self._entries, self._frozen = kept, frozen


registry = Registry()


@dataclass(frozen=True)
class Noun:
    """A kind of record people work with: who sees which rows, what a row is called and where it lives."""

    key: str
    model: type[Model]
    label: Any
    visible: Callable[[Any], Q]
    see: str
    title: Callable[[Any], str] = str
    url: Callable[[Any], str] | None = None
    plural: Any = ""
    icon: str = "file"
    explain: Callable[[Any, Any], list[str]] | None = None
    api: Callable[[Any, Any], dict] | None = None


@dataclass(frozen=True)
class MenuEntry:
    """A place in the side navigation; shown to those who have the permission."""

    key: str
    label: Any
    url_name: str
    icon: str
    area: str
    order: int = 100
    permission: str = ""


@dataclass(frozen=True)
class Panel:
    """What a higher room shows on a lower room's page. `context(row, actor)` gives the template its data."""

    key: str
    noun: str
    template: str
    context: Callable[[Any, Any], dict]
    place: str = "side"
    order: int = 100
    permission: str = ""


@dataclass(frozen=True)
class Permission:
    """A right that is not the key of a verb, such as seeing a noun or exporting it."""

    key: str
    label: Any


@dataclass(frozen=True)
class Setting:
    """What a dealer may change without code, per group or per store."""

    key: str
    label: Any
    default: Any
    level: str = "group"
    help: Any = ""


@dataclass(frozen=True)
class SearchSource:
    """Tells the palette how to show hits of a noun; the hits come from `core.search`."""

    key: str
    noun: str
    order: int = 100


@dataclass(frozen=True)
class Badge:
    """A number in the frame: due clocks, unread notifications. `count(actor)` is cheap and capped."""

    key: str
    label: Any
    count: Callable[[Any], int]
    url_name: str
    icon: str = "bell"
    order: int = 100


@dataclass(frozen=True)
class GroupStart:
    """What every new dealer group begins with; `run(by)` works in the group's open scope and may run again."""

    key: str
    run: Callable[[Any], Any]
    order: int = 100


@dataclass(frozen=True)
class Metric:
    """Gauges for /metrics. `collect()` yields (labels dict, value)."""

    key: str
    help: str
    collect: Callable[[], Any] = field(default=lambda: ())


@dataclass(frozen=True)
class Explainer:
    """Says why an actor has a permission on a row: `explain(actor, permission, row)` gives sentences."""

    key: str
    explain: Callable[[Any, str, Any], list[str]]
