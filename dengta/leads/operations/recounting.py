"""Counting and scoring again: what people achieved, what open leads are worth, how long the inbox is."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.core.pumps import groups
from dengta.leads.models import Lead

# -- what people achieved -----------------------------------------------------------------------------------------
RECORDS = """
    insert into leads_agentrecord (group_id, employee_id, series_id, assigned, converted, answered, answer_seconds,
        refreshed_at)
    select %(group)s, l.owner_id, case when grouping(l.series_id) = 0 then l.series_id end, count(*),
        count(*) filter (where l.state = 'converted'), count(*) filter (where l.first_contact_at is not null),
        coalesce(sum(least(extract(epoch from l.first_contact_at - l.assigned_at), 86400))
            filter (where l.first_contact_at > l.assigned_at), 0)::bigint, now()
    from leads_lead l
    where l.group_id = %(group)s and l.received_at >= now() - interval '90 days' and l.owner_id is not null
        and l.assigned_at is not null
    group by grouping sets ((l.owner_id), (l.owner_id, l.series_id))
    having grouping(l.series_id) = 1 or l.series_id is not null
    on conflict (employee_id, series_id) do update set assigned = excluded.assigned, converted = excluded.converted,
        answered = excluded.answered, answer_seconds = excluded.answer_seconds, refreshed_at = excluded.refreshed_at
"""


def refresh_records(group_id: int) -> int:
    """Conversion and speed of the last 90 days per person and series, in one statement."""
    with scope.open(group_id), connection.cursor() as cursor:
        cursor.execute(RECORDS, {"group": group_id})
        return cursor.rowcount


# -- scoring again ------------------------------------------------------------------------------------------------
RESCORE_BATCH = 2000


def rescore_open_leads(group_id: int, store_id: int | None = None) -> int:
    """Every open lead by the tables that hold now, in batches by the verb; only those that change are written."""
    last, changed = 0, 0
    by = Actor.system(group_id, "leads.rescore")
    while True:
        with scope.open(group_id):
            rows = Lead.objects.open().filter(pk__gt=last).order_by("pk")
            if store_id is not None:
                rows = rows.filter(store_id=store_id)
            ids = list(rows.values_list("pk", flat=True)[:RESCORE_BATCH])
            if not ids:
                return changed
            changed += len(Lead.rescore.many(ids, by=by).done)
            last = ids[-1]


# -- gauges -------------------------------------------------------------------------------------------------------
def _per_group(query: str) -> Iterator[tuple[dict[str, str], list[float]]]:
    for group_id in groups():
        with scope.open(group_id), connection.cursor() as cursor:
            cursor.execute(query, [group_id])
            yield {"group": str(group_id)}, [float(value) for value in cursor.fetchone()]


def inbox_depth() -> Iterator[tuple[dict[str, str], float]]:
    for labels, (depth,) in _per_group(
        "select count(*) from leads_inboxmessage where group_id = %s and state = 'queued'"
    ):
        yield labels, depth


def inbox_age() -> Iterator[tuple[dict[str, str], float]]:
    for labels, (age,) in _per_group(
        "select coalesce(extract(epoch from now() - min(received_at)), 0) from leads_inboxmessage "
        "where group_id = %s and state = 'queued'"
    ):
        yield labels, age


def breaching() -> Iterator[tuple[dict[str, str], float]]:
    for labels, (count,) in _per_group(
        "select count(*) from leads_lead where group_id = %s and breached_at is not null "
        "and first_contact_at is null and state in ('new', 'pool', 'assigned', 'contacting')"
    ):
        yield labels, count
