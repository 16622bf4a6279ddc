"""What happened: one event per change, written in the change's transaction, read by everything else.

An event class is declared in a room's `events.py` with its key, label, sentence and payload fields. Storing is
set-based: any number of events is one statement.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, dataclass_transform

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils import timezone
from prometheus_client import Counter as Meter

from dengta.core import bulk, scope
from dengta.core.actors import Actor
from dengta.core.registry import registry


@dataclass(frozen=True)
class EventType:
    """The registry's entry of an event class."""

    key: str
    label: Any
    cls: type[Event]


@dataclass(frozen=True)
class Reaction:
    """What a room does after another says that something happened. Runs in the worker, at least once."""

    key: str
    events: tuple[str, ...]
    run: Callable[[list], None]
    order: int = 100


@dataclass_transform(kw_only_default=True)
@dataclass(kw_only=True)
class Event:
    """Base of all events. Subclasses set `key`, `label`, `sentence` and annotate the payload.

    The envelope fields (`subject`, `store_id`, `party_id`, `at`) are not part of the payload. `sentence` is a
    format string over the payload, for the timeline, without the actor's name; `words` says stored codes in it.
    """

    key: ClassVar[str] = ""
    label: ClassVar[Any] = ""
    sentence: ClassVar[Any] = ""
    icon: ClassVar[str] = "circle"
    words: ClassVar[dict[str, Any]] = {}  # payload field -> its choices, or a function, in the reader's language

    subject: Any = None
    store_id: int | None = None
    party_id: int | None = None
    at: datetime | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        dataclass(kw_only=True)(cls)
        if cls.key:
            registry.add(EventType(key=cls.key, label=cls.label, cls=cls))

    @classmethod
    def shown(cls, payload: dict[str, Any]) -> dict[str, Any]:
        """The payload as the sentence shows it, codes said in the reader's language; rooms may override it."""
        said = dict(payload)
        for name, say in cls.words.items():
            value = payload.get(name)
            said[name] = dict(say.choices).get(value, value) if hasattr(say, "choices") else say(value)
        return said

    def payload(self) -> dict[str, Any]:
        envelope = {"subject", "store_id", "party_id", "at"}
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in envelope}


COLUMNS = (
    "at",
    "group_id",
    "store_id",
    "key",
    "subject_type",
    "subject_id",
    "party_id",
    "actor_kind",
    "actor_id",
    "actor_label",
    "employee_id",
    "payload",
    "request_id",
)
TYPES = (
    "timestamptz",
    "bigint",
    "bigint",
    "text",
    "text",
    "bigint",
    "bigint",
    "text",
    "bigint",
    "text",
    "bigint",
    "jsonb",
    "text",
)


STORED = Meter("dengta_events", "Events written by verbs since start", ["key"])


def store(events: Sequence[Event], by: Actor) -> None:
    """Write events in one statement, in the order given; rooms call it through verbs only."""
    if not events:
        return
    group_id = scope.current().group_id or by.group_id
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    now = timezone.now()
    rows = [_row(event, by, group_id, request_id, now) for event in events]
    bulk.insert("core_event", COLUMNS, TYPES, rows)
    for key, count in Counter(event.key for event in events).items():
        STORED.labels(key).inc(count)


def _row(event: Event, by: Actor, group_id: int, request_id: str, now: datetime) -> tuple:
    subject = event.subject
    store_id = event.store_id if event.store_id is not None else getattr(subject, "store_id", None)
    payload = json.dumps(event.payload(), cls=DjangoJSONEncoder, ensure_ascii=False, default=_plain)
    return (
        event.at or now,
        group_id,
        store_id,
        event.key,
        subject._meta.label_lower,
        subject.pk,
        event.party_id if event.party_id is not None else getattr(subject, "party_id", None),
        by.kind,
        by.id,
        by.label[:120],
        by.employee_id,
        payload.replace("\\u0000", ""),
        request_id,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (Decimal, set, frozenset)):
        return str(value) if isinstance(value, Decimal) else sorted(value)
    return str(value)


def reaction(*events: type[Event], name: str, order: int = 100) -> Callable:
    """Register a function `(rows: list[EventRow]) -> None` to run after these events were committed."""

    def register(run: Callable) -> Callable:
        registry.add(Reaction(key=name, events=tuple(e.key for e in events), run=run, order=order))
        return run

    return register


def make_partitions(first: date, last: date) -> None:
    """Ensure a partition of the event table for every month from `first` to `last`, moving events that came early."""
    with connection.cursor() as cursor:
        year, month = first.year, first.month
        while (year, month) <= (last.year, last.month):
            cursor.execute("select core_event_partition(%s)", [date(year, month, 1)])
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
