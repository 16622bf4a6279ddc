"""Reads the checkout: which files belong to which room, what they import. The rooms' order stands here once."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HOUSE = ROOT / "dengta"
LAYERS = [
    {"core"}, {"org"}, {"studio"}, {"work"}, {"connect"}, {"customers"}, {"market"}, {"vehicles"},
    {"leads", "finance"}, {"parts"}, {"sales", "service"}, {"care", "oem"}, {"insight"}, {"blueprints"}, {"config"},
]
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}


def rooms() -> list[str]:
    return sorted((path.name for path in HOUSE.iterdir() if path.is_dir() and (path / "__init__.py").exists()),
                  key=LEVEL.__getitem__)


def business_rooms() -> list[str]:
    return [room for room in rooms() if room not in ("core", "config", "blueprints")]


def python_files(*, tests: bool = True) -> Iterator[Path]:
    for file in sorted(HOUSE.rglob("*.py")):
        if "node_modules" not in file.parts and (tests or "tests" not in file.parts):
            yield file
    if tests:
        yield from sorted((ROOT / "tests").rglob("*.py"))


def templates() -> list[Path]:
    return sorted([*HOUSE.glob("*/templates/**/*.html"), *HOUSE.glob("*/*/templates/**/*.html")])


def room_of(file: Path) -> str:
    return file.relative_to(HOUSE).parts[0] if file.is_relative_to(HOUSE) else ""


def shown(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@cache
def source(file: Path) -> str:
    return file.read_text(encoding="utf-8")


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(source(file))


def imports(file: Path) -> Iterator[str]:
    """Dotted names this file imports from our own house, `from x import y` as `x.y`."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith("dengta."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dengta"):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def tracked() -> list[Path]:
    """What git keeps or would keep."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            capture_output=True, text=True, check=False)
    if listed.returncode:
        skipped = {".git", ".venv", "var", "node_modules", "__pycache__"}
        return [path for path in ROOT.rglob("*") if path.is_file() and not skipped & set(path.parts)]
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
