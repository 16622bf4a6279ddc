"""One batch from raw messages to their fates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dengta.core.actors import Actor
from dengta.leads.pipeline.clean import clean
from dengta.leads.pipeline.give import give, rate
from dengta.leads.pipeline.house import House, read_house
from dengta.leads.pipeline.incoming import Incoming
from dengta.leads.pipeline.know import know
from dengta.leads.pipeline.settle import settle
from dengta.leads.pipeline.tables import tables_of
from dengta.leads.pipeline.write import write


def run(messages: Sequence[Incoming], *, store_id: int, lead: Any, by: Actor, now: datetime) -> House:
    """All of one store, in the caller's transaction. Every message leaves with a `state`."""
    house = read_house(store_id, tables_of(lead), now)
    clean(messages, house)
    dealings = know(messages, house, by)
    settle(messages, dealings, house)
    rate(messages, house)
    given = give(messages, house)
    write(messages, given, house, by)
    return house
