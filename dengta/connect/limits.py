"""Rate limits that hold for any number of processes: a sliding minute, counted in PostgreSQL by one statement.

A process takes small blocks in advance, so that a busy channel does not ask the database for every request; what a
block has not used is lost, so the limit is never exceeded by more than what happens at the same instant."""

import random
import threading
import time
from dataclasses import dataclass

from django.db import connection

SLOTS = 8  # several rows per key, so that one busy key is not one busy row
BLOCK_SHARE = 120
LEASE_SECONDS = 5.0

_TAKE = """
with clock as materialized (
    select floor(s / 60)::bigint as minute, 1 - (s - floor(s / 60) * 60) / 60 as rest
    from (select extract(epoch from clock_timestamp()) as s) as t
), used as materialized (
    select coalesce(sum(case when h.minute = clock.minute then h.hits else h.hits * clock.rest end), 0) as n
    from clock left join connect_hit h on h.key = %(key)s and h.minute in (clock.minute, clock.minute - 1)
), taken as (
    insert into connect_hit as h (key, minute, slot, hits)
    select %(key)s, clock.minute, %(slot)s, %(cost)s from clock, used where used.n + %(cost)s <= %(limit)s
    on conflict (key, minute, slot) do update set hits = h.hits + excluded.hits
    returning 1
)
select exists (select 1 from taken), used.n, clock.rest from used, clock
"""
_leases: dict[str, tuple[int, float]] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Verdict:
    """`retry_after` is in seconds, 0 when allowed."""

    allowed: bool
    retry_after: int = 0


def take(key: str, per_minute: int, cost: int = 1) -> Verdict:
    """May `cost` more things happen under this key in this minute? Call it outside of long transactions."""
    if per_minute <= 0:
        return Verdict(True)
    if _from_lease(key, cost):
        return Verdict(True)
    block = max(cost, per_minute // BLOCK_SHARE)
    verdict = _ask(key, per_minute, block)
    if verdict.allowed:
        _keep(key, block - cost)
    elif block > cost:
        verdict = _ask(key, per_minute, cost)
    return verdict


def forget() -> None:
    """Give up blocks taken in advance: between tests, and after a limit was changed."""
    with _lock:
        _leases.clear()


def sweep() -> int:
    """Delete counters nobody reads any more."""
    with connection.cursor() as cursor:
        cursor.execute("delete from connect_hit where minute < floor(extract(epoch from now()) / 60) - 2")
        return cursor.rowcount


def _ask(key: str, per_minute: int, cost: int) -> Verdict:
    with connection.cursor() as cursor:
        slot = random.randrange(SLOTS)
        cursor.execute(_TAKE, {"key": key[:200], "slot": slot, "cost": cost, "limit": per_minute})
        allowed, _used, rest = cursor.fetchone()
    return Verdict(True) if allowed else Verdict(False, max(1, round(float(rest) * 60)))


def _from_lease(key: str, cost: int) -> bool:
    with _lock:
        left, until = _leases.get(key, (0, 0.0))
        if left < cost or until < time.monotonic():
            return False
        _leases[key] = (left - cost, until)
        return True


def _keep(key: str, left: int) -> None:
    if left <= 0:
        return
    with _lock:
        now = time.monotonic()
        if len(_leases) > 1000:
            for stale in [k for k, (_, until) in _leases.items() if until < now]:
                del _leases[stale]
        _leases[key] = (left, now + LEASE_SECONDS)
