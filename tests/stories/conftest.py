"""What every story needs: the furnished invite desk, a clock that can be set, and people who click."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import signing
from django.http import HttpResponse
from django.test import Client

from dengta.core import scope
from dengta.core.models import EventRow
from dengta.core.pumps import pump_until_idle
from dengta.leads.tests.fixtures import Desk, at, desk
from dengta.org.models import Store
from dengta.org.tests.cast import Member

__all__ = ["Desk", "at", "desk"]
SHANGHAI = ZoneInfo("Asia/Shanghai")
HOT = {"budget_low": 200_000, "purchase_within_days": 5, "series": "X5", "test_drive": True, "city": "上海",
       "extra": {"page_views": 4, "phone_verified": True}}


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)


class Hand:
    """Somebody at a browser who works with the generic addresses, as the buttons of the pages do."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.client: Client = member.client

    def does(self, verb: str, row: Any, **given: Any) -> HttpResponse:
        """`hand.does("log_contact", lead, …)`; times are typed as the page asks for them."""
        where = f"/v/{row._meta.label_lower.replace('.', '/')}/{row.pk}/{verb}/"
        return self.client.post(where, typed(given), headers={"HX-Request": "true"})

    def sees(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, f"{path} gives {answer.status_code}"
        return answer.content.decode()


def typed(given: dict[str, Any]) -> dict[str, Any]:
    said = {name: f"{value.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else value
            for name, value in given.items()}
    return {name: getattr(value, "pk", value) for name, value in said.items()}


def work_on() -> None:
    """The worker does everything that waits."""
    pump_until_idle("leads.intake", "work.clocks", "core.reactions")


def keys_of(row: Any) -> list[str]:
    """What happened to a row, oldest first."""
    with scope.open(row.group_id):
        return list(EventRow.objects.for_subject(row).order_by("at", "id").values_list("key", flat=True))


@pytest.fixture
def open_nine_to_six(desk: Desk) -> None:
    """The North store keeps ordinary hours, seven days a week, without holidays."""
    with scope.open(desk.house.group.pk):
        Store.objects.filter(pk=desk.house.north.pk).update(hours=[["09:00", "18:00"]] * 7, closed_on_holidays=False)


@pytest.fixture
def a_minute_ago(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Forms that were signed before the call look as if they had been open for a minute."""
    real = signing.time.time
    offset = [0]

    def rewind() -> None:
        offset[0] += 60

    monkeypatch.setattr(signing.time, "time", lambda: real() + offset[0])
    return rewind
