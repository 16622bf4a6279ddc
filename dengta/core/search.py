"""Finding records by name, pinyin, initials, end of a phone number, plate or VIN; and keeping what can be found.

Rooms call `index_rows` when a record changes and `forget_rows` when it goes; pages call `find`. The group is part of
every key in the index, because row-level security would make the index unusable; who may see a hit is asked twice:
here by store, team and owner, and then of the noun's own `visible`.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from dengta.core import access, bulk, scope
from dengta.core.actors import Actor, Reach
from dengta.core.registry import Noun, SearchSource, registry
from dengta.core.types import names
from dengta.core.types.asking import All, Either, Question, Tree, understand

CANDIDATES = 200  # matches that are ranked
MATCHES = 400  # matches among which the youngest are taken
WINDOW = 2_000  # most recent entries that are looked through when a question matches very many
ENOUGH = 20  # hits among these that answer a broad question
NARROW = 12  # scope keys that go into the index question; wider reaches are checked on the row


@dataclass(frozen=True)
class SearchDoc:
    """One record as it can be found. `subtitle` is shown to everyone who may see the record: mask it.

    `stores`, `teams` and `owners` are all ids that let someone see it; leave all empty for what belongs to the group.
    `names` are further names beside the title's; `phones` are E.164, `plates` and `vins` clean, `codes` order numbers.
    """

    noun: str
    row_id: int
    title: str
    subtitle: str = ""
    group_id: int | None = None
    stores: tuple[int, ...] = ()
    teams: tuple[int, ...] = ()
    owners: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    plates: tuple[str, ...] = ()
    vins: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    updated_at: datetime | None = None


@dataclass(frozen=True)
class Hit:
    """A record that was found and may be seen."""

    noun: str
    row_id: int
    title: str
    subtitle: str
    url: str
    icon: str
    label: str
    row: models.Model = field(repr=False, compare=False)


# -- writing -------------------------------------------------------------------------------------------------------
_UPSERT = """
insert into core_searchentry
       (group_id, noun, row_id, title, subtitle, words, stores, teams, owners, tokens, updated_at)
select group_id, noun, row_id, title, subtitle, words, stores::bigint[], teams::bigint[], owners::bigint[],
       array_to_tsvector(string_to_array(tokens, ' ')), updated_at
from unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
            %s::text[], %s::text[], %s::timestamptz[])
     as t(group_id, noun, row_id, title, subtitle, words, stores, teams, owners, tokens, updated_at)
on conflict (noun, row_id) do update
set group_id = excluded.group_id, title = excluded.title, subtitle = excluded.subtitle, words = excluded.words,
    stores = excluded.stores, teams = excluded.teams, owners = excluded.owners, tokens = excluded.tokens,
    updated_at = excluded.updated_at
where (core_searchentry.title, core_searchentry.subtitle, core_searchentry.tokens)
      is distinct from (excluded.title, excluded.subtitle, excluded.tokens)
   or core_searchentry.updated_at < excluded.updated_at - interval '1 hour'
"""


def index_rows(docs: Iterable[SearchDoc]) -> int:
    """Make records findable, or findable as they are now, with one statement. Returns how many were written.

    Safe to repeat: an entry that is the same (and not an hour younger) is left alone.
    """
    latest = {(doc.noun, doc.row_id): doc for doc in docs}
    rows = [_row(doc) for doc in latest.values()]
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [bulk.as_array(column) for column in zip(*rows, strict=True)])
        return cursor.rowcount


# Keys of scope begin with a capital, all others with a small letter. What a record is found by stays as it is.
_MOVE = """
update core_searchentry e
set stores = t.stores::bigint[], teams = t.teams::bigint[], owners = t.owners::bigint[],
    tokens = array_to_tsvector(array(select k from unnest(tsvector_to_array(e.tokens)) k where k !~ '^[0-9]+:[A-Z]')
        || string_to_array(t.keys, ' '))
from unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[]) as t(row_id, stores, teams, owners, keys)
where e.noun = %s and e.row_id = t.row_id
    and (e.stores, e.teams, e.owners) is distinct from (t.stores::bigint[], t.teams::bigint[], t.owners::bigint[])
"""


def move_rows(noun: str, places: Iterable[tuple[int, Sequence[int], Sequence[int], Sequence[int]]]) -> int:
    """Records that others may see now: (row id, stores, teams, owners) of each. One statement, and much less work than
    indexing anew; who is not indexed stays so. Returns how many changed."""
    group_id = scope.current().group_id
    rows = [
        (row_id, _array(stores), _array(teams), _array(owners),
         " ".join(f"{group_id}:{key}" for key in _scope_keys(stores, teams, owners)))
        for row_id, stores, teams, owners in places
    ]  # fmt: skip
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [*(bulk.as_array(column) for column in zip(*rows, strict=True)), noun])
        return cursor.rowcount


def forget_rows(noun: str, row_ids: Iterable[int]) -> int:
    """The records are gone, or shall not be found any more."""
    with connection.cursor() as cursor:
        cursor.execute("delete from core_searchentry where noun = %s and row_id = any(%s)", [noun, list(row_ids)])
        return cursor.rowcount


def forget_group(group_id: int) -> int:
    """Nothing of the group can be found any more: before it is removed or indexed anew."""
    with connection.cursor() as cursor:
        cursor.execute("delete from core_searchentry where group_id = %s", [group_id])
        return cursor.rowcount


def _row(doc: SearchDoc) -> tuple:
    group_id = doc.group_id if doc.group_id is not None else scope.current().group_id
    called = tuple(dict.fromkeys((doc.title, *doc.names)))
    keys = names.search_keys(called, doc.phones, doc.plates, doc.vins, doc.codes).split()
    keys += _scope_keys(doc.stores, doc.teams, doc.owners)
    tokens = " ".join(f"{group_id}:{_covered_up(key)}" for key in keys)
    return (
        group_id, doc.noun, doc.row_id, _plain(doc.title), _plain(doc.subtitle), _plain(names.words_of(called)),
        _array(doc.stores), _array(doc.teams), _array(doc.owners), _plain(tokens), doc.updated_at or timezone.now(),
    )  # fmt: skip


def _covered_up(key: str) -> str:
    """Telephone numbers beyond their last four digits stand in the index as keyed hashes: nobody reads them there."""
    if key[0] != "t" or len(key) <= 5:
        return key
    return "t" + hmac.digest(settings.DATA_KEY.encode(), key.encode(), "sha256")[:12].hex()


def _scope_keys(stores: Sequence[int], teams: Sequence[int], owners: Sequence[int]) -> list[str]:
    """S store, T team, O owner, U unowned in a store, G of the whole group."""
    keys = [f"S{pk}" for pk in stores] + [f"T{pk}" for pk in teams] + [f"O{pk}" for pk in owners]
    if not owners:
        keys += [f"U{pk}" for pk in stores]
    return keys or ["G"]


def _array(ids: Sequence[int]) -> str:
    return "{" + ",".join(str(int(pk)) for pk in sorted(set(ids))) + "}"


def _plain(text: str) -> str:
    return text.replace("\x00", "")


# -- asking --------------------------------------------------------------------------------------------------------
def find(actor: Actor, text: str, nouns: Iterable[str] | None = None, limit: int = 20) -> list[Hit]:
    """The best hits that the actor may see: the whole name first, then its beginning, then the most recent.

    The work does not grow with the number of entries: of a question that matches very many, the most recent entries
    and those with the very name are looked at. Three statements over the index at most, then one per noun that was hit.
    """
    question = understand(text)
    sought = _nouns(actor, nouns)
    if question is None or not sought:
        return []
    found = _candidates(actor, question, sought)
    return _seen(actor, found, sought, limit)


def ids(actor: Actor, text: str, noun: str) -> list[int]:
    """Ids of matching rows of one noun, best first and some hundred at most, for the search box of a list.

    Visibility is the list's own: filter rows that the actor may see by these ids.
    """
    question = understand(text)
    sought = _nouns(actor, [noun])
    return [entry[1] for entry in _candidates(actor, question, sought)] if question and sought else []


def _nouns(actor: Actor, nouns: Iterable[str] | None) -> dict[str, Noun]:
    """Nouns that can be searched and that the actor may see at all."""
    keys = nouns if nouns is not None else [source.noun for source in registry.all(SearchSource)]
    found = {key: registry.get(Noun, key) for key in keys}
    return {key: noun for key, noun in found.items() if actor.may(noun.see)}


def _candidates(actor: Actor, question: Question, sought: dict[str, Noun]) -> list[tuple]:
    """(noun, id, title, subtitle, words, age) of matches, best first."""
    reaches: dict[Reach, list[str]] = {}
    for key, noun in sought.items():
        reaches.setdefault(actor.reach(noun.see), []).append(key)
    ask = _Ask(actor, reaches)
    if question.is_broad and ask.narrow is None:
        found = ask.recent(question)
        if len(found) >= ENOUGH:
            return _ranked(found, question.text)
    found = ask.matched(question)
    if len(found) == CANDIDATES:
        found += ask.matched(Question(question.text, "f" + question.text.replace(" ", "")))
        if ask.narrow is None:
            found += ask.recent(question)
    return _ranked(found, question.text)


_COLUMNS = "noun, row_id, title, subtitle, words, extract(epoch from updated_at)::float8"
# The planner would read the whole group by age for a question that it takes for frequent: hence the two forced ways.
_MATCHED = f"""
with matched as materialized (select * from core_searchentry where tokens @@ %(tokens)s::tsquery)
select {_COLUMNS} from (select * from matched where {{where}} limit {MATCHES}) as first_ones
order by updated_at desc limit {CANDIDATES}
"""  # noqa: S608 - conditions are written here, values go as parameters
_RECENT = f"""
with recent as materialized (
    select * from core_searchentry where group_id = %(group)s order by updated_at desc limit {WINDOW}
)
select {_COLUMNS} from recent where tokens @@ %(tokens)s::tsquery and {{where}}
order by updated_at desc limit {CANDIDATES}
"""  # noqa: S608


class _Ask:
    """The two ways to ask the index for one actor: what matches, and what matches among the most recent."""

    def __init__(self, actor: Actor, reaches: dict[Reach, list[str]]) -> None:
        self.group = actor.group_id
        self.narrow = _narrow(actor, reaches)
        self.params: dict[str, Any] = {"group": self.group}
        ways = [_covered(actor, reach, keys, self._hold) for reach, keys in reaches.items()]
        self.where = ["group_id = %(group)s", f"({' or '.join(ways)})"]
        if actor.stores is not None:
            self.where.append(f"(stores = '{{}}' or stores && {self._hold(actor.stores)})")

    def _hold(self, values: Iterable[Any], kind: str = "bigint") -> str:
        name = f"p{len(self.params)}"
        self.params[name] = list(values)
        return f"%({name})s::{kind}[]"

    def matched(self, question: Question) -> list[tuple]:
        tree = question.tree if self.narrow is None else All((question.tree, self.narrow))
        return self._run(_MATCHED, tree, question)

    def recent(self, question: Question) -> list[tuple]:
        return self._run(_RECENT, question.tree, question)

    def _run(self, sql: str, tree: Tree, question: Question) -> list[tuple]:
        params = {**self.params, "tokens": _tsquery(tree, self.group)}
        where = list(self.where)
        for number, (exact, pattern) in enumerate(question.checks):
            params[f"pattern{number}"] = pattern
            way = f"words ~ %(pattern{number})s"
            if exact:
                params[f"exact{number}"] = _tsquery(exact, self.group)
                way = f"(tokens @@ %(exact{number})s::tsquery or {way})"
            where.append(way)
        with connection.cursor() as cursor:
            cursor.execute(sql.format(where=" and ".join(where)), params)
            return cursor.fetchall()


def _covered(actor: Actor, reach: Reach, keys: list[str], hold: Callable[..., str]) -> str:
    """What a reach covers, as a condition on the entry."""
    noun = f"noun = any({hold(keys, 'text')})"
    if reach.everything:
        return noun
    ways = ["(stores = '{}' and teams = '{}' and owners = '{}')"]
    if reach.stores:
        ways.append(f"stores && {hold(reach.stores)}")
    if reach.teams:
        ways.append(f"teams && {hold(reach.teams)}")
    if reach.own and actor.employee_id is not None:
        ways.append(f"owners @> {hold([actor.employee_id])}")
    if reach.pool:
        ways.append(f"(owners = '{{}}' and stores && {hold(reach.pool)})")
    return f"({noun} and ({' or '.join(ways)}))"


def _narrow(actor: Actor, reaches: Iterable[Reach]) -> Tree | None:
    """A short reach is part of the index question, so that a consultant with 300 customers never meets the others'."""
    keys = {"G"}
    for reach in reaches:
        if reach.everything:
            return None
        keys |= {f"S{pk}" for pk in reach.stores} | {f"T{pk}" for pk in reach.teams} | {f"U{pk}" for pk in reach.pool}
        if reach.own and actor.employee_id is not None:
            keys.add(f"O{actor.employee_id}")
    return Either(tuple(sorted(keys))) if len(keys) <= NARROW else None


def _tsquery(tree: Tree, group: int) -> str:
    if isinstance(tree, str):
        escaped = f"{group}:{_covered_up(tree)}".replace("\\", "\\\\").replace("'", "''").replace("\x00", "")
        return f"'{escaped}'"
    joint = " & " if isinstance(tree, All) else " | "
    return "(" + joint.join(_tsquery(part, group) for part in tree.parts) + ")"


def _ranked(found: list[tuple], text: str) -> list[tuple]:
    """Whole name, beginning of a name, beginning of its pinyin, the rest; among these the youngest first."""
    once = {(entry[0], entry[1]): entry for entry in found}
    return sorted(once.values(), key=lambda entry: (_place(entry, text), -entry[5]))


def _place(entry: tuple, text: str) -> int:
    _noun, _row_id, title, _subtitle, words, _age = entry
    plain = title.lower()
    if plain == text or f"|{text}|" in words:
        return 0
    if plain.startswith(text) or f"|{text}" in words:
        return 1
    return 2 if f"|{text.replace(' ', '')}" in words.replace(" ", "") else 3


def _seen(actor: Actor, found: list[tuple], sought: dict[str, Noun], limit: int) -> list[Hit]:
    """The first hits whose rows the noun itself shows to the actor."""
    hits: list[Hit] = []
    first = limit * 2
    for some in (found[:first], found[first:]):
        hits += _shown(actor, some, sought)
        if len(hits) >= limit:
            break
    return hits[:limit]


def _shown(actor: Actor, found: list[tuple], sought: dict[str, Noun]) -> list[Hit]:
    wanted: dict[str, list[int]] = {}
    for noun, row_id, *_rest in found:
        wanted.setdefault(noun, []).append(row_id)
    rows = {key: access.visible(sought[key].model, actor).in_bulk(ids) for key, ids in wanted.items()}
    hits = []
    for key, row_id, title, subtitle, *_rest in found:
        if row := rows[key].get(row_id):
            noun = sought[key]
            url = noun.url(row) if noun.url else ""
            hits.append(Hit(key, row_id, title, subtitle, url, noun.icon, str(noun.label), row))
    return hits


def initials(label: str) -> str:
    """`xs` for 线索: menus and verbs are found by their initials too."""
    return names.initials(label)
