"""What the work room offers: nouns, menu entries, badges, rights."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dengta.core.access import visible
from dengta.core.actors import Actor
from dengta.core.registry import Badge, MenuEntry, Noun, Permission, registry
from dengta.work import rules
from dengta.work.models import Appointment, Clock, Notification, Task
from dengta.work.types import TaskKind

MOST_SHOWN = 100

for key, label in (
    ("work.task.see", _("See tasks")),
    ("work.clock.see", _("See deadlines")),
    ("work.appointment.see", _("See appointments")),
    ("work.notification.see", _("See own notices")),
):
    registry.add(Permission(key, label))

registry.add(TaskKind("work.todo", _("To do")))


def task_json(task: Task, actor: Actor) -> dict:
    return {
        "id": task.pk,
        "kind": task.kind,
        "about": [task.subject_type, task.subject_id],
        "owner": task.owner_id,
        "store": task.store_id,
        "customer": task.party_id,
        "due_at": task.due_at,
        "state": task.state,
        "note": task.note,
        "result": task.result,
    }


def appointment_json(row: Appointment, actor: Actor) -> dict:
    return {
        "id": row.pk,
        "kind": row.kind,
        "about": [row.subject_type, row.subject_id],
        "owner": row.owner_id,
        "store": row.store_id,
        "customer": row.party_id,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "state": row.state,
        "outcome": row.outcome,
        "companions": row.companions,
        "reason": row.reason,
    }


registry.add(
    Noun(
        "work.task",
        Task,
        _("Task"),
        rules.visible_tasks,
        "work.task.see",
        plural=_("Tasks"),
        icon="checklist",
        url=lambda row: reverse("work:tasks"),
        api=task_json,
    )
)
registry.add(Noun("work.clock", Clock, _("Deadline"), rules.visible_clocks, "work.clock.see", icon="clock"))
registry.add(
    Noun(
        "work.appointment",
        Appointment,
        _("Appointment"),
        rules.visible_appointments,
        "work.appointment.see",
        plural=_("Appointments"),
        icon="calendar",
        url=lambda row: reverse("work:appointment", args=[row.pk]),
        api=appointment_json,
    )
)
registry.add(
    Noun(
        "work.notification",
        Notification,
        _("Notice"),
        rules.visible_notifications,
        "work.notification.see",
        icon="bell",
        url=lambda row: reverse("work:notifications"),
    )
)

registry.add(MenuEntry("work.today", _("Today"), "work:today", "sun", "work", 10))
CALENDAR = pgettext_lazy("visits", "Calendar")
registry.add(MenuEntry("work.calendar", CALENDAR, "work:calendar", "calendar", "work", 30, "work.appointment.see"))
registry.add(MenuEntry("work.tasks", _("Tasks"), "work:tasks", "checklist", "work", 35, "work.task.see"))


def unread_count(actor: Actor) -> int:
    return len(visible(Notification, actor).unread().values_list("pk", flat=True)[:MOST_SHOWN])


def due_count(actor: Actor) -> int:
    """Open tasks of one's own that are due now."""
    if actor.employee_id is None:
        return 0
    mine = Task.objects.overdue(timezone.now()).filter(owner_id=actor.employee_id)
    return len(mine.values_list("pk", flat=True)[:MOST_SHOWN])


registry.add(Badge("work.due", _("Due now"), due_count, "work:tasks", "clock", 10))
registry.add(Badge("work.unread", _("Notices"), unread_count, "work:notifications", "bell", 20))
