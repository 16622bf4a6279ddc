"""Birth and second life of an opportunity."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from dengta.core import bulk
from dengta.core.inputs import Text
from dengta.core.verbs import batch_verb, birth
from dengta.customers.operations import link
from dengta.customers.types import Link
from dengta.leads.events import OpportunityOpened, OpportunityRevived
from dengta.leads.pipeline.rhythm import begin_rhythm, suggested_level
from dengta.leads.types import OPPORTUNITY_MOVES, OpportunityKind, OpportunityState
from dengta.org.models import Employee

OPPORTUNITY = "leads.opportunity"


class Opening:
    """At most one unfinished opportunity per person, store and brand: the database sees to it."""

    @birth(done=OpportunityOpened, label=gettext_lazy("Open file"), icon="folder-plus", hidden=True)
    def open(cls, *, by: Any, lead: Any, next_at: datetime, level: str = "") -> Any:
        """From a lead; what is known of the lead goes along. Without a level the suggested one is taken."""
        now = timezone.now()
        row = cls(
            store_id=lead.store_id,
            customer_id=lead.customer_id,
            brand_id=lead.brand_id,
            series=lead.series,
            name=lead.name,
            phone_shown=lead.phone_shown,
            lead=lead,
            channel_id=lead.channel_id,
            campaign_id=lead.campaign_id,
            kind=OpportunityKind.FIRST,
            owner_id=lead.owner_id,
            original_owner_id=lead.owner_id,
            team_id=lead.team_id,
            city=lead.city,
            need=lead.need,
            budget_low=lead.budget_low,
            budget_high=lead.budget_high,
            within_days=lead.within_days,
            opened_at=now,
            last_contact_at=lead.first_contact_at,
            last_valid_at=now,
            next_at=next_at,
            due_at=next_at,
            level_at=now,
            milestones={"first_contact": lead.first_contact_at.isoformat()} if lead.first_contact_at else {},
        )
        row.level = level or suggested_level(row, now)
        row.save()
        row.keep_level(before="", reason="", by=by)
        link([Link(row.customer_id, row.store_id, OPPORTUNITY, row.pk, row.owner_id, row.team_id, now)])
        begin_rhythm([row], now=now, is_new=True)
        return row, OpportunityOpened(
            level=row.level, series_name=str(row.series or ""), lead_id=lead.pk, owner_id=row.owner_id
        )

    @batch_verb(
        done=OpportunityRevived,
        label=gettext_lazy("Wake up"),
        icon="bolt",
        from_states=OPPORTUNITY_MOVES["revive"][0],
        inputs=[Text("reason", label=gettext_lazy("Reason"), required=False)],
    )
    def revive(cls, rows: list, *, by: Any, reason: str = "") -> list:
        """T-O13: lost, dormant or in the pool, and now asking again. The first owner is preferred, if at work."""
        now = timezone.now()
        wanted = {row.original_owner_id or row.owner_id for row in rows} - {None}
        people = Employee.objects.working().in_bulk(wanted)
        mine = [row for row in rows if (row.original_owner_id or row.owner_id) in people]
        for row in mine:
            owner = people[row.original_owner_id or row.owner_id]
            row.state, row.owner, row.team_id = OpportunityState.FOLLOWING, owner, owner.team_id
            row.next_at = row.due_at = row.last_valid_at = now
            row.pooled_at, row.pool_reason, row.closed_at, row.overdue_at = None, "", None, None
        bulk.update(
            cls,
            mine,
            [
                "state",
                "owner",
                "team_id",
                "next_at",
                "due_at",
                "last_valid_at",
                "pooled_at",
                "pool_reason",
                "closed_at",
                "overdue_at",
            ],
        )
        link([Link(row.customer_id, row.store_id, OPPORTUNITY, row.pk, row.owner_id, row.team_id, now) for row in mine])
        begin_rhythm(mine, now=now)
        return [OpportunityRevived(subject=row, reason=reason, owner_id=row.owner_id) for row in mine]
