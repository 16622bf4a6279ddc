"""Conditions: the answer in memory is the answer in SQL, and whatever is wrong is said in words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db.models import BooleanField, Case, Value, When
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dengta.studio.rules.conditions import MAX_PARTS, compile, moment, validate
from dengta.studio.rules.tests.samples import FIELDS, Sample, conditions, fill, moments
from dengta.studio.types import BadDefinition, Moment

NOW = Moment(datetime(2026, 5, 1, 4, 0, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
QUICK = settings(max_examples=250, deadline=None, derandomize=True,
                 suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def sample_rows(db):
    return fill()


@QUICK
@given(body=conditions(), at=moments())
def test_memory_and_sql_give_the_same_answer(sample_rows, body, at):
    condition = compile(body, FIELDS)

    in_sql = set(Sample.objects.filter(condition.sql(at)).values_list("pk", flat=True))

    differing = [row for row in sample_rows if condition.matches(row, at) != (row["id"] in in_sql)]
    assert differing[:1] == [], f"{body} at {at}"


def test_a_condition_works_as_annotation_and_in_a_case(sample_rows):
    condition = compile({"any": [{"f": "amount", "op": ">=", "v": 80}, {"f": "name", "op": "is_empty"}]}, FIELDS)
    expected = sum(condition.matches(row, NOW) for row in sample_rows)

    case = Case(When(condition.sql(NOW), then=Value(True)), default=Value(False), output_field=BooleanField())

    assert Sample.objects.annotate(hit=case).filter(hit=True).count() == expected
    assert Sample.objects.filter(condition.sql(NOW)).count() == expected


def test_values_travel_as_parameters():
    nasty = "'; drop table studio_sample; --"
    query = Sample.objects.filter(compile({"f": "name", "op": "is", "v": nasty}, FIELDS).sql(NOW)).query

    sql, params = query.sql_with_params()

    assert nasty not in sql
    assert nasty in params


@pytest.mark.parametrize(("op", "v"), [("is_not", "x"), ("not_in", ["x"]), ("contains", "x"), ("has_value", None)])
@pytest.mark.parametrize("missing", [None, ""])
def test_a_missing_value_matches_only_is_empty(op, v, missing):
    assert not compile({"f": "name", "op": op, "v": v}, FIELDS).matches({"name": missing}, NOW)
    assert compile({"f": "name", "op": "is_empty"}, FIELDS).matches({"name": missing}, NOW)


def test_days_are_days_of_the_store():
    at = datetime(2026, 4, 30, 16, 30, tzinfo=UTC)  # half past midnight of 1 May in Shanghai
    today = compile({"f": "at", "op": "today"}, FIELDS)

    assert today.matches({"at": at}, NOW)
    assert not today.matches({"at": at}, Moment(NOW.now, ZoneInfo("UTC")))


@pytest.mark.parametrize(("body", "place", "words"), [
    ([], "", "a condition is needed here"),
    ({"all": [{"f": "nope", "op": "is", "v": 1}]}, "all[0]", "no field “nope”"),
    ({"all": [{"any": [{"f": "amount", "op": "contains", "v": 1}]}]}, "all[0].any[0]", "cannot be asked “contains”"),
    ({"f": "amount", "op": ">=", "v": "many"}, "", "a number is needed"),
    ({"f": "amount", "op": ">=", "v": True}, "", "a number is needed"),
    ({"f": "amount", "op": ">=", "v": float("nan")}, "", "out of range"),
    ({"f": "amount", "op": ">=", "v": "1e999999"}, "", "out of range"),
    ({"f": "amount", "op": "between", "v": [5, 1]}, "", "runs backwards"),
    ({"f": "amount", "op": "between", "v": [5]}, "", "needs two values"),
    ({"f": "code", "op": "is", "v": "tiktok"}, "", "not one of the choices"),
    ({"f": "code", "op": "in", "v": []}, "", "a value is needed"),
    ({"f": "code", "op": "in", "v": "douyin"}, "", "a list of values"),
    ({"f": "name", "op": "is", "v": "a\x00"}, "", "cannot be kept"),
    ({"f": "name", "op": "is", "v": "\ud800"}, "", "cannot be kept"),
    ({"f": "name", "op": "is_empty", "v": "x"}, "", "takes no value"),
    ({"f": "day", "op": "on", "v": "2026-02-30"}, "", "a day as 2026-01-31"),
    ({"f": "day", "op": "last_days", "v": -1}, "", "number of days"),
    ({"f": "flag", "op": "is", "v": "yes"}, "", "yes or no"),
    ({"f": "owner", "op": "is", "v": 2**64}, "", "record's number"),
    ({"f": "name", "op": ["is"], "v": "x"}, "", "cannot be asked"),
    ({"f": "name", "op": "is", "v": "x", "sql": "1"}, "", "does not belong here"),
    ({"all": [], "any": []}, "", "a list of all or any"),
    ({"not": []}, "", "a list of all or any"),
    ({"any": []}, "", "needs at least one"),
])
def test_what_is_wrong_is_said_with_its_place(body, place, words):
    with translation.override("en"):
        problems = validate(body, FIELDS)

    assert [problem.path for problem in problems] == [place]
    assert words in problems[0].sentence


def test_depth_and_size_are_limited():
    deep = {"f": "name", "op": "is_empty"}
    for _level in range(500):
        deep = {"all": [deep]}
    wide = {"all": [{"f": "name", "op": "is_empty"}] * (MAX_PARTS * 50)}

    assert len(validate(deep, FIELDS)) == 1
    assert len(validate(wide, FIELDS)) == 1


JSON = st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8),
                              st.sampled_from(["f", "op", "v", "all", "any", "name", "amount", "is", "between"])),
                    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(
                        st.sampled_from(["f", "op", "v", "all", "any", "x"]), inner, max_size=4)), max_leaves=20)


@settings(QUICK, max_examples=400)
@given(JSON)
def test_any_json_is_refused_in_words_or_compiles(body):
    try:
        condition = compile(body, FIELDS)
    except BadDefinition as refusal:
        assert refusal.problems
        assert all(problem.sentence for problem in refusal.problems)
    else:
        condition.matches({}, NOW)
        condition.sql(NOW)


def test_the_words_of_a_condition():
    body = {"all": [{"f": "code", "op": "in", "v": ["douyin", "autohome"]},
                    {"any": [{"f": "amount", "op": ">=", "v": 200000}, {"f": "name", "op": "is_empty"}]}]}

    with translation.override("en"):
        assert compile(body, FIELDS).text() == ("Code: douyin, autohome and "
                                                "(Amount: ≥ ¥200,000 or Name: is empty)")


def test_moment_takes_the_store_zone():
    assert moment(NOW.now, "Asia/Tokyo").today.isoformat() == "2026-05-01"
