"""From nothing running to the first page, and what everything needs when nobody is there."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from django.db import connection

from bench.figure import Figure, Line, ms
from bench.measuring import child, end
from bench.served import free_port, wait_for

SETTLE = 6


class Starting(Figure):
    key = "start"
    name = "Cold start to first page"
    target = "reported"

    def prepare(self) -> None:
        self.process = None

    def lines(self) -> list[Line]:
        port = free_port()
        begin = time.perf_counter()
        self.process = child("dengta", "serve", "--port", str(port))
        wait_for(port, "/accounts/login/", self.process)
        took = time.perf_counter() - begin
        time.sleep(1 if self.bench.quick else SETTLE)
        ours, database = memory_of(family(self.process.pid)), memory_of(servers())
        return [
            Line(f"{self.name} (`dengta serve`; PostgreSQL runs)", self.target, ms(took)),
            Line("Idle memory of web and worker", self.target, said(ours)),
            Line("Idle memory of the database", self.target, said(database)),
        ]

    def finish(self) -> None:
        end(self.process)


def said(megabytes: float | None) -> str:
    return "not visible from here" if megabytes is None else f"{megabytes:,.0f} MB"


def family(pid: int) -> list[int]:
    """A process with all its descendants, where the system lets us look."""
    found, parents = [pid], {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            parents[int(path.parent.name)] = int(path.read_text("utf-8", "replace").rpartition(")")[2].split()[1])
    for one in found:
        found += [child_pid for child_pid, parent in parents.items() if parent == one]
    return found


def servers() -> list[int]:
    """The processes of PostgreSQL, when it runs on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("select inet_server_addr() is null or host(inet_server_addr()) in ('127.0.0.1', '::1'), "
                       "array_agg(pid) from pg_stat_activity where datname = current_database() or datname is null "
                       "group by 1")
        is_here, pids = cursor.fetchone()
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()] if is_here and os.path.exists("/proc") else []


def memory_of(pids: list[int]) -> float | None:
    """MB, where memory that several share is counted once (PSS)."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024 if total else None
