"""What a known customer's file lacks is filled from what comes in; nothing that stands there is overwritten."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from dengta.customers.types import Candidate

FILL = """
    update customers_customer x set
        name = case when x.name = '' then t.name else x.name end,
        gender = case when x.gender = '' then t.gender else x.gender end,
        city = case when x.city = '' then t.city else x.city end
    from unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) as t(id, name, gender, city)
    where x.id = t.id and x.forgotten_at is null and (
        (x.name = '' and t.name <> '') or (x.gender = '' and t.gender <> '') or (x.city = '' and t.city <> ''))
    returning x.id
"""


def fill_blanks(pairs: Sequence[tuple[int, Candidate]]) -> set[int]:
    """One statement; gives the ids of the customers that changed."""
    best: dict[int, list[str]] = {}
    for customer_id, one in pairs:
        values = [one.name[:80], one.gender, one.city[:40]]
        before = best.setdefault(customer_id, values)
        best[customer_id] = [old or new for old, new in zip(before, values, strict=True)]
    wanted = {pk: values for pk, values in best.items() if any(values)}
    if not wanted:
        return set()
    columns = [list(column) for column in zip(*wanted.values(), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(FILL, [list(wanted), *columns])
        return {pk for (pk,) in cursor.fetchall()}
