"""Tasks, clocks, appointments and notices for tests; each steps into the scope of the group itself."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from dengta.core import scope
from dengta.org.models import Employee, Store
from dengta.work.models import Appointment, Clock, Notification, Task

numbers = count(1)


def make_task(store: Store, owner: Employee | None = None, **fields: Any) -> Task:
    with scope.open(store.group_id):
        return Task.objects.create(
            store=store,
            owner=owner,
            team_id=owner.team_id if owner else None,
            **{"kind": "work.todo", "due_at": timezone.now() + timedelta(hours=1), "note": "Call back", **fields},
        )


def make_clock(store: Store, owner: Employee | None = None, **fields: Any) -> Clock:
    now = timezone.now()
    with scope.open(store.group_id):
        return Clock.objects.create(
            store=store,
            owner_id=owner.pk if owner else None,
            team_id=owner.team_id if owner else None,
            **{
                "kind": "work.test",
                "subject_type": "work.task",
                "subject_id": next(numbers),
                "started_at": now,
                "due_at": now + timedelta(minutes=15),
                **fields,
            },
        )


def make_appointment(store: Store, owner: Employee | None = None, **fields: Any) -> Appointment:
    start = fields.pop("starts_at", timezone.now() + timedelta(days=1))
    with scope.open(store.group_id):
        return Appointment.objects.create(
            store=store,
            owner=owner,
            team_id=owner.team_id if owner else None,
            starts_at=start,
            ends_at=fields.pop("ends_at", start + timedelta(hours=1)),
            **{"party_name": "Customer", **fields},
        )


def make_notification(employee: Employee, **fields: Any) -> Notification:
    with scope.open(employee.group_id):
        return Notification.objects.create(
            employee=employee, **{"kind": "work.test", "key": f"key-{next(numbers)}", **fields}
        )
