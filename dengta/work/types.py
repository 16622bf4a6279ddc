"""Words of the work room, and the plans other rooms hand in. Plans carry plain values: this room knows no customer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TaskState(TextChoices):
    OPEN = "open", pgettext_lazy("task", "To do")
    DONE = "done", pgettext_lazy("task", "Done")
    CANCELLED = "cancelled", pgettext_lazy("task", "Cancelled")


class ClockState(TextChoices):
    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Kept")
    BREACHED = "breached", _("Breached")


class AppointmentKind(TextChoices):
    SHOWROOM = "showroom", _("Showroom visit")
    TEST_DRIVE = "test_drive", _("Test drive")
    HOME_TEST_DRIVE = "home_test_drive", _("Test drive at home")
    NEGOTIATION = "negotiation", _("Negotiation")
    DELIVERY = "delivery", _("Delivery")
    SERVICE = "service", _("Service")


class AppointmentState(TextChoices):
    BOOKED = "booked", _("Booked")
    CONFIRMED = "confirmed", _("Confirmed")
    RESCHEDULED = "rescheduled", _("Rescheduled")
    CANCELLED = "cancelled", pgettext_lazy("appointment", "Cancelled")
    KEPT = "kept", _("Came")
    NO_SHOW = "no_show", _("No show")


EXPECTED = (AppointmentState.BOOKED, AppointmentState.CONFIRMED, AppointmentState.RESCHEDULED)

# Legal moves of an appointment: verb -> (from, to). Shown in the room README.
APPOINTMENT_MOVES = {
    "confirm": ((AppointmentState.BOOKED, AppointmentState.RESCHEDULED), AppointmentState.CONFIRMED),
    "reschedule": (EXPECTED, AppointmentState.RESCHEDULED),
    "cancel": (EXPECTED, AppointmentState.CANCELLED),
    "keep": ((*EXPECTED, AppointmentState.NO_SHOW), AppointmentState.KEPT),
    "mark_no_show": (EXPECTED, AppointmentState.NO_SHOW),
}


# How an appointment went (domain 3.2).
OUTCOMES = {
    "early": _("early"),
    "on_time": _("on time"),
    "late": _("late"),
    "unplanned": _("booked shortly before"),
    "no_show": _("no show"),
}


@dataclass(frozen=True)
class TaskKind:
    """A kind of task; registered by the room that plans it. `on_record`: it is done by working on the record it is
    about, never by ticking it off."""

    key: str
    label: Any
    icon: str = "checklist"
    on_record: bool = False


@dataclass(frozen=True)
class ClockKind:
    """A promise with a deadline; registered by the room that starts it."""

    key: str
    label: Any


@dataclass(frozen=True)
class NotificationKind:
    """A kind of notice. `sentence` is a format string over the payload; quiet kinds do not ring."""

    key: str
    label: Any
    sentence: Any
    icon: str = "bell"


@dataclass(frozen=True)
class TaskPlan:
    """A task to be made: what (`kind`), about which record, for whom, until when."""

    kind: str
    subject_type: str
    subject_id: int
    store_id: int
    due_at: datetime
    owner_id: int | None = None
    team_id: int | None = None
    party_id: int | None = None
    party_name: str = ""
    note: str = ""
    priority: int = 0


@dataclass(frozen=True)
class ClockPlan:
    """A clock to be started. One running clock per subject and kind: starting again replaces the deadline."""

    kind: str
    subject_type: str
    subject_id: int
    store_id: int
    due_at: datetime
    started_at: datetime
    owner_id: int | None = None
    team_id: int | None = None
    party_id: int | None = None


@dataclass(frozen=True)
class Note:
    """A notice for one person. The same `key` is told to the same person exactly once."""

    employee_id: int
    kind: str
    key: str
    payload: dict = field(default_factory=dict)
    url: str = ""
    subject_type: str = ""
    subject_id: int | None = None
    urgent: bool = False
