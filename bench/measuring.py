"""What figures share: the built house, new people, statements counted, rows copied out and in, servers and children."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench.build import CODE
from bench.people import person, phone_of
from bench.place import Place, use
from dengta.config import env
from dengta.core import bulk, scope
from dengta.core.actors import Actor
from dengta.leads.models import InboxMessage
from dengta.leads.operations import new_receipt
from dengta.market.models import Channel
from dengta.org.models import Account, Employee, Group, Store

KNOWN_SHARE = 0.3
# What one message can write. In this order, parents first.
WRITTEN = ("customers_customer", "customers_contactpoint", "customers_consent", "leads_lead", "leads_leadassignment",
           "leads_touchpoint", "customers_dealing", "work_task", "work_clock", "work_notification", "core_event",
           "core_searchentry")
FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


class Bench:
    """The group that is measured, in the copy of the big database; `at(twin)` steps into the small one."""

    def __init__(self, big: Place, twin: Place, *, quick: bool = False) -> None:
        self.big, self.twin, self.quick = big, twin, quick
        self.group = Group.objects.get(code=CODE)
        self.system = Actor.system(self.group.pk, "bench")
        self.folder = env.home() / "bench"
        self.folder.mkdir(exist_ok=True)
        self.newest = big.size
        self.marked = 0

    def rounds(self, wanted: int) -> int:
        return 1 if self.quick else wanted

    def scaled(self, wanted: int, share: float = 0.1) -> int:
        """As many as the target says, or a share of what a small bench has."""
        return max(20, min(wanted, int(self.big.size * share)))

    @contextmanager
    def at(self, place: Place) -> Iterator[None]:
        use(place, place.run)
        try:
            yield
        finally:
            use(self.big, self.big.run)

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """The built database itself, for what is taken back: the copy has the rows already."""
        use(self.big, self.big.kept)
        try:
            yield
        finally:
            use(self.big, self.big.run)

    def scope(self) -> Any:
        return scope.open(self.group.pk)

    # -- the house -------------------------------------------------------------------------------------------------
    def stores(self) -> list[Store]:
        with self.scope():
            return list(Store.objects.exclude(code="centre").order_by("pk"))

    def centre(self) -> Store:
        with self.scope():
            return Store.objects.get(code="centre")

    def channel(self, store: Store) -> Channel:
        with self.scope():
            return Channel.objects.get(code=f"json-{store.code}")

    def agents(self, store: Store) -> list[Employee]:
        with self.scope():
            return list(Employee.objects.filter(store=store, role__code="dcc_agent").order_by("pk"))

    @staticmethod
    def account(name: str) -> Account:
        return Account.objects.get(username=name)

    # -- messages --------------------------------------------------------------------------------------------------
    def message(self, *, known: bool = False) -> dict[str, Any]:
        """What a sender writes: somebody new, or one of those who are known."""
        if known:
            self.marked = (self.marked + 7919) % self.big.size
            one = person(self.marked + 1)
        else:
            self.newest += 1
            one = person(self.newest)
        return self.said(f"m{self.newest}-{self.marked}", one)

    def of(self, number: int) -> dict[str, Any]:
        """A message of a certain person."""
        return self.said(f"p{number}", person(number))

    def said(self, name: str, one: Any) -> dict[str, Any]:
        return {"external_id": name, "name": one.name, "phone": one.phone, "city": one.city,
                "series": "X5", "budget_low": 150000, "budget_high": 200000, "message": "想了解一下落地价"}

    def messages(self, count: int) -> list[dict[str, Any]]:
        return [self.message(known=place % 10 < 10 * KNOWN_SHARE) for place in range(count)]

    def fill_inbox(self, store: Store, count: int, people: Sequence[int] = ()) -> None:
        """Messages that wait, as the intake leaves them; of these people, or of whom chance sends."""
        channel = self.channel(store)
        with self.scope():
            at = now()
            bulk.create(InboxMessage, [
                InboxMessage(group_id=self.group.pk, store_id=store.pk, channel_id=channel.pk, receipt=new_receipt(),
                             external_id=one["external_id"], identity=one["external_id"], fields=one, received_at=at)
                for one in ([self.of(number) for number in people] if people else self.messages(count))])

    def empty_inbox(self) -> None:
        with self.scope(), connection.cursor() as cursor:
            cursor.execute("delete from leads_inboxmessage where group_id = %s and state = 'queued'", [self.group.pk])


def now() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        return cursor.fetchone()[0]


# -- statements ----------------------------------------------------------------------------------------------------
def statements(do: Callable[[], Any]) -> list[str]:
    """What was asked of the database, without savepoints and without opening a scope."""
    with CaptureQueriesContext(connection) as captured:
        do()
    asked = (query["sql"] for query in captured.captured_queries)
    return [text for text in asked if not text.upper().startswith(FRAME) and "dengta.group" not in text]


# -- rows out and in -----------------------------------------------------------------------------------------------
class Rows:
    """Every row that something wrote, so that bare COPY can write the same ones into the same tables."""

    def __init__(self, tables: Sequence[str] = WRITTEN) -> None:
        self.tables = tables
        with connection.cursor() as cursor:
            self.marks = {table: newest(cursor, table) for table in tables}
        self.data: dict[str, bytes] = {}
        self.count = 0

    def take(self) -> Rows:
        with connection.cursor() as cursor:
            for table, mark in self.marks.items():
                with cursor.copy(f"copy (select * from {table} where id > {mark}) to stdout") as copy:
                    self.data[table] = b"".join(bytes(part) for part in copy)
                self.count += self.data[table].count(b"\n")
        return self

    def put(self) -> float:
        """Bare COPY into the same tables with the same indexes and keys; the wall of the owner is down meanwhile."""
        with connection.cursor() as cursor:
            for table in self.tables:
                cursor.execute(f"alter table {table} no force row level security")
            begin = time.perf_counter()
            for table, data in self.data.items():
                with cursor.copy(f"copy {table} from stdin") as copy:
                    copy.write(data)
            cursor.execute("set constraints all immediate")
            return time.perf_counter() - begin


def newest(cursor: Any, table: str) -> int:
    cursor.execute(f"select coalesce(max(id), 0) from {table}")
    return cursor.fetchone()[0]


@contextmanager
def taken_back() -> Iterator[None]:
    """Done for real, then rolled back, so that the next round meets the same tables."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def checked(do: Callable[[], Any]) -> float:
    """Seconds of something and of the foreign keys that it left to the end of the transaction."""
    begin = time.perf_counter()
    do()
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    took = time.perf_counter() - begin
    with connection.cursor() as cursor:
        cursor.execute("set constraints all deferred")
    return took


# -- children ------------------------------------------------------------------------------------------------------
def child(*words: str, **options: Any) -> subprocess.Popen:
    """A process of our own beside this one, on the same database."""
    return subprocess.Popen([sys.executable, "-m", *words], cwd=env.ROOT, env=child_environment(),
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                            **options)


def child_environment() -> dict[str, str]:
    found = {**os.environ, "PYTHONPATH": str(env.ROOT)}
    found.pop("DENGTA_DATABASE_POOL", None)
    return found


def told(process: subprocess.Popen) -> Any:
    """What a child says at its end, as JSON on one line."""
    said, _errors = process.communicate()
    lines = said.strip().splitlines()
    if process.returncode or not lines:
        raise RuntimeError(f"{' '.join(map(str, process.args))} ended with {process.returncode}")
    return json.loads(lines[-1])


def end(process: subprocess.Popen | None) -> None:
    if process is not None and process.poll() is None:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def memory_now() -> float:
    """MB of this process that are in memory."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return memory_peak()


def memory_peak() -> float:
    """MB at most, of this process."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform == "linux" else peak / 1024 / 1024


__all__ = ["Bench", "Rows", "checked", "child", "end", "memory_now", "memory_peak", "now", "person", "phone_of",
           "statements", "taken_back", "told"]
