"""`dengta doctor`: looks at everything the system stands on, says what is wrong and how to mend it."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable

import django
import psycopg

from dengta.config import env, postgres

FINE, CARE, BAD = "ok", "note", "BAD"
Finding = tuple[str, str]


def doctor(_arguments) -> int:
    """Prints one line for each thing looked at. 1 when something must be mended."""
    bad = False
    for name, look in CHECKS.items():
        try:
            state, words = look()
        except Exception as trouble:
            state, words = BAD, f"{type(trouble).__name__}: {trouble}".strip()
        bad = bad or state == BAD
        print(f"{state:>4}  {name}: {words}")
    print("\nSomething must be mended, see BAD above." if bad else "\nAll is well.")
    return 1 if bad else 0


def python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return (FINE, found) if sys.version_info >= (3, 11) else (BAD, f"{found}; Python 3.11 or newer is needed")


def state_folder() -> Finding:
    home = env.home()
    probe = home / f".probe-{os.getpid()}"
    try:
        probe.write_text("x", encoding="ascii")
        probe.unlink()
    except OSError as error:
        return BAD, f"{home} cannot be written ({error.strerror}). Change its owner, or set DENGTA_HOME."
    free = shutil.disk_usage(home).free / 1e9
    if free < 1:
        return BAD, f"{home} has only {free:.1f} GB left. Make room, or set DENGTA_HOME to another disk."
    return FINE, f"{home}, {free:.0f} GB free"


def secrets_kept() -> Finding:
    loose = [path.name for path in (env.home() / "secret_key", env.home() / "postgres" / "passwords.json")
             if path.exists() and path.stat().st_mode & 0o077]
    if loose:
        return BAD, f"{', '.join(loose)} in {env.home()} can be read by others. Run: chmod 600 on it."
    return FINE, "readable by their owner only"


def database() -> Finding:
    if given := env.text("DATABASE_URL"):
        where = "the server of DATABASE_URL"
    else:
        given, where = postgres.ensure(env.home()), "the embedded server"
        os.environ["DATABASE_URL"] = given
    try:
        with psycopg.connect(given, connect_timeout=5) as link:
            found = link.execute(
                "select current_setting('server_version_num')::int / 10000, d.datctype, "
                "pg_encoding_to_char(d.encoding), r.rolsuper, r.rolbypassrls "
                "from pg_database d, pg_roles r where d.datname = current_database() and r.rolname = current_user"
            ).fetchall()
    except psycopg.OperationalError as error:
        return BAD, f"{where} does not answer: {str(error).strip()}. Is it running, are name and password right?"
    number, ctype, encoding, superuser, bypass = found[0]
    if number < postgres.OLDEST:
        return BAD, f"{where} is PostgreSQL {number}; {postgres.OLDEST} or newer is needed."
    if encoding != "UTF8":
        return BAD, f"{where} stores {encoding}; create the database with ENCODING 'UTF8'."
    if superuser or bypass:
        return BAD, (f"{where}: our role is a superuser or has BYPASSRLS, so the wall between groups is open. "
                     "Create one with: CREATE ROLE dengta LOGIN PASSWORD '…' NOSUPERUSER NOBYPASSRLS.")
    if ctype in ("C", "POSIX"):
        return BAD, f"{where} uses the locale {ctype}: search would miss Chinese. Create it with LOCALE 'C.UTF-8'."
    return FINE, f"{where}, PostgreSQL {number}, {encoding}, {ctype}"


def migrations() -> Finding:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dengta.config.settings")
    django.setup()
    from dengta.config.serving import pending_migrations  # noqa: PLC0415 - needs loaded settings

    missing = pending_migrations()
    return (BAD, f"{missing} are not applied. Run: dengta migrate") if missing else (FINE, "all applied")


def worker() -> Finding:
    from dengta.core.pumps import pulse_age  # noqa: PLC0415 - needs loaded settings

    age = pulse_age()
    if age is None or age > 60:
        return CARE, "none is running. `dengta serve` starts one, or run `dengta worker`."
    return FINE, f"last sign of life {age:.0f} s ago"


def port() -> Finding:
    number = env.number("PORT", 8000)
    with socket.socket() as probe:
        probe.settimeout(1)
        taken = probe.connect_ex(("127.0.0.1", number)) == 0
    return (CARE, f"{number} is in use (by Dengta itself, perhaps). Else set PORT.") if taken else (FINE, f"{number}")


def browser() -> Finding:
    found = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))),
                 env.text("DENGTA_CHROMIUM"))
    if not found:
        return CARE, "no Chromium: browser tests and screenshots are left out. apt-get install chromium"
    fonts = shutil.which("fc-list")
    if fonts and not subprocess.run([fonts, ":lang=zh"], capture_output=True, check=False).stdout.strip():
        return CARE, f"{found}, but no Chinese font: apt-get install fonts-noto-cjk"
    return FINE, found


CHECKS: dict[str, Callable[[], Finding]] = {
    "Python": python,
    "state": state_folder,
    "secrets": secrets_kept,
    "database": database,
    "migrations": migrations,
    "worker": worker,
    "port": port,
    "browser": browser,
}
