"""A spreadsheet of 100,000 rows: how fast, in how much memory, and what a kill in the middle does."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import connection
from python_calamine import CalamineWorkbook

from bench.figure import Figure, Line, at_least, ms, rate, timed
from bench.measuring import WRITTEN, Rows, child, end, taken_back, told

HEAD = ("姓名", "手机", "城市", "意向车型", "备注", "线索编号")
MEMORY = 300


def write_file(path: Path, messages: list[dict[str, Any]]) -> Path:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, one in enumerate([HEAD, *messages]):
            row = one if place == 0 else (one["name"], one["phone"], one["city"], one["series"], one["message"],
                                          one["external_id"])
            for column, value in enumerate(row):
                sheet.write_string(place, column, value)
    return path


class Importing(Figure):
    key = "import"
    name = "Import of 100,000 rows (XLSX), 30 % known"
    target = "≥ 25 % of reading the file plus bare COPY"
    rounds = 1

    def prepare(self) -> None:
        self.count = self.bench.scaled(100_000)
        self.path = write_file(self.bench.folder / f"import-{self.count}.xlsx", self.bench.messages(self.count))
        self.store = self.bench.stores()[0]
        self.child = None

    def measure(self) -> float:
        with self.bench.scope():
            rows = Rows(("market_channel", *WRITTEN))
        self.child = child("bench.importing", str(self.path), self.store.code)
        self.told = told(self.child)
        with self.bench.scope():
            self.rows = rows.take()
        return self.told["took"]

    def bound(self) -> float:
        """The file is read, and the rows that the import wrote are copied into the tables as they were before: those
        of the built database, in a transaction that is taken back."""
        reading = timed(lambda: CalamineWorkbook.from_path(self.path).get_sheet_by_index(0).to_python())
        with self.bench.untouched(), taken_back(), self.bench.scope():
            return reading + self.rows.put()

    def lines(self) -> list[Line]:
        pair, said = self.pair(), self.told
        adds_up = said["read"] == said["created"] + said["updated"] + said["skipped"] + said["failed"] == self.count
        grown = said["memory"]
        return [
            Line(self.name, self.target, f"{ms(pair.value)} ({rate(self.count / pair.value)})", ms(pair.least),
                 **at_least(pair.least / pair.value, 0.25)),
            Line("Import: growth of memory", f"≤ {MEMORY} MB", f"{grown:.0f} MB", met=grown <= MEMORY),
            Line("Import: read = created + updated + skipped + failed", "adds up",
                 f"{said['created']:,} + {said['updated']:,} + {said['skipped']:,} + {said['failed']:,}", met=adds_up),
        ]

    def finish(self) -> None:
        end(self.child)


class Resuming(Figure):
    """Killed outright in the middle, begun again: every row has one outcome, no lead is there twice."""

    key = "import-resume"
    name = "Import killed (-9) in the middle and resumed"
    target = "every row once"

    def prepare(self) -> None:
        self.count = self.bench.scaled(20_000)
        self.path = write_file(self.bench.folder / f"resume-{self.count}.xlsx", self.bench.messages(self.count))
        self.store = self.bench.stores()[-1]
        self.child = None

    def kill(self) -> tuple[int, int]:
        """The run, and how many rows it had settled when it was killed."""
        self.child = child("dengta", "import", "leads", str(self.path), "--store", self.store.code, "--json")
        while self.child.poll() is None:
            with self.bench.scope(), connection.cursor() as cursor:
                cursor.execute("select id, created + updated + skipped + failed from leads_importrun "
                               "where state = 'running' and file_name = %s order by id desc limit 1", [self.path.name])
                found = cursor.fetchone()
            if found and 0 < found[1] < self.count:
                self.child.send_signal(signal.SIGKILL)
                self.child.wait()
                return found
            time.sleep(0.01)
        raise RuntimeError("The import was over before it could be killed")

    def lines(self) -> list[Line]:
        if self.count <= 1000:  # one batch: there is no middle
            return []
        run, settled = self.kill()
        self.child = child("dengta", "import", "leads", str(self.path), "--store", self.store.code, "--json",
                           "--resume", str(run))
        said, _errors = self.child.communicate()
        answer = json.loads(said.strip().splitlines()[-1])
        total = sum(answer[name] for name in ("created", "updated", "skipped", "failed"))
        with self.bench.scope(), connection.cursor() as cursor:
            cursor.execute("select count(*) from (select external_id from leads_lead l join leads_importrun r "
                           "on r.id = %s and l.channel_id = r.channel_id where l.external_id <> '' group by 1 "
                           "having count(*) > 1) x", [run])
            twice = cursor.fetchone()[0]
        good = answer["state"] == "done" and total == answer["read"] == self.count and not twice
        return [Line(self.name, self.target, f"killed after {settled:,}, then {total:,} of {self.count:,}, "
                     f"{twice} twice", met=good)]

    def finish(self) -> None:
        end(self.child)
