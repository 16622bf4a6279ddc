"""What becomes of each message: a lead, a touchpoint of what is there already, or one that is screened out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dengta.core.types.phone import mask_phone
from dengta.leads.pipeline.clean import flag_in, number_in
from dengta.leads.pipeline.house import House
from dengta.leads.pipeline.incoming import Incoming
from dengta.leads.pipeline.know import Dealings
from dengta.leads.types import SLEEPING, UNFINISHED, InboxState, LeadState, SisterPolicy, TouchKind

NIGHT = range(5)
BULK = 5  # so many messages in one request, at night, look like a machine
# Fields of a lead that a corrected message may change: contract field -> attribute.
CORRECTED = (
    "name",
    "city",
    "message",
    "series_text",
    "series_id",
    "brand_id",
    "budget_low",
    "budget_high",
    "within_days",
    "trade_in",
    "test_drive",
    "finance_interest",
    "phone_shown",
    "wechat",
    "email",
)


def settle(messages: Sequence[Incoming], dealings: Dealings, house: House) -> None:
    """In order of arrival, so that a batch of many leaves what as many batches of one would leave."""
    earlier = {}
    ids = [one.lead_id for one in messages if one.lead_id and not one.is_settled]
    if ids:
        earlier = house.tables.lead.objects.select_for_update(of=("self",)).in_bulk(ids)
    for one in messages:
        if one.is_settled:
            continue
        if one.lead_id in earlier:
            _correct(one, earlier[one.lead_id], house)
        elif one.stop:
            _screen_out(one, house)
        elif not _attach(one, dealings, house):
            _bear(one, dealings, house)


def _bear(one: Incoming, dealings: Dealings, house: House) -> None:
    one.lead, one.state = build(one, house), InboxState.ACCEPTED.value
    dealings.add(one.lead)


def _screen_out(one: Incoming, house: House) -> None:
    """Kept and counted, but without a customer, an owner or a task."""
    one.lead, one.state = build(one, house), InboxState.ACCEPTED.value
    one.lead.state, one.lead.invalid_reason, one.lead.closed_at = LeadState.INVALID, one.stop, house.now
    one.lead.customer_id = None


def _attach(one: Incoming, dealings: Dealings, house: House) -> bool:
    """T-L2: somebody whose wish is already being served gets no competing lead."""
    if not one.is_known:
        return False
    store_id = house.store.pk
    opportunity = dealings.opportunity(one.customer_id, store_id, one.brand_id, UNFINISHED)
    if opportunity is not None:
        return _touch(one, house, TouchKind.DUPLICATE, opportunity=opportunity)
    lead = dealings.lead(one.customer_id, one.brand_id)
    if lead is not None:
        kind = TouchKind.REVIVAL if lead.state == LeadState.NURTURING else TouchKind.DUPLICATE
        return _touch(one, house, kind, lead=lead)
    sleeping = dealings.opportunity(one.customer_id, store_id, one.brand_id, SLEEPING)
    if sleeping is not None:
        return _touch(one, house, TouchKind.REVIVAL, opportunity=sleeping)
    sister = dealings.sister(one.customer_id, house, one.brand_id)
    if sister is not None and house.policy.sister_store == SisterPolicy.PROTECT:
        return _touch(one, house, TouchKind.SISTER, opportunity=sister)
    if sister is not None:
        one.touch = (TouchKind.SISTER, None, sister)
    return False


def _touch(one: Incoming, house: House, kind: str, *, lead: Any = None, opportunity: Any = None) -> bool:
    """The inquiry is kept as a duplicate lead that nobody works on, and as a touchpoint of what is worked on."""
    one.lead, one.state = build(one, house), InboxState.DUPLICATE.value
    one.lead.state, one.lead.closed_at = LeadState.DUPLICATE, house.now
    one.touch = (kind, lead, opportunity)
    one.opportunity_id = opportunity.pk if opportunity is not None else None
    one.lead.opportunity_id = one.opportunity_id
    return True


def build(one: Incoming, house: House) -> Any:
    """A lead as the message tells it, not yet scored or saved."""
    fields, extra = one.fields, one.fields["extra"]
    phone = one.phones[0] if one.phones else None
    lead = house.tables.lead(
        group_id=house.store.group_id,
        store_id=house.store.pk,
        customer_id=one.customer_id,
        name=fields["name"],
        gender=fields["gender"] or "",
        phone_shown=mask_phone(phone.e164) if phone else "",
        wechat=fields["wechat"],
        email=fields["email"] or "",
        city=fields["city"],
        ip=one.ip,
        ip_city=str(extra.get("ip_city") or "")[:60],
        phone_city=(phone.city or "")[:60] if phone else "",
        phone_virtual=bool(phone and phone.is_virtual),
        phone_verified=flag_in(extra, "phone_verified", "verified"),
        channel_id=one.channel_id,
        campaign_id=one.campaign_id,
        external_id=one.external_id,
        inbox_message_id=one.inbox_id,
        series=one.series,
        brand_id=one.brand_id,
        series_text=(one.series.name if one.series else fields["series"])[:120],
        message=fields["message"],
        budget_low=fields["budget_low"],
        budget_high=fields["budget_high"],
        within_days=fields["purchase_within_days"],
        trade_in=bool(fields["trade_in"]) or flag_in(extra, "trade_in"),
        finance_interest=bool(extra.get("finance")) and not flag_off(extra, "finance"),
        test_drive=bool(fields["test_drive"]),
        page_views=number_in(extra, "page_views", "pv"),
        configurator=flag_in(extra, "configurator"),
        consult_minutes=number_in(extra, "consult_minutes"),
        is_known=one.is_known,
        consented=fields["consent"],
        extra=extra,
        asked_at=fields["at"] or one.received_at,
        received_at=one.received_at,
    )
    lead.night_bulk = one.together >= BULK and one.received_at.astimezone(house.hours.tz).hour in NIGHT
    return lead


def flag_off(extra: dict, name: str) -> bool:
    return str(extra.get(name, "")).strip().casefold() in ("", "0", "false", "no", "否", "无", "none")


def _correct(one: Incoming, lead: Any, house: House) -> None:
    """A sender's `resend`: the lead is brought up to date, never made twice. What people typed since stays."""
    fresh = build(one, house)
    for name in CORRECTED:
        new = getattr(fresh, name)
        if new not in (None, "", False) and new != getattr(lead, name):
            one.changed[name] = (getattr(lead, name), new)
            setattr(lead, name, new)
    if fresh.customer_id and lead.customer_id is None:
        lead.customer_id = fresh.customer_id
    lead.extra = lead.extra | fresh.extra
    one.lead, one.state = lead, InboxState.ACCEPTED.value
