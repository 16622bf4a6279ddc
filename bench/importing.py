"""One import in a process of its own, as `dengta import leads` does it; says what came of it and what it took."""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
import time

import django


def main() -> None:
    django.setup()
    from bench.measuring import memory_now, memory_peak  # noqa: PLC0415 - needs the settings
    from dengta.config import cli  # noqa: PLC0415

    parser = cli.whole_parser()
    arguments = parser.parse_args(["import", "leads", sys.argv[1], "--store", sys.argv[2], "--json"])
    before, said, begin = memory_now(), io.StringIO(), time.perf_counter()
    with contextlib.redirect_stdout(said):
        arguments.run(arguments)
    took = time.perf_counter() - begin
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({**json.loads(said.getvalue().strip().splitlines()[-1]), "took": took,
                      "memory": max(memory_peak() - before, 0) + children}))


if __name__ == "__main__":
    main()
