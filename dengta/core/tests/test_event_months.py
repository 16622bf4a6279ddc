"""The event log grows by a partition for each month, whatever lies in the default one already."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from dengta.core import scope
from dengta.core.events import make_partitions
from dengta.core.models import EventRow

MARCH = datetime(2031, 3, 31, 23, 59, 59, 999_999, tzinfo=UTC)
APRIL = datetime(2031, 4, 1, tzinfo=UTC)


def write(group_id: int, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("insert into core_event (at, group_id, key, subject_type, subject_id, actor_kind) "
                       "values (%s, %s, 'test.event', 'test.thing', 1, 'system')", [at, group_id])


def where() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("select at, tableoid::regclass::text from core_event where key = 'test.event' order by at")
        return cursor.fetchall()


def test_events_that_came_before_their_month_move_along(house):
    with scope.open(house.group.pk):
        write(house.group.pk, MARCH)
        write(house.group.pk, APRIL)
    make_partitions(MARCH.date(), MARCH.date())

    with scope.open(house.group.pk):
        assert where() == [(MARCH, "core_event_2031_03"), (APRIL, "core_event_other")]
        make_partitions(MARCH.date(), APRIL.date())
        assert where() == [(MARCH, "core_event_2031_03"), (APRIL, "core_event_2031_04")]
        make_partitions(MARCH.date(), APRIL.date())
        assert EventRow.objects.filter(key="test.event").count() == 2


def test_a_month_is_as_final_and_as_walled_as_the_rest(house):
    make_partitions(MARCH.date(), MARCH.date())
    with scope.open(house.group.pk):
        write(house.group.pk, MARCH)

        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("delete from core_event where key = 'test.event'")
        with connection.cursor() as cursor:
            cursor.execute("select set_config('dengta.group', '0', true)")
            cursor.execute("select count(*) from core_event where key = 'test.event'")
            assert cursor.fetchone() == (0,)
            cursor.execute("select set_config('dengta.group', %s, true)", [str(house.group.pk)])
