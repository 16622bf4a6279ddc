"""Values in every habit people have."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dengta.connect.formats import values
from dengta.connect.formats.tidy import tidy

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-21T18:30:20+08:00", "2026-11-21T18:30:20+08:00"),
        ("2026-11-21T10:30:20Z", "2026-11-21T10:30:20+00:00"),
        ("2026-11-21T10:30:20.123456789Z", "2026-11-21T10:30:20.123456+00:00"),
        ("2026-11-21 8:05", "2026-11-21T08:05:00+08:00"),
        ("2000-03-30T15:30:20-08:0", "2000-03-30T15:30:20-08:00"),
        ("2026/11/21", "2026-11-21T00:00:00+08:00"),
        ("2026.1.2 03:04:05", "2026-01-02T03:04:05+08:00"),
        ("2026年11月21日 18时30分", "2026-11-21T18:30:00+08:00"),
        ("2026年11月21日 下午6:30", "2026-11-21T18:30:00+08:00"),
        ("２０２６-11-21", "2026-11-21T00:00:00+08:00"),
        ("20261121", "2026-11-21T00:00:00+08:00"),
        ("20261121183020", "2026-11-21T18:30:20+08:00"),
        ("11/21/2026 6:30 PM", "2026-11-21T18:30:00+08:00"),
        ("Sat, 21 Nov 2026 18:30:20 +0800", "2026-11-21T18:30:20+08:00"),
        (1795257000, "2026-11-21T10:30:00+00:00"),
        ("1795257000000", "2026-11-21T10:30:00+00:00"),
    ],
)
def test_times(written, expected):
    assert values.when(written).isoformat() == expected


@pytest.mark.parametrize(
    "written", ["", None, True, "soon", "2026-13-01", "2026-02-30", "0", -5, 1e300, float("nan"), {}, []]
)
def test_no_times(written):
    assert values.when(written) is None


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("25.8万", 258000, 258000),
        ("25.8W", 258000, 258000),
        ("２５万左右", 250000, 250000),
        ("¥258,000", 258000, 258000),
        (258000, 258000, 258000),
        (25, 250000, 250000),
        ("20-30万", 200000, 300000),
        ("20万到30万", 200000, 300000),
        ("20~30", 200000, 300000),
        ("30万以内", None, 300000),
        ("20万以上", 200000, None),
        ("二十五万", 250000, 250000),
        ("500k", 500000, 500000),
        ("", None, None),
        ("-5万", None, None),
        ("很多", None, None),
        (True, None, None),
        (float("inf"), None, None),
        ("9" * 60, None, None),
    ],
)
def test_budgets(written, low, high):
    assert values.budget(written) == (low, high)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (30, 30),
        ("30", 30),
        ("一周内", 7),
        ("3个月", 90),
        ("三个月内", 90),
        ("1-3个月", 90),
        ("半年", 180),
        ("1年以内", 365),
        ("within 90 days", 90),
        ("2 weeks", 14),
        ("马上", 1),
        ("immediately", 1),
        ("本月", 30),
        ("下个月", 60),
        ("48 hours", 2),
        ("不确定", None),
        ("", None),
        (-1, None),
        (10**9, None),
    ],
)
def test_periods(written, expected):
    assert values.days(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (13800138000, ["13800138000"]),
        (13800138000.0, ["13800138000"]),
        ("13800138000/13900139000", ["13800138000", "13900139000"]),
        ("13800138000，13800138000", ["13800138000"]),
        ("010-88886666,转8001", ["010-88886666 转8001"]),
        (["13800138000", {"number": "13900139000"}], ["13800138000", "13900139000"]),
        ("＋８６ 138 0013 8000（晚上打）", ["＋８６ 138 0013 8000（晚上打）"]),
        (None, []),
        ({"a": 1}, []),
        (True, []),
    ],
)
def test_phones(written, expected):
    assert values.phones(written) == expected


@pytest.mark.parametrize(
    ("written", "given"),
    [
        (True, True),
        ("是", True),
        ("同意", True),
        ("1", True),
        ("no", False),
        ("不同意", False),
        ("maybe", None),
        ([], None),
    ],
)
def test_consent(written, given):
    read = values.consent(written)

    assert (read and read["given"]) == given


def test_consent_with_purposes():
    assert values.consent({"purposes": "C1,C8", "version": "2026-1"}) == {
        "given": True, "purposes": ["C1", "C8"], "text_version": "2026-1", "at": "", "proof": "",
    }  # fmt: skip
    assert values.consent({"given": False, "purposes": ["C1"]})["given"] is False


def test_tidy_types_bounds_and_names_what_it_cannot_read():
    read = tidy(
        {
            "external_id": 5,
            "at": "soon",
            "name": " 王\u3000小明\x00\u202e ",
            "phone": "１３８ ０013-8000",
            "email": "not an address",
            "budget_low": "20-30万",
            "purchase_within_days": "一周内",
            "message": "line\r\nline",
            "series": ["X5", "X3"],
            "colour": "白",
            "extra": {"utm": "x" * 5000},
        },
        now=NOW,
    )

    fields = read.fields
    assert fields["external_id"] == "5"
    assert fields["name"] == "王 小明"
    assert fields["phone"] == ["１３８ ０013-8000"]
    assert (fields["budget_low"], fields["budget_high"]) == (200000, 300000)
    assert fields["purchase_within_days"] == 7
    assert fields["series"] == "X5 X3"
    assert fields["extra"]["colour"] == "白"
    assert len(fields["extra"]["utm"]) == 2000
    assert set(read.problems) == {"at", "email"}
    assert fields["extra"]["unread"] == {"at": "soon", "email": "not an address"}


def test_a_time_in_the_future_is_not_believed():
    assert tidy({"at": "2027-01-01"}, now=NOW).fields["at"] is None
    assert tidy({"at": "2026-11-21"}, now=NOW).fields["at"] is not None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"budget_low": "20万", "budget_high": "30万"}, (200000, 300000)),
        ({"budget_low": "30万", "budget_high": "20万"}, (200000, 300000)),
        ({"budget_high": "30万以内"}, (None, 300000)),
        ({"budget_low": 200000}, (200000, None)),
        ({"budget": "20-30万"}, (200000, 300000)),
    ],
)
def test_budget_bounds(raw, expected):
    fields = tidy(raw).fields

    assert (fields["budget_low"], fields["budget_high"]) == expected


_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "at",
                "phone",
                "budget_low",
                "budget_high",
                "purchase_within_days",
                "consent",
                "email",
                "name",
                "extra",
                "gender",
            ]
        )
        | st.text(max_size=8),
        _VALUES,
        max_size=8,
    )
)
def test_tidy_never_fails(raw):
    fields = tidy(raw).fields

    assert isinstance(fields["phone"], list)
    json.dumps(fields["consent"])
