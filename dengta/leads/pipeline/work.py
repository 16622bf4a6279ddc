"""What a lead's new owner has to do and until when: tasks, clocks, notices. Used by the pipeline and by the verbs.

Everything is planned for any number of leads and handed to the work room in one call per kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dengta.core.types.clock import Calendar
from dengta.customers.operations import link, relink
from dengta.customers.types import Link
from dengta.leads.pipeline.promises import CHAT, Promises, until
from dengta.leads.types import Calendar as BusinessOrNot
from dengta.leads.types import Clock, LeadState, TaskWord
from dengta.work.operations import (
    cancel_tasks,
    move_clocks,
    move_tasks,
    notify,
    plan_tasks,
    start_clocks,
    stop_clocks,
)
from dengta.work.types import ClockPlan, Note, TaskPlan

LEAD = "leads.lead"
CHATS = frozenset({CHAT, "在线咨询", "在线客服", "online chat"})
NEW_LEAD, REPEATED = "leads.new_lead", "leads.repeated"


@dataclass(frozen=True)
class Dues:
    """The promises of one lead. None: nothing is promised."""

    answer: datetime | None = None
    first_call: datetime | None = None
    recall: datetime | None = None

    @property
    def next(self) -> datetime | None:
        return min((at for at in (self.answer, self.first_call) if at), default=None)


def dues_of(
    lead: Any, promises: Promises, hours: Calendar, start: datetime, *, channel: Any = None, on_call: bool = False
) -> Dues:
    """Reckoned from the receipt for the answer, and from the assignment for the first call and the recall."""
    answer = _answer(lead, promises, hours, channel, on_call)
    if lead.owner_id is None:
        return Dues(answer)
    return Dues(
        answer,
        promises.due(Clock.FIRST_CALL, start, hours, band=lead.band, on_call=on_call),
        promises.due(Clock.RECALL, start, hours, band=lead.band, on_call=on_call),
    )


def _answer(lead: Any, promises: Promises, hours: Calendar, channel: Any, on_call: bool) -> datetime | None:
    """A channel may promise more than the band does: an online chat is answered within ten minutes."""
    minutes = channel.first_contact_minutes if channel is not None else None
    if minutes:
        return until(lead.received_at, timedelta(minutes=minutes), BusinessOrNot.BUSINESS, hours, on_call)
    kind = CHAT if channel is not None and channel.level2.casefold() in CHATS else ""
    return promises.due(Clock.ANSWER, lead.received_at, hours, band=lead.band, channel_kind=kind, on_call=on_call)


def begin_work(leads: Sequence[Any], dues: Mapping[int, Dues], *, now: datetime, is_new: bool) -> None:
    """First-contact tasks and clocks of leads that are waiting for their first contact."""
    tasks, clocks = [], []
    for lead in leads:
        due = dues[lead.pk]
        if lead.owner_id is not None:
            tasks.append(_first_task(lead, due.first_call or due.answer or now))
        kinds = [(Clock.FIRST_CALL, due.first_call), (Clock.RECALL, due.recall)]
        if is_new:
            kinds.append((Clock.ANSWER, due.answer))
        clocks += [_clock(lead, kind, at, now) for kind, at in kinds if at is not None]
    plan_tasks(tasks)
    start_clocks(clocks)


def _first_task(lead: Any, due_at: datetime) -> TaskPlan:
    return TaskPlan(
        TaskWord.FIRST_CONTACT.value,
        LEAD,
        lead.pk,
        lead.store_id,
        due_at,
        owner_id=lead.owner_id,
        team_id=lead.team_id,
        party_id=lead.customer_id,
        party_name=lead.name,
        priority=int(lead.score or 0),
    )


def _clock(lead: Any, kind: str, due_at: datetime, now: datetime) -> ClockPlan:
    return ClockPlan(
        str(kind),
        LEAD,
        lead.pk,
        lead.store_id,
        due_at,
        now,
        owner_id=lead.owner_id,
        team_id=lead.team_id,
        party_id=lead.customer_id,
    )


def pass_on(leads: Sequence[Any]) -> None:
    """Open tasks, running clocks and the sight of the customer follow the leads to their new owners."""
    owners = {lead.pk: (lead.owner_id, lead.team_id) for lead in leads}
    move_tasks(LEAD, owners)
    move_clocks(LEAD, owners)
    relink(LEAD, owners)


def take_off(leads: Sequence[Any], *, why: str = "") -> None:
    """Nobody has to do anything for these leads any more."""
    ids = [lead.pk for lead in leads]
    cancel_tasks(LEAD, ids, result=why)
    stop_clocks(LEAD, ids)


def put_down(leads: Sequence[Any]) -> None:
    """Back in the pool: tasks fall away, the promise to the customer keeps running without an owner."""
    ids = [lead.pk for lead in leads]
    cancel_tasks(LEAD, ids)
    stop_clocks(LEAD, ids, kinds=(Clock.FIRST_CALL, Clock.RECALL))
    owners = dict.fromkeys(ids, (None, None))
    move_clocks(LEAD, owners)
    relink(LEAD, owners)


def link_customers(leads: Iterable[Any]) -> None:
    link(
        [
            Link(lead.customer_id, lead.store_id, LEAD, lead.pk, lead.owner_id, lead.team_id, lead.received_at)
            for lead in leads
            if lead.customer_id
        ]
    )


def tell_owners(leads: Sequence[Any], ledger: Mapping[int, int], *, but: int | None = None) -> None:
    """One notice per assignment; whoever took it themselves is not told."""
    notify(
        [
            Note(
                lead.owner_id,
                NEW_LEAD,
                f"{NEW_LEAD}:{lead.pk}:{ledger.get(lead.pk, 0)}",
                {"name": lead.name or lead.phone_shown, "series": lead.series_text, "score": float(lead.score)},
                url_of(lead),
                LEAD,
                lead.pk,
                urgent=lead.band == "high",
            )
            for lead in leads
            if lead.owner_id is not None and lead.owner_id != but
        ]
    )


def url_of(lead: Any) -> str:
    return f"/leads/{lead.pk}/"


def is_waiting(lead: Any) -> bool:
    return lead.state == LeadState.ASSIGNED and lead.first_contact_at is None
