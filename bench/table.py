"""The table for the terminal and for docs/reference/benchmarks.md."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from typing import Any

from bench.figure import Line
from dengta.config import env

HEAD = ("Figure", "Target", "Measured", "Lower bound", "Ratio", "")
KEPT = "results.json"
PREFACE = """\
# Benchmarks

Written by `make bench`. At 1,000,000 customers and leads and 5,000,000 events in one group of 50 stores; the lower
bound is raw PostgreSQL (or an empty view of the same server), measured in the same minute on the same machine, so that
the ratio holds on others. Each figure is the median of several rounds. How they are taken: `bench/README.md`.

"""


def marked(line: Line) -> str:
    return {True: "met", False: "**missed**", None: ""}[line.met]


def cells(line: Line) -> tuple[str, ...]:
    return line.what, line.target, line.measured, line.bound, line.ratio, marked(line)


def print_table(lines: list[Line]) -> None:
    for line in lines:
        what, target, measured, bound, ratio, mark = cells(line)
        print(f"  {padded(what, 70)} {padded(measured, 30)} {padded(bound, 12)} {padded(ratio, 18)} "
              f"{mark.strip('*'):7} {target}", flush=True)


def padded(text: str, width: int) -> str:
    return text + " " * max(0, width - sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text))


def write_reference(results: dict[str, list[Line]], machine: str, figures: list[Any]) -> None:
    """Figures that were not taken this time keep their last values, with their day."""
    folder = env.home() / "bench"
    path = folder / KEPT
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    for key, lines in results.items():
        kept[key] = {"day": today, "machine": machine, "lines": [line.as_json() for line in lines]}
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
    text = PREFACE + "\n".join([row(HEAD), row(("---",) * len(HEAD))])
    for figure in figures:
        for line in kept.get(figure.key, {}).get("lines", []):
            text += "\n" + row(cells(Line(**line)))
    places = sorted({f"{one['day']}: {one['machine']}" for one in kept.values()})
    text += "\n\nTaken on " + "; ".join(places) + ".\n"
    (env.ROOT / "docs" / "reference" / "benchmarks.md").write_text(text, "utf-8")


def row(parts: tuple[str, ...]) -> str:
    return "| " + " | ".join(part.replace("|", "\\|") for part in parts) + " |"
