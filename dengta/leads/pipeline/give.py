"""Scores and gives out the new leads of a batch, in memory: nothing is written here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dengta.leads.pipeline.assign import Draw, draw
from dengta.leads.pipeline.facts import facts_of, with_score
from dengta.leads.pipeline.house import House
from dengta.leads.pipeline.incoming import Incoming
from dengta.leads.pipeline.work import Dues, dues_of
from dengta.leads.types import InboxState, LeadState, PoolReason


def rate(messages: Sequence[Incoming], house: House) -> None:
    """Score and band of every lead of the batch; duplicates and screened ones too, so that channels can be judged."""
    for one in messages:
        if one.lead is None:
            continue
        lead = one.lead
        facts = facts_of(lead, house.channels.get(lead.channel_id), one.series, house.store, house.hours)
        score = house.rules.score_of(facts)
        lead.score, lead.band, lead.score_detail = score.value, score.band, score.detail
        one.facts = with_score(facts, score.value, score.band)


def give(messages: Sequence[Incoming], house: House) -> dict[int, tuple[Draw, Dues]]:
    """Owner or pool for every new lead, in order; keyed by the message's place. Respects capacities as it goes."""
    given = {}
    for place, one in enumerate(messages):
        if one.lead is None or one.state != InboxState.ACCEPTED or one.lead.state != LeadState.NEW:
            continue
        given[place] = _give(one, house)
    return given


def _give(one: Incoming, house: House) -> tuple[Draw, Dues]:
    lead, channel = one.lead, house.channels.get(one.channel_id)
    if one.owner is not None:
        found = Draw(None, {}, "")
        _hold(lead, one.owner, house)
    else:
        found = _draw(one, house)
        if found.agent is not None:
            _hold(lead, found.agent.employee, house)
        else:
            lead.state, lead.pooled_at, lead.pool_reason = LeadState.POOL, house.now, found.reason
    on_call = lead.owner_id is not None and one.owner is None and house.crew.on_call
    dues = dues_of(lead, house.promises, house.hours, house.now, channel=channel, on_call=on_call)
    lead.due_at = dues.next
    return found, dues


def _draw(one: Incoming, house: House) -> Draw:
    if not house.crew.is_there:
        return Draw(None, {}, (PoolReason.NOBODY if house.crew.is_open else PoolReason.CLOSED).value)
    return draw(house.rules.wanted_for(one.facts), one.series, house.crew)


def _hold(lead: Any, person: Any, house: House) -> None:
    lead.state, lead.owner, lead.team_id, lead.assigned_at = LeadState.ASSIGNED, person, person.team_id, house.now
