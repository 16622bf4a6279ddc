"""The pump that hands events to the reactions of higher rooms: after commit, in order, at least once.

An event is read only when every transaction that began before it has ended (`tx < xmin`), so a cursor over
transaction ids never skips one that committed late.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import connection, transaction
from django.utils import timezone

from dengta.core import scope
from dengta.core.events import Reaction
from dengta.core.models import DeadReaction, EventRow, ReactionCursor
from dengta.core.pumps import pump
from dengta.core.registry import registry

log = structlog.get_logger(__name__)
BATCH = 1000


@pump("core.reactions", order=50)
def react(group_id: int) -> int:
    """One batch for every reaction of a group; returns the number of events handed over."""
    if not (top := _horizon(group_id)):
        return 0
    return sum(_serve(reaction, group_id, top) for reaction in registry.all(Reaction))


def _horizon(group_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1")
        return cursor.fetchone()[0]


def _serve(reaction: Reaction, group_id: int, top: int) -> int:
    cursor = _cursor_of(reaction, group_id)
    if cursor.tx >= top or (cursor.retry_at and cursor.retry_at > timezone.now()):
        return 0
    with scope.open(group_id):
        held = ReactionCursor.objects.select_for_update(skip_locked=True).filter(pk=cursor.pk).first()
        if held is None or held.tx >= top:
            return 0
        rows, upto = _read(reaction, group_id, held.tx, top)
        if rows:
            _hand_over(reaction, rows)
        held.tx, held.failures, held.retry_at = upto, 0, None
        held.save(update_fields=["tx", "failures", "retry_at"])
    return len(rows)


def _cursor_of(reaction: Reaction, group_id: int) -> ReactionCursor:
    found = ReactionCursor.objects.filter(group_id=group_id, name=reaction.key).first()
    return found or ReactionCursor.objects.get_or_create(group_id=group_id, name=reaction.key)[0]


def _read(reaction: Reaction, group_id: int, after: int, top: int) -> tuple[list[EventRow], int]:
    """Whole transactions only: events in order of writing, and the transaction the cursor may move to."""
    events = EventRow.objects.extra(
        select={"tx": "core_event.tx"},
        where=["core_event.tx > %s", "core_event.tx <= %s"],
        params=[after, top],
    )
    rows = list(events.filter(key__in=reaction.events).extra(order_by=["tx", "id"])[: BATCH + 1])
    upto = top
    if len(rows) > BATCH:
        last = rows[-1].tx
        whole = [row for row in rows if row.tx < last]
        if whole:
            rows, upto = whole, whole[-1].tx
        else:
            rows, upto = (
                list(
                    events.filter(key__in=reaction.events).extra(
                        where=["core_event.tx = %s"], params=[last], order_by=["id"]
                    )
                ),
                last,
            )
    return sorted(rows, key=lambda row: row.id), upto


def _hand_over(reaction: Reaction, rows: list[EventRow]) -> None:
    """The batch at once; if that fails, one by one, so that a bad event does not hold the others."""
    try:
        with transaction.atomic():
            reaction.run(rows)
        return
    except Exception:
        log.exception("reaction_failed", reaction=reaction.key, events=len(rows))
    for row in rows:
        try:
            with transaction.atomic():
                reaction.run([row])
        except Exception as error:
            log.exception("reaction_gave_up", reaction=reaction.key, event_id=row.id)
            DeadReaction.objects.create(
                group_id=row.group_id,
                name=reaction.key,
                event_id=row.id,
                event_at=row.at,
                error=str(error)[:2000],
                at=timezone.now(),
            )


def retry_dead(group_id: int, name: str = "") -> int:
    """Try again what was given up; what works now is taken off the list."""
    mended = 0
    with scope.open(group_id):
        for dead in DeadReaction.objects.filter(group_id=group_id, **({"name": name} if name else {})):
            window = (dead.event_at - timedelta(seconds=1), dead.event_at + timedelta(seconds=1))
            row = EventRow.objects.filter(id=dead.event_id, at__range=window).first()
            try:
                with transaction.atomic():
                    if row is not None:
                        registry.get(Reaction, dead.name).run([row])
            except Exception:
                log.exception("reaction_still_fails", reaction=dead.name, event_id=dead.event_id)
                continue
            dead.delete()
            mended += 1
    return mended
