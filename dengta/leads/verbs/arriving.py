"""The customer is here, and leaves again without an order: the visit as the opportunity sees it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.core.inputs import BadInput, LongText, When
from dengta.core.verbs import verb
from dengta.leads.events import OpportunityArrived, OpportunityLeftShowroom
from dengta.leads.pipeline.rhythm import begin_rhythm
from dengta.leads.types import OPPORTUNITY_MOVES, Milestone, OpportunityState, TaskWord
from dengta.work.operations import cancel_tasks

OPPORTUNITY = "leads.opportunity"
NEXT_AFTER_VISIT = timedelta(hours=24)


class Arriving:
    """T-O3 and T-O6. A visit that came about counts as a valid contact."""

    @verb(
        done=OpportunityArrived,
        label=gettext_lazy("Arrived"),
        icon="user-check",
        hidden=True,
        from_states=OPPORTUNITY_MOVES["arrive"][0],
        to_state=OpportunityState.ARRIVED,
    )
    def arrive(self, *, by: Any, at: datetime | None = None) -> OpportunityArrived:
        """The invited customer came; the reminders of the visit are done."""
        at = at or timezone.now()
        mark = Milestone.ARRIVED_AGAIN if Milestone.ARRIVED.value in self.milestones else Milestone.ARRIVED
        self.milestones = {mark.value: at.isoformat()} | self.milestones
        self.state, self.visit_at, self.appointment_id = OpportunityState.ARRIVED, None, None
        self.last_contact_at = self.last_valid_at = at
        self.due_at = at + NEXT_AFTER_VISIT
        self.save(update_fields=["milestones", "state", "visit_at", "appointment_id", "last_contact_at",
                                 "last_valid_at", "due_at"])  # fmt: skip
        cancel_tasks(OPPORTUNITY, [self.pk], kinds=(TaskWord.EVE, TaskWord.BEFORE, TaskWord.BE_THERE))
        return OpportunityArrived(again=mark == Milestone.ARRIVED_AGAIN)

    @verb(
        done=OpportunityLeftShowroom,
        label=gettext_lazy("Visit ended without an order"),
        icon="arrow-back",
        permission="leads.opportunity.follow_up",
        from_states=OPPORTUNITY_MOVES["end_visit"][0],
        to_state=OpportunityState.FOLLOWING,
        inputs=[
            LongText("reason", label=gettext_lazy("Why not today"), max_length=1000),
            When("next_at", label=gettext_lazy("Next contact"), help=gettext_lazy("Within 24 hours of the visit.")),
        ],
    )
    def end_visit(self, *, by: Any, reason: str, next_at: datetime) -> OpportunityLeftShowroom:
        """Why there was no order today, and when the customer is called: within a day."""
        now = timezone.now()
        if next_at <= now:
            raise BadInput({"next_at": [_("The next contact must lie ahead.")]})
        if next_at > now + NEXT_AFTER_VISIT:
            raise BadInput({"next_at": [_("After a visit the customer is called within 24 hours.")]})
        self.state, self.next_at, self.due_at = OpportunityState.FOLLOWING, next_at, next_at
        self.save(update_fields=["state", "next_at", "due_at"])
        begin_rhythm([self], now=now)
        return OpportunityLeftShowroom(reason=reason)
