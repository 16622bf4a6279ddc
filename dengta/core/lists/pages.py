"""What a template gets of a list: plain data with the names that the components in `core/ui` expect."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dengta.core import wording
from dengta.core.lists.filters import Reading


@dataclass(frozen=True)
class Header:
    """`sort` is the address that sorts by the column; `sorted` says ascending, descending or nothing."""

    key: str
    label: Any
    numeric: bool = False
    main: bool = False
    corner: bool = False
    desk_only: bool = False
    sort: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class Row:
    """One line: `cells` by column key, ready to be shown; `row` is the record itself."""

    pk: Any
    url: str
    cells: dict[str, Any]
    css: str = ""
    actions: Any = ""
    row: Any = None


@dataclass(frozen=True)
class Tab:
    """A saved view."""

    label: Any
    url: str
    current: bool
    count: int | None = None
    key: str = ""


@dataclass
class ListPage:
    """One page of a list. In a template:

        {% part "toolbar" search=page.search search_label=page.search_label keep=page.keep_without_search
                          views=page.views columns=page.chooser export_url=page.export_csv %}
        {% part "chips" chips=page.chips %}
        {% part "table" columns=page.columns rows=page.rows pick=True empty_title=… %}
        {% part "paging" newer=page.newer older=page.older first=page.first count=page.count cap=page.cap %}

    `columns` [Header], `rows` [Row], `views` [Tab], `filters` [Reading: see there], `chips` [{label, remove}],
    `chooser` [{key, label, shown}], `keep` [(name, value)] for forms that change a part of the state,
    `newer`, `older`, `first`: addresses or nothing; `count` (beyond `cap` it is only known to be more), `count_label`
    ("1,000+"), `count_url` (the exact number), `clear_url`, `export_csv`, `export_xlsx` (add to the export's own path),
    `query` (the state as it stands after the ?), `is_filtered`.
    """

    spec: Any
    state: Any
    path: str
    rows: list[Row]
    newer: str
    older: str
    first: str
    count: int
    cap: int
    views: list[Tab] = field(default_factory=list)

    # -- table -----------------------------------------------------------------------------------------------------
    @cached_property
    def columns(self) -> list[Header]:
        return [self._header(column) for column in self.state.chosen]

    def _header(self, column: Any) -> Header:
        order, sort = self.state.order, ""
        current = order.name == column.key
        if column.sort is not None:
            down = not order.descending if current else _falls_first(column)
            sort = self.state.url(self.path, sort=f"{'-' if down else ''}{column.key}")
        said = ("descending" if order.descending else "ascending") if current else ""
        return Header(
            column.key, column.label, column.numeric, column.main, column.corner, column.desk_only, sort, said
        )

    @cached_property
    def chooser(self) -> list[dict[str, Any]]:
        """All columns for the chooser: the shown ones in their order, then the others."""
        hidden = [column for column in self.state.columns if column not in self.state.chosen]
        return [{"key": c.key, "label": c.label, "shown": True} for c in self.state.chosen] + [
            {"key": c.key, "label": c.label, "shown": False} for c in hidden
        ]

    # -- filters ---------------------------------------------------------------------------------------------------
    @cached_property
    def filters(self) -> list[Reading]:
        for reading, one in zip(self.state.readings, self._shown_filters(), strict=True):
            reading.remove = self.state.url(self.path, **dict.fromkeys(one.names))
        return self.state.readings

    def _shown_filters(self) -> list[Any]:
        keys = {reading.key for reading in self.state.readings}
        return [one for one in self.spec.filters if one.key in keys]

    @property
    def chips(self) -> list[dict[str, Any]]:
        return [
            {"label": f"{r.label}: {r.said}" if r.said else r.label, "remove": r.remove}
            for r in self.filters
            if r.active
        ]

    @property
    def is_filtered(self) -> bool:
        return bool(self.state.search) or any(reading.active for reading in self.state.readings)

    @property
    def errors(self) -> list[tuple[Any, str]]:
        return [(reading.label, reading.error) for reading in self.state.readings if reading.error]

    # -- search, forms, addresses ------------------------------------------------------------------------------------
    @property
    def search(self) -> str | None:
        return self.state.search if self.spec.search else None

    @property
    def search_label(self) -> Any:
        return self.spec.search_label

    def _kept(self, *without: str) -> list[tuple[str, str]]:
        return [(name, value) for name, values in self.state.params.items() if name not in without for value in values]

    @property
    def keep(self) -> list[tuple[str, str]]:
        return self._kept()

    @property
    def keep_without_search(self) -> list[tuple[str, str]]:
        return self._kept("q")

    @property
    def keep_without_columns(self) -> list[tuple[str, str]]:
        return self._kept("cols")

    @property
    def keep_without_filters(self) -> list[tuple[str, str]]:
        """For a form that shows all filters at once."""
        return self._kept(*(name for one in self._shown_filters() for name in one.names))

    @property
    def query(self) -> str:
        return self.state.url("").lstrip("?")

    @property
    def clear_url(self) -> str:
        names = [name for one in self.spec.filters for name in one.names]
        return self.state.url(self.path, **dict.fromkeys([*names, "q"]), view="all")

    @property
    def count_label(self) -> str:
        return wording.say_count(self.count, self.cap)

    @property
    def count_url(self) -> str:
        return self.state.url(self.path, count="all") if self.count > self.cap else ""

    @property
    def export_csv(self) -> str:
        return self.state.url(self.path, export="csv")

    @property
    def export_xlsx(self) -> str:
        return self.state.url(self.path, export="xlsx")


def _falls_first(column: Any) -> bool:
    """Numbers and times are first sorted from the top."""
    return column.numeric or (isinstance(column.sort, str) and column.sort.endswith(("_at", "_on")))
