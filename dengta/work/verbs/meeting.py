"""Appointments: booking, confirming, moving, cancelling, and what became of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.core.inputs import Ref, Text, When
from dengta.core.verbs import NotAllowed, birth, verb
from dengta.org.operations import store_calendar
from dengta.work.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentKept,
    AppointmentMissed,
    AppointmentRescheduled,
)
from dengta.work.types import APPOINTMENT_MOVES, AppointmentState

USUAL_LENGTH = timedelta(hours=1)
ON_TIME = timedelta(minutes=15)
# Domain 3.2: a visit written down after the customer came does not count as an invitation kept.
BOOKED_AHEAD = timedelta(minutes=30)


def _move(name: str) -> dict:
    states, to = APPOINTMENT_MOVES[name]
    return {"from_states": states, "to_state": None if name == "reschedule" else to}


class Meeting:
    """A visit lies in opening hours, and a consultant receives one customer at a time."""

    @birth(done=AppointmentBooked, label=gettext_lazy("Book a visit"), icon="calendar-plus", hidden=True)
    def book(
        cls,
        *,
        by: Any,
        kind: str,
        starts_at: datetime,
        store_id: int,
        owner: Any = None,
        ends_at: datetime | None = None,
        subject: Any = None,
        party_id: int | None = None,
        party_name: str = "",
        companions: int = 0,
        reason: str = "",
        invited_by_id: int | None = None,
    ) -> Any:
        """A time in opening hours, ahead of now, free in the consultant's calendar."""
        row = cls(
            kind=kind,
            store_id=store_id,
            owner=owner,
            team_id=getattr(owner, "team_id", None),
            starts_at=starts_at,
            ends_at=ends_at or starts_at + USUAL_LENGTH,
            party_id=party_id,
            party_name=party_name,
            companions=companions,
            reason=reason,
            invited_by_id=invited_by_id or by.employee_id,
        )
        if subject is not None:
            row.subject_type, row.subject_id = subject._meta.label_lower, subject.pk
        row._check_time()
        row.save()
        return row, AppointmentBooked(
            subject=row,
            party_id=party_id,
            kind=kind,
            starts=row._spoken(),
            owner_id=row.owner_id,
            about_type=row.subject_type,
            about_id=row.subject_id,
        )

    @verb(done=AppointmentConfirmed, label=gettext_lazy("Confirm"), icon="calendar-check", **_move("confirm"))
    def confirm(self, *, by: Any) -> AppointmentConfirmed:
        """The customer said again that they will come."""
        self.state = AppointmentState.CONFIRMED
        self.save(update_fields=["state"])
        return AppointmentConfirmed(starts=self._spoken())

    @verb(
        done=AppointmentRescheduled,
        label=gettext_lazy("Reschedule"),
        icon="calendar-event",
        **_move("reschedule"),
        inputs=[
            When("starts_at", label=gettext_lazy("New time"), initial=lambda row: row and row.starts_at),
            Ref(
                "owner",
                to="org.employee",
                label=gettext_lazy("Consultant"),
                required=False,
                initial=lambda row: row and row.owner_id,
            ),
            Text("reason", label=gettext_lazy("Reason"), required=False),
        ],
    )
    def reschedule(
        self, *, by: Any, starts_at: datetime, owner: Any = None, reason: str = ""
    ) -> AppointmentRescheduled:
        """Another time was agreed; the same rules hold as for a new visit."""
        before = self._spoken()
        self.ends_at = starts_at + (self.ends_at - self.starts_at)
        self.starts_at = starts_at
        if owner is not None:
            self.owner, self.team_id = owner, owner.team_id
        self._check_time()
        self.state = AppointmentState.RESCHEDULED
        self.save(update_fields=["starts_at", "ends_at", "owner", "team_id", "state"])
        return AppointmentRescheduled(before=before, starts=self._spoken(), reason=reason)

    @verb(
        done=AppointmentCancelled,
        label=gettext_lazy("Cancel visit"),
        icon="calendar-x",
        **_move("cancel"),
        inputs=[Text("reason", label=gettext_lazy("Reason"))],
    )
    def cancel(self, *, by: Any, reason: str) -> AppointmentCancelled:
        """The customer will not come, for a reason."""
        self.state = AppointmentState.CANCELLED
        self.save(update_fields=["state"])
        return AppointmentCancelled(
            starts=self._spoken(), reason=reason, about_type=self.subject_type, about_id=self.subject_id
        )

    @verb(
        done=AppointmentKept,
        label=gettext_lazy("Customer came"),
        icon="user-check",
        **_move("keep"),
        inputs=[When("arrived_at", label=gettext_lazy("Arrived at"), required=False)],
    )
    def keep(self, *, by: Any, arrived_at: datetime | None = None) -> AppointmentKept:
        """The customer is here: early, on time or late; booked too shortly before, it does not count as on time."""
        at = arrived_at or timezone.now()
        if at > timezone.now() + timedelta(minutes=1):
            raise NotAllowed(_("The time of arrival cannot lie ahead."))
        self.state, self.arrived_at, self.outcome = AppointmentState.KEPT, at, self._outcome(at)
        self.save(update_fields=["state", "arrived_at", "outcome"])
        return AppointmentKept(
            starts=self._spoken(),
            outcome=self.outcome,
            about_type=self.subject_type,
            about_id=self.subject_id,
        )

    @verb(
        done=AppointmentMissed,
        label=gettext_lazy("Did not come"),
        icon="user-x",
        **_move("mark_no_show"),
        bulk=True,
    )
    def mark_no_show(self, *, by: Any) -> AppointmentMissed:
        """The day is over and nobody came."""
        if self.starts_at > timezone.now():
            raise NotAllowed(_("The visit still lies ahead. Cancel it if it will not take place."))
        self.state, self.outcome = AppointmentState.NO_SHOW, "no_show"
        self.save(update_fields=["state", "outcome"])
        return AppointmentMissed(
            starts=self._spoken(), about_type=self.subject_type, about_id=self.subject_id
        )

    def _check_time(self) -> None:
        calendar = store_calendar(self.store)
        if self.starts_at <= timezone.now():
            raise NotAllowed(_("Choose a time that lies ahead."), "in_the_past")
        if not calendar.is_open(self.starts_at):
            raise NotAllowed(
                _("The store is closed at that time. It opens next at %(time)s.")
                % {"time": self._spoken(calendar.next_opening(self.starts_at))},
                "closed",
            )
        if not calendar.is_open(self.ends_at - timedelta(minutes=1)):
            raise NotAllowed(_("The store closes before the visit would end. Choose an earlier time."), "closed")
        if self.owner_id is None:
            return
        taken = type(self).objects.expected().filter(owner_id=self.owner_id).exclude(pk=self.pk)
        other = taken.between(self.starts_at, self.ends_at).first()
        if other is not None:
            raise NotAllowed(
                _("%(name)s already has a visit at %(time)s. Choose another time or consultant.")
                % {"name": self.owner.name, "time": other._spoken()},
                "taken",
            )

    def _outcome(self, at: datetime) -> str:
        if self.created_at > at - BOOKED_AHEAD:
            return "unplanned"
        if at < self.starts_at - ON_TIME:
            return "early"
        return "late" if at > self.starts_at + ON_TIME else "on_time"

    def _spoken(self, at: datetime | None = None) -> str:
        local = timezone.localtime(at or self.starts_at, self.store.tz)
        return date_format(local, "Y-m-d H:i")
