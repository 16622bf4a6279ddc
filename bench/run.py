"""`dengta bench`: build what is missing, measure on a copy, print the table and write it into the reference."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
import traceback
from typing import Any

from bench.figure import Line
from bench.place import Place, fingerprint, server_url, use

TWIN = 100  # the twin is a hundredth


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="only this figure (repeatable)")
    parser.add_argument("--size", type=int, default=1_000_000, help="customers and leads (default 1,000,000)")
    parser.add_argument("--quick", action="store_true", help="one short round of each: to see that it works")
    parser.add_argument("--build", action="store_true", help="only build, measure nothing")
    parser.add_argument("--drop", action="store_true", help="remove the databases of this size afterwards")
    parser.set_defaults(run=main)


def main(arguments: argparse.Namespace) -> int:
    server = server_url()
    os.environ["DATABASE_URL"] = server
    os.environ["DENGTA_DATABASE_POOL"] = "0"
    os.environ.setdefault("DENGTA_LOG_LEVEL", "ERROR")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dengta.config.settings")
    import django  # noqa: PLC0415 - settings are read when the address of the database is known

    django.setup()
    big, twin = Place(server, arguments.size), Place(server, max(arguments.size // TWIN, 500))
    try:
        for place in (twin, big):
            ensure(place)
        return 0 if arguments.build else measure(arguments, big, twin)
    finally:
        for place in (big, twin):
            place.drop(place.run)
            if arguments.drop:
                place.drop(place.kept)


def ensure(place: Place) -> None:
    from bench.build import build  # noqa: PLC0415 - needs the settings

    if not place.is_built(fingerprint(place.size)):
        build(place, say)


def measure(arguments: argparse.Namespace, big: Place, twin: Place) -> int:
    from bench.figures import FIGURES  # noqa: PLC0415 - needs the settings
    from bench.measuring import Bench  # noqa: PLC0415
    from bench.table import print_table, write_reference  # noqa: PLC0415

    chosen = [one for one in FIGURES if not arguments.only or one.key in arguments.only]
    if unknown := set(arguments.only) - {one.key for one in FIGURES}:
        print(f"dengta: no figure {', '.join(sorted(unknown))}; there are {', '.join(one.key for one in FIGURES)}",
              file=sys.stderr)
        return 1
    for place in (twin, big):
        say(f"copying {place.kept}")
        place.copy()
    use(big, big.run)
    bench = Bench(big, twin, quick=arguments.quick)
    results: dict[str, Any] = {}
    for figure in chosen:
        begin = time.monotonic()
        results[figure.key] = run_one(figure(bench))
        say(f"{figure.key}: {time.monotonic() - begin:.0f} s")
        print_table(results[figure.key])
    print()
    for lines in results.values():
        print_table(lines)
    if big.size == 1_000_000 and not arguments.quick:
        write_reference(results, machine(), FIGURES)
    return 0


def run_one(figure: Any) -> list[Any]:
    """A figure that fails is a line of the table, too; the others are still taken."""
    try:
        figure.prepare()
        return figure.lines()
    except Exception as error:
        traceback.print_exc()
        return [Line(figure.name, figure.target, f"failed: {type(error).__name__}", met=False)]
    finally:
        figure.finish()


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}, Python " \
           f"{platform.python_version()}"


def say(text: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)
