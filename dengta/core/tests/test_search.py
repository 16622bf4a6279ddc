"""What is found, by whom, and that the index answers it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group as Thing
from django.db import connection
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from dengta.core import scope, search
from dengta.core.actors import Actor, Reach
from dengta.core.models import SearchEntry
from dengta.core.registry import Noun, SearchSource, registry
from dengta.core.search import SearchDoc, find, forget_group, forget_rows, ids, index_rows, move_rows
from dengta.core.testing import assert_at_most_queries, assert_queries, plan_of
from dengta.core.types.asking import understand

NOUN = Noun(
    "auth.group",
    Thing,
    "Thing",
    lambda actor: ~Q(name__endswith="hidden"),
    "auth.group.see",
    url=lambda row: f"/things/{row.pk}/",
)
BORN = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def things(db):
    with registry.temporarily(NOUN, SearchSource("auth.group", "auth.group")):
        yield


def boss(group_id=1):
    return Actor("employee", 1, "boss", group_id, employee_id=1, grants={"*": Reach(everything=True)})


def person(**reach):
    wall = reach.pop("wall", None)
    return Actor("employee", 5, "person", 1, employee_id=5, stores=wall, grants={"auth.group.see": Reach(**reach)})


def add(title, *, name="", days=0, **fields):
    """A thing that can be found, and its row."""
    row = Thing.objects.create(name=name or f"{title} {Thing.objects.count()}")
    doc = {"group_id": 1, "updated_at": BORN + timedelta(days=days), **fields}
    index_rows([SearchDoc("auth.group", row.pk, title, **doc)])
    return row.pk


def found(text, actor=None, **more):
    return [hit.title for hit in find(actor or boss(), text, **more)]


# -- by what -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "张三丰", "张三", "三丰", "张", "丰", "zsf", "zs", "ZSF", "zhang", "zhangsan", "zhangsanfeng",
        "zhang san feng", "zhangsf",
        "zhangs", "zhsf", "sanfeng", "zhangsanf", "zhangsanfen", "5678", "12345678", "13812345678", "138 1234 5678",
        "+86 138-1234-5678", "138****5678", "沪A12345", "沪a·12345", "A12345", "12345", "2345", "LSVAA49J0R2012345",
        "r2012345",
        "012345", "SO-2026-001", "so-2026-001", "张三 5678", "5678 张", "zsf 5678", "三丰 沪A12345", "  张三丰  ",
        "张三丰１３８１２３４５６７８",
    ],
)  # fmt: skip
def test_a_person_is_found_by(text):
    add("张三丰", phones=("+8613812345678",), plates=("沪A12345",), vins=("LSVAA49J0R2012345",), codes=("SO-2026-001",))
    add("李四", phones=("+8613900001111",), plates=("京B99999",), vins=("LFV3A28K3R3000123",), codes=("SO-2026-002",))

    assert found(text) == ["张三丰"]


@pytest.mark.parametrize(
    "text",
    ["", " ", "z", "12", "x y", "x y z", "-", "a-", "张四", "丰三", "fsz",
     "1381234", "3812", "1234", "zhangsi", "13812345679",
     "张三 1111", "%", "'", "\\", "\x00"],
)  # fmt: skip
def test_a_person_is_not_found_by(text):
    add("张三丰", phones=("+8613812345678",))

    assert found(text) == []


def test_three_characters_must_stand_together():
    add("张三李三丰")

    assert found("张三丰") == []
    assert found("三李三") == ["张三李三丰"]


def test_latin_names_and_companies_are_found():
    add("John Smith")
    add("上海大众汽车有限公司")
    add("王Lily")

    assert found("john") == found("smith") == found("jo") == found("john smith") == ["John Smith"]
    assert found("大众汽车") == found("shdz") == found("shdzqc") == found("dazhong") == ["上海大众汽车有限公司"]
    assert found("lily") == found("王lily") == ["王Lily"]


def test_rare_surnames_are_found_by_both_readings():
    add("曾小明")

    assert found("zengxm") == found("cxm") == found("zxm") == found("cengxiaoming") == ["曾小明"]


def test_further_names_count_too():
    add("上海通达公司", names=("王小明",))

    assert found("王小明") == found("wxm") == ["上海通达公司"]


def test_the_whole_name_comes_first_then_its_beginning_then_the_youngest():
    add("王伟强", days=9)
    add("小王伟", days=8)
    add("王伟", days=0)
    add("王伟明", days=1)

    assert found("王伟") == ["王伟", "王伟强", "王伟明", "小王伟"]


def test_hits_say_where_they_lead():
    pk = add("张三丰", subtitle="138****5678")
    (hit,) = find(boss(), "张三丰")

    assert (hit.noun, hit.row_id, hit.subtitle, hit.url, hit.icon, hit.label) == (
        "auth.group", pk, "138****5678", f"/things/{pk}/", "file", "Thing",
    )  # fmt: skip
    assert ids(boss(), "zsf", "auth.group") == [pk]


# -- by whom -------------------------------------------------------------------------------------------------------
def test_each_reach_finds_its_own():
    add("王一", stores=(1,), teams=(11,), owners=(5,))
    add("王二", stores=(1,), teams=(12,), owners=(6,))
    add("王三", stores=(2,))
    add("王四")

    assert set(found("王")) == {"王一", "王二", "王三", "王四"}
    assert set(found("王", person(own=True))) == {"王一", "王四"}
    assert set(found("王", person(teams=frozenset({12})))) == {"王二", "王四"}
    assert set(found("王", person(stores=frozenset({1})))) == {"王一", "王二", "王四"}
    assert set(found("王", person(pool=frozenset({2})))) == {"王三", "王四"}
    assert set(found("王", person(stores=frozenset(range(2, 50))))) == {"王三", "王四"}
    assert set(found("王", person(own=True, pool=frozenset({1, 2})))) == {"王一", "王三", "王四"}
    assert found("王", person()) == []


def test_the_wall_around_stores_holds_whatever_the_reach():
    add("王一", stores=(1,))
    add("王二", stores=(2,))

    assert found("王", person(everything=True, wall=frozenset({2}))) == ["王二"]


def test_another_group_is_never_found():
    add("张三丰", phones=("+8613812345678",))
    add("张三丰二", group_id=12, phones=("+8613812345678",))

    for text in ("张三丰", "zsf", "5678", "张"):
        assert found(text) == ["张三丰"]
    assert found("张三丰", boss(2)) == []


def test_what_the_noun_hides_is_not_found_even_if_it_is_in_the_index():
    add("张三丰", name="hidden")
    gone = add("张三", name="gone")
    Thing.objects.filter(pk=gone).delete()

    assert found("张三") == []


def test_the_table_does_not_know_the_whole_number():
    add("张三丰", phones=("+8613812345678",))
    kept = str(SearchEntry.objects.values_list("tokens", "words", "title", "subtitle").get())

    assert "1:t5678" in kept
    assert "12345678" not in kept


# -- writing -------------------------------------------------------------------------------------------------------
def test_an_entry_follows_its_record():
    pk = add("张三丰", phones=("+8613812345678",), owners=(5,))

    assert index_rows([SearchDoc("auth.group", pk, "李四", group_id=1, owners=(6,), updated_at=BORN)]) == 1
    assert found("张三丰") == found("5678") == []
    assert found("李四") == ["李四"]
    assert found("李四", person(own=True)) == []


def test_writing_the_same_again_changes_nothing():
    doc = SearchDoc("auth.group", 7, "张三丰", group_id=1, updated_at=BORN)

    assert index_rows([doc, doc]) == 1
    assert index_rows([doc]) == 0
    younger = SearchDoc("auth.group", 7, "张三丰", group_id=1, updated_at=BORN + timedelta(hours=2))
    assert index_rows([younger]) == 1


def test_many_are_written_with_one_statement():
    docs = [SearchDoc("auth.group", number, f"王{number}", group_id=1, updated_at=BORN) for number in range(1500)]

    with assert_queries(1):
        assert index_rows(docs) == 1500
    with assert_queries(1):
        assert forget_rows("auth.group", range(10)) == 10
    assert forget_group(2) == 0 and forget_group(1) == 1490


def test_moving_is_indexing_anew_for_others():
    known = {"group_id": 1, "phones": ("+8614001234567",), "codes": ("C00001",), "updated_at": BORN}
    index_rows([SearchDoc("auth.group", 7, "张三", stores=(1,), **known)])

    with scope.open(1), assert_queries(1):
        assert move_rows("auth.group", [(7, (1, 2), (4,), (5, 6)), (8, (1,), (), ())]) == 1
    with scope.open(1):
        assert move_rows("auth.group", [(7, (1, 2), (4,), (5, 6))]) == 0
    moved = SearchEntry.objects.values().get(row_id=7)
    forget_rows("auth.group", [7])
    index_rows([SearchDoc("auth.group", 7, "张三", stores=(1, 2), teams=(4,), owners=(5, 6), **known)])

    assert SearchEntry.objects.values().get(row_id=7) | {"id": 0} == moved | {"id": 0}


asked_texts = st.text(max_size=40) | st.text("ab z张三1-·沪A", max_size=9)


@given(st.text(max_size=40), asked_texts)
def test_any_text_can_be_indexed_and_asked(title, asked):
    rows = [SearchDoc("auth.group", 1, title, subtitle=asked, group_id=1, codes=(asked,), updated_at=BORN)]

    assert index_rows(rows) in (0, 1)
    assert isinstance(found(asked), list)
    forget_rows("auth.group", [1])


# -- cost ----------------------------------------------------------------------------------------------------------
def test_a_search_asks_twice_however_much_is_found():
    for number in range(3):
        add(f"王伟{number}")

    with assert_queries(2):
        assert len(found("王伟")) == 3
    with assert_queries(1):
        assert found("欧阳锋") == []


def test_a_question_that_matches_very_many_still_finds_the_exact_and_the_young():
    rows = Thing.objects.bulk_create(Thing(name=f"row {number}") for number in range(700))
    titles = ["王伟" if number == 350 else f"王伟{chr(0x4E00 + number)}" for number in range(700)]
    index_rows(
        SearchDoc("auth.group", row.pk, title, group_id=1, updated_at=BORN + timedelta(days=number))
        for number, (row, title) in enumerate(zip(rows, titles, strict=True))
    )

    with assert_at_most_queries(4):
        hits = found("王伟", limit=5)
    assert hits == ["王伟", *titles[:-5:-1]]
    with assert_queries(2):
        assert found("王", limit=5) == titles[:-6:-1]


def test_the_index_answers_without_reading_the_table():
    tokens = search._tsquery(understand("王伟").tree, 1)
    with connection.cursor() as cursor:
        cursor.execute("analyze core_searchentry")
    plan = plan_of("select * from core_searchentry where tokens @@ %s::tsquery", [tokens])

    assert "core_search_entry_tokens" in str(plan)
    assert SearchEntry._meta.db_table == "core_searchentry"
