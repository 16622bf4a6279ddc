"""What moves with people: a customer's opportunities on a merge, a leaver's leads, names that have to be forgotten."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from dengta.core.actors import Actor
from dengta.core.scope import off
from dengta.leads.models import FollowUp, InboxMessage, Lead, Opportunity, Touchpoint
from dengta.leads.types import LOAD, UNFINISHED, OpportunityState
from dengta.org import rules as org_rules
from dengta.work.operations import cancel_tasks, stop_clocks

OPPORTUNITY = "leads.opportunity"


# -- merging two customers ----------------------------------------------------------------------------------------
def count_opportunities(drop_id: int) -> int:
    return Opportunity.unscoped.filter(customer_id=drop_id).count()


def move_opportunities(keep_id: int, drop_id: int) -> dict[str, Any]:
    """T-O21: of two unfinished opportunities in one store and brand the dropped customer's is closed as merged."""
    kept = set(
        Opportunity.unscoped.filter(customer_id=keep_id, state__in=UNFINISHED).values_list("store_id", "brand_id")
    )
    closed = {}
    with off(reason="customers are merged in the whole group"):
        for row in Opportunity.objects.filter(customer_id=drop_id, state__in=UNFINISHED):
            if (row.store_id, row.brand_id) in kept:
                closed[row.pk] = row.state
        Opportunity.objects.filter(pk__in=closed).update(state=OpportunityState.MERGED, closed_at=timezone.now())
        cancel_tasks(OPPORTUNITY, closed)
        stop_clocks(OPPORTUNITY, closed)
        moved = list(Opportunity.objects.filter(customer_id=drop_id).order_by("pk").values_list("pk", flat=True))
        Opportunity.objects.filter(pk__in=moved).update(customer_id=keep_id)
    return {"moved": moved, "closed": {str(pk): state for pk, state in closed.items()}}


def unmove_opportunities(keep_id: int, drop_id: int, data: dict[str, Any]) -> None:
    rows = Opportunity.unscoped.filter(pk__in=data["moved"], customer_id=keep_id)
    rows.update(customer_id=drop_id)
    for pk, state in data["closed"].items():
        Opportunity.unscoped.filter(pk=int(pk), state=OpportunityState.MERGED).update(state=state, closed_at=None)


# -- somebody leaves ------------------------------------------------------------------------------------------------
def count_leads(employee: Any) -> int:
    return Lead.objects.filter(owner_id=employee.pk, state__in=LOAD).count()


def pass_leads_on(employee: Any, receivers: list[Any], rule: str, by: Actor) -> int:
    """Open leads go to the successors, by the rule that was chosen."""
    ids = list(
        Lead.objects.filter(owner_id=employee.pk, state__in=LOAD)
        .order_by("received_at", "pk")
        .values_list("pk", flat=True)
    )
    return sum(
        len(Lead.assign.many(mine, by=by, to=receiver, reason="").done)
        for receiver, mine in org_rules.share(ids, receivers, rule)
    )


def count_customers_followed(employee: Any) -> int:
    return Opportunity.objects.filter(owner_id=employee.pk, state__in=UNFINISHED).count()


def pass_opportunities_on(employee: Any, receivers: list[Any], rule: str, by: Actor) -> int:
    ids = list(
        Opportunity.objects.filter(owner_id=employee.pk, state__in=UNFINISHED)
        .order_by("opened_at", "pk")
        .values_list("pk", flat=True)
    )
    return sum(
        len(Opportunity.reassign.many(mine, by=by, to=receiver, reason="").done)
        for receiver, mine in org_rules.share(ids, receivers, rule)
    )


# -- forgetting -------------------------------------------------------------------------------------------------------
def forget(customer_id: int) -> None:
    """Names, words and messages go; counts, sources and times stay."""
    Lead.unscoped.filter(customer_id=customer_id).update(
        name="", phone_shown="", wechat="", email="", message="", need="", ip="", extra={}, invalid_note=""
    )
    Opportunity.unscoped.filter(customer_id=customer_id).update(name="", phone_shown="", need="", decision_maker="")
    FollowUp.unscoped.filter(lead__customer_id=customer_id).update(content="", need="", stated_reason="", evidence="")
    FollowUp.unscoped.filter(opportunity__customer_id=customer_id).update(content="", need="", evidence="")
    Touchpoint.unscoped.filter(customer_id=customer_id).update(message="")
    InboxMessage.unscoped.filter(customer_id=customer_id).update(fields={}, earlier=[], source="", ip="")
