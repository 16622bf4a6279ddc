"""What a field can be (all but days and times): one class per kind, giving its operators, how a rule's value is
checked, the test in memory and in SQL, the widget in the editor, and how a cell reads in words.

A test only ever sees a value that is there; missing values match `is_empty` and nothing else (see `conditions.py`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Model
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from dengta.studio.rules import expressions as ex
from dengta.studio.types import Field, Moment

Test = Callable[[Any, Moment], bool]
MAX_LIST, MAX_TEXT, MAX_NUMBER = 200, 500, Decimal(10) ** 15


class BadValue(ValueError):
    """A rule's value does not fit its field; the text is a sentence for the user."""


@dataclass(frozen=True)
class Operator:
    """`takes`: none, one, two (a range), many (a list) or days (a whole number). `sign` is for tight cells."""

    key: str
    label: Any
    takes: str = "one"
    sign: str = ""


EMPTY = Operator("is_empty", gettext_lazy("is empty"), "none")
VALUE = Operator("has_value", gettext_lazy("has a value"), "none")
IS = Operator("is", gettext_lazy("is"))
IS_NOT = Operator("is_not", gettext_lazy("has a value other than"))
IN = Operator("in", gettext_lazy("is one of"), "many")
NOT_IN = Operator("not_in", gettext_lazy("has a value and is none of"), "many")


class Kind:
    """The behaviour every kind shares: presence, lists, and the checks around a single value."""

    key = ""
    label: Any = ""
    operators: Sequence[Operator] = ()
    shape = "opaque"  # how a decision table may index the column: keys, points or not at all
    control = "text"  # the editor's widget

    def operator(self, key: Any) -> Operator | None:
        return next((one for one in self.operators if one.key == key), None)

    def canonical(self, value: Any) -> Any:
        """A record's value as tests compare it; None when it is missing or of a foreign type."""
        raise NotImplementedError

    def value(self, field: Field, raw: Any) -> Any:
        """One value of a rule, as tests compare it; raises BadValue."""
        raise NotImplementedError

    def operand(self, field: Field, operator: Operator, raw: Any) -> Any:
        """What the operator is given, checked: nothing, one value, a pair in order, or a list."""
        if operator.takes == "none":
            if raw not in (None, ""):
                raise BadValue(_("“%(op)s” takes no value.") % {"op": operator.label})
            return None
        if raw is None or raw == "" or raw == []:
            raise BadValue(_("a value is needed."))
        if operator.takes == "days":
            return _whole_days(raw)
        if operator.takes == "two":
            return self._range(field, raw)
        if operator.takes == "many":
            return self._list(field, raw)
        return self.value(field, raw)

    def _range(self, field: Field, raw: Any) -> tuple[Any, Any]:
        if not isinstance(raw, list | tuple) or len(raw) != 2:
            raise BadValue(_("a range needs two values, from and to."))
        low, high = (self.value(field, one) for one in raw)
        if low > high:
            raise BadValue(_("the range runs backwards: from must not be above to."))
        return low, high

    def _list(self, field: Field, raw: Any) -> tuple[Any, ...]:
        if not isinstance(raw, list | tuple):
            raise BadValue(_("a list of values is needed."))
        if len(raw) > MAX_LIST:
            raise BadValue(_("a list holds %(n)d values at most.") % {"n": MAX_LIST})
        return tuple(dict.fromkeys(self.value(field, one) for one in raw))

    def test(self, operator: str, operand: Any) -> Test:
        """The question to a value that is there."""
        raise NotImplementedError

    def sql(self, operator: str, operand: Any, column: Any, moment: Moment) -> Any:
        raise NotImplementedError

    def marks(self, operator: str, operand: Any) -> tuple[Any, ...] | None:
        """The values at which an answer may change, for indexing; None when that cannot be said."""
        return None

    def text(self, field: Field, operator: Operator, raw: Any) -> str:
        """A cell in words, in the reader's language."""
        if operator.takes == "none":
            return str(operator.label)
        if operator.takes == "two":
            return f"{self.shown(field, raw[0])} – {self.shown(field, raw[1])}"
        if operator.takes == "many":
            body = _(", ").join(self.shown(field, one) for one in raw)
        else:
            body = self.shown(field, raw)
        if operator.key in {"is", "in"}:
            return body
        return f"{operator.sign or operator.label} {body}"

    def shown(self, field: Field, raw: Any) -> str:
        """One value as people read it; also used for a record's own value in try-out."""
        return "" if raw is None else str(raw)

    def export(self, value: Any) -> str:
        """A record's value in a file."""
        value = self.canonical(value)
        return "" if value is None else str(value)

    def choices(self, field: Field) -> list[tuple[str, Any]]:
        return []

    def control_for(self, operator: Operator) -> str:
        """The editor's widget for this question: text, number, select, checks, date, datetime-local or none."""
        if operator.takes == "none":
            return "none"
        if operator.takes == "days":
            return "number"
        return "checks" if operator.takes == "many" and self.control == "select" else self.control

    def typed(self, text: str) -> Any:
        """A rule's value as JSON, from what was typed in a form or kept in a file; checked later by `value`."""
        return text

    def from_texts(self, operator: Operator, texts: Sequence[str]) -> Any:
        """An operator's `v` from the texts of a form."""
        if operator.takes == "none":
            return None
        if operator.takes in {"two", "many"}:
            return [self.typed(text.strip()) for text in texts if text.strip()]
        text = texts[0].strip() if texts else ""
        return (int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text) \
            if operator.takes == "days" else self.typed(text)


class Exact(Kind):
    """Kinds that are compared for being the same: texts, codes, references."""

    operators = (IS, IS_NOT, IN, NOT_IN, EMPTY, VALUE)
    shape = "keys"

    def test(self, operator: str, operand: Any) -> Test:
        if operator == "is":
            return lambda value, moment: value == operand
        if operator == "is_not":
            return lambda value, moment: value != operand
        listed = frozenset(operand or ())
        if operator == "in":
            return lambda value, moment: value in listed
        if operator == "not_in":
            return lambda value, moment: value not in listed
        return lambda value, moment: True

    def sql(self, operator: str, operand: Any, column: Any, moment: Moment) -> Any:
        if operator == "is_empty":
            return ex.IsNull(column)
        if operator == "has_value":
            return ex.IsNotNull(column)
        if operator in {"is", "is_not"}:
            return ex.Compare(column, "=" if operator == "is" else "<>", operand)
        return ex.OneOf(column, *operand, negated=operator == "not_in")

    def marks(self, operator: str, operand: Any) -> tuple[Any, ...] | None:
        if operator in {"is", "is_not"}:
            return (operand,)
        return tuple(operand) if operator in {"in", "not_in"} else ()


class TextKind(Exact):
    key = "text"
    label = gettext_lazy("Text")
    operators = (*Exact.operators[:4], Operator("contains", gettext_lazy("contains")),
                 Operator("starts_with", gettext_lazy("starts with")), *Exact.operators[4:])

    def canonical(self, value: Any) -> Any:
        return (value if isinstance(value, str) else str(value)) if value not in (None, "") else None

    def value(self, field: Field, raw: Any) -> str:
        if not isinstance(raw, str) or not raw:
            raise BadValue(_("a text is needed."))
        if len(raw) > MAX_TEXT:
            raise BadValue(_("a text holds %(n)d characters at most.") % {"n": MAX_TEXT})
        if "\x00" in raw or any("\ud800" <= char <= "\udfff" for char in raw):
            raise BadValue(_("the text holds characters that cannot be kept."))
        return raw

    def test(self, operator: str, operand: Any) -> Test:
        if operator == "contains":
            part = operand.translate(ex.FOLD)
            return lambda value, moment: part in value.translate(ex.FOLD)
        if operator == "starts_with":
            part = operand.translate(ex.FOLD)
            return lambda value, moment: value.translate(ex.FOLD).startswith(part)
        return super().test(operator, operand)

    def sql(self, operator: str, operand: Any, column: Any, moment: Moment) -> Any:
        if operator == "contains":
            return ex.Holds(column, operand)
        if operator == "starts_with":
            return ex.Begins(column, operand)
        if operator == "is_empty":
            return ex.AnyOf(ex.IsNull(column), ex.Compare(column, "=", ""))
        if operator == "has_value":
            return ex.Compare(column, "<>", "")
        found = super().sql(operator, operand, column, moment)
        return ex.AllOf(ex.Compare(column, "<>", ""), found) if operator in {"is_not", "not_in"} else found

    def marks(self, operator: str, operand: Any) -> tuple[Any, ...] | None:
        return None if operator in {"contains", "starts_with"} else super().marks(operator, operand)


class ChoiceKind(TextKind):
    key = "choice"
    label = gettext_lazy("Choice")
    operators = Exact.operators
    control = "select"

    def value(self, field: Field, raw: Any) -> str:
        text = super().value(field, raw)
        known = self.choices(field)
        if known and text not in {value for value, _label in known}:
            raise BadValue(_("“%(value)s” is not one of the choices.") % {"value": text})
        return text

    def shown(self, field: Field, raw: Any) -> str:
        labels = dict(self.choices(field))
        return str(labels[str(raw)]) if str(raw) in labels else super().shown(field, raw)

    def choices(self, field: Field) -> list[tuple[str, Any]]:
        return field.listed()


class BooleanKind(Exact):
    key = "boolean"
    label = gettext_lazy("Yes or no")
    operators = (IS, EMPTY, VALUE)
    control = "select"

    def canonical(self, value: Any) -> Any:
        return value if isinstance(value, bool) else None

    def value(self, field: Field, raw: Any) -> bool:
        if not isinstance(raw, bool):
            raise BadValue(_("yes or no is needed."))
        return raw

    def shown(self, field: Field, raw: Any) -> str:
        return "" if raw is None else str(_("Yes") if raw else _("No"))

    def choices(self, field: Field) -> list[tuple[str, Any]]:
        return [("true", _("Yes")), ("false", _("No"))]

    def typed(self, text: str) -> Any:
        return {"true": True, "false": False}.get(text, text)


class RefKind(Exact):
    """Another record, by id."""

    key = "ref"
    label = gettext_lazy("Reference")
    control = "number"

    def canonical(self, value: Any) -> Any:
        value = value.pk if isinstance(value, Model) else value
        return value if type(value) is int else None

    def value(self, field: Field, raw: Any) -> int:
        if type(raw) is not int or not 0 < raw < 2**63:
            raise BadValue(_("a record's number is needed."))
        known = field.listed()
        if known and str(raw) not in {value for value, _label in known}:
            raise BadValue(_("there is no such record."))
        return raw

    def shown(self, field: Field, raw: Any) -> str:
        return next((str(label) for value, label in field.listed() if value == str(raw)), f"#{raw}")

    def typed(self, text: str) -> Any:
        return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else text

    def choices(self, field: Field) -> list[tuple[str, Any]]:
        return field.listed()


class MultiChoiceKind(ChoiceKind):
    """Any number of codes, kept as a text array or a JSON array of texts."""

    key = "choices"
    label = gettext_lazy("Several choices")
    operators = (Operator("has_any", gettext_lazy("has any of"), "many"),
                 Operator("has_all", gettext_lazy("has all of"), "many"),
                 Operator("has_none", gettext_lazy("has a value and none of"), "many"), EMPTY, VALUE)
    shape = "opaque"
    SQL = {"has_any": "any", "has_all": "all", "has_none": "none", "is_empty": "empty", "has_value": "some"}

    def canonical(self, value: Any) -> Any:
        if not isinstance(value, list | tuple | set | frozenset):
            return None
        return frozenset(one for one in value if isinstance(one, str)) or None

    def test(self, operator: str, operand: Any) -> Test:
        asked = frozenset(operand or ())
        if operator == "has_any":
            return lambda value, moment: not asked.isdisjoint(value)
        if operator == "has_all":
            return lambda value, moment: asked <= value
        if operator == "has_none":
            return lambda value, moment: asked.isdisjoint(value)
        return lambda value, moment: True

    def sql(self, operator: str, operand: Any, column: Any, moment: Moment) -> Any:
        return ex.ListTest(column, self.SQL[operator], tuple(operand or ()))

    def marks(self, operator: str, operand: Any) -> tuple[Any, ...] | None:
        return None

    def shown(self, field: Field, raw: Any) -> str:
        if isinstance(raw, list | tuple | set | frozenset):
            return _(", ").join(super(MultiChoiceKind, self).shown(field, one) for one in sorted(map(str, raw)))
        return super().shown(field, raw)

    def export(self, value: Any) -> str:
        return "|".join(sorted(self.canonical(value) or ()))


class NumberKind(Kind):
    """Whole and decimal numbers, compared exactly. A float column is cast to a decimal by its room."""

    key = "number"
    label = pgettext_lazy("kind of value", "Number")
    operators = (
        Operator(">=", gettext_lazy("at least"), "one", "≥"), Operator(">", gettext_lazy("above"), "one", ">"),
        Operator("<=", gettext_lazy("at most"), "one", "≤"), Operator("<", gettext_lazy("below"), "one", "<"),
        Operator("=", gettext_lazy("equals"), "one", "="), Operator("!=", gettext_lazy("differs from"), "one", "≠"),
        Operator("between", gettext_lazy("from … to … (both included)"), "two"),
        Operator("from_under", gettext_lazy("from … to below …"), "two"),
        Operator("over_to", gettext_lazy("above … to …"), "two"), EMPTY, VALUE)
    shape = "points"
    control = "number"
    BOUNDS = {"between": (">=", "<=", "≤", "≤"), "from_under": (">=", "<", "≤", "<"), "over_to": (">", "<=", "<", "≤")}
    TESTS: dict[str, Callable[[Any], Test]] = {
        "=": lambda x: lambda value, moment: value == x, "!=": lambda x: lambda value, moment: value != x,
        "<": lambda x: lambda value, moment: value < x, "<=": lambda x: lambda value, moment: value <= x,
        ">": lambda x: lambda value, moment: value > x, ">=": lambda x: lambda value, moment: value >= x}

    def canonical(self, value: Any) -> Any:
        if type(value) is int:
            return value
        if isinstance(value, float):
            value = Decimal(repr(float(value)))
        return value if isinstance(value, Decimal) and value.is_finite() else None

    def value(self, field: Field, raw: Any) -> Any:
        if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | str):
            raise BadValue(_("a number is needed."))
        if isinstance(raw, str) and len(raw) > 30:
            raise BadValue(_("a number is needed."))
        try:
            number = Decimal(raw if isinstance(raw, str) else repr(raw) if isinstance(raw, float) else raw)
        except InvalidOperation:
            raise BadValue(_("a number is needed.")) from None
        if not number.is_finite() or abs(number) > MAX_NUMBER:
            raise BadValue(_("the number is out of range."))
        digits, exponent = len(number.as_tuple().digits), int(number.as_tuple().exponent)
        if exponent < -6 or (exponent < 0 and digits > 15):
            raise BadValue(_("a number has six decimals and fifteen digits at most."))
        return int(number) if number == number.to_integral_value() else number.normalize()

    def test(self, operator: str, operand: Any) -> Test:
        if operator in self.TESTS:
            return self.TESTS[operator](operand)
        if operator in self.BOUNDS:
            first, last = (self.TESTS[sign](x) for sign, x in zip(self.BOUNDS[operator][:2], operand, strict=True))
            return lambda value, moment: first(value, moment) and last(value, moment)
        return lambda value, moment: True

    def sql(self, operator: str, operand: Any, column: Any, moment: Moment) -> Any:
        if operator == "is_empty":
            return ex.IsNull(column)
        if operator == "has_value":
            return ex.IsNotNull(column)
        if operator in self.BOUNDS:
            low, high = self.BOUNDS[operator][:2]
            return ex.AllOf(ex.Compare(column, low, operand[0]), ex.Compare(column, high, operand[1]))
        return ex.Compare(column, "<>" if operator == "!=" else operator, operand)

    def marks(self, operator: str, operand: Any) -> tuple[Any, ...] | None:
        if operand is None:
            return ()
        return operand if isinstance(operand, tuple) else (operand,)

    def typed(self, text: str) -> Any:
        """Thousands separators and full-width digits are taken as people type them."""
        text = unicodedata.normalize("NFKC", text).replace(",", "").strip()
        try:
            number = Decimal(text)
        except InvalidOperation:
            return text
        if not number.is_finite() or abs(number) > MAX_NUMBER:
            return text
        return int(number) if number == number.to_integral_value() else float(number)

    def text(self, field: Field, operator: Operator, raw: Any) -> str:
        if operator.key in self.BOUNDS:
            signs = self.BOUNDS[operator.key]
            low, high = self.shown(field, raw[0]), self.shown(field, raw[1])
            return f"{low} {signs[2]} {_('value')} {signs[3]} {high}"
        return super().text(field, operator, raw)

    def shown(self, field: Field, raw: Any) -> str:
        if raw is None or raw == "":
            return ""
        return f"{plain(raw)} {field.unit}" if field.unit else plain(raw)


class MoneyKind(NumberKind):
    """An amount in the group's currency."""

    key = "money"
    label = gettext_lazy("Money")

    def shown(self, field: Field, raw: Any) -> str:
        """As the trade says it: tens of thousands in Chinese, ¥200,000 elsewhere."""
        if raw is None or raw == "":
            return ""
        amount = Decimal(str(raw))
        if (get_language() or "zh").startswith("zh") and abs(amount) >= 10000 and amount % 100 == 0:
            return _("%(n)s × 10,000") % {"n": plain(amount / 10000)}
        return f"¥{amount:,.0f}" if amount == amount.to_integral_value() else f"¥{amount:,.2f}"


def plain(raw: Any) -> str:
    """A number without trailing zeros or exponents, with thousands separators."""
    number = Decimal(str(raw))
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _whole_days(raw: Any) -> int:
    if type(raw) is not int or not 0 <= raw <= 3660:
        raise BadValue(_("a number of days from 0 to 3660 is needed."))
    return raw
