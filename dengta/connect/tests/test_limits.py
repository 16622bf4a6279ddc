"""The rate limiter counts in the database, whatever process asks."""

import pytest
from django.db import connection

from dengta.connect import limits
from dengta.core.testing import count_queries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_leases():
    limits.forget()
    yield
    limits.forget()


def test_so_many_and_no_more():
    answers = [limits.take("a", 5) for _ in range(7)]

    assert [a.allowed for a in answers] == [True] * 5 + [False] * 2
    assert 1 <= answers[-1].retry_after <= 60
    assert limits.take("b", 5).allowed


def test_another_process_sees_the_same_count():
    for _ in range(4):
        limits.take("a", 5)
    limits.forget()

    assert limits.take("a", 5).allowed
    assert not limits.take("a", 5).allowed


def test_a_refused_request_does_not_count():
    assert not limits.take("a", 5, cost=6).allowed
    assert limits.take("a", 5, cost=5).allowed


def test_the_last_minute_fades_out():
    for _ in range(5):
        limits.take("a", 5)
    with connection.cursor() as cursor:
        cursor.execute("update connect_hit set minute = minute - 2")

    assert limits.take("a", 5).allowed
    assert limits.sweep() >= 0


def test_a_busy_key_asks_once_for_many():
    with count_queries() as asked:
        allowed = sum(limits.take("busy", 1200).allowed for _ in range(100))

    assert allowed == 100
    assert len(asked) == 10


def test_no_limit_means_no_question():
    with count_queries() as asked:
        assert limits.take("free", 0).allowed

    assert asked == []
