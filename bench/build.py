"""Builds one database: the house by its factories, people and history set-based, indexes at the end."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context

import django
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from bench import history, people
from bench.place import Place, fingerprint, use
from dengta.core import scope
from dengta.core.actors import Actor
from dengta.core.events import Reaction, make_partitions
from dengta.core.registry import registry
from dengta.market.models import ChannelKey
from dengta.market.tests.factories import make_channel
from dengta.org.models import Group
from dengta.org.operations import start_group
from dengta.org.tests import factories as staff
from dengta.org.types import DepartmentKind
from dengta.vehicles.tests.factories import make_series

CODE = "bench"
CENTRE_AGENTS = 80
OWNERS = 10  # in each store
LEADS_PER_STORE = 20_000
ROUND_THE_CLOCK = [["00:00", "24:00"]] * 7
ROOM = 32_000  # no one is ever full, so that every lead is given to somebody
SERIES = ("X1", "X3", "X5", "X7", "Z4", "E6", "E9", "M2")
BIG = ("customers_customer", "customers_contactpoint", "customers_dealing", "leads_lead", "leads_opportunity",
       "leads_leadassignment", "leads_inboxmessage", "work_task", "work_clock", "core_event")
SEARCH = "core_searchentry"


def stores_of(size: int) -> int:
    """50 at a million; a store has as many leads at every size, or nearly so."""
    return max(1, size // LEADS_PER_STORE)


def build(place: Place, say: Callable[[str], None]) -> None:
    """From nothing to a database that is never changed again."""
    begin, true = time.monotonic(), fingerprint(place.size)
    place.create(place.kept)
    use(place, place.kept)
    say(f"building {place.kept}: {place.size:,} customers and leads, {5 * place.size:,} events")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    group = furnish(place.size)
    with connection.cursor() as cursor:
        cursor.execute("set maintenance_work_mem = '512MB'; set synchronous_commit = off")
        cursor.execute("select set_config('dengta.group', %s, false)", [str(group.pk)])
    with unindexed(BIG, say):
        in_parallel(people.copy_people, group.pk, place.size)
        say("people are there")
        history.plan(place.size, stores_of(place.size))
        history.write(group.pk)
        say("their history is there")
        set_sequences()
    with unindexed((SEARCH,), say):
        in_parallel(people.index_people, group.pk, place.size)
    hear_from_now_on(group.pk)
    with connection.cursor() as cursor:
        cursor.execute("drop table bench_lead")
        cursor.execute("vacuum (analyze)")
        cursor.execute("create table bench_build (fingerprint text, size bigint, seconds real)")
        cursor.execute("insert into bench_build values (%s, %s, %s)",
                       [true, place.size, time.monotonic() - begin])
    connections.close_all()
    say(f"built in {time.monotonic() - begin:.0f} s")


# -- the house -----------------------------------------------------------------------------------------------------
def furnish(size: int) -> Group:
    """A group with two brands, its stores with ten people each, and a centre with eighty."""
    now = timezone.now()
    make_partitions((now - timedelta(days=400)).date(), (now + timedelta(days=120)).date())
    group = staff.make_group(CODE, "Bench Group")
    with scope.open(group.pk):
        start_group(Actor.system(group.pk, "bench"))
    brand = staff.make_brand(group, "bench-a", name="Aurora")
    series = [make_series(brand, name.lower(), name=name) for name in SERIES]
    with connection.cursor() as cursor:
        cursor.execute("create table bench_staff (s int, p int, store_id bigint, channel_id bigint, employee_id bigint,"
                       " employee_name text, team_id bigint, brand_id bigint, series_id bigint, series_name text)")
    numbers = stores_of(size)
    for number in range(numbers + 1):
        furnish_store(group, brand, series, number, is_centre=number == numbers)
    boss = staff.make_employee(None, "group_exec", group=group, name="集团总经理")
    staff.make_account(boss, "bench-boss")
    with scope.open(group.pk):
        ChannelKey.objects.filter(group=group).update(per_minute=6_000_000)  # counted, never reached
    return group


def furnish_store(group: Group, brand: object, series: list, number: int, *, is_centre: bool) -> None:
    code = "centre" if is_centre else f"s{number:02d}"
    store = staff.make_store(group, code, brand, name="邀约中心" if is_centre else f"{number:02d} 店",
                             hours=ROUND_THE_CLOCK, closed_on_holidays=False)
    team = staff.make_team(store, "邀约一组", DepartmentKind.INVITE)
    boss = staff.make_employee(store, "dcc_supervisor", team, name=f"主管{number:02d}")
    staff.make_account(boss, f"bench-boss-{code}")
    agents = [
        staff.make_employee(store, "dcc_agent", team, name=f"邀约{number:02d}{place:02d}", level="senior",
                            daily_capacity=ROOM, max_open_leads=ROOM)
        for place in range(CENTRE_AGENTS if is_centre else OWNERS)
    ]
    staff.make_account(agents[0], f"bench-agent-{code}")
    channel = make_channel(store, code=f"json-{code}", name=f"JSON {code}")
    with connection.cursor() as cursor:
        cursor.executemany("insert into bench_staff values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", [
            (number, place, store.pk, channel.pk, one.pk, one.name, team.pk, brand.pk,
             series[place % len(series)].pk, series[place % len(series)].name)
            for place, one in enumerate(agents[:OWNERS])])


def hear_from_now_on(group_id: int) -> None:
    """Reactions have heard the whole history already."""
    with scope.open(group_id), connection.cursor() as cursor:
        cursor.execute(
            "insert into core_reactioncursor (group_id, name, tx, last_id) "
            "select %s, name, e.tx, e.id from unnest(%s::text[]) name, (select tx, id from core_event "
            "where group_id = %s order by tx desc, id desc limit 1) e on conflict do nothing",
            [group_id, [one.key for one in registry.all(Reaction)], group_id])


# -- speed ---------------------------------------------------------------------------------------------------------
@contextmanager
def unindexed(tables: tuple[str, ...], say: Callable[[str], None]) -> Iterator[None]:
    """Indexes, foreign keys and the wall for the owner go away and come back: tens of minutes become a few."""
    with connection.cursor() as cursor:
        cursor.execute(INDEXES, [list(tables)])
        indexes = [(name, text.replace(" ON ONLY ", " ON ")) for name, text in cursor.fetchall()]
        cursor.execute(FOREIGN_KEYS, [list(tables)])
        keys = cursor.fetchall()
        walls = [table for table in tables if table != SEARCH]
        for table in walls:
            cursor.execute(f"alter table {table} no force row level security")
        for table, name, _text in keys:
            cursor.execute(f"alter table {table} drop constraint {name}")
        for name, _text in indexes:
            cursor.execute(f"drop index {name}")
    yield
    with connection.cursor() as cursor:
        for _name, text in indexes:
            cursor.execute(text)
        say(f"{len(indexes)} indexes are there")
        for table, name, text in keys:
            cursor.execute(f"alter table {table} add constraint {name} {text}")
        for table in walls:
            cursor.execute(f"alter table {table} force row level security")


INDEXES = """
select c.relname, pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indexrelid
where i.indrelid::regclass::text = any(%s) and not exists (select from pg_constraint k where k.conindid = i.indexrelid
    and k.contype in ('p', 'u'))
order by 1
"""
FOREIGN_KEYS = """
select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
where contype = 'f' and conrelid::regclass::text = any(%s) and conparentid = 0 order by 1, 2
"""


def in_parallel(do: Callable, group_id: int, size: int) -> None:
    parts = max(2, os.cpu_count() or 2) * (4 if size > 100_000 else 1)
    step = -(-size // parts)
    work = [(group_id, first, min(first + step - 1, size)) for first in range(1, size + 1, step)]
    with get_context("spawn").Pool(min(os.cpu_count() or 2, 4), initializer=django.setup) as pool:
        pool.map(do, work, chunksize=1)


def set_sequences() -> None:
    with connection.cursor() as cursor:
        for table in ("customers_customer", "leads_lead", "leads_inboxmessage"):
            cursor.execute(f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))")
