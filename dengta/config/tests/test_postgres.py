"""The launcher of the embedded database, with a real server that is really killed."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from dengta.config import env, postgres

HOLD = """
import sys
from pathlib import Path
from dengta.config import postgres
print(postgres.ensure(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


holders: list["Holder"] = []


@pytest.fixture(autouse=True)
def nobody_stays():
    yield
    while holders:
        holder = holders.pop()
        if holder.process.poll() is None:
            holder.end()


@pytest.fixture(scope="module")
def home():
    """A folder that the server's user may enter, also when the tests run as root."""
    try:
        postgres.find_programs()
    except postgres.PostgresTrouble as trouble:
        pytest.skip(str(trouble))
    with tempfile.TemporaryDirectory(prefix="dengta-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


class Holder:
    """A process of ours that uses the server until it is told to go."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", HOLD, str(home)], cwd=env.ROOT, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env={**os.environ, "PYTHONPATH": str(env.ROOT)})
        holders.append(self)
        self.url = self.process.stdout.readline().strip()

    def end(self, how: int = 0) -> None:
        if how:
            self.process.send_signal(how)
        self.process.communicate("", timeout=60)


def ask(url: str, question: str):
    with psycopg.connect(url, connect_timeout=5) as link:
        return link.execute(question).fetchone()


def server_pid(home: Path) -> int:
    return int((postgres.settle(home).data / "postmaster.pid").read_text().split("\n")[0])


def gone(home: Path, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not postgres.listens(home):
            return True
        time.sleep(0.1)
    return False


def test_our_role_is_no_superuser_and_owns_its_database(home):
    holder = Holder(home)

    found = ask(holder.url, "select r.rolsuper, r.rolbypassrls, r.rolcreaterole, d.datdba = r.oid, d.datctype "
                            "from pg_roles r, pg_database d "
                            "where r.rolname = current_user and d.datname = current_database()")

    holder.end()
    assert found == (False, False, False, True, "C.UTF-8")


def test_trigrams_of_chinese_exist(home):
    holder = Holder(home)

    with psycopg.connect(holder.url) as link:
        link.execute("create extension if not exists pg_trgm")
        found = link.execute("select cardinality(show_trgm('张三丰'))").fetchone()

    holder.end()
    assert found == (4,)


def test_passwords_are_for_their_owner_only(home):
    Holder(home).end()

    assert (home / "postgres" / "passwords.json").stat().st_mode & 0o777 == 0o600


def test_server_ends_with_its_last_user_also_when_that_is_killed(home):
    first, second = Holder(home), Holder(home)

    first.end()
    still_there = ask(second.url, "select 1")
    second.end(signal.SIGKILL)

    assert still_there == (1,)
    assert gone(home)


def test_a_killed_server_is_not_taken_for_a_live_one(home):
    first = Holder(home)
    ask(first.url, "select 1")
    os.kill(server_pid(home), signal.SIGKILL)

    second = Holder(home)
    answer = ask(second.url, "select 1")

    second.end()
    first.end()
    assert answer == (1,)


def test_what_is_written_survives_the_death_of_everybody(home):
    first = Holder(home)
    with psycopg.connect(first.url) as link:
        link.execute("create table kept (word text)")
        link.execute("insert into kept values ('灯塔')")
    os.kill(server_pid(home), signal.SIGKILL)
    first.end(signal.SIGKILL)
    assert gone(home)

    second = Holder(home)
    answer = ask(second.url, "select word from kept")

    second.end()
    assert answer == ("灯塔",)


def test_a_stranger_with_the_number_in_the_pid_file_does_not_matter(home):
    Holder(home).end()
    assert gone(home)
    pid_file = postgres.settle(home).data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n/nowhere\n")

    holder = Holder(home)
    answer = ask(holder.url, "select 1")

    holder.end()
    assert answer == (1,)


def test_programs_of_another_version_are_refused_in_words(home):
    Holder(home).end()
    assert gone(home)
    version = postgres.settle(home).data / "PG_VERSION"
    made_by = version.read_text()
    version.write_text("12\n")

    holder = Holder(home)
    said = holder.process.stderr.read()

    version.write_text(made_by)
    holder.end()
    assert "was made by PostgreSQL 12" in said
