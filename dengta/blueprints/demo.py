"""The demo dealership: loaded once, removed with nothing else, and kept alive by a new lead every minute or so."""

from __future__ import annotations

import json
import os
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import django
import structlog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, connections, models
from django.utils import timezone

from dengta.blueprints.history import Past, message
from dengta.core import scope
from dengta.core.actors import Actor
from dengta.core.events import make_partitions
from dengta.core.pumps import pump_until_idle
from dengta.leads.models import InboxMessage
from dengta.leads.operations import refresh_records
from dengta.market.models import Channel
from dengta.market.seeds import demo as market_demo
from dengta.org.models import Account, Group, Store
from dengta.org.operations import start_group
from dengta.org.seeds.demo import CODE
from dengta.org.seeds.demo import demo as org_demo
from dengta.vehicles.seeds import demo as vehicles_demo
from dengta.work.models import Clock
from dengta.work.types import ClockState

log = structlog.get_logger(__name__)
LEADS = 5000
MONTHS = 12
FEW = 300  # below this, starting processes costs more than it saves
DRIP_SECONDS = (40, 80)
READY = "demo_ready"


def load(leads: int = LEADS) -> None:
    """Make the demo group, unless it is there. What an interrupted load left behind is removed first."""
    group = Group.objects.filter(code=CODE).first()
    if group is not None and group.settings.get(READY):
        return
    if group is not None:
        clear()
    now = timezone.now()
    make_partitions((now - timedelta(days=31 * (MONTHS + 1))).date(), (now + timedelta(days=93)).date())
    made = org_demo()
    by = Actor.system(made.group.pk, "Demo")
    with scope.open(made.group.pk):
        start_group(by)
        vehicles_demo(by, list(made.brands.values()))
        market_demo(by, list(made.stores.values()), timezone.localdate())
    _keep_accounts(made.accounts)
    _relive(made.group.pk, leads)
    _end_old_promises(made.group.pk)
    refresh_records(made.group.pk)
    pump_until_idle("core.reactions", group_id=made.group.pk)
    _read_old_notices(made.group.pk)
    Group.objects.filter(pk=made.group.pk).update(settings={**made.group.settings, READY: True})


def _end_old_promises(group_id: int) -> None:
    """The clocks of the past have run out: without this, the first minute would ring for a year of them."""
    with scope.open(group_id):
        now = timezone.now()
        old = Clock.objects.running().filter(due_at__lt=now - timedelta(hours=12))
        old.update(state=ClockState.STOPPED, ended_at=now)


def _relive(group_id: int, leads: int) -> None:
    """As many processes as there are cores, a store each: the stores know nothing of each other."""
    with scope.open(group_id):
        stores = list(Store.objects.order_by("pk").values_list("pk", flat=True))
    shares = [round(leads * part) for part in (0.5, 0.35, 0.15)]
    work = [(group_id, store, count, seed) for seed, (store, count) in enumerate(zip(stores, shares, strict=True))]
    if leads < FEW:
        for one in work:
            relive_store(one)
        return
    connections.close_all()
    with get_context("spawn").Pool(min(len(work), max(2, os.cpu_count() or 1)), initializer=django.setup) as pool:
        pool.map(relive_store, work, chunksize=1)


def relive_store(work: tuple[int, int, int, int]) -> None:
    """Twelve months of one store, lived through the verbs."""
    group_id, store_id, count, seed = work
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit = off")
    Past(group_id, store_id, random.Random(20260701 + seed)).live(count, months=MONTHS)
    with connection.cursor() as cursor:
        cursor.execute("reset synchronous_commit")
    connections.close_all()


def _read_old_notices(group_id: int) -> None:
    """Nobody comes back to a year of unread notices: only those of the last day are new."""
    with scope.open(group_id), connection.cursor() as cursor:
        cursor.execute("update work_notification set read_at = now() where group_id = %s and id not in ("
                       "select id from (select id, row_number() over (partition by employee_id order by id desc) n "
                       "from work_notification where group_id = %s) x where n <= 8)", [group_id, group_id])


# -- accounts --------------------------------------------------------------------------------------------------------
def _accounts_file() -> Path:
    return Path(settings.HOME) / "demo-accounts.json"


def _keep_accounts(accounts: list[tuple]) -> None:
    """Generated passwords are shown at every start, so they are kept beside the data, readable by the owner only."""
    path = _accounts_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps([[str(part) for part in row] for row in accounts], ensure_ascii=False), "utf-8")


def accounts_text() -> str:
    """The demo accounts as a table for the terminal."""
    if not _accounts_file().exists():
        return "The demo accounts were made elsewhere; `dengta user create` makes one here.\n"
    rows = json.loads(_accounts_file().read_text("utf-8"))
    lines = [f"  {name:<12} {password:<22} {role} · {where}" for role, where, name, password in rows]
    return "Accounts (user name, password, role):\n" + "\n".join(lines) + "\n"


# -- removal ---------------------------------------------------------------------------------------------------------
def clear() -> int:
    """Remove the demo group with all its rows, and nothing else; returns the number of rows removed."""
    group = Group.objects.filter(code=CODE, is_demo=True).first()
    if group is None:
        return 0
    removed = 0
    with scope.open(group.pk), connection.cursor() as cursor:
        cursor.execute("select set_config('dengta.rewrite_events', 'on', true)")
        _log_everybody_out(group.pk)
        Account.objects.filter(group_id=group.pk).delete()
        for table in _tables_of_a_group():
            cursor.execute(f'delete from "{table}" where group_id = %s', [group.pk])  # noqa: S608 - names of models
            removed += cursor.rowcount
        cursor.execute("delete from org_group where id = %s", [group.pk])
    _accounts_file().unlink(missing_ok=True)
    return removed + 1


def _tables_of_a_group() -> list[str]:
    """Every table with a group, in any order: foreign keys are checked at the end of the transaction."""
    found = {m._meta.db_table for m in django.apps.apps.get_models() if _has_group(m)}
    return sorted(found)


def _has_group(model: type[models.Model]) -> bool:
    return any(field.column == "group_id" for field in model._meta.concrete_fields)


def _log_everybody_out(group_id: int) -> None:
    ids = {str(pk) for pk in Account.objects.filter(group_id=group_id).values_list("pk", flat=True)}
    for session in Session.objects.all():
        if session.get_decoded().get("_auth_user_id") in ids:
            session.delete()


# -- drip ------------------------------------------------------------------------------------------------------------
@contextmanager
def dripping() -> Iterator[None]:
    """The drip runs in a thread beside the worker, and has ended when the worker has."""
    stopping = threading.Event()
    thread = threading.Thread(target=drip, args=(stopping,), name="drip")
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def drip(stopping: threading.Event) -> None:
    """While the demo runs, somebody asks for a car every minute or so; the worker takes it in like any other."""
    chance = random.Random()
    while not stopping.wait(chance.uniform(*DRIP_SECONDS)):
        try:
            group = Group.objects.filter(code=CODE, is_demo=True).first()
            if group is not None:
                with scope.open(group.pk):
                    drop(chance)
        except Exception:
            log.exception("drip_failed")
            connection.close()
    connections.close_all()


def drop(chance: random.Random) -> Any:
    """One message in the inbox of a channel that takes messages."""
    channel = chance.choice(list(Channel.objects.filter(kind__in=("json", "adf", "form"))))
    now = timezone.now()
    row = InboxMessage(channel=channel, store_id=channel.store_id, fields=message(chance, channel, now),
                       received_at=now)
    row.save()
    return row
