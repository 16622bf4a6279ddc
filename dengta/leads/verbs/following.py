"""Following up an opportunity, and noting what has happened with the customer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.core.inputs import Amount, BadInput, Choice, Integer, LongText, Text, When
from dengta.core.verbs import verb
from dengta.leads.events import OpportunityFollowedUp, OpportunityMilestone
from dengta.leads.pipeline.rhythm import begin_rhythm, plan_next
from dengta.leads.pipeline.tables import tables_of
from dengta.leads.types import (
    OPPORTUNITY_MOVES,
    TWO_WAY,
    ContactChannel,
    ContactResult,
    FollowUpKind,
    Milestone,
    OpportunityState,
)
from dengta.leads.verbs.contacting import check_contact, is_valid, told

LEARNT = [
    "need", "budget_low", "budget_high", "within_days", "last_contact_at", "last_valid_at", "overdue_at", "next_at",
    "due_at",
]  # fmt: skip


class Following:
    """A follow-up counts when the customer was really reached and the next time is agreed."""

    @verb(
        done=OpportunityFollowedUp,
        label=gettext_lazy("Follow up"),
        icon="phone",
        from_states=OPPORTUNITY_MOVES["follow_up"][0],
        inputs=[
            Choice(
                "channel", label=gettext_lazy("By"), choices=ContactChannel.choices, initial=ContactChannel.CALL.value
            ),
            Choice("result", label=gettext_lazy("Result"), choices=ContactResult.choices),
            Integer("talk_seconds", label=gettext_lazy("Talk time (seconds)"), required=False, least=0, most=86_400),
            LongText("content", label=gettext_lazy("What was said"), required=False),
            When("next_at", label=gettext_lazy("Next contact"), required=False),
            Text(
                "need",
                label=gettext_lazy("Core need"),
                required=False,
                max_length=1000,
                initial=lambda row: row and row.need,
            ),
            Amount(
                "budget_low",
                label=gettext_lazy("Budget from"),
                required=False,
                initial=lambda row: row and row.budget_low,
            ),
            Amount(
                "budget_high",
                label=gettext_lazy("Budget up to"),
                required=False,
                initial=lambda row: row and row.budget_high,
            ),
            Integer(
                "within_days",
                label=gettext_lazy("Buys within days"),
                required=False,
                least=0,
                most=1000,
                initial=lambda row: row and row.within_days,
            ),
            Text("evidence", label=gettext_lazy("Evidence"), required=False),
        ],
    )
    def follow_up(
        self,
        *,
        by: Any,
        channel: str,
        result: str,
        talk_seconds: int = 0,
        content: str = "",
        next_at: datetime | None = None,
        need: str = "",
        budget_low: Any = None,
        budget_high: Any = None,
        within_days: int | None = None,
        evidence: str = "",
    ) -> OpportunityFollowedUp:
        """Only a valid follow-up starts the clock of the level again."""
        now = timezone.now()
        talk_seconds = talk_seconds or 0
        check_contact(channel, result, talk_seconds, next_at, now)
        valid = is_valid(channel, result, talk_seconds, next_at)
        row = tables_of(type(self)).follow_up(
            store_id=self.store_id,
            opportunity=self,
            lead_id=self.lead_id,
            channel=channel,
            result=result,
            kind=FollowUpKind.INVITE if self.state == OpportunityState.FOLLOWING else FollowUpKind.ROUTINE,
            talk_seconds=talk_seconds,
            content=content,
            need=need,
            budget_low=budget_low,
            budget_high=budget_high,
            evidence=evidence,
            next_at=next_at,
            valid=valid,
            employee_id=by.employee_id,
            at=now,
        )
        row.save()
        self._learn(row, within_days, now)
        if valid:
            begin_rhythm([self], now=now)
        else:
            plan_next(self)
        return OpportunityFollowedUp(**told(row))

    def _learn(self, row: Any, within_days: int | None, now: datetime) -> None:
        """What the customer said stays with the opportunity."""
        known = {"need": row.need or None, "budget_low": row.budget_low, "budget_high": row.budget_high}
        for name, value in (known | {"within_days": within_days}).items():
            if value is not None:
                setattr(self, name, value)
        if row.result in TWO_WAY:
            self.last_contact_at = now
        if row.valid:
            self.last_valid_at, self.overdue_at = now, None
        self.next_at = row.next_at
        self.due_at = min(filter(None, (row.next_at, self.visit_at)), default=None)
        self.save(update_fields=LEARNT)

    @verb(
        done=OpportunityMilestone,
        label=gettext_lazy("Note a milestone"),
        icon="flag",
        from_states=OPPORTUNITY_MOVES["follow_up"][0],
        inputs=[
            Choice("milestone", label=gettext_lazy("Milestone"), choices=Milestone.choices),
            When("at", label=gettext_lazy("When"), required=False),
            Text("note", label=gettext_lazy("Note"), required=False),
        ],
    )
    def reach(self, *, by: Any, milestone: str, at: datetime | None = None, note: str = "") -> OpportunityMilestone:
        """Something that counts has happened; the first time is kept."""
        now = timezone.now()
        at = at or now
        if at > now:
            raise BadInput({"at": [_("This cannot lie ahead.")]})
        self.milestones = {milestone: at.isoformat()} | self.milestones
        self.save(update_fields=["milestones"])
        return OpportunityMilestone(milestone=milestone, milestone_label=str(Milestone(milestone).label), note=note)
