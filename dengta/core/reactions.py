"""The pump that hands events to the reactions of higher rooms: after commit, in order, at least once.

An event is read only when every transaction of this database that began before its own has ended, so a cursor over
(transaction, id) never skips an event that committed late.
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
XIDS = 1 << 32


@pump("core.reactions", order=50)
def react(group_id: int) -> int:
    """One batch for every reaction of a group; returns the number of events handed over."""
    top = horizon()
    with scope.open(group_id):
        newest = _newest(group_id)
        reached = {c.name: (c.tx, c.last_id) for c in ReactionCursor.objects.filter(group_id=group_id)}
        reached |= _begin(group_id, [r for r in registry.all(Reaction) if r.key not in reached], reached, newest)
    behind = [r for r in registry.all(Reaction) if newest > reached[r.key]]
    return sum(_serve(reaction, group_id, top) for reaction in behind)


def _begin(group_id: int, unknown: list[Reaction], known: dict, newest: tuple[int, int]) -> dict:
    """A group's first reactions hear everything; one that an upgrade adds hears what happens from now on."""
    start = newest if known else (0, 0)
    ReactionCursor.objects.bulk_create(
        [ReactionCursor(group_id=group_id, name=r.key, tx=start[0], last_id=start[1]) for r in unknown],
        ignore_conflicts=True,
    )
    return {r.key: start for r in unknown}


def horizon() -> int:
    """The newest transaction such that it and all older ones of this database have ended.

    Transactions of other databases on the same server do not count (`pg_snapshot_xmin` would wait for them). What
    this very transaction has written counts as ended: it is visible here.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint, "
            "coalesce(pg_current_xact_id_if_assigned()::text::bigint, 0)"
        )
        after, own = cursor.fetchone()
        cursor.execute(
            "select backend_xid::text::bigint from pg_stat_activity "
            "where datname = current_database() and backend_xid is not null and pid <> pg_backend_pid()"
        )
        newest = max(after, own + 1)
        running = [_whole(xid, newest) for (xid,) in cursor.fetchall()]
    return min([newest, *running]) - 1


def _whole(xid: int, near: int) -> int:
    """A 32-bit transaction id with the epoch that puts it at or just after `near`'s past."""
    whole = near - near % XIDS + xid
    return whole - XIDS if whole > near + XIDS // 2 else whole


def _newest(group_id: int) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select tx, id from core_event where group_id = %s order by tx desc, id desc limit 1", [group_id]
        )
        return cursor.fetchone() or (0, 0)


def _serve(reaction: Reaction, group_id: int, top: int) -> int:
    """The next events of one reaction; its cursor moves in the transaction of what the reaction does."""
    with scope.open(group_id):
        cursors = ReactionCursor.objects.select_for_update(skip_locked=True)
        held = cursors.filter(group_id=group_id, name=reaction.key).first()
        if held is None:
            return 0
        rows, reached = _read(reaction, group_id, held, top)
        if rows:
            _hand_over(reaction, rows)
        if reached > (held.tx, held.last_id):
            held.tx, held.last_id = reached
            held.save(update_fields=["tx", "last_id"])
    return len(rows)


def _read(reaction: Reaction, group_id: int, held: ReactionCursor, top: int) -> tuple[list[EventRow], tuple[int, int]]:
    """The next events that the reaction asked for, in order of writing, and the place that was reached."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select tx, id, key = any(%s) from core_event where group_id = %s and (tx, id) > (%s, %s) and tx <= %s "
            "order by tx, id limit %s",
            [list(reaction.events), group_id, held.tx, held.last_id, top, BATCH],
        )
        seen = cursor.fetchall()
    wanted = [pk for _tx, pk, asked in seen if asked]
    rows = list(EventRow.objects.filter(id__in=wanted).order_by("id")) if wanted else []
    return rows, seen[-1][:2] if seen else (0, 0)


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
