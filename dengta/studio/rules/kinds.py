"""Every kind of field by its key. Editors, conditions and tables ask here and nowhere else."""

from __future__ import annotations

from dengta.studio.rules.scalars import (
    BadValue,
    BooleanKind,
    ChoiceKind,
    Kind,
    MoneyKind,
    MultiChoiceKind,
    NumberKind,
    Operator,
    RefKind,
    TextKind,
    plain,
)
from dengta.studio.rules.times import DateKind, DateTimeKind
from dengta.studio.types import Field

KINDS: dict[str, Kind] = {kind.key: kind for kind in (
    TextKind(), ChoiceKind(), MultiChoiceKind(), BooleanKind(), NumberKind(), MoneyKind(), RefKind(),
    DateKind(), DateTimeKind())}


def kind_of(field: Field) -> Kind:
    return KINDS[field.kind]


__all__ = ["KINDS", "BadValue", "Kind", "Operator", "kind_of", "plain"]
