"""Keeping customers findable: one reading and one writing statement for any number of them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from dengta.core import search
from dengta.customers.types.sealing import unseal

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U to be misread on the phone
NOUN = "customers.customer"
READ = """
    select c.id, c.group_id, c.name, c.phone_shown, c.last_dealing_at,
        c.merged_into_id is null and c.forgotten_at is null, p.sealed, d.stores, d.teams, d.owners
    from customers_customer c
    left join lateral (
        select array_agg(sealed) as sealed from customers_contactpoint
        where customer_id = c.id and removed_at is null and kind in ('mobile', 'landline')) p on true
    left join lateral (
        select array_agg(distinct store_id) as stores, array_agg(distinct team_id) filter (where team_id > 0) as teams,
            array_agg(distinct owner_id) filter (where owner_id > 0) as owners
        from customers_dealing where customer_id = c.id) d on true
    where c.id = any(%s)
"""


def index(customer_ids: Iterable[int]) -> None:
    """Make customers findable as they are now; merged and erased ones are found no longer.

    Reads past the wall between stores: the entry of a customer lists everybody who may see them.
    """
    ids = sorted(set(customer_ids))
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(READ, [ids])
        rows = cursor.fetchall()
    search.index_rows(_doc(row) for row in rows if row[5])
    if gone := [row[0] for row in rows if not row[5]]:
        search.forget_rows(NOUN, gone)


PLACES = """
    select d.customer_id, array_agg(distinct d.store_id), array_agg(distinct d.team_id) filter (where d.team_id > 0),
        array_agg(distinct d.owner_id) filter (where d.owner_id > 0)
    from customers_dealing d where d.customer_id = any(%s) group by 1
"""


def index_places(customer_ids: Iterable[int]) -> None:
    """Customers passed to other people: found by the same words, by others. Reads past the wall, as `index` does."""
    ids = sorted(set(customer_ids))
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(PLACES, [ids])
        rows = cursor.fetchall()
    search.move_rows(NOUN, ((pk, stores, teams or (), owners or ()) for pk, stores, teams, owners in rows))


def _doc(row: tuple) -> search.SearchDoc:
    pk, group_id, name, shown, at, _is_live, sealed, stores, teams, owners = row
    phones = tuple(unseal(one).partition(";")[0] for one in sealed or ())
    code = code_of(pk)
    return search.SearchDoc(
        NOUN, pk, name or shown or code, f"{shown} · {code}" if shown else code, group_id=group_id, phones=phones,
        codes=(code,), stores=tuple(stores or ()), teams=tuple(teams or ()), owners=tuple(owners or ()), updated_at=at)


def code_of(pk: int) -> str:
    """The customer number people say and print: it never changes and is never used again."""
    letters = ""
    while pk:
        pk, place = divmod(pk, 32)
        letters = ALPHABET[place] + letters
    return "C" + letters.rjust(6, "0")


def id_of(code: str) -> int | None:
    """The id behind a customer number as somebody typed it, or None."""
    text = code.strip().upper().translate(str.maketrans("ILO", "110"))
    if not 7 <= len(text) <= 13 or text[0] != "C" or any(letter not in ALPHABET for letter in text[1:]):
        return None
    pk = 0
    for letter in text[1:]:
        pk = pk * 32 + ALPHABET.index(letter)
    return pk if pk < 2**63 else None
