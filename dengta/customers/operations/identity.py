"""Who is this? Set-based over a batch of any size: the number of statements does not depend on it.

The rules of domain 2.1: the mobile number, then the WeChat union id, and only these, make an incoming person a known
one. A WeChat or WeCom id does so only for somebody who brought nothing of the two, since an account has one owner;
all other matches raise a suggestion that people decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.utils import timezone

from dengta.core import bulk, events, scope
from dengta.core.actors import Actor
from dengta.core.types.phone import area_of
from dengta.customers.events import CustomerRegistered
from dengta.customers.models import ContactPoint, Customer
from dengta.customers.models.finding import index
from dengta.customers.operations.filling import fill_blanks
from dengta.customers.operations.suspecting import suspect
from dengta.customers.types import MATCHING_KINDS, OWNED_KINDS, PHONE_KINDS, Candidate, CustomerKind, Match, Registered
from dengta.customers.types.masks import shown
from dengta.customers.types.sealing import fingerprint, seal

OWNED = frozenset(kind.value for kind in OWNED_KINDS)
MATCHING = frozenset(kind.value for kind in MATCHING_KINDS)
PHONES = frozenset(kind.value for kind in PHONE_KINDS)
HOLDERS = """
    select u.h, c.customer_id from unnest(%(owned)s::bytea[]) u(h)
    join customers_contactpoint c on c.group_id = %(group)s and c.value_hash = u.h and c.removed_at is null
        and c.kind in ('mobile', 'unionid', 'wecom', 'wechat')
    union all
    select u.h, c.customer_id from unnest(%(shared)s::bytea[]) u(h)
    cross join lateral (
        select customer_id from customers_contactpoint where group_id = %(group)s and value_hash = u.h
            and removed_at is null and kind in ('landline', 'email') order by customer_id limit 3) c
"""


class LostRace(RuntimeError):
    """Somebody merged a customer or gave up a number in between: run the batch once more."""


@dataclass(slots=True, eq=False)
class Newcomer:
    """A customer about to be created, for one or more candidates of the batch."""

    candidate: Candidate
    row: Customer | None = None


Who = int | Newcomer


@dataclass(slots=True)
class Key:
    kind: str
    value: str
    is_virtual: bool
    hash: bytes

    @property
    def is_owned(self) -> bool:
        return self.kind in OWNED


@dataclass(slots=True)
class Found:
    """What is known of one candidate on the way."""

    keys: list[Key]
    who: Who | None = None
    how: str = ""
    hints: list[tuple[Who, str]] = field(default_factory=list)

    @property
    def deciding(self) -> list[Key]:
        """The keys that say who it is: those of the rule, else the accounts, which have one owner."""
        return [key for key in self.keys if key.kind in MATCHING] or [key for key in self.keys if key.is_owned]


def identify(candidates: Sequence[Candidate]) -> list[Match]:
    """Who the candidates are, in their order, without changing anything. One statement."""
    group_id = scope.current().group_id
    keyed = [_keys(candidate, group_id) for candidate in candidates]
    known = _holders((key for keys in keyed for key in keys), group_id)
    found = [_recognise(keys, known) for keys in keyed]
    return [Match(one.who, one.how, list(one.hints)) for one in found]


def register(candidates: Sequence[Candidate], *, store_id: int | None, by: Actor, at: datetime | None = None,
             source: str = "", findable: bool = True) -> list[Registered]:
    """Give every candidate a customer: the known one, else a new one. Two workers never make the same one twice.

    Missing contact points, names, genders and cities are added to known customers. Suspicions of duplicates are kept.
    The result is what registering the candidates one by one would give. Whoever links new customers to a dealing
    right afterwards says `findable=False`, since `link` writes the search index too.
    """
    group_id, at = scope.current().group_id, at or timezone.now()
    keyed = [_keys(candidate, group_id) for candidate in candidates]
    known = _holders((key for keys in keyed for key in keys), group_id)
    held = {(hashed, holder) for hashed, holders in known.items() for holder in holders}
    found = [_settle(candidate, keys, known) for candidate, keys in zip(candidates, keyed, strict=True)]
    _pin({one.who for one in found if isinstance(one.who, int)})
    newcomers = list(dict.fromkeys(one.who for one in found if isinstance(one.who, Newcomer)))
    _create(newcomers, found, store_id, at)
    added, lost = _add_points(found, known, held, at)
    gone = _give_way(found, lost, group_id) if lost else {}
    new = [one.row for one in newcomers if one.row.pk not in gone]
    filled = fill_blanks([(_id(one.who, gone), candidate) for one, candidate in zip(found, candidates, strict=True)
                          if isinstance(one.who, int) or one.who.row.pk in gone])
    suspect([(_id(one.who, gone), _id(other, gone), why) for one in found for other, why in one.hints], by=by, at=at)
    events.store([CustomerRegistered(subject=row, store_id=store_id, at=at, code=row.code, phone=row.phone_shown,
                                     source=source) for row in new], by)
    fresh = {row.pk for row in new}
    index(filled | {gone.get(pk, pk) for _hash, pk in added} - fresh | (fresh if findable else set()))
    return _answers(found, newcomers, gone)


# -- recognising ---------------------------------------------------------------------------------------------------
def _keys(candidate: Candidate, group_id: int) -> list[Key]:
    return [Key(kind, value, virtual, fingerprint(group_id, kind, value))
            for kind, value, virtual in candidate.values()]


def _holders(keys: Iterable[Key], group_id: int) -> dict[bytes, list[Who]]:
    """hash -> the customers that hold the value now."""
    every = {key.hash: key.is_owned for key in keys}
    holders: dict[bytes, list[Who]] = {}
    if every:
        asked = {"owned": [h for h, owned in every.items() if owned],
                 "shared": [h for h, owned in every.items() if not owned], "group": group_id}
        with connection.cursor() as cursor:
            cursor.execute(HOLDERS, asked)
            for hashed, customer_id in cursor.fetchall():
                holders.setdefault(bytes(hashed), []).append(customer_id)
    return holders


def _recognise(keys: list[Key], known: dict[bytes, list[Who]]) -> Found:
    """The first deciding key that is known says who it is; everybody else who holds a key is a hint."""
    one = Found(keys)
    for key in one.deciding:
        if key.hash in known:
            one.who, one.how = known[key.hash][0], key.kind
            break
    seen = {one.who}
    for key in keys:
        for holder in known.get(key.hash, ()):
            if holder not in seen:
                seen.add(holder)
                one.hints.append((holder, key.kind))
    return one


def _settle(candidate: Candidate, keys: list[Key], known: dict[bytes, list[Who]]) -> Found:
    """As `_recognise`; whoever is new is known to the candidates that follow in the batch."""
    one = _recognise(keys, known)
    if one.who is None:
        one.who = Newcomer(candidate)
    for key in keys:
        holders = known.setdefault(key.hash, [])
        if one.who not in holders and (not holders or not key.is_owned):
            holders.append(one.who)
    return one


def _pin(ids: set[int]) -> None:
    """Hold the known customers until the batch is done, in one order for all workers, so that none wait crosswise."""
    if not ids:
        return
    rows = Customer.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True, of=("self",))
    if any(merged or forgotten for merged, forgotten in rows.values_list("merged_into_id", "forgotten_at")):
        raise LostRace


def _id(who: Who, gone: dict[int, int]) -> int:
    pk = who if isinstance(who, int) else who.row.pk
    return gone.get(pk, pk)


# -- creating ------------------------------------------------------------------------------------------------------
def _create(newcomers: list[Newcomer], found: list[Found], store_id: int | None, at: datetime) -> None:
    if not newcomers:
        return
    group_id = scope.current().group_id
    main: dict[Newcomer, Key] = {}
    for one in found:
        for key in one.keys:
            if isinstance(one.who, Newcomer) and key.kind in PHONES:
                main.setdefault(one.who, key)
    for newcomer in newcomers:
        candidate, phone = newcomer.candidate, main.get(newcomer)
        area = area_of(phone.value) if phone and not candidate.city else None
        newcomer.row = Customer(
            group_id=group_id, name=candidate.name[:80], gender=candidate.gender, created_store_id=store_id,
            kind=candidate.kind or CustomerKind.PERSON.value, city=(candidate.city or str(area or ""))[:40],
            phone_shown=shown(phone.kind, phone.value) if phone else "", created_at=at, last_dealing_at=at)
    rows = [one.row for one in newcomers]
    values = [[getattr(row, name) for name in BORN] for row in rows]
    ids = bulk.insert(Customer._meta.db_table, BORN, BORN_TYPES, values, returning="id")
    for row, (pk,) in zip(rows, ids, strict=True):
        row.pk = pk


BORN = ("group_id", "kind", "name", "gender", "city", "phone_shown", "created_store_id", "created_at",
        "last_dealing_at")
BORN_TYPES = ("bigint", "text", "text", "text", "text", "text", "bigint", "timestamptz", "timestamptz")
COLUMNS = ("group_id", "customer_id", "kind", "value_hash", "sealed", "shown", "remark", "is_virtual", "is_primary",
           "created_at")
TYPES = ("bigint", "bigint", "text", "bytea", "bytea", "text", "text", "boolean", "boolean", "timestamptz")
Place = tuple[bytes, int]


def _add_points(found: list[Found], known: dict[bytes, list[Who]], held: set, at: datetime) -> tuple[set, set]:
    """Insert what is missing; gives (hash, customer) of what was added and of what another worker was faster with.

    In the order of the hashes, so that two workers never wait for each other crosswise.
    """
    group_id = scope.current().group_id
    rows: dict[Place, tuple] = {}
    with_main: set[int] = set()
    for one in found:
        customer_id = _id(one.who, {})
        for key in one.keys:
            place = (key.hash, customer_id)
            if place in rows or place in held or one.who not in known[key.hash]:
                continue
            main = isinstance(one.who, Newcomer) and key.kind in PHONES and customer_id not in with_main
            if main:
                with_main.add(customer_id)
            rows[place] = (group_id, customer_id, key.kind, key.hash, seal(key.value), shown(key.kind, key.value), "",
                           key.is_virtual, main, at)
    inserted = bulk.insert(ContactPoint._meta.db_table, COLUMNS, TYPES, [rows[place] for place in sorted(rows)],
                           conflict="on conflict do nothing", returning="value_hash, customer_id")
    added = {(bytes(hashed), customer_id) for hashed, customer_id in inserted}
    return added, rows.keys() - added


def _give_way(found: list[Found], lost: set[Place], group_id: int) -> dict[int, int]:
    """Newcomers that another worker registered at the same moment are taken back: {their id: the winner's id}.

    A number that was lost without deciding who somebody is becomes a hint.
    """
    keys = {key.hash: key for one in found for key in one.keys}
    winners = _holders([keys[hashed] for hashed, _customer in lost], group_id)
    gone: dict[int, int] = {}
    for one in found:
        pk = _id(one.who, {})
        deciding = {key.hash for key in one.deciding} if isinstance(one.who, Newcomer) else set()
        for key in one.keys:
            if (key.hash, pk) not in lost:
                continue
            if key.hash not in winners:
                raise LostRace
            if key.hash in deciding:
                gone.setdefault(pk, winners[key.hash][0])
            else:
                one.hints.append((winners[key.hash][0], key.kind))
    if gone:
        _take_back(gone)
    return gone


def _take_back(gone: dict[int, int]) -> None:
    pairs = {"loser": list(gone), "winner": list(gone.values())}
    with connection.cursor() as cursor:
        cursor.execute(
            """update customers_contactpoint c set customer_id = t.winner, is_primary = false
               from unnest(%(loser)s::bigint[], %(winner)s::bigint[]) t(loser, winner)
               where c.customer_id = t.loser and not exists (
                   select from customers_contactpoint w where w.customer_id = t.winner and w.removed_at is null
                       and w.value_hash = c.value_hash)""", pairs)
        cursor.execute("delete from customers_contactpoint where customer_id = any(%(loser)s)", pairs)
        cursor.execute("delete from customers_customer where id = any(%(loser)s)", pairs)


def _answers(found: list[Found], newcomers: list[Newcomer], gone: dict[int, int]) -> list[Registered]:
    """The first candidate of a newcomer is the new one; the others of the batch found them known."""
    fresh = {one.row.pk for one in newcomers} - gone.keys()
    answers = []
    for one in found:
        pk = _id(one.who, gone)
        answers.append(Registered(pk, pk in fresh, one.how))
        fresh.discard(pk)
    return answers
