"""The shipped blueprint: its tables give what the business reference says, and installing is safe to repeat."""

from decimal import Decimal

import pytest

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.studio.models import Definition
from dengta.studio.operations import BLUEPRINTS, install, packs, plan, read_pack, table_for
from dengta.studio.rules.conditions import moment
from dengta.studio.rules.tables import compile_table
from dengta.studio.seeds import reference
from dengta.studio.tests.fields import LEADS, lead_fields
from dengta.studio.types import BadDefinition

NOW = moment(tz="Asia/Shanghai")
BARE = {"in_sales_area": True, "trade_in": False, "finance_interest": False}
ALL = {"budget_stated": True, "within_days": 3, "series_chosen": True, "page_views": 3, "configurator": True,
       "consult_minutes": 3, "trade_in": True, "finance_interest": True, "test_drive": True, "phone_verified": True,
       "in_sales_area": True, "phone_virtual": False, "night_bulk": False}


@pytest.fixture
def fields():
    with lead_fields() as found:
        yield found


def shipped(code):
    with lead_fields():
        body = next(part.body for part in read_pack("4s-standard").parts if part.code == code)
    return compile_table(body, LEADS)


@pytest.mark.parametrize(("facts", "score", "band"), [
    ({}, 0, "low"), (BARE, 0, "low"),
    ({"budget_stated": True}, 10, "low"), ({"within_days": 30}, 20, "low"), ({"within_days": 31}, 0, "low"),
    ({"within_days": 7}, 30, "low"), ({"within_days": 8}, 20, "low"), ({"series_chosen": True}, 10, "low"),
    ({"page_views": 3}, 10, "low"), ({"page_views": 2}, 0, "low"), ({"configurator": True}, 10, "low"),
    ({"consult_minutes": 3}, 10, "low"), ({"consult_minutes": Decimal("2.9")}, 0, "low"),
    ({"trade_in": True}, 10, "low"), ({"finance_interest": True}, 10, "low"),
    ({"finance_interest": True, "trade_in": True}, 10, "low"),
    ({"finance_interest": True, "trade_in": False}, 10, "low"),
    ({"test_drive": True}, 20, "low"), ({"phone_verified": True}, 10, "low"),
    (ALL, 100, "high"), (ALL | {"in_sales_area": False, "phone_virtual": True, "night_bulk": True}, 70, "medium"),
    ({"in_sales_area": False, "phone_virtual": True, "night_bulk": True}, 0, "low"),
    ({"within_days": 7, "test_drive": True}, 50, "medium"),
    ({"within_days": 7, "test_drive": True, "budget_stated": True, "series_chosen": True, "phone_verified": True}, 80,
     "high"),
    ({"within_days": 7, "test_drive": True, "budget_stated": True, "series_chosen": True, "phone_verified": True,
      "phone_virtual": True}, 65, "medium"),
])
def test_the_lead_score_is_that_of_the_business_reference(facts, score, band):
    result = shipped("lead-score").evaluate(facts, NOW)

    assert (result.value, result.band) == (score, band)


@pytest.mark.parametrize(("score", "band"), [(80, "high"), (79.9, "medium"), (Decimal("79.9"), "medium"),
                                             (50, "medium"), (49.9, "low"), (100, "high"), (0, "low")])
def test_the_bands_are_those_of_the_business_reference(score, band):
    assert shipped("lead-score").band_of(Decimal(str(score))) == band


@pytest.mark.parametrize(("facts", "row", "level"), [
    ({"score": 80}, "high-score", "senior"), ({"score": 80, "channel_level1": "referral"}, "high-score", "senior"),
    ({"score": 79, "channel_level1": "referral"}, "referral", "junior"), ({"score": 50}, "warm", "junior"),
    ({"score": 49}, "rest", "trainee"), ({}, "rest", "trainee")])
def test_the_assignment_names_who_may_and_by_which_weights(facts, row, level):
    result = shipped("lead-assignment").evaluate(facts, NOW)

    found = result.nested()
    assert [one.id for one in result.matched] == [row]
    assert found["who"] == {"min_level": level, "team": None, "skill": None}
    assert sum(found["weights"].values()) == 1
    assert found["fairness"] == Decimal("1.5")


def test_installing_twice_changes_nothing(group_scope, system, fields):
    first = reference(system)
    again = reference(system)

    assert [step.action for step in first] == ["create", "create"]
    assert [step.action for step in again] == ["same", "same"]
    assert Definition.objects.count() == 2
    assert table_for("leads.lead", "lead-score", group_scope.north.pk).table.evaluate(ALL, NOW).value == 100


def test_a_dry_run_says_what_would_happen_and_does_nothing(group_scope, system, fields):
    steps = install("4s-standard", by=system, dry_run=True)

    assert [(step.action, step.code) for step in steps] == [("create", "lead-score"), ("create", "lead-assignment")]
    assert Definition.objects.count() == 0


def test_what_the_group_has_changed_itself_is_left_alone(group_scope, system, fields):
    install("4s-standard", by=system)
    row = Definition.objects.get(code="lead-score")
    row.draft(by=system)
    body = row.open_draft().body
    body["rows"][0]["then"]["points"] = 12
    row.save_draft(by=system, body=body)
    row.publish(by=system)

    steps = install("4s-standard", by=system)

    assert [(step.action, len(step.changes)) for step in steps] == [("local", 1), ("same", 0)]
    assert row.published_version().body["rows"][0]["then"]["points"] == 12


def test_a_newer_pack_replaces_what_was_not_changed(group_scope, system, fields, tmp_path):
    install("4s-standard", by=system)
    newer = copy_pack(tmp_path, "points: 20", "points: 25")

    steps = install(read_pack(newer), by=system)

    assert [step.action for step in steps] == ["update", "same"]
    versions = Definition.objects.get(code="lead-score").versions.order_by("number")
    assert [(one.number, one.state) for one in versions] == [(1, "retired"), (2, "published")]


@pytest.mark.parametrize(("old", "new", "words"), [
    ("schema: dengta/blueprint@1", "schema: other", "dengta/blueprint@1"),
    ("tables/lead-score.yaml", "../../../../../../etc/passwd", "no such file"),
])
def test_a_pack_that_is_wrong_is_refused(fields, tmp_path, old, new, words):
    folder = copy_pack(tmp_path, "", "")
    path = folder / "pack.yaml"
    path.write_text(path.read_text().replace(old, new))

    with pytest.raises(BadDefinition) as refusal:
        read_pack(folder)

    assert words in str(refusal.value) or "蓝图" in str(refusal.value)


def test_a_table_with_an_unknown_field_is_refused(fields, tmp_path):
    with pytest.raises(BadDefinition):
        read_pack(copy_pack(tmp_path, "page_views", "page_vews"))


def test_yaml_cannot_build_objects(fields, tmp_path):
    folder = copy_pack(tmp_path, "", "")
    (folder / "pack.yaml").write_text("!!python/object/apply:os.system ['true']")

    with pytest.raises(BadDefinition):
        read_pack(folder)


def test_the_shipped_packs_are_found():
    assert "4s-standard" in packs()


def test_a_group_of_its_own_gets_its_own(house, fields):
    with scope.open(house.group.pk):
        install("4s-standard", by=Actor.system(house.group.pk))

    assert [step.action for step in plan_in(house.other_group.pk)] == ["create", "create"]


def plan_in(group_id):
    with scope.open(group_id):
        return plan(read_pack("4s-standard"))


def copy_pack(target, old, new):
    folder = target / "4s-standard"
    (folder / "tables").mkdir(parents=True)
    for path in (BLUEPRINTS / "4s-standard").rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        if path.name == "lead-score.yaml" and old:
            text = text.replace(old, new)
        (folder / path.relative_to(BLUEPRINTS / "4s-standard")).write_text(text, encoding="utf-8")
    return folder
