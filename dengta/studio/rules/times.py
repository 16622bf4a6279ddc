"""Days and moments. A day in a rule is a day of the store's own time zone; `Moment` brings now and the zone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.studio.rules import expressions as ex
from dengta.studio.rules.scalars import EMPTY, VALUE, BadValue, Kind, Operator, Test
from dengta.studio.types import Field, Moment

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)

ABSOLUTE = (Operator("before", gettext_lazy("before")), Operator("after", gettext_lazy("after")),
            Operator("on", gettext_lazy("on the day")), Operator("between", gettext_lazy("between the days"), "two"))
RELATIVE = (Operator("today", gettext_lazy("is today"), "none"),
            Operator("last_days", gettext_lazy("within the last days"), "days"),
            Operator("next_days", gettext_lazy("within the next days"), "days"),
            Operator("older_days", gettext_lazy("more days ago than"), "days"),
            Operator("later_days", gettext_lazy("more days ahead than"), "days"))

IN_DAYS = {"last_days": gettext_lazy("within the last %(n)s days"),
           "next_days": gettext_lazy("within the next %(n)s days"),
           "older_days": gettext_lazy("more than %(n)s days ago"),
           "later_days": gettext_lazy("more than %(n)s days ahead")}

Edge = tuple[str, Any]


class DateKind(Kind):
    """A day without a time."""

    key = "date"
    label = gettext_lazy("Day")
    operators = (*ABSOLUTE, *RELATIVE, EMPTY, VALUE)
    control = "date"

    def canonical(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else None

    def value(self, field: Field, raw: Any) -> Any:
        if isinstance(raw, date) and not isinstance(raw, datetime):
            day = raw
        else:
            try:
                day = date.fromisoformat(raw) if isinstance(raw, str) and len(raw) == 10 else None
            except ValueError:
                day = None
        if day is None:
            raise BadValue(_("a day as 2026-01-31 is needed."))
        if not FIRST <= day <= LAST:
            raise BadValue(_("the day is out of range."))
        return day

    def edges(self, operator: str, operand: Any, moment: Moment) -> list[Edge]:
        """What must hold: signs with constants, for memory and SQL alike."""
        today = moment.today
        return {
            "before": lambda: [("<", operand)], "after": lambda: [(">", operand)], "on": lambda: [("=", operand)],
            "between": lambda: [(">=", operand[0]), ("<=", operand[1])], "today": lambda: [("=", today)],
            "last_days": lambda: [(">=", moment.shift(-operand)), ("<=", today)],
            "next_days": lambda: [(">=", today), ("<=", moment.shift(operand))],
            "older_days": lambda: [("<", moment.shift(-operand))],
            "later_days": lambda: [(">", moment.shift(operand))],
        }[operator]()

    def test(self, operator: str, operand: Any) -> Test:
        if operator in {"is_empty", "has_value"}:
            return lambda value, moment: True
        return lambda value, moment: all(HOLDS[sign](value, edge)
                                         for sign, edge in self.edges(operator, operand, moment))

    def sql(self, operator: str, operand: Any, column: Any, moment: Moment) -> Any:
        if operator == "is_empty":
            return ex.IsNull(column)
        if operator == "has_value":
            return ex.IsNotNull(column)
        return ex.AllOf(*(ex.Compare(column, sign, edge) for sign, edge in self.edges(operator, operand, moment)))

    def text(self, field: Field, operator: Operator, raw: Any) -> str:
        if operator.takes == "days":
            return str(IN_DAYS[operator.key]) % {"n": raw}
        return super().text(field, operator, raw)

    def shown(self, field: Field, raw: Any) -> str:
        if isinstance(raw, datetime):
            return date_format(raw, "Y-m-d H:i")
        return raw.isoformat() if isinstance(raw, date) else super().shown(field, raw)


class DateTimeKind(DateKind):
    """A moment, kept in UTC. Rules speak of the store's days, or of a local time with `before` and `after`."""

    key = "datetime"
    label = gettext_lazy("Day and time")
    control = "datetime"

    def canonical(self, value: Any) -> Any:
        if not isinstance(value, datetime):
            return None
        return value if value.tzinfo else value.replace(tzinfo=UTC)

    def operand(self, field: Field, operator: Operator, raw: Any) -> Any:
        """Only `before` and `after` may name a local time; the others speak of whole days."""
        if operator.key in {"before", "after"} and isinstance(raw, str) and len(raw) in {16, 19}:
            try:
                local = datetime.fromisoformat(raw)
            except ValueError:
                raise BadValue(_("a time as 2026-01-31T09:30 is needed.")) from None
            if local.tzinfo is not None or not FIRST <= local.date() <= LAST:
                raise BadValue(_("a time as 2026-01-31T09:30 is needed."))
            return local
        return super().operand(field, operator, raw)

    def edges(self, operator: str, operand: Any, moment: Moment) -> list[Edge]:
        span, now = moment.span, moment.now
        if isinstance(operand, datetime):
            at = moment.instant(operand.date(), operand.time())
            return [("<" if operator == "before" else ">", at)]
        return {
            "before": lambda: [("<", span(operand)[0])], "after": lambda: [(">=", span(operand)[1])],
            "on": lambda: _within(span(operand)),
            "between": lambda: [(">=", span(operand[0])[0]), ("<", span(operand[1])[1])],
            "today": lambda: _within(span(moment.today)),
            "last_days": lambda: [(">=", span(moment.shift(-operand))[0]), ("<=", now)],
            "next_days": lambda: [(">=", now), ("<", span(moment.shift(operand))[1])],
            "older_days": lambda: [("<", span(moment.shift(-operand))[0])],
            "later_days": lambda: [(">=", span(moment.shift(operand))[1])],
        }[operator]()

    def control_for(self, operator: Operator) -> str:
        found = super().control_for(operator)
        return ("datetime-local" if operator.key in {"before", "after"} else "date") if found == "datetime" else found

    def shown(self, field: Field, raw: Any) -> str:
        return raw.replace("T", " ") if isinstance(raw, str) else super().shown(field, raw)


HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda value, edge: value == edge, "<": lambda value, edge: value < edge,
    "<=": lambda value, edge: value <= edge, ">": lambda value, edge: value > edge,
    ">=": lambda value, edge: value >= edge}

KINDS_OF_TIME: Sequence[Kind] = (DateKind(), DateTimeKind())


def _within(span: tuple[datetime, datetime]) -> list[Edge]:
    return [(">=", span[0]), ("<", span[1])]


