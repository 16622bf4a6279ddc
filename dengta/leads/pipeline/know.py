"""Who is it: numbers that never become leads, known people, new customers, and what is open with them already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.customers.operations import register, stopped
from dengta.customers.types import StopReason
from dengta.leads.pipeline.house import House
from dengta.leads.pipeline.incoming import Incoming
from dengta.leads.types import OPEN, SLEEPING, UNFINISHED, InvalidReason, SisterPolicy

SCREENED = {
    StopReason.EMPLOYEE: InvalidReason.EMPLOYEE,
    StopReason.DO_NOT_CALL: InvalidReason.DO_NOT_CALL,
    StopReason.BLACKLIST: InvalidReason.BLACKLIST,
    StopReason.COMPETITOR: InvalidReason.COMPETITOR,
    StopReason.MEDIA: InvalidReason.HARASSMENT,
}


@dataclass
class Dealings:
    """What is open with the customers of a batch. It grows while the batch is settled, so that the second message of
    a person meets the lead of the first."""

    leads: dict[int, list[Any]] = field(default_factory=dict)
    opportunities: dict[int, list[Any]] = field(default_factory=dict)

    def lead(self, customer_id: int | None, brand_id: int | None) -> Any | None:
        return _about(self.leads.get(customer_id or 0, ()), brand_id)

    def opportunity(self, customer_id: int | None, store_id: int, brand_id: int | None, states: Sequence[str]) -> Any:
        here = [o for o in self.opportunities.get(customer_id or 0, ()) if o.store_id == store_id and o.state in states]
        return _about(here, brand_id)

    def sister(self, customer_id: int | None, house: House, brand_id: int | None) -> Any | None:
        """An unfinished opportunity in another store of the group, young enough to be protected or told of."""
        oldest = house.now - timedelta(days=house.policy.sister_days)
        there = [
            o
            for o in self.opportunities.get(customer_id or 0, ())
            if o.store_id != house.store.pk and o.state in UNFINISHED and o.opened_at >= oldest
        ]
        return None if house.policy.sister_store == SisterPolicy.ALLOW else _about(there, brand_id)

    def add(self, lead: Any) -> None:
        if lead.customer_id and lead.state in OPEN:
            self.leads.setdefault(lead.customer_id, []).append(lead)


def _about(rows: Sequence[Any], brand_id: int | None) -> Any | None:
    """The one of the same brand; an inquiry or a record without a brand is about whatever there is."""
    return next((row for row in rows if brand_id is None or row.brand_id in (None, brand_id)), None)


def know(messages: Sequence[Incoming], house: House, by: Actor) -> Dealings:
    """Fill `stop`, `customer_id`, `is_known`; return what is open with these people."""
    alive = [one for one in messages if not one.is_settled]
    asked = [one for one in alive if not one.stop]
    for one, reason in zip(asked, stopped([one.candidate for one in asked]), strict=True):
        if reason:
            one.stop = SCREENED[reason].value
    wanted = [one for one in alive if not one.stop]
    made = register(
        [one.candidate for one in wanted],
        store_id=house.store.pk,
        by=by,
        at=house.now,
        source=_source(house, wanted),
        findable=False,
    )
    seen: set[int] = set()
    for one, registered in zip(wanted, made, strict=True):
        one.customer_id = registered.customer_id
        one.is_known = not registered.is_new or registered.customer_id in seen
        seen.add(registered.customer_id)
    return _dealings({one.customer_id for one in wanted if one.is_known}, house)


def _source(house: House, wanted: Sequence[Incoming]) -> str:
    channel = house.channels.get(wanted[0].channel_id) if wanted else None
    return str(channel) if channel else ""


def _dealings(customer_ids: set[int | None], house: House) -> Dealings:
    found = Dealings()
    if not customer_ids:
        return found
    tables = house.tables
    with scope.off(reason="sister stores have to be asked whom they already serve"):
        for row in tables.opportunity.objects.filter(customer_id__in=customer_ids, state__in=(*UNFINISHED, *SLEEPING)):
            found.opportunities.setdefault(row.customer_id, []).append(row)
    for row in tables.lead.objects.filter(customer_id__in=customer_ids, store_id=house.store.pk, state__in=OPEN):
        found.leads.setdefault(row.customer_id, []).append(row)
    return found
