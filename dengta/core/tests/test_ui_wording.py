"""Moments, lengths and money as people say them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from dengta.core import wording

NOW = datetime(2026, 3, 4, 6, 30, tzinfo=UTC)  # 14:30 in Shanghai, a Wednesday


@pytest.fixture(autouse=True)
def shanghai():
    with timezone.override(ZoneInfo("Asia/Shanghai")), translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(("away", "said"), [
    (timedelta(), "今天 14:30"),
    (timedelta(hours=-14), "今天 00:30"),
    (timedelta(hours=-15), "昨天 23:30"),
    (timedelta(days=1), "明天 14:30"),
    (timedelta(days=-3), "3 天前"),
    (timedelta(days=2), "周五 14:30"),
    (timedelta(days=-30), "2月2日"),
    (timedelta(days=30), "4月3日 14:30"),
    (timedelta(days=-400), "2025年1月28日"),
])
def test_a_moment_is_said_as_people_say_it_in_the_time_of_the_store(away, said):
    assert wording.say_moment(NOW + away, NOW) == said


def test_the_day_changes_at_midnight_of_the_store_and_not_of_the_server():
    just_after_midnight = datetime(2026, 3, 3, 16, 5, tzinfo=UTC)

    assert wording.say_moment(just_after_midnight, NOW) == "今天 00:05"


def test_a_moment_in_english():
    with translation.override("en"):
        assert wording.say_moment(NOW - timedelta(days=1), NOW) == "Yesterday 14:30"
        assert wording.say_moment(NOW - timedelta(days=30), NOW) == "2 Feb"


def test_the_full_moment_is_complete():
    assert wording.full_moment(NOW) == "2026年3月4日 周三 14:30:00"
    assert wording.full_moment(date(2026, 3, 4)) == "2026年3月4日 周三"


@pytest.mark.parametrize(("seconds", "said"), [
    (0, "00:00"), (250, "04:10"), (-250, "04:10"), (7500, "2:05:00"), (3 * 86400 + 4 * 3600, "3 天 4 小时"),
])
def test_a_length_of_time(seconds, said):
    assert wording.say_length(seconds) == said


@pytest.mark.parametrize(("left", "said"), [
    (600, ("剩 10:00", "calm")), (300, ("剩 05:00", "soon")), (0, ("剩 00:00", "soon")), (-1, ("超 00:01", "late")),
])
def test_a_clock_is_calm_then_soon_then_late(left, said):
    assert wording.say_due(NOW + timedelta(seconds=left), NOW) == said


@pytest.mark.parametrize(("amount", "currency", "said"), [
    (258000, "CNY", "¥258,000"), ("1999.50", "CNY", "¥1,999.50"), (-300, "CNY", "−¥300"), (0, "CNY", "¥0"),
    (12, "CHF", "CHF 12"), (None, "CNY", ""), ("", "CNY", ""),
])
def test_money_has_thousands_and_only_needed_cents(amount, currency, said):
    assert wording.say_money(amount, currency) == said


@pytest.mark.parametrize(("name", "letters"), [
    ("王小明", "王"), ("Robert Chen", "RC"), ("anna", "A"), ("", "?"), (None, "?"),
])
def test_a_monogram(name, letters):
    assert wording.monogram(name) == letters


def test_counts_stop_at_the_cap():
    assert wording.say_count(1000) == "1,000"
    assert wording.say_count(1001) == "1,000+"
