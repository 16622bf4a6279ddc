"""The demo dealership: it comes in one piece, is lived through the verbs, and goes without a trace."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from dengta.blueprints import demo, history
from dengta.config import env
from dengta.core import scope
from dengta.core.models import EventRow
from dengta.leads.models import InboxMessage, Lead
from dengta.leads.tests.factories import receive
from dengta.market.models import Channel
from dengta.org.models import Group
from dengta.org.seeds.demo import GIVEN, SURNAMES

SCRATCH = "_demo"
LOAD = "import django; django.setup(); from dengta.blueprints import demo; {before}; demo.load(60)"
BREAK_OFF = "demo._relive = lambda *_all: (_ for _ in ()).throw(SystemExit('the machine was switched off'))"
AGAIN = """
import django, json; django.setup()
from dengta.blueprints import demo
demo.load(60)
from dengta.core import scope
from dengta.customers.models import ContactPoint
from dengta.customers.types.sealing import unseal
from dengta.org.models import Group
with scope.open(Group.objects.get(code="demo").pk):
    print(json.dumps([unseal(one) for one in ContactPoint.objects.values_list("sealed", flat=True)]))
"""


class Scratch:
    """A database of its own, copied from the test database with what has been committed there."""

    def __init__(self, name: str, home: str) -> None:
        known = connection.settings_dict
        login = f"{quote(known['USER'])}:{quote(known['PASSWORD'], safe='')}"
        where = f"host={quote(known['HOST'], safe='')}&port={known['PORT'] or 5432}"
        self.name, self.url = name, f"postgresql://{login}@/{name}?{where}"
        self.server = f"postgresql://{login}@/postgres?{where}"
        self.environment = {**os.environ, "DATABASE_URL": self.url, "DENGTA_HOME": home, "PYTHONWARNINGS": "",
                            "DJANGO_SETTINGS_MODULE": "dengta.config.settings", "PYTHONPATH": str(env.ROOT)}

    def make(self, template: str) -> None:
        with closing(psycopg.connect(self.server, autocommit=True)) as server:
            # A connection that another test left open would hold the template.
            server.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [template])
            server.execute(sql.SQL("create database {} template {}").format(
                sql.Identifier(self.name), sql.Identifier(template)))

    def drop(self) -> None:
        with closing(psycopg.connect(self.server, autocommit=True)) as server:
            server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(self.name)))

    def python(self, code: str) -> subprocess.CompletedProcess:
        return self._run("-c", code)

    def dengta(self, *words: str) -> subprocess.CompletedProcess:
        return self._run("-m", "dengta", *words)

    def _run(self, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, *words], cwd=env.ROOT, env=self.environment, capture_output=True,
                              text=True, check=False)

    def ask(self, query: str, group_id: int | None = None) -> list[tuple]:
        with closing(psycopg.connect(self.url, autocommit=True)) as database:
            database.execute("select set_config('dengta.group', %s, false)", [str(group_id or "")])
            return database.execute(query).fetchall()

    def group(self) -> tuple[int, dict] | None:
        return next(iter(self.ask("select id, settings from org_group where code = 'demo'")), None)

    def rows_of(self, group_id: int) -> dict[str, str]:
        """Each table with a digest of all that a group has in it."""
        tables = self.ask("select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid "
                          "where c.relkind in ('r', 'p') and not c.relispartition and a.attname = 'group_id' "
                          "and c.relnamespace = 'public'::regnamespace")
        return {name: self.ask(f'select count(*) || coalesce(md5(string_agg(t::text, \'|\' order by t::text)), \'\') '
                               f'from "{name}" t where group_id = {group_id}', group_id)[0][0]
                for (name,) in sorted(tables)}


@pytest.fixture
def scratch(transactional_db, desk, tmp_path) -> Iterator[Scratch]:
    """Beside the cast's group, which has a lead with its customer, task, clocks, notice and events."""
    receive(desk.channel, name="王小明")
    name = connection.settings_dict["NAME"]
    made = Scratch(name + SCRATCH, str(tmp_path))
    connection.close()
    connection.close_pool()
    made.drop()
    made.make(name)
    yield made
    made.drop()


def test_the_demo_comes_whole_and_goes_without_a_trace(scratch, desk):
    """One story, because loading is dear: broken off, mended, loaded twice, looked at, removed."""
    ours = scratch.rows_of(desk.house.group.pk)
    assert {"leads_lead", "core_event", "core_searchentry", "work_task", "customers_customer"} <= {
        table for table, digest in ours.items() if not digest.startswith("0")}

    broken = scratch.python(LOAD.format(before=BREAK_OFF))
    assert "switched off" in broken.stderr
    half_id, settings = scratch.group()
    assert demo.READY not in settings

    loaded = scratch.python(LOAD.format(before="pass"))
    assert loaded.returncode == 0, loaded.stderr
    group_id, settings = scratch.group()
    assert settings[demo.READY] is True and group_id != half_id
    assert set(scratch.rows_of(half_id).values()) == {"0"}
    check_the_funnel(scratch, group_id)

    before = scratch.rows_of(group_id)
    again = scratch.python(AGAIN)
    assert again.returncode == 0, again.stderr
    assert scratch.rows_of(group_id) == before
    check_that_nobody_is_real(scratch, group_id, json.loads(again.stdout))

    cleared = scratch.dengta("demo", "clear")
    assert "nothing else" in cleared.stdout, cleared.stderr
    assert scratch.group() is None
    assert set(scratch.rows_of(group_id).values()) == {"0"}
    assert scratch.ask("select count(*) from org_account where username = 'agent'") == [(0,)]
    assert scratch.rows_of(desk.house.group.pk) == ours


def check_the_funnel(scratch: Scratch, group_id: int) -> None:
    """Sixty messages became leads or wait to be mended; people were called, files opened, visits booked."""
    def count(query: str) -> int:
        return scratch.ask(f"select count(*) from {query}", group_id)[0][0]

    messages, leads = count("leads_inboxmessage"), count("leads_lead")
    reached, files = count("leads_lead where first_contact_at is not null"), count("leads_opportunity")
    visits = count("work_appointment")

    assert messages == 60 == leads + count("leads_inboxmessage where state = 'quarantined'")
    assert leads > reached > files > visits > 0
    assert count("leads_inboxmessage where state = 'queued'") == 0
    assert count("core_event where key in ('leads.lead.received', 'leads.lead.repeated')") == leads
    assert count("core_event where key = 'leads.lead.converted'") == files
    assert count("org_employee") == 60
    assert scratch.ask("select count(*), count(distinct store_id) from leads_lead", group_id)[0][1] == 3
    oldest = scratch.ask("select extract(days from now() - min(received_at)) from leads_lead", group_id)[0][0]
    assert 250 < oldest < 366


def check_that_nobody_is_real(scratch: Scratch, group_id: int, numbers: list[str]) -> None:
    """Numbers begin with 140 0, which are given to machines; names are put together from two lists."""
    written = {phone for (phone,) in scratch.ask("select fields->>'phone' from leads_inboxmessage", group_id)}
    staff = {phone for (phone,) in scratch.ask("select mobile from org_employee", group_id)}
    names = {name for (name,) in scratch.ask(
        "select name from leads_lead union select name from customers_customer union select name from org_employee",
        group_id)}

    assert numbers and {one.partition(";")[0][:7] for one in numbers} == {"+861400"}
    assert {one[:4] for one in written - {history.NONSENSE}} == {"1400"}
    assert {one.removeprefix("+86")[:4] for one in staff} == {"1400"}
    assert {name[0] for name in names} <= set(SURNAMES)
    assert {letter for name in names for letter in name[1:]} <= set(GIVEN)


def test_people_of_the_demo_are_put_together_by_chance():
    people = [history.person(random.Random(seed)) for seed in range(200)]

    assert {phone[:4] for _name, phone in people} == {"1400"} and {len(phone) for _name, phone in people} == {11}
    assert {name[0] for name, _phone in people} <= set(SURNAMES)


def test_a_drop_is_a_message_that_the_worker_takes_in(desk):
    group = desk.house.group
    with scope.open(group.pk):
        row = demo.drop(random.Random(1))

    demo.pump_until_idle("leads.intake", group_id=group.pk)

    with scope.open(group.pk):
        lead = Lead.objects.get(inbox_message_id=row.pk)
        assert InboxMessage.objects.get(pk=row.pk).state == "accepted"
        assert EventRow.objects.for_subject(lead).filter(key="leads.lead.received").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_drip_survives_trouble_and_stops_when_told(desk, monkeypatch, capfd):
    """The first drop fails; the thread goes on, leaves one message, and ends at once when the worker stops."""
    group = desk.house.group
    Group.objects.filter(pk=group.pk).update(code=demo.CODE, is_demo=True)
    with scope.open(group.pk):
        kinds = list(Channel.objects.values_list("pk", "kind"))
        Channel.objects.update(kind="import")
    monkeypatch.setattr(demo, "DRIP_SECONDS", (0.02, 0.05))

    with demo.dripping():
        threading.Event().wait(0.3)
        with scope.open(group.pk):
            for pk, kind in kinds:
                Channel.objects.filter(pk=pk).update(kind=kind)
        for _try in range(100):
            threading.Event().wait(0.05)
            with scope.open(group.pk):
                if InboxMessage.objects.exists():
                    break

    assert not [one for one in threading.enumerate() if one.name == "drip"]
    with scope.open(group.pk):
        assert InboxMessage.objects.exists()
