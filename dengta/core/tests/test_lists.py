"""Lists, boards and exports, tried on the search entries: the one table of the core with every kind of field."""

import csv
import io
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import chain

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.db.models import F, Q, TextField, Value
from django.db.models.functions import NullIf
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from dengta.core.actors import EVERYWHERE, Actor
from dengta.core.lists import (
    BoardColumn,
    BoardSpec,
    ChoiceFilter,
    Column,
    DateFilter,
    FlagFilter,
    ListSpec,
    NumberFilter,
    RefFilter,
    SavedView,
    TextFilter,
    neutral,
)
from dengta.core.lists.keyset import Beyond, Order
from dengta.core.models import SearchEntry
from dengta.core.testing import assert_queries, plan_of

BORN = datetime(2026, 11, 1, tzinfo=UTC)
ANYONE = Actor("employee", 1, "anyone", 1, employee_id=1)
SEES_COST = Actor("employee", 2, "boss", 1, employee_id=2, grants={"cost.see": EVERYWHERE})
NOUNS = [("lead", "Lead"), ("car", "Car"), ("person", "Person")]

ENTRIES = ListSpec(
    key="core.searchentry",
    columns=[
        Column("title", "Name", sort="title", main=True),
        Column("noun", "Kind"),
        Column("row_id", "Number", sort="row_id", numeric=True),
        Column(
            "subtitle",
            "Remark",
            sort=NullIf(F("subtitle"), Value("", output_field=TextField())),
            nullable=True,
            default=False,
        ),
        Column("updated_at", "Changed", sort="updated_at", default=False),
        Column("cost", "Cost", value=lambda row: row.row_id * 2, permission="cost.see"),
    ],
    filters=[
        ChoiceFilter("noun", "Kind", choices=NOUNS),
        TextFilter("title", "Name"),
        DateFilter("changed", "Changed", "updated_at"),
        NumberFilter("number", "Number", "row_id"),
        RefFilter("group", "Group", "group_id", choices=lambda actor: [(1, "One"), (2, "Two")]),
        FlagFilter("bare", "Without remark", condition=Q(subtitle="")),
    ],
    views=[
        SavedView("cars", "Cars", "noun=car&sort=-row_id", counted=True),
        SavedView("costly", "Costly", "number_min=100", permission="cost.see"),
        SavedView("people", "People", "noun=person", counted=True),
    ],
    sort="-updated_at",
    size=20,
    cap=50,
    search=lambda rows, text, actor: rows.filter(words__contains=text),
    url=lambda row: f"/entries/{row.pk}/",
)


@pytest.fixture(autouse=True)
def _english(db):
    request_finished.disconnect(close_old_connections)  # a response that is closed would close the test's transaction
    with translation.override("en"), timezone.override("Asia/Shanghai"):
        yield
    request_finished.connect(close_old_connections)


def add(count, **fields):
    start = SearchEntry.objects.count()
    given = {"group_id": 1, "noun": "lead", "tokens": "", **fields}
    SearchEntry.objects.bulk_create(
        SearchEntry(**{"row_id": n, "title": f"entry {n:03d}", "updated_at": BORN + timedelta(hours=n), **given})
        for n in range(start, start + count)
    )


def page(query="", actor=ANYONE, **more):
    return ENTRIES.page(QueryDict(query), SearchEntry.objects.all(), actor=actor, path="/entries/", **more)


def titles(shown):
    return [row.cells["title"] for row in shown.rows]


def walk(query, way="older"):
    """All pages one after the other."""
    shown, pages = page(query), []
    while True:
        pages.append(titles(shown))
        if not getattr(shown, way):
            return pages, shown
        shown = page(getattr(shown, way).partition("?")[2])


# -- table and paging ------------------------------------------------------------------------------------------------
def test_a_page_is_plain_data():
    add(3)
    shown = page()

    assert titles(shown) == ["entry 002", "entry 001", "entry 000"]
    assert [column.key for column in shown.columns] == ["title", "noun", "row_id"]
    assert shown.rows[0].url == f"/entries/{shown.rows[0].pk}/" and shown.rows[0].cells["row_id"] == "2"
    assert (shown.count, shown.count_label, shown.newer, shown.older, shown.first) == (3, "3", "", "", "")


def test_pages_follow_each_other_without_gap_or_double():
    add(47)
    pages, last = walk("sort=title")

    assert [len(one) for one in pages] == [20, 20, 7]
    assert list(chain(*pages)) == [f"entry {n:03d}" for n in range(47)]
    back = [titles(last)]
    while last.newer:
        last = page(last.newer.partition("?")[2])
        back.append(titles(last))
    assert back == pages[::-1]
    assert last.newer == "" and last.first == ""


def test_new_rows_do_not_shift_the_next_page():
    add(25)
    first = page()
    add(5, updated_at=BORN + timedelta(days=99))

    assert titles(page(first.older.partition("?")[2])) == [f"entry {n:03d}" for n in range(4, -1, -1)]


@pytest.mark.parametrize("sort", ["subtitle", "-subtitle", "row_id", "-row_id", "-updated_at"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.sampled_from(["", "a", "b", "c"]), max_size=70))
def test_any_order_with_equal_and_empty_values_can_be_walked_both_ways(sort, values):
    SearchEntry.objects.all().delete()
    SearchEntry.objects.bulk_create(
        SearchEntry(group_id=1, noun="lead", row_id=n, title=f"{n}", subtitle=text, tokens="", updated_at=BORN)
        for n, text in enumerate(values)
    )
    pages, last = walk(f"sort={sort}&size=20")
    forward = list(chain(*pages))

    assert sorted(forward, key=int) == [str(n) for n in range(len(values))]
    if "subtitle" in sort:
        shown = [values[int(title)] for title in forward]
        filled = [text for text in shown if text]
        assert filled == sorted(filled, reverse=sort.startswith("-"))
        assert shown == filled + [""] * (len(shown) - len(filled))
    backward = [titles(last)]
    while last.newer:
        last = page(last.newer.partition("?")[2])
        backward.append(titles(last))
    assert list(chain(*backward[::-1])) == forward


@pytest.mark.parametrize("cursor", ["nonsense", "", "a:b:c", "WyJ4Il0:abc"])
def test_a_cursor_that_we_did_not_sign_begins_at_the_start(cursor):
    add(3)

    assert len(page(f"at={cursor}").rows) == 3


def test_a_cursor_of_another_order_begins_at_the_start():
    add(30)
    cursor = QueryDict(page().older.partition("?")[2])["at"]

    assert titles(page(f"sort=title&at={cursor}"))[0] == "entry 000"


def test_when_the_rows_after_the_cursor_are_gone_the_list_begins_anew():
    add(25)
    older = page().older.partition("?")[2]
    SearchEntry.objects.filter(row_id__lt=10).delete()

    assert titles(page(older))[0] == "entry 024"


def test_counts_stop_at_the_cap_until_someone_asks():
    add(60)
    shown = page()

    assert (shown.count, shown.count_label) == (51, "50+")
    exact = page(shown.count_url.partition("?")[2])
    assert (exact.count, exact.count_label) == (60, "60")


def test_columns_are_chosen_ordered_and_guarded():
    shown = page("cols=row_id,cost,nonsense,title")

    assert [column.key for column in shown.columns] == ["row_id", "title"]
    assert [column.key for column in page("cols=row_id").columns] == ["title", "row_id"]
    assert "cost" in [column.key for column in page(actor=SEES_COST).columns]
    assert [entry["shown"] for entry in shown.chooser] == [True, True, False, False, False]


def test_headers_sort_and_say_how():
    shown = page("sort=-row_id")
    title, noun, number = shown.columns

    assert (number.sorted, title.sorted, noun.sort) == ("descending", "", "")
    assert QueryDict(number.sort.partition("?")[2])["sort"] == "row_id"
    assert QueryDict(title.sort.partition("?")[2])["sort"] == "title"
    assert titles(page("sort=cost")) == titles(page("sort=password")) == titles(page())


# -- filters ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("noun=car", "1 3"), ("noun=car&noun=person", "1 2 3"), ("noun=", "0 1 2 3"), ("noun=ship", ""),
        ("noun=ship&noun=car", "1 3"),
        ("title=entry 00", "0 1 2 3"), ("title=x", ""), ("title=%25", ""), ("number_min=2", "2 3"),
        ("number_max=1", "0 1"),
        ("number_min=1&number_max=2", "1 2"), ("number_min=zwei", "0 1 2 3"), ("group=2", "3"),
        ("group=1&group=2", "0 1 2 3"),
        ("group=99999999999999999999", ""), ("bare=1", "0 1 2"), ("bare=x", "0 1 2 3"), ("q=zz", "2"),
        ("changed_from=2026-11-02", "2 3"),
        ("changed_to=2026-11-01", "0 1"), ("changed_from=2026-11-02&changed_to=2026-11-02", "2"),
        ("changed_from=2026-99-99", "0 1 2 3"),
        ("changed_from=2026-11-03&changed_to=2026-11-01", ""), ("changed=nonsense", "0 1 2 3"),
        ("password=x&__class__=1", "0 1 2 3"),
        ("noun=car&number_min=2", "3"), ("title=%00", "0 1 2 3"), ("size=7&size=x&cols=&sort=", "0 1 2 3"),
    ],
)  # fmt: skip
def test_filters(query, expected):
    add(1, updated_at=datetime(2026, 10, 31, 15, 59, tzinfo=UTC))
    add(1, noun="car", updated_at=datetime(2026, 11, 1, 15, 59, tzinfo=UTC))  # 23:59 in the store
    add(1, noun="person", words="zz", updated_at=datetime(2026, 11, 1, 16, 0, tzinfo=UTC))
    add(1, noun="car", group_id=2, subtitle="x", updated_at=datetime(2026, 11, 3, tzinfo=UTC))

    assert " ".join(sorted(row.cells["row_id"] for row in page(query).rows)) == expected


@pytest.mark.parametrize(
    ("word", "days"), [("today", 0), ("yesterday", 1), ("week", 0), ("month", 0), ("last_month", 32)]
)
def test_words_for_days(word, days):
    add(1, updated_at=timezone.now() - timedelta(days=days) if days < 32 else _last_month())
    add(1, updated_at=timezone.now() - timedelta(days=99))

    assert titles(page(f"changed={word}")) == ["entry 000"]


def _last_month():
    first = timezone.localtime().replace(day=1, hour=12)
    return first - timedelta(days=3)


def test_filters_say_what_they_do_and_how_to_undo_it():
    shown = page("noun=car&number_min=5&bare=1&cols=title&q=x")

    assert [chip["label"] for chip in shown.chips] == ["Kind: Car", "Number: ≥ 5", "Without remark"]
    undone = QueryDict(shown.chips[1]["remove"].partition("?")[2]).dict()
    assert undone == {"noun": "car", "bare": "1", "cols": "title", "q": "x"}
    assert QueryDict(shown.clear_url.partition("?")[2]).dict() == {"cols": "title", "view": "all"}
    assert shown.is_filtered and shown.search == "x" and ("q", "x") not in shown.keep_without_search
    kind = shown.filters[0]
    assert [option["selected"] for option in kind.options] == [False, True, False]


def test_mistakes_in_filters_are_said():
    shown = page("number_min=zwei&changed_from=gestern&noun=ship")

    assert [label for label, _sentence in shown.errors] == ["Kind", "Changed", "Number"]


# -- saved views -----------------------------------------------------------------------------------------------------
def test_views_are_tabs_with_counts_in_one_statement():
    add(2, noun="car")
    add(1)
    with assert_queries(2):  # rows, counts of views
        shown = page("view=cars&noun=car&sort=-row_id")

    assert [(tab.label, tab.current, tab.count) for tab in shown.views] == [
        ("All", False, None), ("Cars", True, 2), ("People", False, 0),
    ]  # fmt: skip
    assert [tab.current for tab in page().views] == [True, False, False]
    assert [tab.label for tab in page(actor=SEES_COST).views] == ["All", "Cars", "Costly", "People"]
    assert titles(page(shown.views[1].url.partition("?")[2])) == ["entry 001", "entry 000"]


def test_a_default_view_opens_the_list_and_all_leaves_it():
    add(1, noun="car")
    add(1)
    mine = SavedView("mine", "Mine", "noun=lead", default=lambda actor: actor is ANYONE)

    assert titles(page(views=[mine])) == ["entry 001"]
    assert [tab.current for tab in page(views=[mine]).views] == [False, False, False, True]
    assert len(page("view=", views=[mine]).rows) == 2
    assert len(page(actor=SEES_COST, views=[mine]).rows) == 2


# -- cost ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_two_statements_whatever_the_number_of_rows(count):
    add(count)
    plain = ListSpec("plain", ENTRIES.columns, ENTRIES.filters, sort="-updated_at")

    with assert_queries(1):
        plain.page({}, SearchEntry.objects.all(), actor=ANYONE)
    add(60)
    with assert_queries(2):
        plain.page({}, SearchEntry.objects.all(), actor=ANYONE)


def test_the_next_page_is_one_range_of_an_index():
    add(30)
    state = ENTRIES.state({"sort": "-updated_at"}, ANYONE)
    marked = state.order.mark(SearchEntry.objects.filter(group_id=1))
    from_keyset = marked.filter(Beyond("pk", BORN, 5, True))
    plan = str(plan_of(from_keyset.order_by("-keyset_sort", "-pk")[:21]))

    assert "core_search_entry_recent" in plan and "updated_at" in plan.partition("Index Cond")[2]


# -- boards ----------------------------------------------------------------------------------------------------------
def test_a_board_takes_two_statements():
    add(7, noun="car")
    add(3, noun="person")
    spec = BoardSpec(
        [BoardColumn(key, label, Q(noun=key)) for key, label in NOUNS], Order("updated_at", "updated_at", True),
        each=2, cap=5, total="row_id",
    )  # fmt: skip
    with assert_queries(2):
        board = spec.answer(SearchEntry.objects.all())

    assert [(c.key, c.count_label, c.total, len(c.rows)) for c in board.columns] == [
        ("lead", "0", 0, 0), ("car", "5+", Decimal(6 + 5 + 4 + 3 + 2), 2), ("person", "3", Decimal(7 + 8 + 9), 2),
    ]  # fmt: skip
    assert [row.row_id for row in board["car"].rows] == [6, 5] and board["person"].more == 1


def test_a_board_of_one_column_and_an_empty_one():
    spec = BoardSpec([BoardColumn("lead", "Lead", Q(noun="lead"))], Order("title", "title"))

    assert spec.answer(SearchEntry.objects.all())["lead"].rows == []
    add(2)
    assert [row.row_id for row in spec.answer(SearchEntry.objects.all())["lead"].rows] == [0, 1]


# -- exports ---------------------------------------------------------------------------------------------------------
PAYLOADS = ["=1+1", "+86138", "-5", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_formulas_are_neutralised(payload):
    assert neutral(payload) == "'" + payload
    assert neutral(mark_safe(payload)) == "'" + payload


@pytest.mark.parametrize(
    "value", [0, -5, 1.5, Decimal("-2.50"), date(2026, 11, 21), "text", "1+1", "a=b", "13812345678"]
)
def test_numbers_days_and_plain_text_stay_what_they_are(value):
    assert neutral(value) == value


def test_other_values_become_text():
    assert [neutral(v) for v in (None, True, [1, 2], mark_safe("<b>x</b>"), "a\x00b")] == [
        "",
        "Yes",
        "1 / 2",
        "x",
        "ab",
    ]


def export(kind, query="", actor=ANYONE):
    response = ENTRIES.export(QueryDict(query), SearchEntry.objects.all(), kind, actor=actor, file_name="entries")
    with closing(response):
        return response, b"".join(response.streaming_content)


def test_csv_has_the_chosen_columns_in_the_order_of_the_list():
    add(1, title='=1+1,"x"')
    add(2)
    response, body = export("csv", "cols=title,row_id,updated_at&sort=row_id")
    lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))

    assert body.startswith(b"\xef\xbb\xbf")
    assert lines[0] == ["Name", "Number", "Changed"]
    assert [line[0] for line in lines[1:]] == ['\'=1+1,"x"', "entry 001", "entry 002"]
    assert lines[1][1:] == ["0", "2026-11-01 08:00:00"]
    assert response["Content-Disposition"].startswith('attachment; filename="entries-2')


def test_xlsx_keeps_numbers_and_moments():
    add(1, title="=1+1", subtitle="-5")
    add(1, title="王伟")
    _response, body = export("xlsx", "cols=title,row_id,updated_at,subtitle&sort=row_id")
    lines = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()

    assert lines[0] == ["Name", "Number", "Changed", "Remark"]
    assert lines[1] == ["'=1+1", 0.0, datetime(2026, 11, 1, 8, 0), "'-5"]  # noqa: DTZ001 - sheets know no zones
    assert lines[2][:2] == ["王伟", 1.0]


def test_guarded_columns_are_not_exported():
    add(1)

    assert "Cost" not in export("csv")[1].decode() and "Cost" in export("csv", actor=SEES_COST)[1].decode()
    assert "Cost" not in export("csv", "cols=title,cost")[1].decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_empty_list_is_a_file_with_headings(kind):
    assert len(export(kind)[1]) > 10
