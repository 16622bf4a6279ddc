"""Conditions: one JSON, checked once, then asked in memory or in SQL with the same answer.

    {"all": [{"f": "city", "op": "in", "v": ["上海"]}, {"any": [{"f": "budget_low", "op": ">=", "v": 200000}, …]}]}

A missing value (null, an empty text, an empty list) matches `is_empty` and nothing else, and there is no NOT: a
condition can only say what is there. So an unknown answer never turns into a yes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from dengta.studio.rules import expressions as ex
from dengta.studio.rules.kinds import BadValue, Kind, Operator, kind_of
from dengta.studio.types import BadDefinition, Field, FieldSet, Moment, Problem

MAX_DEPTH, MAX_PARTS = 6, 200
Predicate = Callable[[Any, Moment], bool]


@dataclass(frozen=True)
class Leaf:
    """One question about one field, checked."""

    field: Field
    kind: Kind
    operator: Operator
    operand: Any
    raw: Any

    def text(self) -> str:
        return f"{self.field.label}: {self.kind.text(self.field, self.operator, self.raw)}"


@dataclass(frozen=True)
class Group:
    """All of the parts, or any of them. An empty `all` matches everything."""

    every: bool
    parts: tuple[Leaf | Group, ...]

    def text(self) -> str:
        if not self.parts:
            return _("everything")
        word = _(" and ") if self.every else _(" or ")
        return word.join(f"({part.text()})" if isinstance(part, Group) else part.text() for part in self.parts)


class Condition:
    """A checked condition over one field set."""

    def __init__(self, root: Leaf | Group) -> None:
        self.root = root
        self.matches: Predicate = closure(root)

    def sql(self, moment: Moment) -> Any:
        """A boolean expression for `queryset.filter(…)`, `When(…)` or an annotation."""
        return expression(self.root, moment)

    def fields(self) -> set[str]:
        return _codes(self.root)

    def text(self) -> str:
        return self.root.text()


def moment(now: datetime | None = None, tz: str | tzinfo | None = None) -> Moment:
    """Now in a store's zone; the active zone when none is given."""
    zone = tz or timezone.get_current_timezone_name()
    return Moment(now or timezone.now(), zone if isinstance(zone, ZoneInfo) else ZoneInfo(str(zone)))


def compile(body: Any, fields: FieldSet) -> Condition:
    """Check and compile; raises BadDefinition with every problem found."""
    problems: list[Problem] = []
    root = _parse(body, fields, "", 1, problems, [0])
    if problems or root is None:
        raise BadDefinition(problems)
    return Condition(root)


def validate(body: Any, fields: FieldSet) -> list[Problem]:
    """What is wrong, in sentences with their places; empty when nothing is."""
    problems: list[Problem] = []
    _parse(body, fields, "", 1, problems, [0])
    return problems


def cell(field: Field, body: Any, path: str, problems: list[Problem]) -> Leaf | None:
    """One `{op, v}` about a known field: a table's cell, or the end of a condition."""
    kind = kind_of(field)
    unknown = set(body) - {"f", "op", "v"}
    if unknown:
        problems.append(Problem(path, _("“%(key)s” does not belong here.") % {"key": _short(min(map(str, unknown)))}))
        return None
    operator = kind.operator(body.get("op")) if isinstance(body.get("op"), str) else None
    if operator is None:
        problems.append(Problem(path, _("%(field)s cannot be asked “%(op)s”.")
                                % {"field": field.label, "op": _short(body.get("op"))}))
        return None
    try:
        operand = kind.operand(field, operator, body.get("v"))
    except BadValue as error:
        problems.append(Problem(path, f"{field.label}: {error}"))
        return None
    return Leaf(field, kind, operator, operand, body.get("v"))


def closure(node: Leaf | Group) -> Predicate:
    """A function of a record (mapping or row) and a moment."""
    if isinstance(node, Leaf):
        return _leaf_closure(node)
    parts = tuple(closure(part) for part in node.parts)
    if node.every:
        def every(record: Any, at: Moment) -> bool:
            return all(part(record, at) for part in parts)
        return every

    def some(record: Any, at: Moment) -> bool:
        return any(part(record, at) for part in parts)
    return some


def expression(node: Leaf | Group, at: Moment) -> Any:
    """The same question as SQL, over the field's own expression."""
    if isinstance(node, Leaf):
        return node.kind.sql(node.operator.key, node.operand, node.field.sql(), at)
    if not node.parts:
        return Value(True, output_field=BooleanField())
    return (ex.AllOf if node.every else ex.AnyOf)(*(expression(part, at) for part in node.parts))


def _leaf_closure(leaf: Leaf) -> Predicate:
    read, canonical = leaf.field.value, leaf.kind.canonical
    if leaf.operator.key == "is_empty":
        return lambda record, at: canonical(read(record)) is None
    test = leaf.kind.test(leaf.operator.key, leaf.operand)

    def asked(record: Any, at: Moment) -> bool:
        value = canonical(read(record))
        return value is not None and test(value, at)
    return asked


def _parse(body: Any, fields: FieldSet, path: str, depth: int, problems: list[Problem],
           count: list[int]) -> Leaf | Group | None:
    count[0] += 1
    if count[0] > MAX_PARTS:
        if count[0] == MAX_PARTS + 1:
            problems.append(Problem(path, _("a condition has %(n)d parts at most.") % {"n": MAX_PARTS}))
        return None
    if not isinstance(body, Mapping):
        problems.append(Problem(path, _("a condition is needed here.")))
        return None
    if "f" in body:
        field = fields.get(body["f"])
        if field is None:
            problems.append(Problem(path, _("there is no field “%(code)s”.") % {"code": _short(body["f"])}))
            return None
        return cell(field, body, path, problems)
    return _parse_group(body, fields, path, depth, problems, count)


def _parse_group(body: Mapping, fields: FieldSet, path: str, depth: int, problems: list[Problem],
                 count: list[int]) -> Group | None:
    word = next(iter(body), None)
    if len(body) != 1 or word not in ("all", "any") or not isinstance(body[word], list | tuple):
        problems.append(Problem(path, _("a condition is a field with its question, or a list of all or any.")))
        return None
    if depth > MAX_DEPTH:
        problems.append(Problem(path, _("conditions are nested %(n)d deep at most.") % {"n": MAX_DEPTH}))
        return None
    if word == "any" and not body[word]:
        problems.append(Problem(path, _("“any” needs at least one condition.")))
        return None
    parts = []
    for index, part in enumerate(body[word]):
        if count[0] > MAX_PARTS:
            break
        parts.append(_parse(part, fields, f"{path}.{word}[{index}]".lstrip("."), depth + 1, problems, count))
    return Group(word == "all", tuple(part for part in parts if part is not None))


def _codes(node: Leaf | Group) -> set[str]:
    if isinstance(node, Leaf):
        return {node.field.code}
    return set().union(*(_codes(part) for part in node.parts))


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else type(value).__name__
    return text if len(text) <= 40 else f"{text[:40]}…"
