"""A lead as the decision tables see it. The same for a new lead, for the try-out and when leads are scored again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dengta.core.types.clock import Calendar
from dengta.org.models import Store
from dengta.org.operations import store_calendars

# Days until the purchase -> the bucket people choose in forms (domain 2.6).
WINDOWS = ((7, "0-7"), (15, "7-15"), (30, "15-30"), (90, "30-90"))
LATER = ">90"


def window_of(days: int | None) -> str | None:
    if days is None:
        return None
    return next((bucket for limit, bucket in WINDOWS if days <= limit), LATER)


def facts_of(lead: Any, channel: Any, series: Any, store: Any, hours: Calendar) -> dict[str, Any]:
    """Nothing known is None, which matches nothing but "is empty"."""
    return {
        "channel_code": channel.code if channel is not None else None,
        "channel_level1": channel.level1 if channel is not None else None,
        "channel_level2": channel.level2 if channel is not None else None,
        "series_code": series.code if series is not None else None,
        "series_chosen": series is not None or bool(lead.series_text),
        "brand_code": series.brand.code if series is not None else None,
        "city": lead.city or None,
        "ip_city": lead.ip_city or None,
        "phone_city": lead.phone_city or None,
        "in_sales_area": _in_area(lead, store),
        "budget_low": lead.budget_low,
        "budget_high": lead.budget_high,
        "budget_stated": lead.budget_low is not None or lead.budget_high is not None,
        "within_days": lead.within_days,
        "window": window_of(lead.within_days),
        "message": lead.message or None,
        "trade_in": lead.trade_in,
        "finance_interest": lead.finance_interest,
        "test_drive": lead.test_drive,
        "page_views": lead.page_views,
        "configurator": lead.configurator,
        "consult_minutes": lead.consult_minutes,
        "phone_verified": lead.phone_verified,
        "phone_virtual": lead.phone_virtual,
        "received_hour": lead.received_at.astimezone(hours.tz).hour,
        "night_bulk": lead.night_bulk,
        "is_known": lead.is_known,
    }


@dataclass
class Surroundings:
    """Stores, calendars, channels and series of some leads, read with a fixed number of statements."""

    stores: Mapping[int, Any]
    hours: Mapping[int, Calendar]
    channels: Mapping[int, Any]
    series: Mapping[int, Any]

    @classmethod
    def of(cls, leads: Sequence[Any]) -> Surroundings:
        stores = Store.objects.in_bulk({lead.store_id for lead in leads})
        return cls(
            stores, store_calendars(list(stores.values())), _related(leads, "channel"), _related(leads, "series")
        )

    def facts(self, lead: Any) -> dict[str, Any]:
        return facts_of(
            lead,
            self.channels.get(lead.channel_id),
            self.series.get(lead.series_id),
            self.stores[lead.store_id],
            self.hours[lead.store_id],
        )


def _related(leads: Sequence[Any], name: str) -> Mapping[int, Any]:
    ids = {getattr(lead, f"{name}_id") for lead in leads} - {None}
    model = type(leads[0])._meta.get_field(name).related_model if ids else None
    return {one.pk: one for one in model.objects.filter(pk__in=ids).for_list()} if model else {}


def facts_of_many(leads: Sequence[Any]) -> list[dict[str, Any]]:
    """As the tables were fed when the leads came in; for the try-out."""
    around = Surroundings.of(leads)
    return [with_score(around.facts(lead), lead.score, lead.band) for lead in leads]


def with_score(facts: Mapping[str, Any], score: Any, band: str) -> dict[str, Any]:
    return {**facts, "score": score, "band": band}


def _in_area(lead: Any, store: Any) -> bool | None:
    """The city that was named, else the one of the address; a phone moves with its owner. Unknown is not outside."""
    city = lead.city or lead.ip_city
    if not city or not store.city:
        return None
    here, there = _bare(store.city), _bare(city)
    return here in there or there in here


def _bare(city: str) -> str:
    return city.strip().casefold().removesuffix("市")
