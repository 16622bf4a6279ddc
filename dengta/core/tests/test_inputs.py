"""What a verb is given: shapes of the API, and values that nothing could keep."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from dengta.core import inputs
from dengta.core.actors import Actor
from dengta.core.inputs import BadInput, VerbForm, parse_json

ACTOR = Actor.system(1)
DECLARED = [inputs.Text("text", required=False), inputs.Integer("number", required=False),
            inputs.Flag("flag"), inputs.When("when", required=False), inputs.Day("day", required=False),
            inputs.Amount("amount", required=False), inputs.Json("json", required=False),
            inputs.Many("many", required=False, choices=[("a", "A")])]


def given(**body):
    return parse_json(DECLARED, ACTOR, None, body)


@pytest.mark.parametrize("body", [
    {"text": "a\x00b"}, {"text": "\ud800"}, {"text": 5}, {"text": ["x"]}, {"text": {"a": 1}}, {"text": True},
    {"number": True}, {"number": 10**30}, {"number": float("inf")}, {"number": [1]}, {"number": 2**31},
    {"flag": "yes"}, {"flag": 1}, {"day": True}, {"day": "0001-01-01"}, {"day": 20260101}, {"day": "9999-12-31"},
    {"when": "1657-10-24T19:27:31.690379+17:15"}, {"when": "0001-01-01T00:00:00+14:00"},
    {"when": "9999-12-31T23:59-14:00"}, {"amount": float("nan")}, {"amount": "1e400"}, {"amount": 10**20},
    {"json": {"a": "\x00"}}, {"json": [float("inf")]}, {"json": ["\udfff"]},
    {"many": "a"}, {"many": ["b"]}, {"many": [{}]},
])
def test_what_cannot_be_kept_or_has_the_wrong_shape_is_refused_by_name(body):
    with pytest.raises(BadInput) as refused:
        given(**body)

    assert list(refused.value.errors) == list(body)


def test_deep_json_is_refused():
    deep = []
    for _n in range(50):
        deep = [deep]

    with pytest.raises(BadInput):
        given(json=deep)


@pytest.mark.parametrize("typed", ['"\\u0000"', '"\\ud800"', "NaN", "[" * 100_000, '{"a": 1e999}', "{"])
def test_json_typed_on_a_page_is_refused_in_the_form(typed):
    form = VerbForm(DECLARED, ACTOR, None, data={"json": typed})

    assert not form.is_valid()
    assert list(form.errors) == ["json"]


def test_moments_come_in_the_zone_of_the_reader_whatever_was_written():
    with timezone.override("Asia/Shanghai"):
        found = given(when="2026-11-18T10:00:00Z")["when"]

    assert found == datetime(2026, 11, 18, 18, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert found.utcoffset().total_seconds() == 8 * 3600


def test_honest_values_arrive():
    assert given(text="王", number=5, flag=True, amount=10.5, json={"a": [1, True]}, many=["a"]) == {
        "text": "王", "number": 5, "flag": True, "amount": 10.5, "json": {"a": [1, True]}, "many": ["a"]}
