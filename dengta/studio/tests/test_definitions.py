"""The life of a definition: draft, publish, roll back, withdraw; which version holds in which store."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import translation

from dengta.core import scope
from dengta.core.access import visible
from dengta.core.actors import Actor, Reach
from dengta.core.models import EventRow
from dengta.core.verbs import NotAllowed
from dengta.studio.models import Definition, DefinitionVersion
from dengta.studio.operations import compiled_version, table_for, tables_for
from dengta.studio.rules.conditions import moment
from dengta.studio.tests.factories import change_row, make_definition, table_body
from dengta.studio.tests.fields import contract, lead_fields

NOW = moment(tz="Asia/Shanghai")


@pytest.fixture(autouse=True)
def fields():
    with lead_fields() as found, translation.override("en"):
        yield found


def score(store, facts=None):
    found = table_for("leads.lead", "test-score", store.pk)
    return found and found.table.evaluate(facts or {}, NOW).value


def versions(row):
    return list(row.versions.order_by("number").values_list("number", "state"))


def keys(row):
    return [event.key for event in EventRow.objects.for_subject(row)][::-1]


def person(group_id, store=None, *permissions):
    reach = Reach(stores=frozenset({store.pk})) if store else Reach(everything=True)
    return Actor("employee", None, "Li Si", group_id, stores=frozenset({store.pk}) if store else None,
                 grants=dict.fromkeys(permissions, reach), language="en")


def test_a_table_runs_once_it_is_published(group_scope, system):
    row = make_definition(system, ({}, 10), published=False)
    assert score(group_scope.north) is None

    row.publish(by=system, note="First", accept=True)

    assert score(group_scope.north) == 10
    assert versions(row) == [(1, "published")]
    assert keys(row) == ["studio.definition.created", "studio.definition.published"]


def test_a_draft_changes_nothing_until_it_is_published(group_scope, system):
    row = make_definition(system, ({}, 10))
    change_row(row, system, 30)
    assert score(group_scope.north) == 10

    row.publish(by=system)

    assert score(group_scope.north) == 30
    assert versions(row) == [(1, "retired"), (2, "published")]
    changed = EventRow.objects.for_subject(row).filter(key="studio.definition.draft_saved").get()
    assert changed.payload["changes"] == ["row 1 · Points: 10 → 30"]
    published = EventRow.objects.for_subject(row).first()
    assert (published.key, published.payload["changes"]) == ("studio.definition.published", ["row 1 · Points: 10 → 30"])


def test_starting_a_second_draft_is_quiet(group_scope, system):
    row = make_definition(system)
    row.draft(by=system)

    row.draft(by=system)

    assert versions(row) == [(1, "published"), (2, "draft")]


def test_saving_over_the_change_of_somebody_else_is_refused(group_scope, system):
    row = make_definition(system, published=False)
    seen = row.open_draft().revision
    row.save_draft(by=system, body=table_body(({}, 11)), seen=seen)

    with pytest.raises(NotAllowed, match="changed this draft meanwhile"):
        row.save_draft(by=system, body=table_body(({}, 12)), seen=seen)

    assert row.open_draft().body["rows"][0]["then"]["points"] == 11


@pytest.mark.parametrize("body", [[], "x", {"rows": 5}, {"hit": "sum"}, {"hit": "sum", "outputs": [], "rows": []}, None,
                                  table_body(({}, 1)) | {"x": "\x00"}, table_body(({}, float("inf")))])
def test_what_is_not_a_table_cannot_be_kept_as_a_draft(group_scope, system, body):
    row = make_definition(system, published=False)
    before = row.open_draft().body

    with pytest.raises(NotAllowed):
        row.save_draft(by=system, body=body)

    assert row.open_draft().body == before


def test_errors_stop_a_publication_and_warnings_need_to_be_accepted(group_scope, system):
    row = make_definition(system, published=False)
    row.save_draft(by=system, body=table_body(({"city": {"op": ">", "v": 1}}, 1)))
    with pytest.raises(NotAllowed, match="cannot be asked"):
        row.publish(by=system, accept=True)

    row.save_draft(by=system, body=table_body(({"city": {"op": "is", "v": "上海"}}, 1), hit="first"))
    with pytest.raises(NotAllowed, match="No last row"):
        row.publish(by=system)
    assert versions(row) == [(1, "draft")]

    row.publish(by=system, accept=True)
    assert versions(row) == [(1, "published")]


def test_rolling_back_makes_a_new_version_and_keeps_the_draft(group_scope, system):
    row = make_definition(system, ({}, 10))
    change_row(row, system, 30)
    row.publish(by=system)
    change_row(row, system, 50)

    row.roll_back(by=system, number=1, note="Too generous")

    assert score(group_scope.north) == 10
    assert versions(row) == [(1, "retired"), (2, "retired"), (3, "draft"), (4, "published")]
    assert row.open_draft().body["rows"][0]["then"]["points"] == 50
    assert EventRow.objects.for_subject(row).first().payload["to"] == 1


@pytest.mark.parametrize("number", [3, 99])
def test_rolling_back_to_a_draft_or_to_nothing_is_refused(group_scope, system, number):
    row = make_definition(system)
    change_row(row, system, 30)
    row.publish(by=system)
    row.draft(by=system)

    with pytest.raises(NotAllowed, match="no published version"):
        row.roll_back(by=system, number=number)


def test_a_store_overrules_its_group_until_it_switches_its_own_off(group_scope, system):
    make_definition(system, ({}, 10))
    own = make_definition(system, ({}, 70), store=group_scope.north)

    assert (score(group_scope.north), score(group_scope.south)) == (70, 10)

    own.withdraw(by=system, reason="trial is over")

    assert (score(group_scope.north), score(group_scope.south)) == (10, 10)
    assert versions(own) == [(1, "retired")]


def test_a_table_that_work_depends_on_cannot_be_switched_off(group_scope, system):
    row = make_definition(system, bands=[{"from": 80, "value": "high"}, {"value": "low"}])

    with lead_fields(contract()), pytest.raises(NotAllowed, match="Work depends on this table"):
        row.withdraw(by=system, reason="no")

    assert versions(row) == [(1, "published")]


def test_which_version_holds_is_one_statement_and_compiling_one_more(group_scope, system):
    make_definition(system, ({}, 10))
    make_definition(system, ({}, 70), store=group_scope.north)
    stores = [group_scope.north.pk, group_scope.south.pk]

    with connection.execute_wrapper(counted := Counter()):
        tables_for("leads.lead", "test-score", stores)
    first = counted.count
    with connection.execute_wrapper(counted):
        tables_for("leads.lead", "test-score", stores)

    assert (first, counted.count - first) == (2, 1)


class Counter:
    count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        return execute(sql, params, many, context)


def test_a_published_version_is_final_in_the_database_too(group_scope, system):
    row = make_definition(system)

    with pytest.raises(ProgrammingError, match="is final"), transaction.atomic():
        DefinitionVersion.objects.filter(definition=row).update(body={})


def test_an_old_decision_can_be_explained_by_its_version(group_scope, system):
    row = make_definition(system, ({}, 10))
    old = row.published_version()
    change_row(row, system, 30)
    row.publish(by=system)

    assert compiled_version(old).evaluate({}, NOW).value == 10


def test_a_row_that_a_later_release_no_longer_understands_is_left_out(group_scope, system):
    row = make_definition(system, ({"city": {"op": "is", "v": "x"}}, 5), ({}, 10), published=False)
    body = row.open_draft().body
    body["rows"][0]["when"] = {"city": {"op": "gone", "v": 1}}
    row.save_draft(by=system, body=body)
    DefinitionVersion.objects.filter(definition=row).update(state="published")

    assert score(group_scope.north, {"city": "x"}) == 10


def test_discarding_the_only_version_is_refused(group_scope, system):
    row = make_definition(system, published=False)

    with pytest.raises(NotAllowed, match="only version"):
        row.discard_draft(by=system)

    row.publish(by=system, accept=True)
    row.draft(by=system)
    row.discard_draft(by=system)
    assert versions(row) == [(1, "published")]


def test_a_code_is_taken_once_per_place(group_scope, system):
    make_definition(system)

    with pytest.raises(NotAllowed, match="already a definition"):
        make_definition(system)

    make_definition(system, store=group_scope.north)
    assert Definition.objects.count() == 2


@pytest.mark.parametrize(("noun", "code"), [("nothing.here", "x"), ("leads.lead", "a b"), ("leads.lead", "../x")])
def test_strange_nouns_and_codes_are_refused(group_scope, system, noun, code):
    with pytest.raises(NotAllowed):
        Definition.create(by=system, noun=noun, code=code, name="x")
    assert Definition.objects.count() == 0


def test_people_of_a_store_see_the_groups_and_their_own_and_change_only_their_own(group_scope, system):
    shared = make_definition(system)
    mine = make_definition(system, store=group_scope.north)
    theirs = make_definition(system, store=group_scope.south)
    by = person(group_scope.group.pk, group_scope.north, "studio.definition.see", "studio.definition.edit")

    assert set(visible(Definition, by)) == {shared, mine}
    mine.draft(by=by)
    for other in (shared, theirs):
        with pytest.raises(NotAllowed):
            other.draft(by=by)
    with pytest.raises(NotAllowed):
        Definition.create(by=by, noun="leads.lead", code="new", name="x")
    Definition.create(by=by, noun="leads.lead", code="new", name="x", store=group_scope.north)


def test_who_may_edit_may_not_publish(group_scope, system):
    row = make_definition(system, published=False)
    by = person(group_scope.group.pk, None, "studio.definition.see", "studio.definition.edit")

    with pytest.raises(NotAllowed):
        row.publish(by=by, accept=True)

    assert versions(row) == [(1, "draft")]


def test_another_group_sees_and_uses_nothing_of_it(group_scope, system):
    make_definition(system)

    with scope.open(group_scope.other_group.pk):
        assert Definition.objects.count() == 0
        assert DefinitionVersion.objects.count() == 0
        assert table_for("leads.lead", "test-score", group_scope.other_store.pk) is None


def test_renaming_keeps_the_code(group_scope, system):
    row = make_definition(system)

    row.rename(by=system, name="Punkte")

    assert (str(row), row.code) == ("Punkte", "test-score")
