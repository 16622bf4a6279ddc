"""What happens to tasks, clocks and appointments."""

from django.utils.translation import gettext_lazy as _

from dengta.core.events import Event
from dengta.core.registry import registry
from dengta.work.types import OUTCOMES, AppointmentKind, ClockKind, TaskKind


def task_label(kind: str) -> str:
    """A kind of task in the reader's language; the code itself if its room is gone."""
    return str(registry.get(TaskKind, kind).label) if registry.has(TaskKind, kind) else kind


def clock_label(kind: str) -> str:
    return str(registry.get(ClockKind, kind).label) if registry.has(ClockKind, kind) else kind


class TaskEvent(Event):
    """What all events of tasks carry."""

    kind: str = ""

    @classmethod
    def shown(cls, payload: dict) -> dict:
        return payload | {"kind_label": task_label(payload.get("kind", ""))}


class TaskDone(TaskEvent):
    key = "work.task.done"
    label = _("Task done")
    sentence = _("finished a task: {kind_label}. {result}")
    icon = "circle-check"
    result: str = ""


class TaskAdded(TaskEvent):
    key = "work.task.added"
    label = _("Task added")
    sentence = _("planned a task: {kind_label}. {note}")
    icon = "checklist"
    note: str = ""


class TaskPostponed(TaskEvent):
    key = "work.task.postponed"
    label = _("Task postponed")
    sentence = _("postponed a task: {kind_label}. {reason}")
    icon = "clock"
    reason: str = ""
    due_at: str = ""


class TaskCancelled(TaskEvent):
    key = "work.task.cancelled"
    label = _("Task cancelled")
    sentence = _("cancelled a task: {kind_label}. {reason}")
    icon = "circle-x"
    reason: str = ""


class ClockBreached(Event):
    """A deadline passed. `about_type` and `about_id` name the record the promise was about."""

    key = "work.clock.breached"
    label = _("Deadline missed")
    sentence = _("missed the deadline: {clock_label}")
    icon = "alarm"
    clock_kind: str = ""
    about_type: str = ""
    about_id: int = 0
    owner_id: int | None = None
    due_at: str = ""

    @classmethod
    def shown(cls, payload: dict) -> dict:
        return payload | {"clock_label": clock_label(payload.get("clock_kind", ""))}


class AppointmentBooked(Event):
    key = "work.appointment.booked"
    label = _("Visit booked")
    sentence = _("booked: {kind_label}, {starts}")
    icon = "calendar-plus"
    kind: str = ""
    starts: str = ""
    owner_id: int | None = None
    about_type: str = ""
    about_id: int | None = None

    @classmethod
    def shown(cls, payload: dict) -> dict:
        kind = payload.get("kind", "")
        return payload | {"kind_label": AppointmentKind(kind).label if kind in AppointmentKind else kind}


class AppointmentConfirmed(Event):
    key = "work.appointment.confirmed"
    label = _("Visit confirmed")
    sentence = _("confirmed with the customer: {starts}")
    icon = "calendar-check"
    starts: str = ""


class AppointmentRescheduled(Event):
    key = "work.appointment.rescheduled"
    label = _("Visit rescheduled")
    sentence = _("moved the visit from {before} to {starts}. {reason}")
    icon = "calendar-event"
    before: str = ""
    starts: str = ""
    reason: str = ""


class AppointmentCancelled(Event):
    key = "work.appointment.cancelled"
    label = _("Visit cancelled")
    sentence = _("cancelled the visit of {starts}. {reason}")
    icon = "calendar-x"
    starts: str = ""
    reason: str = ""
    about_type: str = ""
    about_id: int | None = None


class AppointmentKept(Event):
    key = "work.appointment.kept"
    label = _("Customer came")
    sentence = _("the customer came to the visit of {starts} ({outcome_label})")
    icon = "user-check"
    starts: str = ""
    outcome: str = ""
    about_type: str = ""
    about_id: int | None = None

    @classmethod
    def shown(cls, payload: dict) -> dict:
        return payload | {"outcome_label": OUTCOMES.get(payload.get("outcome", ""), "")}


class AppointmentMissed(Event):
    key = "work.appointment.missed"
    label = _("Customer did not come")
    sentence = _("the customer did not come to the visit of {starts}")
    icon = "user-x"
    starts: str = ""
    about_type: str = ""
    about_id: int | None = None
