"""What a list page is: its columns, filters, views and order, declared once; and how the address is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from dengta.core.lists import exports, keyset
from dengta.core.lists.columns import Column
from dengta.core.lists.filters import Filter, Reading
from dengta.core.lists.pages import ListPage, Row, Tab

SIZES = (20, 50, 100, 200)
CAP = 1_000
LONGEST_SEARCH = 60
OWN = ("q", "sort", "cols", "size", "view")  # parameters of every list beside those of its filters

Params = dict[str, list[str]]


@dataclass(frozen=True)
class SavedView:
    """A named state of a list, declared in code or read from a table; `params` is what stands after the ?.

    `default`: True, or a callable of the actor, opens the list with it. `counted` shows its capped count on the tab.
    """

    key: str
    label: Any
    params: str = ""
    default: bool | Callable[[Any], bool] = False
    permission: str = ""
    counted: bool = False

    @property
    def state(self) -> Params:
        return {name: values for name, values in parse_qs(self.params.lstrip("?")).items() if name != "view"}

    def is_default(self, actor: Any) -> bool:
        return bool(self.default(actor)) if callable(self.default) else self.default


@dataclass(frozen=True)
class State:
    """The address, read: parameters that count, filters, order, columns."""

    params: Params
    readings: list[Reading]
    order: keyset.Order
    columns: list[Column]
    chosen: list[Column]
    size: int
    search: str
    view: str

    def conditions(self) -> Q:
        found = Q()
        for reading in self.readings:
            if reading.q is not None:
                found &= reading.q
        return found

    def url(self, path: str, **changes: Any) -> str:
        """The address of this state with some parameters changed; None or nothing takes one away."""
        params = dict(self.params)
        for name, value in changes.items():
            params[name] = [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)] if value else []
        pairs = [(name, value) for name, values in params.items() for value in values]
        return f"{path}?{urlencode(pairs)}" if pairs else path


@dataclass(frozen=True)
class ListSpec:
    """A list. `key` signs its cursors; `sort` names a column or a field path, "-" before it for descending.

    `search(rows, text, actor)` narrows the rows by the text of the search box (`q`); without it there is no box.
    `url(row)`, `css(row)` are asked for each row shown.
    """

    key: str
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    views: Sequence[SavedView] = ()
    sort: str = "-pk"
    size: int = 50
    cap: int = CAP
    search: Callable[[QuerySet, str, Any], QuerySet] | None = None
    search_label: Any = ""
    url: Callable[[Model], str] | None = None
    css: Callable[[Model], str] | None = None
    _names: frozenset[str] = field(init=False, repr=False, default=frozenset())

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        names = [name for one in self.filters for name in one.names]
        if len(set(keys)) < len(keys) or len({*names, *OWN, "at", "count"}) < len(names) + len(OWN) + 2:
            raise ValueError(f"{self.key}: two columns or parameters have one name")
        object.__setattr__(self, "_names", frozenset((*names, *OWN)))

    # -- reading the address -----------------------------------------------------------------------------------------
    def state(self, params: Mapping[str, Any], actor: Any, views: Iterable[SavedView] = ()) -> State:
        """`params` is request.GET, or a dict of lists. Unknown and unusable parameters are dropped, never an error."""
        given = _lists(params)
        own = {name: given[name] for name in given if name in self._names}
        known = [view for view in (*self.views, *views) if not view.permission or actor.may(view.permission)]
        if not own:
            view = next((view for view in known if view.is_default(actor)), None)
            if view:
                own = {**view.state, "view": [view.key]}
        columns = [c for c in self.columns if not c.permission or actor.may(c.permission)]
        readings = [one.read(own, actor) for one in self.filters if not one.permission or actor.may(one.permission)]
        size = (own.get("size") or [""])[-1]
        return State(
            params=own,
            readings=readings,
            order=self._order(own, columns),
            columns=columns,
            chosen=_chosen(own, columns),
            size=int(size) if size.isdecimal() and size.isascii() and int(size) in SIZES else self.size,
            search=(own.get("q") or [""])[-1].replace("\x00", "").strip()[:LONGEST_SEARCH] if self.search else "",
            view=(own.get("view") or [""])[-1],
        )

    def _order(self, own: Params, columns: list[Column]) -> keyset.Order:
        sortable = {column.key: column for column in columns if column.sort is not None}
        asked = (own.get("sort") or [""])[-1]
        if asked.lstrip("-") not in sortable:
            asked = self.sort
        name, descending = asked.lstrip("-"), asked.startswith("-")
        if column := sortable.get(name):
            return keyset.Order(name, column.sort, descending, column.nullable)
        return keyset.Order(name, name, descending)

    def rows(self, state: State, rows: QuerySet, actor: Any) -> QuerySet:
        """The rows that the state leaves, in no order."""
        rows = rows.filter(state.conditions())
        return self.search(rows, state.search, actor) if self.search and state.search else rows

    # -- answers -----------------------------------------------------------------------------------------------------
    def page(
        self,
        params: Mapping[str, Any],
        rows: QuerySet,
        *,
        actor: Any,
        path: str = "",
        views: Iterable[SavedView] = (),
        actions: Callable[[Model], Any] | None = None,
    ) -> ListPage:
        """One page as plain data. `rows` are already visible to the actor and bring their prefetches."""
        views = (*self.views, *views)
        state = self.state(params, actor, views)
        left = self.rows(state, rows, actor)
        cursor = (_lists(params).get("at") or [""])[-1]
        anchor = keyset.from_text(cursor, self.key, state.order) if cursor else None
        found, newer, older = keyset.slice_of(left, state.order, anchor, state.size)
        if anchor and not found:
            found, newer, older = keyset.slice_of(left, state.order, None, state.size)
        count = self._count(left, params, len(found) if not (newer or older) else None)
        shown = [self._row(row, state.chosen, actions) for row in found]

        def cursor_url(edge: keyset.Anchor | None) -> str:
            return state.url(path, at=keyset.to_text(edge, self.key, state.order)) if edge else ""

        return ListPage(
            spec=self,
            state=state,
            path=path,
            rows=shown,
            newer=cursor_url(newer),
            older=cursor_url(older),
            first=state.url(path) if newer else "",
            count=count,
            cap=max(self.cap, count) if (_lists(params).get("count") or [""])[-1] == "all" else self.cap,
            views=self._tabs(state, rows, views, actor, path),
        )

    def export(
        self, params: Mapping[str, Any], rows: QuerySet, kind: str, *, actor: Any, file_name: str = "export"
    ) -> HttpResponseBase:
        """The whole list of this state with its chosen columns as a file: `csv` or `xlsx`."""
        state = self.state(params, actor)
        found = state.order.sort(self.rows(state, rows, actor))
        make = {"csv": exports.csv_response, "xlsx": exports.xlsx_response}[kind]
        return make(state.chosen, found, file_name)

    def _count(self, left: QuerySet, params: Mapping[str, Any], known: int | None) -> int:
        if known is not None:
            return known
        if (_lists(params).get("count") or [""])[-1] == "all":
            return left.order_by().count()
        return keyset.capped_count(left, self.cap)

    def _row(self, row: Model, chosen: list[Column], actions: Callable[[Model], Any] | None) -> Row:
        return Row(
            pk=row.pk,
            url=self.url(row) if self.url else "",
            cells={column.key: column.cell(row) for column in chosen},
            css=self.css(row) if self.css else "",
            actions=actions(row) if actions else "",
            row=row,
        )

    def _tabs(self, state: State, rows: QuerySet, views: Sequence[SavedView], actor: Any, path: str) -> list[Tab]:
        known = [view for view in views if not view.permission or actor.may(view.permission)]
        if not known:
            return []
        counts = self._view_counts([view for view in known if view.counted], rows, actor)
        plain = {
            name: values for name, values in state.params.items() if name in self._names - {"view", "cols", "size"}
        }
        tabs = [Tab(_("All"), f"{path}?view=", not plain and state.view in ("", "all"), None, "")]
        for view in known:
            wanted = {name: values for name, values in view.state.items() if name in self._names}
            url = replace(state, params={**wanted, "view": [view.key]}).url(path)
            same = {n: v for n, v in wanted.items() if n not in ("cols", "size")} == plain
            tabs.append(Tab(view.label, url, state.view == view.key and same, counts.get(view.key), view.key))
        return tabs

    def _view_counts(self, views: list[SavedView], rows: QuerySet, actor: Any) -> dict[str, int]:
        """Capped counts of several views in one statement."""
        if not views:
            return {}
        parts = []
        for view in views:
            state = self.state({**view.state, "view": [view.key]}, actor)
            left = self.rows(state, rows.prefetch_related(None), actor).order_by()
            parts.append(left.values_list("pk")[: self.cap + 1])
        return dict(zip([view.key for view in views], counts_of(parts), strict=True))


def counts_of(parts: list[QuerySet]) -> list[int]:
    """How many rows each (sliced) queryset has, in one statement."""
    if len(parts) == 1:
        return [parts[0].count()]
    pieces, params = [], []
    for part in parts:
        try:
            sql, values = part.query.sql_with_params()
        except EmptyResultSet:
            sql, values = "select 1 where false", ()
        pieces.append(f"(select count(*) from ({sql}) as part)")  # noqa: S608 - made by the ORM
        params.extend(values)
    with connection.cursor() as cursor:
        cursor.execute("select " + ", ".join(pieces), params)
        return list(cursor.fetchone())


def _lists(params: Mapping[str, Any]) -> Params:
    """A QueryDict or a plain dict as lists of text; the number and length of values is bounded."""
    pairs = params.lists() if hasattr(params, "lists") else params.items()
    return {
        str(name): [str(value)[:400] for value in (values if isinstance(values, list | tuple) else [values])][:100]
        for name, values in pairs
    }


def _chosen(own: Params, columns: list[Column]) -> list[Column]:
    """Columns in the order asked for; the main one is always there."""
    by_key = {column.key: column for column in columns}
    keys = [key for key in ",".join(own.get("cols") or []).split(",") if key in by_key]
    chosen = [by_key[key] for key in dict.fromkeys(keys)] or [column for column in columns if column.default]
    missing = [column for column in columns if column.main and column not in chosen]
    return missing + chosen
