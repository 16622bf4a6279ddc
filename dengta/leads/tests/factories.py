"""Leads, opportunities and open stores for tests of this room and those above."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.customers.tests.factories import fresh_phone
from dengta.leads.models import InboxMessage, Lead, Opportunity
from dengta.leads.operations import new_receipt, take_in
from dengta.leads.seeds import reference
from dengta.org.models import Group, Store
from dengta.studio.operations import install

numbers = count(1)
ROUND_THE_CLOCK = [["00:00", "24:00"]] * 7


def open_round_the_clock(*stores: Store) -> None:
    """So that a test does not depend on the hour at which it runs."""
    for store in stores:
        with scope.open(store.group_id):
            Store.objects.filter(pk=store.pk).update(hours=ROUND_THE_CLOCK, closed_on_holidays=False)
            store.refresh_from_db()


def furnish(group: Group) -> None:
    """The shipped tables, promises and levels."""
    with scope.open(group.pk):
        by = Actor.system(group.pk)
        install("4s-standard", by=by)
        reference(by)


def make_message(channel: Any, *, received_at: datetime | None = None, **fields: Any) -> InboxMessage:
    """A message that waits in the inbox."""
    with scope.open(channel.group_id):
        external_id = str(fields.get("external_id", ""))
        return InboxMessage.objects.create(
            channel=channel,
            store_id=channel.store_id,
            receipt=new_receipt(),
            external_id=external_id,
            identity=external_id,
            fields={"name": f"Asker {next(numbers)}", "phone": fresh_phone(), **fields},
            received_at=received_at or timezone.now(),
        )


def receive(channel: Any, **fields: Any) -> Lead:
    """A message that went through the pipeline; the lead it became."""
    message = make_message(channel, **fields)
    take_in(channel.group_id)
    with scope.open(channel.group_id):
        message.refresh_from_db()
        return Lead.objects.get(inbox_message_id=message.pk)


def make_lead(channel: Any, owner: Any = None, **fields: Any) -> Lead:
    """A lead on somebody's list, or in the pool."""
    lead = receive(channel, **fields)
    with scope.open(channel.group_id):
        by = Actor.system(channel.group_id)
        if owner is not None and lead.owner_id != owner.pk:
            lead.assign(by=by, to=owner)
        elif owner is None and lead.owner_id is not None:
            lead.release(by=by, reason="test")
        lead.refresh_from_db()
        return lead


def reach(lead: Lead, by: Actor, **fields: Any) -> Lead:
    """Speak to the customer for as long as the first conversation needs."""
    given = {
        "channel": "call",
        "result": "connected",
        "talk_seconds": 200,
        "need": "family car",
        "budget_high": 200_000,
        "next_at": timezone.now() + timedelta(days=1),
    } | fields
    lead.log_contact(by=by, **given)
    return lead


def make_opportunity(channel: Any, owner: Any, series: Any, **fields: Any) -> Opportunity:
    """A lead that was reached and converted by its owner."""
    lead = make_lead(channel, owner, series=series.name, city="上海")
    with scope.open(channel.group_id):
        by = Actor.system(channel.group_id)
        reach(lead, by)
        given = {
            "name": lead.name,
            "series": series,
            "within_days": 20,
            "city": "上海",
            "next_at": timezone.now() + timedelta(days=1),
            "consented": True,
        } | fields
        lead.convert(by=by, **given)
        return Opportunity.objects.get(pk=lead.opportunity_id)
