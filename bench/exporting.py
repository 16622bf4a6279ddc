"""One export in a process of its own: rows, bytes, seconds to the first part and to the last, growth of memory."""

from __future__ import annotations

import json
import sys
import time

import django


def main() -> None:
    django.setup()
    from bench.figures.pages import Browser  # noqa: PLC0415 - needs the settings
    from bench.measuring import Bench, memory_now, memory_peak  # noqa: PLC0415

    browser = Browser(Bench.account("bench-boss"))
    browser.get("/leads/all/")  # what every page loads is loaded
    before, begin = memory_now(), time.perf_counter()
    first, rows, size = 0.0, 0, 0
    for part in browser.get(sys.argv[1]).streaming_content:
        first = first or time.perf_counter() - begin
        rows, size = rows + part.count(b"\n"), size + len(part)
    print(json.dumps({"took": time.perf_counter() - begin, "first": first, "rows": rows - 1, "size": size,
                      "memory": max(memory_peak() - before, 0)}))


if __name__ == "__main__":
    main()
