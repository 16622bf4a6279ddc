"""Calls and messages to the customer of a lead. The first real conversation has rules of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.core.inputs import Amount, BadInput, Choice, Integer, LongText, Text, When
from dengta.core.verbs import NotAllowed, verb
from dengta.leads import rules
from dengta.leads.events import LeadContacted, LeadDialled
from dengta.leads.pipeline.tables import tables_of
from dengta.leads.pipeline.work import LEAD
from dengta.leads.types import (
    CALL_SECONDS_OF_FIRST_CONTACT,
    CALL_SECONDS_VALID,
    LEAD_MOVES,
    TWO_WAY,
    Clock,
    ContactChannel,
    ContactResult,
    FollowUpKind,
    LeadState,
    TaskWord,
)
from dengta.org.models import Employee
from dengta.work.operations import cancel_tasks, finish_tasks, plan_tasks, stop_clocks
from dengta.work.types import TaskPlan

CALL_RESULTS = (
    ContactResult.CONNECTED,
    ContactResult.NO_ANSWER,
    ContactResult.BUSY,
    ContactResult.REJECTED,
    ContactResult.POWER_OFF,
    ContactResult.EMPTY_NUMBER,
)

CONTACT_INPUTS = [
    Choice("channel", label=gettext_lazy("By"), choices=ContactChannel.choices, initial=ContactChannel.CALL.value),
    Choice("result", label=gettext_lazy("Result"), choices=ContactResult.choices),
    Integer("talk_seconds", label=gettext_lazy("Talk time (seconds)"), required=False, least=0, most=86_400),
    LongText("content", label=gettext_lazy("What was said"), required=False),
    Text(
        "need", label=gettext_lazy("Core need"), required=False, max_length=1000, initial=lambda row: row and row.need
    ),
    Amount("budget_low", label=gettext_lazy("Budget from"), required=False, initial=lambda row: row and row.budget_low),
    Amount(
        "budget_high", label=gettext_lazy("Budget up to"), required=False, initial=lambda row: row and row.budget_high
    ),
    Text("stated_reason", label=gettext_lazy("Why need or budget is not known"), required=False),
    When("next_at", label=gettext_lazy("Next contact"), required=False),
    Text(
        "evidence",
        label=gettext_lazy("Evidence"),
        required=False,
        help=gettext_lazy("Number of the call record, or why there is none."),
    ),
]


class Contacting:
    """An attempt stops the recall; a conversation keeps the promise of a first contact."""

    @verb(
        done=LeadDialled,
        label=gettext_lazy("Call"),
        icon="phone-outgoing",
        from_states=LEAD_MOVES["dial"][0],
        allow=rules.is_person,
        permission="leads.lead.log_contact",
    )
    def dial(self, *, by: Any) -> LeadDialled:
        """Somebody is calling now: the lead is not taken away while they speak."""
        self.calling_at = timezone.now()
        self.save(update_fields=["calling_at"])
        return LeadDialled()

    @verb(
        done=LeadContacted,
        label=gettext_lazy("Log contact"),
        icon="phone",
        from_states=LEAD_MOVES["log_contact"][0],
        inputs=CONTACT_INPUTS,
    )
    def log_contact(
        self,
        *,
        by: Any,
        channel: str,
        result: str,
        talk_seconds: int = 0,
        content: str = "",
        need: str = "",
        budget_low: Any = None,
        budget_high: Any = None,
        stated_reason: str = "",
        next_at: datetime | None = None,
        evidence: str = "",
    ) -> LeadContacted:
        """What came of a call or message. The first conversation names need and budget, or says why not; a first call
        shorter than three minutes is logged but does not complete the first-contact task."""
        now = timezone.now()
        talk_seconds = talk_seconds or 0
        reached = result in TWO_WAY
        is_first = reached and self.first_contact_at is None
        check_contact(channel, result, talk_seconds, next_at, now)
        if is_first:
            _check_first(
                need or self.need, budget_low or self.budget_low or budget_high or self.budget_high, stated_reason
            )
        _keep(self, now, reached, need, budget_low, budget_high, next_at)
        row = tables_of(type(self)).follow_up(
            store_id=self.store_id,
            lead=self,
            kind=FollowUpKind.FIRST if is_first else FollowUpKind.ROUTINE,
            channel=channel,
            result=result,
            talk_seconds=talk_seconds,
            content=content,
            need=need,
            budget_low=budget_low,
            budget_high=budget_high,
            stated_reason=stated_reason,
            evidence=evidence,
            next_at=next_at,
            valid=is_valid(channel, result, talk_seconds, next_at),
            employee_id=by.employee_id,
            at=now,
        )
        row.save()
        _settle_work(self, row, reached, now)
        return LeadContacted(**told(row), attempt=self.attempts, first=is_first, reached=reached)


def told(row: Any) -> dict[str, Any]:
    """What the event of a contact says, for leads and opportunities alike."""
    return {
        "follow_up_id": row.pk,
        "channel": row.channel,
        "channel_label": str(ContactChannel(row.channel).label),
        "result": row.result,
        "result_label": str(ContactResult(row.result).label),
        "talk_seconds": row.talk_seconds,
        "talk": spoken(row.talk_seconds),
        "content": row.content[:300],
        "valid": row.valid,
    }


def is_valid(channel: str, result: str, talk_seconds: int, next_at: datetime | None) -> bool:
    """Domain 2.6: a conversation or 30 seconds on the phone, with a result and the next time."""
    talked = result in TWO_WAY and (
        channel != ContactChannel.CALL or talk_seconds >= CALL_SECONDS_VALID or talk_seconds == 0
    )
    return next_at is not None and (talked or talk_seconds >= CALL_SECONDS_VALID)


def spoken(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}" if seconds else ""


def check_contact(channel: str, result: str, talk_seconds: int, next_at: datetime | None, now: datetime) -> None:
    errors: dict[str, list[str]] = {}
    if channel == ContactChannel.CALL and result not in CALL_RESULTS:
        errors["result"] = [_("This is not the result of a call.")]
    if channel != ContactChannel.CALL and result in CALL_RESULTS[1:]:
        errors["result"] = [_("This is the result of a call.")]
    if talk_seconds and result not in TWO_WAY:
        errors["talk_seconds"] = [_("Nobody was reached, so there is no talk time.")]
    if next_at is not None and next_at <= now:
        errors["next_at"] = [_("The next contact must lie ahead.")]
    if next_at is None and result != ContactResult.EMPTY_NUMBER:
        errors["next_at"] = [_("Say when you will try again.")]
    if errors:
        raise BadInput(errors)


def _check_first(need: str, budget: Any, stated_reason: str) -> None:
    """F-071: the first conversation brings need and budget, or the reason why not."""
    if stated_reason or (need and budget is not None):
        return
    missing = {"need": need, "budget_high": budget}
    raise BadInput(
        {
            name: [_("Ask for it in the first conversation, or give the reason why it is not known.")]
            for name, value in missing.items()
            if value in (None, "")
        }
    )


def _keep(
    lead: Any, now: datetime, reached: bool, need: str, budget_low: Any, budget_high: Any, next_at: datetime | None
) -> None:
    lead.attempts += 1
    lead.first_attempt_at = lead.first_attempt_at or now
    lead.calling_at = None
    lead.state = LeadState.CONTACTING
    if reached:
        lead.first_contact_at = lead.first_contact_at or now
    if need:
        lead.need = need
    lead.budget_low = lead.budget_low if budget_low is None else budget_low
    lead.budget_high = lead.budget_high if budget_high is None else budget_high
    lead.next_at = lead.due_at = next_at
    lead.save(
        update_fields=[
            "attempts",
            "first_attempt_at",
            "first_contact_at",
            "calling_at",
            "state",
            "need",
            "budget_low",
            "budget_high",
            "next_at",
            "due_at",
        ]
    )


def _settle_work(lead: Any, row: Any, reached: bool, now: datetime) -> None:
    """Which clocks and tasks this contact has answered, and what comes next."""
    kinds = [Clock.RECALL, Clock.FIRST_CALL] + ([Clock.ANSWER] if reached else [])
    stop_clocks(LEAD, [lead.pk], kinds=kinds, at=now)
    done = completes_first_contact(lead, row)
    if done:
        finish_tasks(
            LEAD,
            [lead.pk],
            kinds=(TaskWord.FIRST_CONTACT, TaskWord.NEXT_CONTACT),
            result=str(ContactResult(row.result).label),
        )
    else:
        cancel_tasks(LEAD, [lead.pk], kinds=(TaskWord.NEXT_CONTACT,), result=str(ContactResult(row.result).label))
    if row.next_at is not None:
        plan_tasks(
            [
                TaskPlan(
                    TaskWord.NEXT_CONTACT.value,
                    LEAD,
                    lead.pk,
                    lead.store_id,
                    row.next_at,
                    owner_id=lead.owner_id,
                    team_id=lead.team_id,
                    party_id=lead.customer_id,
                    party_name=lead.name,
                    note=row.content[:300],
                    priority=int(lead.score),
                )
            ]
        )


def completes_first_contact(lead: Any, row: Any) -> bool:
    """F-070: three minutes on the phone (or an answer by message or in person), with need and budget or a reason."""
    if row.result not in TWO_WAY:
        return False
    long_enough = row.channel != ContactChannel.CALL or row.talk_seconds >= CALL_SECONDS_OF_FIRST_CONTACT
    known = bool(lead.need) and (lead.budget_low is not None or lead.budget_high is not None)
    return long_enough and (known or bool(row.stated_reason))


def active_owner(lead: Any) -> Any | None:
    """The owner, if still at work."""
    return Employee.objects.working().filter(pk=lead.owner_id).first() if lead.owner_id else None


def check_not_reachable(attempts: Any) -> None:
    """T-L9: three attempts on three days or at different times of the day before somebody counts as not reachable."""
    times = list(attempts)
    days = {timezone.localtime(at).date() for at in times}
    parts = {timezone.localtime(at).hour // 6 for at in times}
    if len(times) < 3 or (len(days) < 3 and len(parts) < 2):
        raise NotAllowed(
            _(
                "Try at least three times, on different days or at different times of day, before you "
                "report the customer as not reachable. So far: %(n)d."
            )
            % {"n": len(times)}
        )
