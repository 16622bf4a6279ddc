"""Reads one spreadsheet in a process of its own, with memory and time limits, and writes its rows to stdout.

A spreadsheet of strangers can claim a million columns or repeat one long text a million times; whatever it does, it
does it here. Run by path with `python -I`; imports nothing of the project."""

import contextlib
import marshal
import sys
from datetime import date, datetime, time, timedelta

import python_calamine

BATCH = 500
MAX_CELL = 32_767


def main(path: str, sheet: str, max_rows: int, max_columns: int, memory: int, seconds: int) -> None:
    _limit(memory, seconds)
    out = sys.stdout.buffer
    try:
        book = python_calamine.load_workbook(path)
        names = [m.name for m in book.sheets_metadata if m.typ == python_calamine.SheetTypeEnum.WorkSheet]
        name = sheet or _first_with_rows(book, names)
        if name not in names:
            return marshal.dump({"code": "no_sheet"}, out)
        rows = book.get_sheet_by_name(name)
    except python_calamine.PasswordError:
        return marshal.dump({"code": "password"}, out)
    except python_calamine.CalamineError:
        return marshal.dump({"code": "not_a_sheet"}, out)
    if rows.total_height > max_rows or rows.width > max_columns:
        return marshal.dump({"code": "too_many", "rows": rows.total_height, "columns": rows.width}, out)
    marshal.dump({"code": "", "sheets": names, "sheet": name}, out)
    batch = []
    for row in rows.iter_rows():
        batch.append([cell.strip()[:MAX_CELL] if type(cell) is str else _text(cell) for cell in row])
        if len(batch) == BATCH:
            marshal.dump(batch, out)
            batch = []
    marshal.dump(batch, out)
    marshal.dump([], out)
    return None


def _first_with_rows(book, names: list[str]) -> str:
    for name in names[:20]:
        if book.get_sheet_by_name(name).total_height > 0:
            return name
    return names[0] if names else ""


def _limit(memory: int, seconds: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on every system

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _text(cell) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e17 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds") if cell.time() != time.min else cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *(int(a) for a in sys.argv[3:7]))
