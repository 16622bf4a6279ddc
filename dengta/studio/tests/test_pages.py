"""The pages: who gets in, what the editor does, trying on one record, publishing and going back."""

import pytest
from django.urls import reverse
from django.utils import translation

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.core.registry import registry
from dengta.core.testing import count_queries
from dengta.org.tests import factories as org
from dengta.studio.models import Definition
from dengta.studio.tests.factories import change_row, make_definition
from dengta.studio.types import Field, FieldSet

STORES = FieldSet("org.store", [
    Field("city", "City", "text"), Field("kind", "Kind", "choice", choices=[("4s", "4S store"), ("city", "Showroom")]),
    Field("service_bays", "Bays", "number", unit="bays"), Field("closed_on_holidays", "Closed on holidays", "boolean"),
    Field("created_at", "Created", "datetime")], find=lambda text, rows: rows.filter(code=text))
COLUMNS = ("city", "kind", "service_bays")
BANDS = [{"from": 80, "value": "high"}, {"value": "low"}]
HX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def fields():
    with registry.temporarily(STORES):
        yield STORES


@pytest.fixture
def admin(cast):
    return cast.group_admin


@pytest.fixture
def browser_of_admin(admin):
    account = admin.account
    account.language = "en"
    account.save(update_fields=["language"])
    return admin.client


@pytest.fixture
def table(cast):
    """A published table with three rows, and a draft."""
    with scope.open(cast.house.group.pk), translation.override("en"):
        by = Actor.system(cast.house.group.pk)
        row = make_definition(by, ({"kind": {"op": "is", "v": "4s"}}, 10), ({"city": {"op": "contains", "v": "a"}}, 5),
                              ({}, -3), noun="org.store", code="store-score", columns=COLUMNS)
        row.draft(by=by)
    return row


def path(name, *args):
    return reverse(f"studio:{name}", args=args)


def draft_of(row):
    with scope.open(row.group_id):
        return row.open_draft()


def act(client, row, do, **more):
    return client.post(path("edit", row.pk), {"do": do, "seen": draft_of(row).revision, **more}, **HX)


@pytest.mark.parametrize("name", ["definition", "try", "history", "publish"])
def test_pages_open_for_the_administrator(browser_of_admin, table, name):
    answer = browser_of_admin.get(path(name, table.pk))

    assert answer.status_code == 200
    assert "Score" in answer.content.decode()


@pytest.mark.parametrize("name", ["definition", "try", "history", "publish", "edit", "frame"])
def test_people_without_the_right_and_other_groups_find_nothing(cast, table, name):
    for member in (cast.receptionist, cast.outsider_admin):
        assert member.client.get(path(name, table.pk)).status_code in {404, 405}
        answer = member.client.post(path(name, table.pk), {"do": "add_row"})
        assert answer.status_code in {404, 405}
    assert len(draft_of(table).body["rows"]) == 3


@pytest.mark.parametrize(("do", "more", "ids"), [
    ("add_row", {}, ["r1", "r2", "r3", "r4"]), ("copy_row|r1", {}, ["r1", "r4", "r2", "r3"]),
    ("delete_row|r2", {}, ["r1", "r3"]), ("move_row|r3|up", {}, ["r1", "r3", "r2"]),
    ("move_row|r1|down", {}, ["r2", "r1", "r3"]), ("move_row|r1|up", {}, ["r1", "r2", "r3"]),
    ("delete_row|nope", {}, ["r1", "r2", "r3"])])
def test_rows_are_added_copied_moved_and_deleted(browser_of_admin, table, do, more, ids):
    answer = act(browser_of_admin, table, do, **more)

    assert answer.status_code == 200
    assert [row["id"] for row in draft_of(table).body["rows"]] == ids


def test_columns_come_and_go(browser_of_admin, table):
    act(browser_of_admin, table, "add_column", column="closed_on_holidays")
    act(browser_of_admin, table, "drop_column|city")
    act(browser_of_admin, table, "move_column|closed_on_holidays|left")
    act(browser_of_admin, table, "add_column", column="no_such_field")

    body = draft_of(table).body
    assert body["columns"] == ["kind", "closed_on_holidays", "service_bays"]
    assert [row["when"] for row in body["rows"]] == [{"kind": {"op": "is", "v": "4s"}}, {}, {}]


def test_a_row_is_switched_off_and_on(browser_of_admin, table):
    act(browser_of_admin, table, "switch_row|r1")
    assert draft_of(table).body["rows"][0]["off"] is True

    act(browser_of_admin, table, "switch_row|r1")
    assert "off" not in draft_of(table).body["rows"][0]


@pytest.mark.parametrize("do", ["set_cell", "set_frame", "", "drop|x", "save"])
def test_an_unknown_step_is_not_found(browser_of_admin, table, do):
    assert act(browser_of_admin, table, do).status_code == 404


@pytest.mark.parametrize(("column", "given", "cell"), [
    ("kind", {"op": "in", "v": ["4s", "city"]}, {"op": "in", "v": ["4s", "city"]}),
    ("service_bays", {"op": ">=", "v": "１,000"}, {"op": ">=", "v": 1000}),
    ("service_bays", {"op": "between", "v": ["1.5", "9"]}, {"op": "between", "v": [1.5, 9]}),
    ("city", {"op": "in", "v": "上海，苏州\n杭州"}, {"op": "in", "v": ["上海", "苏州", "杭州"]}),
    ("city", {"op": "is_empty"}, {"op": "is_empty"}), ("city", {"op": ""}, None)])
def test_a_cell_is_edited_with_what_people_type(browser_of_admin, table, column, given, cell):
    url = path("cell", table.pk, "r2", column)
    assert browser_of_admin.get(url, **HX).status_code == 200

    answer = browser_of_admin.post(url, given | {"seen": draft_of(table).revision}, **HX)

    assert answer.status_code == 200
    assert draft_of(table).body["rows"][1]["when"].get(column) == cell


@pytest.mark.parametrize(("column", "given", "words"), [
    ("service_bays", {"op": ">=", "v": "many"}, "a number is needed"),
    ("service_bays", {"op": "between", "v": ["9", "1"]}, "runs backwards"),
    ("kind", {"op": "is", "v": "castle"}, "not one of the choices"), ("kind", {"op": "in"}, "a value is needed")])
def test_a_wrong_cell_comes_back_with_a_sentence(browser_of_admin, table, column, given, words):
    before = draft_of(table).body

    answer = browser_of_admin.post(path("cell", table.pk, "r1", column), given, **HX)

    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#dialog-body")
    assert words in answer.content.decode()
    assert draft_of(table).body == before


def test_choosing_a_question_brings_its_inputs(browser_of_admin, table):
    url = path("cell", table.pk, "r1", "service_bays")

    assert browser_of_admin.get(f"{url}?op=between", **HX).content.count(b'name="v"') == 2
    assert browser_of_admin.get(f"{url}?op=is_empty", **HX).content.count(b'name="v"') == 0
    assert b"checkbox" in browser_of_admin.get(f"{path('cell', table.pk, 'r1', 'kind')}?op=in", **HX).content


def test_what_a_row_gives_is_edited(browser_of_admin, table):
    url = path("outputs", table.pk, "r1")

    ok = browser_of_admin.post(url, {"out.points": "12", "out.reason": "Because"}, **HX)
    wrong = browser_of_admin.post(url, {"out.points": "twelve", "out.reason": "Because"}, **HX)

    assert (ok.status_code, wrong.status_code) == (200, 422)
    assert draft_of(table).body["rows"][0]["then"] == {"points": 12, "reason": "Because"}


def test_bounds_and_bands_are_edited(browser_of_admin, table):
    given = {"hit": "sum", "min": "0", "max": "100", "band": ["high", "low", ""], "from": ["80", "", ""]}

    ok = browser_of_admin.post(path("frame", table.pk), given, **HX)
    wrong = browser_of_admin.post(path("frame", table.pk), given | {"min": "200"}, **HX)

    assert (ok.status_code, wrong.status_code) == (200, 422)
    body = draft_of(table).body
    assert (body["bounds"], body["bands"]) == ({"min": 0, "max": 100}, BANDS)


def test_a_stale_page_cannot_overwrite(browser_of_admin, table):
    seen = draft_of(table).revision
    browser_of_admin.post(path("edit", table.pk), {"do": "add_row", "seen": seen}, **HX)

    answer = browser_of_admin.post(path("edit", table.pk), {"do": "delete_row|r1", "seen": seen}, **HX)

    assert answer.status_code == 409
    assert "changed this draft meanwhile" in answer.json()["error"]["message"]
    assert len(draft_of(table).body["rows"]) == 4


def test_a_draft_is_published_from_the_page(browser_of_admin, table):
    act(browser_of_admin, table, "delete_row|r3")

    page = browser_of_admin.get(path("publish", table.pk), **HX).content.decode()
    answer = browser_of_admin.post(path("publish", table.pk), {"note": "Tidied"}, **HX)

    assert "row 3 removed: any → -3, Reason 3" in page
    assert (answer.status_code, answer["HX-Redirect"]) == (204, path("definition", table.pk))
    with scope.open(table.group_id):
        assert [(one.number, one.state) for one in table.versions.order_by("number")] == [
            (1, "retired"), (2, "published")]
    assert "row 3 removed" in browser_of_admin.get(path("history", table.pk)).content.decode()


def test_warnings_have_to_be_accepted_on_the_page(browser_of_admin, table):
    act(browser_of_admin, table, "copy_row|r1")

    first = browser_of_admin.post(path("publish", table.pk), {"note": ""}, **HX)
    second = browser_of_admin.post(path("publish", table.pk), {"note": "", "accept": "1"}, **HX)

    assert (first.status_code, second.status_code) == (409, 204)
    assert "Rows 1 and 2 ask the same; both count." in first.content.decode()


def test_a_record_is_tried_against_both_versions(browser_of_admin, table, house):
    with scope.open(table.group_id), translation.override("en"):
        change_row(table, Actor.system(table.group_id), 40)

    answer = browser_of_admin.get(path("try", table.pk), {"record": house.north.pk}).content.decode()

    assert "The draft decides differently" in answer
    assert "+10" in answer and "+40" in answer
    assert answer.count("Reason 1") >= 2


def test_only_visible_records_can_be_tried(browser_of_admin, table, house):
    answer = browser_of_admin.get(path("try", table.pk), {"record": house.other_store.pk})
    odd = browser_of_admin.get(path("try", table.pk), {"record": "1; drop"})

    assert (answer.status_code, odd.status_code) == (404, 404)


def test_a_record_is_found_by_its_number(browser_of_admin, table, house):
    answer = browser_of_admin.get(path("try", table.pk), {"q": house.south.code}).content.decode()

    assert f"?record={house.south.pk}" in answer
    assert f"?record={house.north.pk}" not in answer


def test_an_old_version_can_be_looked_at_but_not_edited(browser_of_admin, table):
    answer = browser_of_admin.get(path("definition", table.pk), {"v": 1}).content.decode()

    assert "rule-cell" not in answer
    assert browser_of_admin.get(path("definition", table.pk), {"v": 9}).status_code == 404


def test_the_list_asks_the_same_number_of_questions_for_one_and_for_three(browser_of_admin, table):
    with count_queries() as one:
        assert browser_of_admin.get(path("list")).status_code == 200
    with scope.open(table.group_id):
        for code in ("a", "b"):
            make_definition(Actor.system(table.group_id), noun="org.store", code=code, columns=COLUMNS)
    with count_queries() as three:
        browser_of_admin.get(path("list"))

    assert len(three) == len(one)


def test_a_new_table_is_made_on_the_page(browser_of_admin, table):
    url = reverse("core:verb_on_noun", args=["studio", "definition", "create"])

    answer = browser_of_admin.post(url, {"noun": "org.store", "code": "grades", "name": "Grades"}, **HX)

    with scope.open(table.group_id):
        made = Definition.objects.get(code="grades")
    assert answer["HX-Redirect"] == made.get_absolute_url()
    assert browser_of_admin.get(made.get_absolute_url()).status_code == 200


def test_a_store_manager_builds_for_the_own_store_only(cast, table):
    role = org.make_role(cast.house.group, "builder", {"studio.*": "store", "org.store.see": "store"})
    member = org.make_employee(cast.house.north, role)
    client = type(cast.group_admin)(member).client

    assert client.get(path("definition", table.pk)).status_code == 200
    assert act(client, table, "add_row").status_code == 409
    assert len(draft_of(table).body["rows"]) == 3
