"""Pages of the work room: Today, tasks, the calendar, a visit, notices."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dengta.core import scope
from dengta.core.testing import count_queries
from dengta.work.models import Notification, Task
from dengta.work.tests.factories import make_appointment, make_notification, make_task

PATHS = ["/", "/tasks/", "/calendar/", "/notifications/"]


def queries_of(member, path: str) -> int:
    client = member.client
    client.get(path)
    with count_queries() as asked:
        assert client.get(path).status_code == 200, path
    return len(asked)


@pytest.mark.parametrize("path", PATHS)
def test_an_empty_page_says_what_to_do_next(cast, path):
    answer = cast.north_consultant.client.get(path)

    assert answer.status_code == 200
    assert b'class="empty"' in answer.content


@pytest.mark.parametrize("path", PATHS)
def test_strangers_are_sent_to_the_login(cast, client, path):
    assert client.get(path).status_code == 302


@pytest.mark.parametrize("path", PATHS)
def test_pages_ask_as_much_for_three_as_for_one(cast, house, path):
    def another() -> None:
        me = cast.north_consultant.employee
        make_task(house.north, me)
        make_task(house.north, me, due_at=timezone.now() - timedelta(hours=1))
        make_appointment(house.north, me, starts_at=timezone.now() + timedelta(minutes=1))
        make_notification(me)

    another()
    one = queries_of(cast.north_consultant, path)
    another()
    another()

    assert queries_of(cast.north_consultant, path) == one


def test_a_visit_of_another_store_is_not_found(cast, house):
    mine = make_appointment(house.north, cast.north_consultant.employee)
    other = make_appointment(house.south, cast.south_consultant.employee)
    client = cast.north_consultant.client

    assert client.get(mine.get_absolute_url()).status_code == 200
    assert client.get(other.get_absolute_url()).status_code == 404


def test_today_shows_my_tasks_and_nobody_elses(cast, house):
    mine = make_task(house.north, cast.north_consultant.employee, note="回电王先生")
    make_task(house.north, cast.north_consultant_b.employee, note="回电李先生")

    groups = cast.north_consultant.client.get("/").context["today"].tasks

    assert [task.pk for group in groups for task in group["rows"]] == [mine.pk]


def test_of_many_overdue_tasks_today_shows_the_latest(cast, house):
    me = cast.north_consultant.employee
    tasks = [make_task(house.north, me, due_at=timezone.now() - timedelta(hours=hours)) for hours in range(1, 12)]

    today = cast.north_consultant.client.get("/").context["today"]

    assert today.overdue == 11
    assert [task.pk for task in today.tasks[0]["rows"]] == [task.pk for task in tasks[:8]]


def test_a_task_is_done_with_one_press(cast, house):
    task = make_task(house.north, cast.north_consultant.employee)

    answer = cast.north_consultant.client.post(f"/v/work/task/{task.pk}/finish/", headers={"HX-Request": "true"})

    assert answer.status_code == 204
    with scope.open(house.group.pk):
        assert Task.objects.get(pk=task.pk).state == "done"


def test_the_calendar_can_be_one_persons(cast, house):
    mine = make_appointment(house.north, cast.north_consultant.employee, starts_at=timezone.now())
    other = make_appointment(house.north, cast.north_consultant_b.employee, starts_at=timezone.now())
    client = cast.north_manager.client

    def shown(query: str) -> set[int]:
        return {row.pk for day in client.get(f"/calendar/{query}").context["grid"].days for row in day.rows}

    assert shown("") == {mine.pk, other.pk}
    assert shown(f"?whose={cast.north_consultant.pk}") == {mine.pk}
    assert shown("?whose=mine") == set()
    assert shown("?week=2020-01-01") == set()
    assert client.get("/calendar/?week=nonsense&whose=x&store=x").status_code == 200


def test_notices_are_read_together(cast, house):
    make_notification(cast.north_consultant.employee)
    make_notification(cast.north_consultant_b.employee)

    cast.north_consultant.client.post("/notifications/read/")

    with scope.open(house.group.pk):
        assert [one.employee_id for one in Notification.objects.unread()] == [cast.north_consultant_b.pk]
