"""What a verb asks for. One declaration gives the page's form field, the API's JSON schema and the parsed value."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from dengta.core.access import visible
from dengta.core.actors import Actor

YEARS = range(1850, 2200)
DEEPEST = 40
LARGEST = 2**31 - 1


def storable(value: Any, depth: int = 0) -> bool:
    """PostgreSQL keeps no null characters, no halves of characters and no numbers without end; nobody reads so deep."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return depth < DEEPEST and all(storable(key) and storable(one, depth + 1) for key, one in value.items())
    return not isinstance(value, list) or (depth < DEEPEST and all(storable(one, depth + 1) for one in value))


class DayField(forms.DateField):
    """A day that people may mean."""

    def to_python(self, value: Any) -> date | None:
        found = super().to_python(value)
        if found is not None and found.year not in YEARS:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class MomentField(forms.DateTimeField):
    """A moment that people may mean, in the reader's zone: programs write any offset, PostgreSQL takes few."""

    def clean(self, value: Any) -> datetime | None:
        try:
            found = super().clean(value)
            if found is None or found.year in YEARS:
                return found and found.astimezone(timezone.get_current_timezone())
        except OverflowError:
            pass
        raise ValidationError(self.error_messages["invalid"], code="invalid")


class JsonField(forms.JSONField):
    """JSON that can be kept."""

    def to_python(self, value: Any) -> Any:
        try:
            found = super().to_python(value)
        except (RecursionError, ValueError):
            found = math.nan
        if not storable(found):
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": ""})
        return found


@dataclass(frozen=True)
class Input:
    """One value a verb takes. `name` is the keyword argument of the verb's method."""

    shapes: ClassVar[tuple[type, ...]] = (str,)  # what the API may send

    name: str
    label: Any = ""
    required: bool = True
    help: Any = ""
    initial: Any = None
    clears: bool = field(default=False, kw_only=True)  # an optional value that is sent empty is emptied

    def field(self, actor: Actor, row: Any = None) -> forms.Field:
        return self.build(
            required=self.required,
            label=self.label or self.name,
            help_text=self.help,
            initial=self.first_value(row),
        )

    def first_value(self, row: Any) -> Any:
        return self.initial(row) if callable(self.initial) else self.initial

    def build(self, **kwargs: Any) -> forms.Field:
        raise NotImplementedError

    def schema(self) -> dict:
        """JSON Schema of the value in the API."""
        return {"type": "string"}

    def takes(self, value: Any) -> bool:
        """Whether a value of the API has the right shape; the form field looks at the rest."""
        return isinstance(value, self.shapes) and (bool in self.shapes or not isinstance(value, bool))

    @property
    def empty(self) -> Any:
        """What the verb gets when an optional value was not given."""
        return None


@dataclass(frozen=True)
class Text(Input):
    max_length: int = 200

    def build(self, **kwargs: Any) -> forms.Field:
        return forms.CharField(max_length=self.max_length, **kwargs)

    def schema(self) -> dict:
        return {"type": "string", "maxLength": self.max_length}

    @property
    def empty(self) -> Any:
        return ""


@dataclass(frozen=True)
class LongText(Text):
    max_length: int = 4000

    def build(self, **kwargs: Any) -> forms.Field:
        return forms.CharField(max_length=self.max_length, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)


@dataclass(frozen=True)
class Secret(Text):
    """Shown as dots and never kept in events."""

    def build(self, **kwargs: Any) -> forms.Field:
        return forms.CharField(
            max_length=self.max_length, widget=forms.PasswordInput(), strip=False, **kwargs
        )


@dataclass(frozen=True)
class Phone(Text):
    max_length: int = 60

    def build(self, **kwargs: Any) -> forms.Field:
        widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})
        return forms.CharField(max_length=self.max_length, widget=widget, **kwargs)


@dataclass(frozen=True)
class Integer(Input):
    shapes: ClassVar[tuple[type, ...]] = (int, float, str)
    least: int | None = None
    most: int | None = None

    def build(self, **kwargs: Any) -> forms.Field:
        least = -LARGEST if self.least is None else self.least
        return forms.IntegerField(min_value=least, max_value=LARGEST if self.most is None else self.most, **kwargs)

    def schema(self) -> dict:
        bounds = {"minimum": self.least, "maximum": self.most}
        return {"type": "integer"} | {key: value for key, value in bounds.items() if value is not None}


@dataclass(frozen=True)
class Amount(Input):
    """Money in the group's currency, two decimals."""

    shapes: ClassVar[tuple[type, ...]] = (int, float, str)
    least: Decimal | None = Decimal(0)

    def first_value(self, row: Any) -> Any:
        """Whole amounts without cents, as people type them."""
        value = super().first_value(row)
        return int(value) if isinstance(value, Decimal) and value == int(value) else value

    def build(self, **kwargs: Any) -> forms.Field:
        return forms.DecimalField(max_digits=12, decimal_places=2, min_value=self.least, **kwargs)

    def schema(self) -> dict:
        return {"type": "number"}


@dataclass(frozen=True)
class Flag(Input):
    shapes: ClassVar[tuple[type, ...]] = (bool,)

    required: bool = False

    def build(self, **kwargs: Any) -> forms.Field:
        return forms.BooleanField(**kwargs)

    def schema(self) -> dict:
        return {"type": "boolean"}

    @property
    def empty(self) -> Any:
        return False


@dataclass(frozen=True)
class When(Input):
    """A moment; typed in the store's time, kept in UTC."""

    def build(self, **kwargs: Any) -> forms.Field:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        return MomentField(widget=widget, **kwargs)

    def schema(self) -> dict:
        return {"type": "string", "format": "date-time"}


@dataclass(frozen=True)
class Day(Input):
    def build(self, **kwargs: Any) -> forms.Field:
        return DayField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)

    def schema(self) -> dict:
        return {"type": "string", "format": "date"}


@dataclass(frozen=True)
class Choice(Input):
    """One of a list of (value, label) pairs, or of what a function of no arguments lists."""

    choices: Sequence[tuple[str, Any]] | Callable[[], Sequence[tuple[str, Any]]] = ()

    def listed(self) -> list[tuple[str, Any]]:
        return list(self.choices() if callable(self.choices) else self.choices)

    def build(self, **kwargs: Any) -> forms.Field:
        blank = [] if self.required and self.initial else [("", "—")]
        return forms.ChoiceField(choices=[*blank, *self.listed()], **kwargs)

    def schema(self) -> dict:
        return {"type": "string", "enum": [str(value) for value, _label in self.listed()]}

    @property
    def empty(self) -> Any:
        return ""


@dataclass(frozen=True)
class Many(Choice):
    """Any number of a list."""

    shapes: ClassVar[tuple[type, ...]] = (list,)

    def build(self, **kwargs: Any) -> forms.Field:
        return forms.MultipleChoiceField(choices=self.listed(), widget=forms.CheckboxSelectMultiple, **kwargs)

    def schema(self) -> dict:
        return {"type": "array", "items": super().schema()}

    @property
    def empty(self) -> Any:
        return []


@dataclass(frozen=True)
class Ref(Input):
    """Another record, by id, among those that the actor may see. `narrow(queryset, row)` limits further."""

    shapes: ClassVar[tuple[type, ...]] = (int, str)
    to: str = ""
    narrow: Callable[[Any, Any], Any] | None = None

    def candidates(self, actor: Actor, row: Any) -> Any:
        rows = visible(apps.get_model(self.to), actor)
        return self.narrow(rows, row) if self.narrow else rows

    def field(self, actor: Actor, row: Any = None) -> forms.Field:
        return forms.ModelChoiceField(
            self.candidates(actor, row),
            required=self.required,
            help_text=self.help,
            label=self.label or self.name,
            initial=self.first_value(row),
        )

    def schema(self) -> dict:
        return {"type": "integer"}


@dataclass(frozen=True)
class Refs(Ref):
    """Several other records, by id."""

    shapes: ClassVar[tuple[type, ...]] = (list,)

    def field(self, actor: Actor, row: Any = None) -> forms.Field:
        return forms.ModelMultipleChoiceField(
            self.candidates(actor, row),
            required=self.required,
            label=self.label or self.name,
            help_text=self.help,
            initial=self.first_value(row),
        )

    def schema(self) -> dict:
        return {"type": "array", "items": {"type": "integer"}}

    @property
    def empty(self) -> Any:
        return []


@dataclass(frozen=True)
class Json(Input):
    """A structured value that the verb checks itself."""

    shapes: ClassVar[tuple[type, ...]] = (object, bool)

    def build(self, **kwargs: Any) -> forms.Field:
        return JsonField(**kwargs)

    def schema(self) -> dict:
        return {}


class BadInput(ValueError):
    """What was given cannot be used; `errors` maps an input's name to sentences for the user."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        self.errors = {name: [str(sentence) for sentence in found] for name, found in errors.items()}
        super().__init__("; ".join(sentence for found in self.errors.values() for sentence in found))


class VerbForm(forms.Form):
    """The form of one verb for one actor and row."""

    def __init__(self, inputs: Sequence[Input], actor: Actor, row: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.declared = inputs
        for one in inputs:
            self.fields[one.name] = one.field(actor, row)

    def values(self) -> dict[str, Any]:
        """The keyword arguments of the verb; optional values that were not given are left to its defaults."""
        if not self.is_valid():
            raise BadInput({name: [str(e) for e in errors] for name, errors in self.errors.items()})
        given = {}
        for one in self.declared:
            value = self.cleaned_data.get(one.name)
            if value in (None, "") or (not value and not one.required and one.name not in self.data):
                if one.required:
                    raise BadInput({one.name: [_("This is needed.")]})
                if one.clears and one.name in self.data:
                    given[one.name] = one.empty
                continue
            given[one.name] = value
        return given


def parse_json(inputs: Sequence[Input], actor: Actor, row: Any, body: dict) -> dict[str, Any]:
    """The keyword arguments of a verb from an API body. Unknown names are refused, never ignored."""
    unknown = sorted(set(body) - {one.name for one in inputs})
    if unknown:
        raise BadInput({name: [_("There is no such input.")] for name in unknown})
    given = {name: value for name, value in body.items() if value is not None}
    wrong = {one.name: [_("Some values cannot be used.")] for one in inputs
             if one.name in given and not (one.takes(given[one.name]) and storable(given[one.name]))}
    if wrong:
        raise BadInput(wrong)
    return VerbForm(inputs, actor, row, data=given).values()
