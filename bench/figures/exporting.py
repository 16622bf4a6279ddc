"""A list of 400,000 leads as a file: sent while it is read, in constant memory."""

from __future__ import annotations

import time

from bench.figure import Figure, Line, ms
from bench.measuring import child, connection, end, told

MEMORY = 50
CITY = "临江"  # where four of ten live
BARE = """
copy (select l.name, l.state, l.series_text, l.score, c.name, e.name, l.received_at from leads_lead l
    left join market_channel c on c.id = l.channel_id left join org_employee e on e.id = l.owner_id
    where l.city = '临江') to stdout
"""


class Exporting(Figure):
    key = "export"
    name = "Export of leads (CSV)"
    target = "streamed; memory growth ≤ 50 MB"

    def prepare(self) -> None:
        self.child = None

    def bound(self) -> float:
        begin = time.perf_counter()
        with self.bench.scope(), connection.cursor() as cursor, cursor.copy(BARE) as copy:
            for _part in copy:
                pass
        return time.perf_counter() - begin

    def lines(self) -> list[Line]:
        self.child = child("bench.exporting", f"/leads/all/?export=csv&city={CITY}")
        said = told(self.child)
        is_streamed = said["first"] < said["took"] / 2
        return [
            Line(f"{self.name}: {said['rows']:,} rows, {said['size'] / 2**20:.0f} MB; beside: bare COPY",
                 "streamed", f"{ms(said['took'])}, begins after {ms(said['first'])}", ms(self.bound()),
                 met=is_streamed),
            Line("Export: growth of memory", f"≤ {MEMORY} MB", f"{said['memory']:.0f} MB",
                 met=said["memory"] <= MEMORY),
        ]

    def finish(self) -> None:
        end(self.child)
