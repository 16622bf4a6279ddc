"""Which stores and people deal with a customer. Rooms above keep this true; nothing else makes a customer visible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import connection
from django.utils import timezone

from dengta.core import scope
from dengta.customers.models.finding import index, index_places
from dengta.customers.types import Link

COLUMNS = "(group_id, customer_id, store_id, source, source_id, owner_id, team_id, at)"
LINK = f"""
    with made as (
        insert into customers_dealing {COLUMNS}
        select %s, t.* from unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[],
            %s::timestamptz[]) t
        on conflict (source, source_id) do update set customer_id = excluded.customer_id,
            store_id = excluded.store_id, owner_id = excluded.owner_id, team_id = excluded.team_id,
            at = greatest(customers_dealing.at, excluded.at)
        returning customer_id, at
    )
    update customers_customer c set last_dealing_at = m.at
    from (select customer_id, max(at) as at from made group by 1) m
    where c.id = m.customer_id and c.last_dealing_at < m.at
"""  # noqa: S608 - only a constant is put in


def link(links: Sequence[Link]) -> None:
    """Record dealings or bring them up to date; one of a `source` and `source_id` is kept once."""
    if not links:
        return
    now = timezone.now()
    last = {(one.source, one.source_id): one for one in links}
    rows = [(one.customer_id, one.store_id, one.source, one.source_id, one.owner_id, one.team_id, one.at or now)
            for one in last.values()]
    with connection.cursor() as cursor:
        cursor.execute(LINK, [scope.current().group_id, *(list(column) for column in zip(*rows, strict=True))])
    index({one.customer_id for one in last.values()})


def relink(source: str, owners: Mapping[int, tuple[int | None, int | None]]) -> None:
    """Dealings passed to other people: {source_id: (owner_id, team_id)}. Who lost them no longer sees the customer."""
    if not owners:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """update customers_dealing d set owner_id = t.owner, team_id = t.team
               from unnest(%s::bigint[], %s::bigint[], %s::bigint[]) t(id, owner, team)
               where d.source = %s and d.source_id = t.id
                   and (d.owner_id, d.team_id) is distinct from (t.owner, t.team) returning d.customer_id""",
            [list(owners), [one[0] for one in owners.values()], [one[1] for one in owners.values()], source])
        touched = {customer_id for (customer_id,) in cursor.fetchall()}
    index_places(touched)


def unlink(source: str, ids: Sequence[int]) -> None:
    """Dealings that are over and should not make the customer visible any longer."""
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute("delete from customers_dealing where source = %s and source_id = any(%s) returning customer_id",
                       [source, list(ids)])
        touched = {customer_id for (customer_id,) in cursor.fetchall()}
    index(touched)
