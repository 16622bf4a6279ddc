"""Writes a settled batch: leads, ledger, touchpoints, tasks, clocks, sight, consent, events, notices.

One statement per table, whatever the batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dengta.core import bulk, events
from dengta.core.actors import Actor
from dengta.customers.operations import consent
from dengta.customers.types import ConsentGrant, Purpose
from dengta.leads.events import LeadAssigned, LeadCorrected, LeadPooled, LeadReceived, LeadRepeated, LeadScreened
from dengta.leads.pipeline.assign import Draw
from dengta.leads.pipeline.house import House
from dengta.leads.pipeline.incoming import Incoming
from dengta.leads.pipeline.settle import CORRECTED
from dengta.leads.pipeline.work import (
    LEAD,
    REPEATED,
    Dues,
    begin_work,
    is_waiting,
    link_customers,
    tell_owners,
    url_of,
)
from dengta.leads.types import InvalidReason, LeadState, TouchKind, pool_words
from dengta.work.operations import notify
from dengta.work.types import Note


def write(messages: Sequence[Incoming], given: Mapping[int, tuple[Draw, Dues]], house: House, by: Actor) -> None:
    """After this every message of the batch has its fate in memory; the caller marks the source rows."""
    born = [one for one in messages if one.lead is not None and one.lead.pk is None]
    bulk.create(house.tables.lead, [one.lead for one in born])
    _correct([one for one in messages if one.changed], house)
    touched = [one for one in messages if one.touch is not None]
    _write_touches(touched, house)
    ledger = _write_ledger(messages, given, house, by)
    work = [messages[place].lead for place in given]
    dues = {messages[place].lead.pk: due for place, (_draw, due) in given.items()}
    begin_work(work, dues, now=house.now, is_new=True)
    link_customers(work)
    _write_consents(born, house, by)
    events.store([event for place, one in enumerate(messages) for event in _events(one, given.get(place), house)], by)
    tell_owners([lead for lead in work if is_waiting(lead)], ledger, but=by.employee_id)
    _tell_of_repeats(touched)
    _revive([one for one in touched if one.touch[0] == TouchKind.REVIVAL], house, by)


def _correct(messages: Sequence[Incoming], house: House) -> None:
    if messages:
        bulk.update(
            house.tables.lead,
            [one.lead for one in messages],
            [name.removesuffix("_id") for name in CORRECTED] + ["customer", "extra", "score", "score_detail", "band"],
        )


def _write_touches(messages: Sequence[Incoming], house: House) -> None:
    rows = []
    for one in messages:
        kind, lead, opportunity = one.touch
        if lead is not None:
            one.surviving_lead_id = lead.pk
            one.lead.duplicate_of_id = lead.pk
        elif opportunity is not None and kind != TouchKind.SISTER:
            one.surviving_lead_id = opportunity.lead_id
        rows.append(
            house.tables.touchpoint(
                group_id=house.store.group_id,
                store_id=house.store.pk,
                customer_id=one.customer_id,
                lead=lead,
                opportunity=opportunity,
                kind=kind,
                channel_id=one.channel_id,
                campaign_id=one.campaign_id,
                series_text=one.lead.series_text,
                message=one.lead.message,
                inbox_message_id=one.inbox_id,
                asked_at=one.lead.asked_at,
                received_at=one.received_at,
            )
        )
    if rows:
        bulk.create(house.tables.touchpoint, rows)
        bulk.update(house.tables.lead, [one.lead for one in messages], ["duplicate_of"])


def _write_ledger(
    messages: Sequence[Incoming], given: Mapping[int, tuple[Draw, Dues]], house: House, by: Actor
) -> dict[int, int]:
    rows = []
    for place, (draw, _dues) in given.items():
        one = messages[place]
        rows.append(
            house.tables.assignment(
                group_id=house.store.group_id,
                store_id=house.store.pk,
                lead=one.lead,
                to_owner_id=one.lead.owner_id,
                how="by_hand" if one.owner is not None else "rule" if one.lead.owner_id else "pool",
                rule_version=house.rules.assignment_version,
                candidates=draw.candidates,
                reason=draw.reason,
                by_label=by.label[:120],
                by_id=by.employee_id,
                at=house.now,
            )
        )
    bulk.create(house.tables.assignment, rows)
    return {row.lead_id: row.pk for row in rows}


def _write_consents(messages: Sequence[Incoming], house: House, by: Actor) -> None:
    """Consent that came with the message; the text it was given to is named by the sender or is the channel's."""
    grants = []
    for one in messages:
        if one.fields.get("consent") and one.customer_id:
            channel = house.channels.get(one.channel_id)
            version = str(one.fields["extra"].get("consent_text") or (channel.code if channel else ""))[:60]
            grants.append(
                ConsentGrant(
                    one.customer_id,
                    Purpose.INQUIRY.value,
                    version,
                    channel.code if channel else "",
                    one.lead.asked_at,
                    f"{LEAD}:{one.lead.pk}",
                )
            )
    consent(grants, by=by)


# -- events --------------------------------------------------------------------------------------------------------
def _events(one: Incoming, given: tuple[Draw, Dues] | None, house: House) -> list[Any]:
    lead = one.lead
    if lead is None:
        return []
    channel = house.channels.get(one.channel_id)
    name = channel.name if channel is not None else ""
    if one.lead_id and one.lead_id == lead.pk:
        return [_corrected(one)] if one.changed else []
    if lead.state == LeadState.DUPLICATE:
        kind, surviving, opportunity = one.touch
        about = opportunity if opportunity is not None else surviving
        return [
            LeadRepeated(
                subject=about,
                party_id=one.customer_id,
                store_id=lead.store_id,
                channel_name=name,
                message=lead.message[:300],
                kind=str(kind),
                lead_id=surviving.pk if surviving else None,
                opportunity_id=one.opportunity_id,
                owner_id=about.owner_id,
            )
        ]
    received = LeadReceived(
        subject=lead,
        at=lead.received_at,
        channel_name=name,
        series_name=lead.series_text,
        score=float(lead.score),
        band=lead.band,
        state=lead.state,
        message_id=one.inbox_id,
    )
    if lead.state == LeadState.INVALID:
        label = str(InvalidReason(lead.invalid_reason).label)
        return [received, LeadScreened(subject=lead, reason=lead.invalid_reason, reason_label=label)]
    if given is None:
        return [received]
    if lead.owner_id is None:
        return [received, LeadPooled(subject=lead, reason=pool_words(lead.pool_reason), how=lead.pool_reason)]
    how = "by_hand" if one.owner is not None else "rule"
    return [received, LeadAssigned(subject=lead, to_id=lead.owner_id, to_name=lead.owner.name, how=how)]


def _corrected(one: Incoming) -> LeadCorrected:
    fields = {field.attname: str(field.verbose_name) for field in one.lead._meta.concrete_fields}
    names = [fields.get(name, name) for name in one.changed if not name.endswith("_id")]
    before = {name: pair[0] for name, pair in one.changed.items()}
    return LeadCorrected(
        subject=one.lead,
        changed=", ".join(names),
        before=before,
        after={name: pair[1] for name, pair in one.changed.items()},
    )


def _tell_of_repeats(messages: Sequence[Incoming]) -> None:
    notes = []
    for one in messages:
        kind, lead, opportunity = one.touch
        about = opportunity if opportunity is not None else lead
        if about.owner_id is None:
            continue
        url = url_of(lead) if opportunity is None else f"/leads/opportunities/{opportunity.pk}/"
        notes.append(
            Note(
                about.owner_id,
                REPEATED,
                f"{REPEATED}:{one.lead.pk}",
                {"name": about.name or about.phone_shown, "message": one.lead.message[:120], "kind": str(kind)},
                url,
                about._meta.label_lower,
                about.pk,
                urgent=True,
            )
        )
    notify(notes)


def _revive(messages: Sequence[Incoming], house: House, by: Actor) -> None:
    """T-L15 and T-O13: somebody who slept has asked again. The verbs decide who gets them."""
    leads = {one.touch[1].pk for one in messages if one.touch[1] is not None}
    opportunities = {one.touch[2].pk for one in messages if one.touch[2] is not None}
    if leads:
        house.tables.lead.revive.many(sorted(leads), by=Actor.system(by.group_id, "leads.intake"), reason="asked again")
    if opportunities:
        house.tables.opportunity.revive.many(
            sorted(opportunities), by=Actor.system(by.group_id, "leads.intake"), reason="asked again"
        )
