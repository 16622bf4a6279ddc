"""The inbox: putting messages in so that they are never lost, and taking them out batch by batch."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Sequence
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from dengta.connect.types import Item
from dengta.core import bulk, scope
from dengta.core.actors import Actor
from dengta.customers.operations import LostRace
from dengta.leads.models import InboxMessage, Lead
from dengta.leads.pipeline.incoming import Incoming
from dengta.leads.pipeline.run import run
from dengta.leads.types import InboxState, InvalidReason, LeadState
from dengta.market.types import Door

BATCH = 1000
LANE = 0x4C656164  # "Lead": one advisory lock per store, shared with imports
log = structlog.get_logger(__name__)

# A loose index scan: the cost is the number of stores with work, not the number of messages.
LANES = """
    with recursive lane as (
        (select store_id from leads_inboxmessage where group_id = %(group)s and state = 'queued'
         order by store_id limit 1)
        union all
        select (select m.store_id from leads_inboxmessage m where m.group_id = %(group)s and m.state = 'queued'
                and m.store_id > lane.store_id order by m.store_id limit 1)
        from lane where lane.store_id is not null
    ) select store_id from lane where store_id is not null
"""
MARKED = ["state", "code", "reason", "lead_id", "opportunity_id", "customer_id", "processed_at"]


# -- putting in ---------------------------------------------------------------------------------------------------
# A repeated identity is no new row; the sender gets the receipt of the first one.
_PUT = """
insert into leads_inboxmessage (group_id, store_id, receipt, channel_id, campaign_id, external_id, identity, fields,
    source, revision, earlier, together, ip, state, code, reason, received_at)
select %(group)s, %(store)s, t.receipt, %(channel)s, %(campaign)s, t.external_id, t.identity, t.fields, t.source, 0,
    '[]'::jsonb, %(together)s, %(ip)s, t.state, t.code, t.reason, now()
from unnest(%(receipts)s::uuid[], %(external_ids)s::text[], %(identities)s::text[], %(fields)s::jsonb[],
    %(sources)s::text[], %(states)s::text[], %(codes)s::text[], %(reasons)s::text[])
    with ordinality as t(receipt, external_id, identity, fields, source, state, code, reason, place)
order by t.place
on conflict (channel_id, identity) where identity <> '' do nothing
returning receipt
"""
_KNOWN = """
select identity, receipt, external_id from leads_inboxmessage
where channel_id = %(channel)s and identity = any(%(identities)s::text[]) and identity <> ''
"""
# ADF `status=resend`: the same message in a better version. It goes through again under its old receipt.
_RESEND = """
update leads_inboxmessage m set earlier = m.earlier || jsonb_build_array(m.fields), fields = t.fields,
    source = t.source, state = 'queued', code = '', reason = '', processed_at = null, revision = m.revision + 1
from unnest(%(identities)s::text[], %(fields)s::jsonb[], %(sources)s::text[]) as t(identity, fields, source)
where m.channel_id = %(channel)s and m.identity = t.identity and m.identity <> '' and m.fields <> t.fields
    and jsonb_array_length(m.earlier) < 50
"""


def put(door: Door, items: Sequence[Item], *, ip: str) -> tuple[list[dict[str, str]], int]:
    """Write messages to the inbox in the caller's transaction: their receipts, and how many are new."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('dengta.group', %s, true)", [str(door.group_id)])
        rows = [(new_receipt(), one) for one in items]
        cursor.execute(_PUT, _put_values(door, rows, ip))
        made = {receipt for (receipt,) in cursor.fetchall()}
        answers = {}
        if len(made) < len(rows):
            answers = _repeat(cursor, door, [(receipt, one) for receipt, one in rows if receipt not in made])
    receipts = [
        {"id": str(receipt), "external_id": one.external_id}
        if receipt in made
        else {"id": answers[one.identity], "external_id": one.external_id}
        for receipt, one in rows
    ]
    return receipts, len(made)


def _put_values(door: Door, rows: Sequence[tuple[uuid.UUID, Item]], ip: str) -> dict[str, Any]:
    bad, queued = InboxState.QUARANTINED.value, InboxState.QUEUED.value
    return {
        "group": door.group_id,
        "store": door.store_id,
        "channel": door.channel_id,
        "campaign": door.campaign_id,
        "together": min(len(rows), 32_000),
        "ip": ip[:45],
        "receipts": [receipt for receipt, _one in rows],
        "external_ids": [one.external_id for _receipt, one in rows],
        "identities": [one.identity for _receipt, one in rows],
        "fields": [bulk.as_json(one.fields) for _receipt, one in rows],
        "sources": [one.source for _receipt, one in rows],
        "states": [bad if one.is_bad else queued for _receipt, one in rows],
        "codes": [one.code for _receipt, one in rows],
        "reasons": [one.error[:500] for _receipt, one in rows],
    }


def _repeat(cursor: Any, door: Door, rows: Sequence[tuple[uuid.UUID, Item]]) -> dict[str, str]:
    """identity → the receipt it has already; corrected versions are put in the place of the first one."""
    identities = list({one.identity for _receipt, one in rows})
    cursor.execute(_KNOWN, {"channel": door.channel_id, "identities": identities})
    known = {identity: str(receipt) for identity, receipt, _external_id in cursor.fetchall()}
    again = {one.identity: one for _receipt, one in rows if not one.is_bad and one.fields.get("status") == "resend"}
    if again:
        cursor.execute(
            _RESEND,
            {
                "channel": door.channel_id,
                "identities": list(again),
                "fields": [bulk.as_json(one.fields) for one in again.values()],
                "sources": [one.source for one in again.values()],
            },
        )
    return known


def new_receipt() -> uuid.UUID:
    """A version 7 UUID: in order of time, so that its index grows at one end."""
    value = (int(time.time() * 1000) << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (7 << 76)
    return uuid.UUID(int=(value & ~(0x3 << 62)) | (0x2 << 62))


# -- taking out ---------------------------------------------------------------------------------------------------
def take_in(group_id: int, limit: int = BATCH) -> int:
    """One batch for each store of the group that has messages waiting; returns how many got their fate."""
    with scope.open(group_id), connection.cursor() as cursor:
        cursor.execute(LANES, {"group": group_id})
        lanes = [store_id for (store_id,) in cursor.fetchall()]
    return sum(_take_lane(group_id, store_id, limit) for store_id in lanes)


def _take_lane(group_id: int, store_id: int, limit: int) -> int:
    try:
        return _run_batch(group_id, store_id, None, limit)
    except (OperationalError, InterfaceError):
        raise
    except LostRace:
        return 1  # somebody registered the same person at this moment: the next round sees them
    except Exception:
        log.exception("intake_batch_failed", group=group_id, store=store_id)
    with scope.open(group_id):
        waiting = InboxMessage.objects.queued().filter(store_id=store_id).order_by("pk")
        ids = list(waiting.values_list("pk", flat=True)[:limit])
    return _take_halves(group_id, store_id, ids)


def _take_halves(group_id: int, store_id: int, ids: Sequence[int]) -> int:
    """Halves, and halves of halves, down to the message that is to blame; that one goes to quarantine."""
    half = len(ids) // 2
    total = 0
    for part in (ids[:half], ids[half:]):
        if not part:
            continue
        try:
            total += _run_batch(group_id, store_id, part, len(part))
        except (OperationalError, InterfaceError, LostRace):
            raise
        except Exception as error:
            log.exception("intake_part_failed", group=group_id, store=store_id, messages=len(part))
            if len(part) == 1:
                total += _quarantine(group_id, part[0], error)
            else:
                total += _take_halves(group_id, store_id, part)
    return total


def _run_batch(group_id: int, store_id: int, ids: Sequence[int] | None, limit: int) -> int:
    """One transaction: either every message of the batch has its fate or none has."""
    with scope.open(group_id):
        if not _own_lane(store_id):
            return 0
        waiting = InboxMessage.objects.queued().filter(store_id=store_id)
        if ids is not None:
            waiting = waiting.filter(pk__in=ids)
        rows = list(waiting.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:limit])
        if rows:
            pipe(rows, store_id=store_id, by=Actor.system(group_id, "leads.intake"))
        return len(rows)


def _own_lane(store_id: int) -> bool:
    """Messages of one store go one batch at a time, so that nobody's capacity is given away twice."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s, %s)", [LANE, store_id])
        return cursor.fetchone()[0]


def pipe(rows: Sequence[InboxMessage], *, store_id: int, by: Actor) -> list[Incoming]:
    """Inbox rows through the pipeline, and their fates written back."""
    now = timezone.now()
    messages = [
        Incoming(
            row.pk,
            row.fields,
            row.channel_id,
            row.received_at,
            external_id=row.external_id,
            campaign_id=row.campaign_id,
            ip=row.ip,
            together=row.together,
            lead_id=row.lead_id,
            inbox_id=row.pk,
        )
        for row in rows
    ]
    run(messages, store_id=store_id, lead=Lead, by=by, now=now)
    for row, one in zip(rows, messages, strict=True):
        row.state, row.code, row.reason, row.processed_at = one.state, one.code, one.reason, now
        row.lead_id, row.customer_id, row.opportunity_id = one.outcome_lead_id, one.customer_id, one.opportunity_id
        if one.lead is not None and one.lead.state == LeadState.INVALID:
            row.code, row.reason = one.lead.invalid_reason, str(InvalidReason(one.lead.invalid_reason).label)
    bulk.update(InboxMessage, rows, MARKED)
    return messages


def _quarantine(group_id: int, row_id: int, error: Exception) -> int:
    """Nothing is dropped: the message waits for somebody to correct it or for us to mend the machine."""
    with scope.open(group_id):
        return (
            InboxMessage.objects.queued()
            .filter(pk=row_id)
            .update(
                state=InboxState.QUARANTINED,
                code="failed",
                processed_at=timezone.now(),
                reason=_("The message could not be processed (%(why)s). Correct it or try again.")
                % {"why": type(error).__name__},
            )
        )
