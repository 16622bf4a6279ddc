"""What a batch needs to know of its store, read once: a fixed number of statements, whatever the batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dengta.core.types.clock import Calendar
from dengta.leads.pipeline.people import Crew, read_crew
from dengta.leads.pipeline.policy import Policy, read_policy
from dengta.leads.pipeline.promises import Promises
from dengta.leads.pipeline.rulebook import Rulebook, read_rulebook
from dengta.leads.pipeline.tables import Tables
from dengta.leads.queries import supervisors
from dengta.market.models import Campaign, Channel
from dengta.org.models import Employee, Store, StoreBrand
from dengta.org.operations import store_calendar
from dengta.vehicles.models import Series
from dengta.vehicles.types import Recogniser


@dataclass
class Catalogue:
    """The car series on sale. The store's own brands come first, a sister's car is recognised too."""

    rows: Mapping[int, Any]
    own: Recogniser
    all: Recogniser
    known: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, brand_ids: frozenset[int]) -> Catalogue:
        rows = {one.pk: one for one in Series.objects.on_sale().for_list()}
        named = [(one.pk, one.name, one.brand.name, one.aliases) for one in rows.values()]
        own = [one for one in named if rows[one[0]].brand_id in brand_ids]
        return cls(rows, Recogniser.of(own), Recogniser.of(named))

    def find(self, written: str) -> Any | None:
        if written not in self.known:
            self.known[written] = self.rows.get(self.own.find(written) or self.all.find(written) or 0)
        return self.known[written]


@dataclass
class House:
    """One store at one moment."""

    store: Any
    hours: Calendar
    policy: Policy
    promises: Promises
    rules: Rulebook
    channels: Mapping[int, Any]
    campaigns: Mapping[str, int]
    brand_ids: frozenset[int]
    series: Catalogue
    supervisors: list[int]
    now: datetime
    tables: Tables
    _crew: Crew | None = field(default=None, repr=False)

    @property
    def only_brand_id(self) -> int | None:
        """In a store of one brand an inquiry without a car is about that brand."""
        return next(iter(self.brand_ids)) if len(self.brand_ids) == 1 else None

    @property
    def area_code(self) -> str:
        return ""

    @property
    def crew(self) -> Crew:
        """Read when the first lead has to be given out."""
        if self._crew is None:
            self._crew = read_crew(self.store, self.hours, self.now, self.tables)
        return self._crew


def read_house(store_id: int, tables: Tables, now: datetime) -> House:
    store = Store.objects.get(pk=store_id)
    hours = store_calendar(store)
    brand_ids = frozenset(StoreBrand.objects.filter(store_id=store_id).values_list("brand_id", flat=True))
    return House(
        store=store,
        hours=hours,
        policy=read_policy(store.group_id),
        promises=Promises.of(tables.sla_rule.objects.all()),
        rules=read_rulebook(store, now, hours.tz),
        channels={one.pk: one for one in Channel.objects.all()},
        campaigns={one.code.casefold(): one.pk for one in Campaign.objects.all()},
        brand_ids=brand_ids,
        series=Catalogue.read(brand_ids),
        supervisors=supervisors(Employee.objects, [store_id]).get(store_id, []),
        now=now,
        tables=tables,
    )
