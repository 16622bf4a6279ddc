"""Verbs: the only way anything changes.

`@verb` makes a method of a noun the one funnel for a change of one row, `@batch_verb` the same written set-based for
many rows (one record is a batch of one), `@birth` the way a row comes into being. Each opens a transaction, locks,
asks permission, checks the state, stores the event, and is registered for buttons, API, flows and docs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.core import access, events, scope
from dengta.core.actors import Actor, covers
from dengta.core.inputs import Input
from dengta.core.registry import registry


class NotAllowed(Exception):
    """A refusal, with a sentence for the user that says why and what to do."""

    def __init__(self, sentence: Any, code: str = "not_allowed") -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.code = code


@dataclass
class Outcome:
    """What became of a batch: ids done, ids already in the wanted state, and refusals with their sentence."""

    done: list[int] = field(default_factory=list)
    quiet: list[int] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Verb:
    """A declared verb; on a class it is `Lead.assign`, on a row `lead.assign(by=…)`."""

    run: Callable
    shape: str
    label: Any = ""
    done: Any = None
    inputs: Sequence[Input] = ()
    field: str = "state"
    from_states: Sequence[str] = ()
    to_state: str | None = None
    allow: Callable[[Any, Actor], bool | str] | None = None
    confirm: Any = ""
    undo: str = ""
    bulk: bool = False
    hidden: bool = False
    permission: str = ""
    icon: str = ""
    name: str = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.__doc__ = self.run.__doc__

    def __get__(self, row: Any, owner: type) -> Any:
        if row is not None:
            return partial(self._one, row)
        return BoundVerb(self, owner)

    def needs(self, model: type[models.Model] | models.Model) -> str:
        """The permission: the verb's own key unless it borrows another's."""
        return self.permission or f"{access.key_of(model)}.{self.name}"

    def refusal(self, row: Any, by: Actor) -> str:
        """Why the actor may not do this to this row now; empty if they may. Changes nothing."""
        if (sentence := self._forbidden(row, by)) or self.shape == "birth":
            return sentence
        if self.from_states and getattr(row, self.field) not in self.from_states:
            return _("“%(verb)s” is not possible while this is “%(state)s”.") % {
                "verb": self.label,
                "state": _state_label(row, self.field),
            }
        return ""

    def _forbidden(self, row: Any, by: Actor) -> str:
        reach = by.reach(self.needs(row))
        if not reach or (self.shape != "birth" and not covers(reach, by, row)):
            return _("You do not have the right to “%(verb)s” here.") % {"verb": self.label}
        verdict = self.allow(row, by) if self.allow and not by.all_powerful else True
        if verdict is True or verdict is None:
            return ""
        return (
            str(verdict)
            if verdict
            else _("You do not have the right to “%(verb)s” here.") % {"verb": self.label}
        )

    def _is_quiet(self, row: Any) -> bool:
        return bool(self.to_state) and getattr(row, self.field) == self.to_state

    def _one(self, row: models.Model, *, by: Actor, **given: Any) -> Any:
        """Run on one row: the row is locked and read again, so that the caller's copy is true afterwards."""
        with transaction.atomic():
            _refresh(row)
            if sentence := self._forbidden(row, by):
                raise NotAllowed(sentence, "forbidden")
            if self._is_quiet(row):
                return row
            if sentence := self.refusal(row, by):
                raise NotAllowed(sentence, "illegal_state")
            if self.shape == "batch":
                happened = self.run(type(row), [row], by=by, **given)
            else:
                happened = self.run(row, by=by, **given)
            _store(happened, by, row)
        return row

    def _many(self, model: type, rows: Any, by: Actor, given: dict) -> Outcome:
        outcome = Outcome()
        with transaction.atomic():
            locked = _locked(model, rows, by)
            legal = []
            for row in locked:
                if sentence := self._forbidden(row, by):
                    outcome.refused.append((row.pk, sentence))
                elif self._is_quiet(row):
                    outcome.quiet.append(row.pk)
                elif sentence := self.refusal(row, by):
                    outcome.refused.append((row.pk, sentence))
                else:
                    legal.append(row)
            if self.shape == "batch":
                self._all_at_once(model, legal, by, given, outcome)
            else:
                self._each(legal, by, given, outcome)
        return outcome

    def _all_at_once(self, model: type[models.Model], legal: list, by: Actor, given: dict, outcome: Outcome) -> None:
        happened = [e for e in (self.run(model, legal, by=by, **given) if legal else []) if e is not None]
        events.store(happened, by)
        changed = {event.subject.pk for event in happened if isinstance(event.subject, model)}
        outcome.done += [row.pk for row in legal if row.pk in changed]
        outcome.quiet += [row.pk for row in legal if row.pk not in changed]

    def _each(self, legal: list, by: Actor, given: dict, outcome: Outcome) -> None:
        for row in legal:
            try:
                with transaction.atomic():
                    _store(self.run(row, by=by, **given), by, row)
                outcome.done.append(row.pk)
            except NotAllowed as refusal:
                outcome.refused.append((row.pk, str(refusal.sentence)))


@dataclass(frozen=True)
class BoundVerb:
    """A verb on its class: `Lead.assign.many(rows, by=…)`, or for a birth `Lead.receive(by=…)`."""

    verb: Verb
    model: type

    def many(self, rows: Any, *, by: Actor, **given: Any) -> Outcome:
        """Do it to many rows (ids, rows or a queryset) in one transaction; refusals are reported, not raised."""
        return self.verb._many(self.model, rows, by, given)

    def __call__(self, *, by: Actor, **given: Any) -> Any:
        """Bring a row into being and return it."""
        if self.verb.shape != "birth":
            raise TypeError(f"{self.verb.name} needs rows: use .many(rows, by=…)")
        with transaction.atomic():
            if not by.may(self.verb.needs(self.model)):
                raise NotAllowed(
                    _("You do not have the right to “%(verb)s” here.") % {"verb": self.verb.label},
                    "forbidden",
                )
            row, *happened = _as_tuple(self.verb.run(self.model, by=by, **given))
            if not covers(by.reach(self.verb.needs(self.model)), by, row):
                raise NotAllowed(_("You cannot create this for that store or person."), "forbidden")
            _store(happened, by, row)
        return row


@dataclass(frozen=True)
class VerbEntry:
    """The registry's entry: a verb on one model."""

    key: str
    model: type[models.Model]
    verb: Verb

    @property
    def label(self) -> Any:
        return self.verb.label


def verb(**declared: Any) -> Callable[[Callable], Any]:
    """Declare a change of one row. The method gets `self`, `by` and the inputs, and returns its event(s)."""
    return lambda run: Verb(run, "one", **_labelled(run, declared))


def batch_verb(**declared: Any) -> Callable[[Callable], Any]:
    """Declare a change of many rows. The method gets `cls`, `rows`, `by`, and returns one event per changed row."""
    return lambda run: Verb(run, "batch", **_labelled(run, {"bulk": True, **declared}))


def birth(**declared: Any) -> Callable[[Callable], Any]:
    """Declare how a row comes into being. The method gets `cls`, `by`, and returns the row and its event(s)."""
    return lambda run: Verb(run, "birth", **_labelled(run, declared))


def each(rows: Iterable[models.Model], name: str, *, by: Actor, **given: Any) -> Outcome:
    """The same verb on many rows of one noun."""
    rows = list(rows)
    return getattr(type(rows[0]), name).many(rows, by=by, **given) if rows else Outcome()


def verbs_of(model: type[models.Model] | models.Model) -> list[VerbEntry]:
    """The verbs of a noun in order of declaration."""
    wanted = access.key_of(model)
    return [entry for entry in registry.all(VerbEntry) if access.key_of(entry.model) == wanted]


def register_verbs(found: Iterable[type[models.Model]]) -> None:
    """Enter every verb of every model into the registry; called once at start-up."""
    for model in found:
        seen: dict[str, Verb] = {}
        for base in reversed(model.__mro__):
            seen |= {name: value for name, value in vars(base).items() if isinstance(value, Verb)}
        for name, declared in seen.items():
            registry.add(VerbEntry(f"{access.key_of(model)}.{name}", model, declared))


def _labelled(run: Callable, declared: dict) -> dict:
    return {"label": gettext_lazy(run.__name__.replace("_", " ").capitalize()), **declared}


def _as_tuple(value: Any) -> tuple:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def _store(happened: Any, by: Actor, row: models.Model) -> None:
    told = [event for event in _as_tuple(happened) if event is not None]
    for event in told:
        if event.subject is None:
            event.subject = row
    events.store(told, by)


def _refresh(row: models.Model) -> None:
    """Lock the row and read it again; relations already loaded on it are forgotten if their key changed."""
    query, converters = _locking_query(type(row))  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute(query, [row.pk])
        found = cursor.fetchone()
    fresh = dict(zip((one.attname for one in row._meta.concrete_fields), found or (), strict=False))
    wall = scope.current() if hasattr(row, "group_id") else None
    if not fresh or (wall and not wall.off and fresh["group_id"] != wall.group_id):
        raise NotAllowed(_("This record no longer exists."), "gone")
    for name, convert in converters:
        fresh[name] = convert(fresh[name])
    for name, value in fresh.items():
        setattr(row, name, value)


@lru_cache(maxsize=256)
def _locking_query(model: type[models.Model]) -> tuple[str, list[tuple[str, Callable]]]:
    """Every verb begins with this statement, so it is composed once per model."""
    rows = model._base_manager.select_for_update(of=("self",)).filter(pk=0)
    compiler = rows.query.get_compiler(connection=connection)
    query, _params = compiler.as_sql()
    found = compiler.get_converters([column for column, _sql, _name in compiler.select])
    names = [one.attname for one in model._meta.concrete_fields]
    return query, [
        (names[place], partial(_converted, converters=converters, expression=expression))
        for place, (converters, expression) in found.items()
    ]


def _converted(value: Any, *, converters: list[Callable], expression: Any) -> Any:
    for convert in converters:
        value = convert(value, expression, connection)
    return value


def _locked(model: type, rows: Any, by: Actor) -> list:
    """Lock rows in id order; rows the actor cannot see are silently left out, as if they did not exist."""
    ids = [getattr(row, "pk", row) for row in rows]
    found = access.visible(model, by).select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    return list(found)


def _state_label(row: models.Model, name: str) -> str:
    display = getattr(row, f"get_{name}_display", None)
    return str(display() if display else getattr(row, name))
