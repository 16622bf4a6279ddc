"""Where the bench keeps its databases: built once and never changed, measured on a copy."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection
from psycopg import sql

from dengta.config import env, postgres

BUILDER = ("build.py", "people.py", "history.py")


@dataclass(frozen=True)
class Place:
    """One built database of a size. `run` is the name of the copy that is measured."""

    server: str
    size: int

    @property
    def kept(self) -> str:
        return "dengta_bench" if self.size == 1_000_000 else f"dengta_bench_{self.size}"

    @property
    def run(self) -> str:
        return f"{self.kept}_run"

    def url(self, name: str) -> str:
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{name}"))

    # -- databases -------------------------------------------------------------------------------------------------
    def exists(self, name: str) -> bool:
        with self._link() as link:
            return link.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is not None

    def drop(self, name: str) -> None:
        with self._link() as link:
            link.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def create(self, name: str) -> None:
        self.drop(name)
        with self._link() as link:
            link.execute(sql.SQL("create database {}").format(sql.Identifier(name)))

    def copy(self) -> None:
        """A fresh copy for this run: files are copied, which is much quicker than logging every page."""
        self.drop(self.run)
        with self._link() as link:
            link.execute(sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(self.run), sql.Identifier(self.kept)))

    def _link(self) -> psycopg.Connection:
        return psycopg.connect(self.server, autocommit=True)

    # -- is it still true? -----------------------------------------------------------------------------------------
    def is_built(self, fingerprint: str) -> bool:
        if not self.exists(self.kept):
            return False
        try:
            with psycopg.connect(self.url(self.kept)) as link:
                row = link.execute("select fingerprint from bench_build").fetchone()
        except psycopg.errors.UndefinedTable:
            return False
        return row is not None and row[0] == fingerprint


def server_url() -> str:
    """The external server, or our embedded one, whose data stays in DENGTA_HOME."""
    return env.text("DATABASE_URL") or postgres.ensure(env.home())


def fingerprint(size: int) -> str:
    """Changes when tables change, when the builder changes, and when sealed values could not be read any more."""
    seen = hashlib.sha256(f"{size}\0{env.secret('DENGTA_DATA_KEY', 'data_key')}\0".encode())
    migrations = sorted(env.ROOT.glob("dengta/*/migrations/*.py"))
    for path in [*migrations, *(Path(__file__).with_name(name) for name in BUILDER)]:
        seen.update(path.relative_to(env.ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()[:20]


def use(place: Place, name: str) -> None:
    """Django's connection of this process, and of children started from now on, goes to this database."""
    os.environ["DATABASE_URL"] = place.url(name)
    connection.close()
    connection.settings_dict["NAME"] = name
