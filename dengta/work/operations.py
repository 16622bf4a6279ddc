"""Set-based changes that other rooms ask for inside their own verbs: any number of rows, a fixed number of statements.

They leave no events of their own: the asking verb's event tells what happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from dengta.core import bulk, scope
from dengta.work.models import Task
from dengta.work.types import ClockPlan, ClockState, Note, TaskPlan, TaskState


def plan_tasks(plans: Sequence[TaskPlan]) -> list[Task]:
    """Make tasks; returns them in the order of the plans, with ids."""
    group_id = scope.current().group_id
    tasks = [
        Task(
            group_id=group_id,
            store_id=p.store_id,
            kind=p.kind,
            subject_type=p.subject_type,
            subject_id=p.subject_id,
            party_id=p.party_id,
            party_name=p.party_name[:80],
            owner_id=p.owner_id,
            team_id=p.team_id,
            due_at=p.due_at,
            note=p.note[:300],
            priority=p.priority,
        )
        for p in plans
    ]
    bulk.create(Task, tasks)
    return tasks


def finish_tasks(
    subject_type: str, ids: Iterable[int], *, kinds: Sequence[str] = (), result: str = ""
) -> int:
    """Close the open tasks of some records as done."""
    return _close(subject_type, ids, kinds, TaskState.DONE, result)


def cancel_tasks(
    subject_type: str, ids: Iterable[int], *, kinds: Sequence[str] = (), result: str = ""
) -> int:
    """Close the open tasks of some records as no longer needed."""
    return _close(subject_type, ids, kinds, TaskState.CANCELLED, result)


def _close(subject_type: str, ids: Iterable[int], kinds: Sequence[str], state: str, result: str) -> int:
    return _end(END_TASKS, [str(state), timezone.now(), result[:300]], subject_type, ids, kinds)


# Written out: nearly every verb of a lead asks for these, and composing them costs more than running them.
END_TASKS = """update work_task set state = %s, done_at = %s, result = %s
    where group_id = %s and state = 'open' and subject_type = %s and subject_id = any(%s)"""
STOP_CLOCKS = """update work_clock set state = 'stopped', ended_at = %s
    where group_id = %s and state = 'running' and subject_type = %s and subject_id = any(%s)"""


def _end(query: str, values: list[Any], subject_type: str, ids: Iterable[int], kinds: Sequence[str]) -> int:
    ids = list(ids)
    if not ids:
        return 0
    wall = scope.current()
    where = [wall.group_id, subject_type, ids]
    if kinds:
        query, where = query + " and kind = any(%s)", [*where, [str(kind) for kind in kinds]]
    if wall.stores is not None:
        query, where = query + " and store_id = any(%s)", [*where, list(wall.stores)]
    with connection.cursor() as cursor:
        cursor.execute(query, values + where)
        return cursor.rowcount


def move_tasks(subject_type: str, owners: Mapping[int, tuple[int | None, int | None]]) -> int:
    """Give the open tasks of each record to its new (owner id, team id)."""
    return _move("work_task", TaskState.OPEN, subject_type, owners)


def move_clocks(subject_type: str, owners: Mapping[int, tuple[int | None, int | None]]) -> int:
    """Running clocks follow the record to its new (owner id, team id)."""
    return _move("work_clock", ClockState.RUNNING, subject_type, owners)


def _move(
    table: str, state: str, subject_type: str, owners: Mapping[int, tuple[int | None, int | None]]
) -> int:
    if not owners:
        return 0
    ids = list(owners)
    query = {
        "work_task": "update work_task x set owner_id = t.owner_id, team_id = t.team_id",
        "work_clock": "update work_clock x set owner_id = t.owner_id, team_id = t.team_id",
    }[table]
    with connection.cursor() as cursor:
        cursor.execute(
            query + " from unnest(%s::bigint[], %s::bigint[], %s::bigint[]) as t(id, owner_id, team_id)"
            " where x.subject_type = %s and x.subject_id = t.id and x.state = %s",
            [ids, [owners[i][0] for i in ids], [owners[i][1] for i in ids], subject_type, state],
        )
        return cursor.rowcount


CLOCK_COLUMNS = (
    "group_id",
    "store_id",
    "kind",
    "subject_type",
    "subject_id",
    "party_id",
    "party_name",
    "owner_id",
    "team_id",
    "started_at",
    "due_at",
    "state",
)
CLOCK_TYPES = (
    "bigint",
    "bigint",
    "text",
    "text",
    "bigint",
    "bigint",
    "text",
    "bigint",
    "bigint",
    "timestamptz",
    "timestamptz",
    "text",
)


def start_clocks(plans: Sequence[ClockPlan]) -> None:
    """Start clocks; one that already runs for the same record and kind gets the new deadline and owner."""
    group_id = scope.current().group_id
    latest = {(p.kind, p.subject_type, p.subject_id): p for p in plans}
    rows = [
        (
            group_id,
            p.store_id,
            p.kind,
            p.subject_type,
            p.subject_id,
            p.party_id,
            "",
            p.owner_id,
            p.team_id,
            p.started_at,
            p.due_at,
            ClockState.RUNNING.value,
        )
        for p in latest.values()
    ]
    bulk.insert(
        "work_clock",
        CLOCK_COLUMNS,
        CLOCK_TYPES,
        rows,
        conflict=(
            "on conflict (subject_type, subject_id, kind) where state = 'running' do update set "
            "due_at = excluded.due_at, started_at = excluded.started_at, owner_id = excluded.owner_id, "
            "team_id = excluded.team_id"
        ),
    )


def stop_clocks(
    subject_type: str, ids: Iterable[int], *, kinds: Sequence[str] = (), at: datetime | None = None
) -> int:
    """The promises were kept (or fell away): they cannot be missed any more."""
    return _end(STOP_CLOCKS, [at or timezone.now()], subject_type, ids, kinds)


NOTE_COLUMNS = (
    "group_id",
    "employee_id",
    "kind",
    "key",
    "payload",
    "url",
    "subject_type",
    "subject_id",
    "urgent",
    "at",
)
NOTE_TYPES = ("bigint", "bigint", "text", "text", "jsonb", "text", "text", "bigint", "boolean", "timestamptz")


def notify(notes: Sequence[Note]) -> int:
    """Tell people; a (person, key) that was told before is passed over. Returns how many were new."""
    group_id, now = scope.current().group_id, timezone.now()
    rows = [
        (
            group_id,
            n.employee_id,
            n.kind,
            n.key[:120],
            bulk.as_json(n.payload),
            n.url,
            n.subject_type,
            n.subject_id,
            n.urgent,
            now,
        )
        for n in notes
    ]
    told = bulk.insert(
        "work_notification",
        NOTE_COLUMNS,
        NOTE_TYPES,
        rows,
        conflict="on conflict (employee_id, key) do nothing",
        returning="id",
    )
    return len(told)
