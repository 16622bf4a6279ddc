"""Columns as the text of arrays: what goes in comes out, whatever people type."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import TextChoices
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from dengta.core.bulk import as_array


class Word(TextChoices):
    NEW = "new"


def through(kind, values):
    with connection.cursor() as cursor:
        cursor.execute(f"select v from unnest(%s::{kind}[]) with ordinality t(v, n) order by n", [as_array(values)])
        return [value for (value,) in cursor.fetchall()]


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "values"), [
    ("text", ["", "NULL", None, 'say "so"', "back\\slash", "a,b{c}", "line\nbreak", " 王 ", "it's", "%s %%", Word.NEW]),
    ("bigint", [1, -5, None, 2**62]),
    ("numeric(12, 2)", [Decimal("1.50"), None, Decimal("-0.01")]),
    ("boolean", [True, False, None]),
    ("double precision", [1.5, float("inf"), None]),
    ("timestamptz", [datetime(2026, 1, 1, 12, 30, 1, 5, tzinfo=UTC), None]),
    ("date", [date(2026, 2, 28)]),
    ("time", [time(9, 30)]),
    ("uuid", [UUID("01890a5d-ac96-774b-bcce-b302099a8057"), None]),
])
def test_values_come_out_as_they_went_in(kind, values):
    assert through(kind, values) == values


@pytest.mark.django_db
def test_bytes_and_json():
    assert [bytes(v) for v in through("bytea", [b"\x00\xff\\", memoryview(b"a")])] == [b"\x00\xff\\", b"a"]
    found = through("jsonb", [Jsonb({"a": ['"', "\\", None]}), '{"b": 1}', None])
    assert found[2] is None
    assert '"a"' in str(found[0])


@pytest.mark.django_db
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))))
def test_any_text_survives(values):
    assert through("text", values) == values
