"""Export and paging of a long list, on the entries that bench_search wrote:

DATABASE_URL=… python -m dengta.core.tests.bench_lists [rows]
"""

# ruff: noqa: T201 - a command that prints figures

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dengta.config.settings")
    django.setup()

from dengta.core.actors import Actor
from dengta.core.lists import Column, ListSpec, write_csv, write_xlsx
from dengta.core.models import SearchEntry

SPEC = ListSpec(
    "bench",
    [
        Column("title", "Name", sort="title", main=True),
        Column("noun", "Kind"),
        Column("row_id", "Number", numeric=True),
        Column("subtitle", "Phone"),
        Column("words", "Words"),
        Column("stores", "Stores"),
        Column("owners", "Owners"),
        Column("updated_at", "Changed", sort="updated_at"),
    ],
    sort="-updated_at",
)
ACTOR = Actor.system(1)


def grown() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400_000
    rows = SearchEntry.objects.filter(group_id=1).defer("tokens")
    page = SPEC.page({}, rows, actor=ACTOR)
    for depth in (1, 50, 200):
        begin = time.perf_counter()
        for _step in range(depth):
            page = SPEC.page({"at": page.older.split("at=")[1].replace("%3A", ":")}, rows, actor=ACTOR)
        took = (time.perf_counter() - begin) / depth * 1000
        print(f"page of 50, {depth} pages on: {took:.1f} ms each, {page.count_label}")
    found = SPEC.state({}, ACTOR).order.sort(rows)[:count]
    before = grown()
    begin = time.perf_counter()
    size = sum(len(part) for part in write_csv(SPEC.columns, found))
    print(
        f"csv: {count:,} rows, {size / 1e6:.0f} M characters, {time.perf_counter() - begin:.0f} s, "
        f"memory +{grown() - before:.0f} MB"
    )
    before = grown()
    begin = time.perf_counter()
    with tempfile.TemporaryFile() as file:
        write_xlsx(SPEC.columns, found, file)
        print(
            f"xlsx: {file.tell() / 1e6:.0f} MB, {time.perf_counter() - begin:.0f} s, memory +{grown() - before:.0f} MB"
        )


if __name__ == "__main__":
    main()
