"""Agreeing a visit: the appointment in the store's calendar and the reminders that go with it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dengta.core.actors import Actor
from dengta.core.inputs import Choice, Integer, Ref, Text, When
from dengta.core.verbs import NotAllowed, verb
from dengta.leads.events import OpportunityInvited, OpportunityVisitMissed
from dengta.leads.types import OPPORTUNITY_MOVES, Clock, Milestone, OpportunityState, TaskWord
from dengta.org.models import Employee
from dengta.org.operations import store_calendar
from dengta.work.models import Appointment
from dengta.work.operations import cancel_tasks, plan_tasks, stop_clocks
from dengta.work.types import AppointmentKind, TaskPlan

OPPORTUNITY = "leads.opportunity"
VISITS = [
    (kind.value, kind.label)
    for kind in (
        AppointmentKind.SHOWROOM,
        AppointmentKind.TEST_DRIVE,
        AppointmentKind.HOME_TEST_DRIVE,
        AppointmentKind.NEGOTIATION,
    )
]
REMINDERS = (TaskWord.EVE, TaskWord.BEFORE, TaskWord.BE_THERE)
EVENING = time(18)


class Inviting:
    """From following up to invited; who does not come is invited again."""

    @verb(
        done=OpportunityInvited,
        label=gettext_lazy("Book a visit"),
        icon="calendar-plus",
        from_states=OPPORTUNITY_MOVES["book_visit"][0],
        inputs=[
            When("starts_at", label=gettext_lazy("When")),
            Choice(
                "kind",
                label=pgettext_lazy("visit", "Purpose"),
                choices=VISITS,
                initial=AppointmentKind.SHOWROOM.value,
            ),
            Ref(
                "consultant",
                to="org.employee",
                label=gettext_lazy("Received by"),
                required=False,
                initial=lambda row: row and row.owner_id,
                narrow=lambda rows, _row: rows.working(),
            ),
            Integer("companions", label=gettext_lazy("Comes with (people)"), required=False, least=0, most=50),
            Text("reason", label=gettext_lazy("Occasion"), required=False),
        ],
    )
    def book_visit(
        self,
        *,
        by: Any,
        starts_at: datetime,
        kind: str = AppointmentKind.SHOWROOM,
        consultant: Any = None,
        companions: int = 0,
        reason: str = "",
    ) -> OpportunityInvited:
        """A time in opening hours. Reminders for the evening before, two hours and half an hour before are planned."""
        host = consultant or (Employee.objects.get(pk=self.owner_id) if self.owner_id else None)
        if host is not None and not host.is_working:
            raise NotAllowed(_("%(name)s is not at work at present. Choose somebody else.") % {"name": host.name})
        hand = Actor(
            by.kind, by.id, by.label, by.group_id, by.employee_id, by.stores, language=by.language, all_powerful=True
        )
        self._withdraw_earlier(hand)
        visit = Appointment.book(
            by=hand,
            kind=kind,
            starts_at=starts_at,
            store_id=self.store_id,
            owner=host,
            subject=self,
            party_id=self.customer_id,
            party_name=self.name,
            companions=companions or 0,
            reason=reason,
        )
        self.state, self.visit_at, self.appointment_id = OpportunityState.INVITED, starts_at, visit.pk
        self.milestones = {Milestone.INVITED.value: timezone.now().isoformat()} | self.milestones
        self.due_at = starts_at
        self.save(update_fields=["state", "visit_at", "appointment_id", "milestones", "due_at"])
        cancel_tasks(OPPORTUNITY, [self.pk], kinds=(*REMINDERS, TaskWord.INVITE_AGAIN))
        plan_tasks(self._reminders(visit, host))
        stop_clocks(OPPORTUNITY, [self.pk], kinds=(Clock.FOLLOW_UP_POOL,))
        return OpportunityInvited(
            appointment_id=visit.pk,
            kind=kind,
            starts_at=starts_at.isoformat(),
            starts=f"{timezone.localtime(starts_at, self.store.tz):%Y-%m-%d %H:%M}",
        )

    @verb(
        done=OpportunityVisitMissed,
        label=gettext_lazy("Did not come"),
        icon="user-x",
        hidden=True,
        from_states=OPPORTUNITY_MOVES["miss_visit"][0],
        to_state=OpportunityState.FOLLOWING,
    )
    def miss_visit(self, *, by: Any, starts: str = "") -> OpportunityVisitMissed:
        """T-O4: the day is over; invite again within a day."""
        again = self._hours().next_opening(timezone.now() + timedelta(hours=24))
        self.state, self.visit_at, self.appointment_id = OpportunityState.FOLLOWING, None, None
        self.next_at = self.due_at = again
        self.save(update_fields=["state", "visit_at", "appointment_id", "next_at", "due_at"])
        cancel_tasks(OPPORTUNITY, [self.pk], kinds=REMINDERS)
        plan_tasks([self._task(TaskWord.INVITE_AGAIN, again)])
        return OpportunityVisitMissed(starts=starts)

    def _withdraw_earlier(self, by: Any) -> None:
        """A visit that is booked anew takes the place of the one before."""
        if self.appointment_id is None:
            return
        earlier = Appointment.objects.expected().filter(pk=self.appointment_id).first()
        if earlier is not None:
            earlier.cancel(by=by, reason=_("Booked anew"))

    def _reminders(self, visit: Any, host: Any) -> list[TaskPlan]:
        """Only those that still lie ahead."""
        tz = self.store.tz
        eve = datetime.combine(visit.starts_at.astimezone(tz).date() - timedelta(days=1), EVENING, tz)
        plans = [
            (TaskWord.EVE, eve, None),
            (TaskWord.BEFORE, visit.starts_at - timedelta(hours=2), None),
            (TaskWord.BE_THERE, visit.starts_at - timedelta(minutes=30), host),
        ]
        return [self._task(kind, at, who) for kind, at, who in plans if at > timezone.now()]

    def _task(self, kind: str, due_at: datetime, who: Any = None) -> TaskPlan:
        return TaskPlan(
            str(kind),
            OPPORTUNITY,
            self.pk,
            self.store_id,
            due_at,
            owner_id=who.pk if who else self.owner_id,
            team_id=who.team_id if who else self.team_id,
            party_id=self.customer_id,
            party_name=self.name,
        )

    def _hours(self) -> Any:
        return store_calendar(self.store)
