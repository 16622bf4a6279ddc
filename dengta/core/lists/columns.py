"""One column of a list: what it shows, how it sorts, what an export gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.db.models.expressions import BaseExpression
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from dengta.core import wording

EMPTY = "—"


@dataclass(frozen=True)
class Column:
    """`value` is an attribute path (default: the key) or a callable of the row.

    `show` makes the cell of it (text, or safe HTML); `export` the value in a file, both from the row. `sort` is a field
    path or expression that an index serves; say `nullable` when it may be empty, so that empty ones come last. A
    `permission` hides the column from those without it, everywhere. `main` is the cell that links to the row, `corner`
    and `desk_only` place it on a phone's card.
    """

    key: str
    label: Any
    value: str | Callable[[Any], Any] = ""
    sort: str | BaseExpression | None = None
    nullable: bool = False
    show: Callable[[Any], Any] | None = None
    export: Callable[[Any], Any] | None = None
    numeric: bool = False
    main: bool = False
    corner: bool = False
    desk_only: bool = False
    default: bool = True
    permission: str = ""

    def of(self, row: Model) -> Any:
        if callable(self.value):
            return self.value(row)
        found: Any = row
        for name in (self.value or self.key).split("."):
            try:
                found = getattr(found, name)
            except ObjectDoesNotExist:
                return None
            if found is None:
                return None
            if callable(found):
                found = found()
        return found

    def cell(self, row: Model) -> Any:
        return self.show(row) if self.show else said(self.of(row))

    def reader(self) -> Callable[[Any], Any]:
        """What gives a file its value; made once for many rows."""
        return self.export or (self.value if callable(self.value) else self.of)


def said(value: Any) -> Any:
    """A plain value as pages say it."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, SafeString):
        return value
    if isinstance(value, bool):
        return pgettext("value", "Yes") if value else pgettext("value", "No")
    if isinstance(value, datetime | date):
        return format_html(
            '<time datetime="{}" title="{}">{}</time>',
            value.isoformat(),
            wording.full_moment(value),
            wording.say_moment(value),
        )
    if isinstance(value, int | Decimal):
        return f"{value:,}"
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return "、".join(map(str, value)) if wording.is_chinese() else ", ".join(map(str, value))
    return value
