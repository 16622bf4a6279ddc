"""A furnished house that never closes, with a channel, a car and two people at the invite desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from dengta.connect import limits
from dengta.core import scope
from dengta.leads.tests import factories
from dengta.market.tests.factories import make_channel
from dengta.org.models import Employee
from dengta.org.tests.cast import Cast, House, Member
from dengta.vehicles.tests.factories import make_series


@dataclass
class Desk:
    """The invite desk of the North store."""

    house: House
    cast: Cast
    channel: Any
    series: Any
    agent: Member
    supervisor: Member


@pytest.fixture
def desk(house: House, cast: Cast) -> Desk:
    """Open day and night; one agent, a senior, so that every score finds somebody."""
    factories.open_round_the_clock(house.north, house.south)
    factories.furnish(house.group)
    limits.forget()
    series = make_series(house.brand, "x5", name="X5")
    with scope.open(house.group.pk):
        Employee.objects.filter(pk=cast.north_dcc_agent.pk).update(
            level="senior", daily_capacity=2000, max_open_leads=2000
        )
        cast.north_dcc_agent.employee.refresh_from_db()
    return Desk(house, cast, make_channel(house.north), series, cast.north_dcc_agent, cast.north_dcc_supervisor)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable]:
    """`with at(moment):` makes Django's clock stand there."""

    @contextmanager
    def frozen(moment: datetime) -> Iterator[datetime]:
        with monkeypatch.context() as patch:
            patch.setattr(timezone, "now", lambda: moment)
            yield moment

    return frozen
