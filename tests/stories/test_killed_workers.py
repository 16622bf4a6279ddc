"""Workers are killed in the middle of batches, the database is killed twice, and nothing that was acknowledged is lost.

All of it is the product's own: embedded database, web server under its supervisor, workers. Only the killing is ours.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psycopg
import pytest

from dengta.config import env, postgres
from dengta.leads.operations.inbox import LANE

KILLS, DATABASE_DIES_AT = 10, (3, 7)
MOST, TOGETHER = 2000, 10
PREPARE = """
import json, os, sys
from dengta.config import cli
cli.prepare(database=True)
cli.migrate()
from dengta.core import scope
from dengta.leads.tests.factories import furnish, open_round_the_clock
from dengta.market.models import ChannelKey
from dengta.market.tests.factories import make_channel
from dengta.org.tests.factories import make_brand, make_employee, make_group, make_store
from dengta.vehicles.tests.factories import make_series
group = make_group("harbour")
brand = make_brand(group, "aurora")
make_series(brand, "x5", name="X5")
channels = []
for code in ("north", "south"):
    store = make_store(group, code, brand)
    open_round_the_clock(store)
    for n in range(4):
        make_employee(store, "dcc_agent", level="expert", max_open_leads=30_000, daily_capacity=30_000,
                      mobile=f"+8613300{store.pk:02d}000{n}")
    channels.append(make_channel(store))
furnish(group)
ChannelKey.objects.update(per_minute=1_000_000)
print(json.dumps({"url": os.environ["DATABASE_URL"], "group": group.pk, "employee": "+8613300010000",
                  "channels": [[one.path, one.issued.bearer] for one in channels]}), flush=True)
sys.stdin.read()
"""


class House:
    """A Dengta of its own: home, database, web server, and workers that come and go."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DENGTA_TEST_DB", "PYTHONWARNINGS")}
        self.environment = {**kept, "DENGTA_HOME": str(home), "PYTHONPATH": str(env.ROOT), "DENGTA_LOG_LEVEL": "ERROR",
                            "DJANGO_SETTINGS_MODULE": "dengta.config.settings"}
        self.workers: dict[str, subprocess.Popen] = {}
        self.others: list[subprocess.Popen] = []
        self.log = (home / "log.txt").open("ab")

    def open(self) -> None:
        keeper = self.run("-c", PREPARE, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        said = keeper.stdout.readlines(1)
        while said and not said[-1].startswith(b"{"):
            said = keeper.stdout.readlines(1)
        assert said, self.last_words()
        told = json.loads(said[-1])
        self.url, self.group, self.channels = told["url"], told["group"], told["channels"]
        self.employee = told["employee"]
        for _n in range(2):
            self.hire()
        self.run("-m", "dengta", "serve", "--no-worker", "--workers", "1", "--port", str(self.port))
        self.wait(lambda: self.get("/healthz") in (200, 503), 60)
        keeper.stdin.close()  # from now on the web server and the workers keep the database alive

    def run(self, *words: str, **more) -> subprocess.Popen:
        more = {"stdin": subprocess.DEVNULL, "stdout": self.log, **more}
        child = subprocess.Popen([sys.executable, *words], cwd=env.ROOT, stderr=self.log, start_new_session=True,
                                 env={**self.environment, **more.pop("named", {})}, **more)
        self.others.append(child)
        return child

    def hire(self) -> None:
        """A worker whose connections bear its name, so that we see who holds a batch."""
        name = f"worker-{len(self.others)}"
        self.workers[name] = self.run("-m", "dengta", "worker", named={"PGAPPNAME": name})

    def ask(self, question: str, *values) -> list[tuple]:
        with psycopg.connect(self.url, connect_timeout=5) as link:
            link.execute("select set_config('dengta.group', %s, false)", [str(self.group)])
            return link.execute(question, values).fetchall()

    def get(self, path: str) -> int:
        try:
            line = HTTPConnection("127.0.0.1", self.port, timeout=5)
            line.request("GET", path)
            return line.getresponse().status
        except (OSError, HTTPException):
            return 0

    def wait(self, ready, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with suppress(psycopg.Error):
                if ready():
                    return
            time.sleep(0.05)
        pytest.fail(f"waited {seconds} seconds in vain\n{self.last_words()}")

    def busy(self) -> str:
        """The worker that is in the middle of a batch at this moment, if any."""
        found = self.ask("select a.application_name from pg_locks l join pg_stat_activity a using (pid) where "
                         "l.locktype = 'advisory' and l.classid = %s and l.granted and a.state is not null", LANE)
        return next((name for (name,) in found if name in self.workers), "")

    def last_words(self) -> str:
        return (self.home / "log.txt").read_text(errors="replace")[-4000:]

    def close(self) -> None:
        for child in self.others:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for child in self.others:
            with suppress(subprocess.TimeoutExpired):
                child.wait(20)
            if child.poll() is None:
                child.kill()
                child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe:
                    pipe.close()
        with suppress(postgres.PostgresTrouble):
            postgres.stop(self.home)
        self.log.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def own_house() -> Iterator[House]:
    try:
        postgres.find_programs()
    except postgres.PostgresTrouble as trouble:
        pytest.skip(str(trouble))
    with tempfile.TemporaryDirectory(prefix="dengta-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the server's user may be another one
        house = House(Path(folder))
        try:
            house.open()
            yield house
        finally:
            house.close()


class Sender(threading.Thread):
    """A portal that posts messages until told to stop, and asks again with the same ids when it got no answer."""

    def __init__(self, house: House, place: int) -> None:
        super().__init__()
        self.house, self.place = house, place
        self.path, self.bearer = house.channels[place]
        self.enough = threading.Event()
        self.receipts: dict[str, str] = {}
        self.odd: list[str] = []
        self.asked_again = 0

    def message(self, number: int) -> dict:
        """One in ten is of somebody who asked before, one in thirty has no number, one in forty is a colleague's."""
        dice = random.Random(self.place * 1_000_000 + number)
        who = dice.randrange(max(number, 1)) if dice.random() < 0.1 else number
        phone = f"1{35 + self.place}{who:08d}"
        if number % 30 == 7:
            phone = "no number"
        elif number % 40 == 3:
            phone = self.house.employee
        return {"external_id": f"{self.place}-{number}", "name": f"Asker {number}", "phone": phone, "series": "X5"}

    def run(self) -> None:
        for start in range(0, MOST // 2, TOGETHER):
            if self.enough.is_set():
                return
            batch = [self.message(number) for number in range(start, start + TOGETHER)]
            while not self.send(batch):
                self.asked_again += 1
                time.sleep(0.2)
            time.sleep(0.15)

    def send(self, batch: list[dict]) -> bool:
        line = HTTPConnection("127.0.0.1", self.house.port, timeout=15)
        try:
            line.request("POST", self.path, json.dumps(batch), {
                "Authorization": f"Bearer {self.bearer}", "Content-Type": "application/json"})
            answer = line.getresponse()
            body = answer.read()
        except (OSError, HTTPException):
            return False
        finally:
            line.close()
        if answer.status not in (200, 202):
            if answer.status < 500:
                self.odd.append(f"{answer.status} {body[:200]!r}")
            return False
        for one in json.loads(body)["receipts"]:
            before = self.receipts.setdefault(one["external_id"], one["id"])
            if before != one["id"]:
                self.odd.append(f"{one['external_id']} was {before} and is now {one['id']}")
        return True


def kill_database(house: House) -> None:
    pid = int((postgres.settle(house.home).data / "postmaster.pid").read_text().split("\n")[0])
    os.kill(pid, signal.SIGKILL)


def kill_workers(house: House, dice: random.Random) -> int:
    """Ten times: wait for a worker in the middle of a batch, let a random moment pass, and kill. How many were hit?"""
    hit = 0
    for kill in range(1, KILLS + 1):
        house.hire()
        house.wait(house.busy, 60)
        time.sleep(dice.random() * 0.03)
        name = ""
        with suppress(psycopg.Error):
            name = house.busy()
        victim = house.workers.pop(name or dice.choice(sorted(house.workers)))
        victim.send_signal(signal.SIGKILL)
        victim.wait(10)
        hit += bool(name)
        if kill in DATABASE_DIES_AT:
            kill_database(house)
    return hit


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_nothing_acknowledged_is_lost_or_doubled_whatever_dies(own_house):
    house, dice = own_house, random.Random(20261121)
    senders = [Sender(house, place) for place in range(2)]
    for sender in senders:
        sender.start()

    begun = house.ask("select pg_postmaster_start_time()")
    hit = kill_workers(house, dice)
    for sender in senders:
        sender.enough.set()
    for sender in senders:
        sender.join(60)
    receipts = {pk for sender in senders for pk in sender.receipts.values()}
    house.wait(lambda: house.ask("select count(*) from leads_inboxmessage where state = 'queued'") == [(0,)], 60)
    house.wait(lambda: behind(house) == [], 60)

    assert [odd for sender in senders for odd in sender.odd] == []
    assert hit >= KILLS // 2
    assert house.ask("select pg_postmaster_start_time()") != begun  # the database was really gone
    assert len(receipts) >= 200
    fates = {str(pk): state for pk, state in house.ask("select receipt, state from leads_inboxmessage")}
    assert receipts <= set(fates)
    assert set(fates.values()) == {"accepted", "duplicate", "quarantined"}
    assert every_message_has_what_its_fate_says(house) == []
    assert every_lead_has_its_events(house) == []
    assert nobody_is_there_twice(house) == []


def behind(house: House) -> list[tuple]:
    """Reactions that have not yet heard everything of what was written up to now."""
    return house.ask("select name from core_reactioncursor where (tx, last_id) < "
                     "(select tx, id from core_event order by tx desc, id desc limit 1)")


def every_message_has_what_its_fate_says(house: House) -> list[tuple]:
    """Accepted and duplicate: exactly one lead was made of it; quarantined: none, and a reason."""
    return house.ask("""
        select m.receipt, m.state, count(l.id) from leads_inboxmessage m
        left join leads_lead l on l.inbox_message_id = m.id
        group by m.id having count(l.id) <> case when m.state = 'quarantined' then 0 else 1 end
            or (m.state = 'quarantined') <> (m.reason <> '' and max(l.id) is null)
            or m.processed_at is null""")


def every_lead_has_its_events(house: House) -> list[tuple]:
    """One birth, one first fate, one line of the ledger, one task, one notice; a duplicate is told of once."""
    wrong = house.ask("""
        select l.id, l.state, e.born, e.placed, a.lines, t.tasks, n.notes, c.clocks from leads_lead l
        cross join lateral (select count(*) filter (where key = 'leads.lead.received') born, count(*) filter
            (where key in ('leads.lead.assigned', 'leads.lead.pooled', 'leads.lead.screened')) placed
            from core_event where subject_type = 'leads.lead' and subject_id = l.id) e
        cross join lateral (select count(*) lines from leads_leadassignment where lead_id = l.id) a
        cross join lateral (select count(*) tasks from work_task
            where subject_type = 'leads.lead' and subject_id = l.id) t
        cross join lateral (select count(*) clocks from work_clock
            where subject_type = 'leads.lead' and subject_id = l.id) c
        cross join lateral (select count(*) notes from work_notification where kind = 'leads.new_lead'
            and subject_type = 'leads.lead' and subject_id = l.id) n
        where (l.state, e.born, e.placed, a.lines, t.tasks, n.notes, c.clocks) not in (
            ('assigned', 1, 1, 1, 1, 1, 3), ('invalid', 1, 1, 0, 0, 0, 0), ('duplicate', 0, 0, 0, 0, 0, 0))""")
    told = house.ask("select (select count(*) from core_event where key = 'leads.lead.repeated') - "
                     "(select count(*) from leads_inboxmessage where state = 'duplicate')")
    dead = house.ask("select name, error from core_deadreaction")
    return wrong + [row for row in told if row != (0,)] + dead


def nobody_is_there_twice(house: House) -> list[tuple]:
    """A person has one file and at most one open lead in a store."""
    files = house.ask("select value_hash from customers_contactpoint where removed_at is null "
                      "group by value_hash having count(*) > 1")
    leads = house.ask("select customer_id, store_id from leads_lead where state = 'assigned' "
                      "group by 1, 2 having count(*) > 1")
    messages = house.ask("select channel_id, external_id from leads_inboxmessage group by 1, 2 having count(*) > 1")
    touches = house.ask("select inbox_message_id from leads_touchpoint group by 1 having count(*) > 1")
    return files + leads + messages + touches
