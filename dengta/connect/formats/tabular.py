"""CSV and spreadsheets → a header and rows of text, one after another."""

import csv
import itertools
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from dengta.connect.formats import sheets
from dengta.connect.formats.encoding import decode
from dengta.connect.types import FormatRefused

MAX_BYTES = 100 * 1024 * 1024
SAMPLE_BYTES = 256 * 1024
SAMPLE_ROWS = 50
_PHONE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_HTML = re.compile(rb"^\s*(?:<!doctype|<html|<table|<\?xml)", re.IGNORECASE)
_NEUTRALISED = re.compile(r"^'(?=[=+\-@\t\r])")
csv.field_size_limit(1 << 20)


@dataclass(frozen=True)
class Table:
    """A file whose header is known. `rows()` reads it from the beginning each time, in constant memory."""

    path: Path
    kind: str
    header: tuple[str, ...]
    header_row: int
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    def rows(self, after: int = 0) -> Iterator[tuple[int, list[str]]]:
        """(row number as a spreadsheet shows it, cells); empty rows are left out. `after` continues an earlier read."""
        start = max(after, self.header_row)
        width = len(self.header)
        with closing(_raw_rows(self)) as raw:
            for number, cells in raw:
                if number > start and any(cells):
                    yield number, (cells + [""] * (width - len(cells)))[:width]

    def sample(self, count: int = SAMPLE_ROWS) -> list[tuple[int, list[str]]]:
        with closing(self.rows()) as rows:
            return list(itertools.islice(rows, count))


def open_table(path: str | Path, *, sheet: str = "", max_bytes: int = MAX_BYTES) -> Table:
    """Recognise the file by its content, never by its name."""
    path = Path(path)
    if path.stat().st_size > max_bytes:
        raise FormatRefused(
            "too_large", _("The file is larger than %(n)d MB.") % {"n": max_bytes // 1024 // 1024}, status=413
        )
    with path.open("rb") as file:
        start = file.read(SAMPLE_BYTES)
    if not start.strip():
        raise FormatRefused("empty", _("The file is empty."))
    if start[:4] == b"PK\x03\x04":
        sheets.look_inside(path)
        return _open_sheet(path, sheet)
    if start[:4] == b"\xd0\xcf\x11\xe0":
        return _open_sheet(path, sheet)
    if _HTML.match(start) or start[:4] in (b"%PDF", b"\x1f\x8b\x08\x00", b"\x89PNG"):
        raise FormatRefused(
            "not_a_table", _("This is neither a spreadsheet nor a CSV file. Please save it as XLSX or CSV.")
        )
    return _open_csv(path, start)


def _open_sheet(path: Path, sheet: str) -> Table:
    info, batches = sheets.read(path, sheet)
    with closing(batches):
        first = next(batches, [])
    numbered = list(enumerate(first[:SAMPLE_ROWS], start=1))
    header_row, header = _header(numbered)
    return Table(path, "xlsx", header, header_row, sheet=info["sheet"], sheets=tuple(info["sheets"]))


def _open_csv(path: Path, start: bytes) -> Table:
    whole_lines = start if len(start) < SAMPLE_BYTES else start[: start.rfind(b"\n") + 1] or start
    text, encoding = decode(whole_lines)
    if len(_CONTROL.findall(text)) * 100 > len(text):
        raise FormatRefused(
            "not_a_table", _("This is neither a spreadsheet nor a CSV file. Please save it as XLSX or CSV.")
        )
    encoding = _encoding_of_all(path, encoding)
    if text[:4].lower() == "sep=" and "\n" in text:
        text = text.split("\n", 1)[1]
    delimiter = _delimiter(text)
    table = Table(path, "csv", (), 0, encoding=encoding, delimiter=delimiter)
    with closing(_raw_rows(table)) as raw:
        header_row, header = _header(list(itertools.islice(raw, SAMPLE_ROWS)))
    return Table(path, "csv", header, header_row, encoding=encoding, delimiter=delimiter)


def _encoding_of_all(path: Path, guessed: str) -> str:
    """A file may be plain ASCII for its first thousand rows; try the guess on all of it, without keeping it."""
    for name in dict.fromkeys((guessed, "utf-8", "gb18030")):
        try:
            with path.open(encoding=_named(name), newline="") as file:
                while file.read(1 << 20):
                    pass
        except UnicodeError:
            continue
        return name
    return guessed


def _raw_rows(table: Table) -> Iterator[tuple[int, list[str]]]:
    if table.kind == "xlsx":
        _info, batches = sheets.read(table.path, table.sheet)
        with closing(batches):
            numbered = enumerate(itertools.chain.from_iterable(batches), start=1)
            yield from ((number, [_cell(c) if c[:1] == "'" else c for c in row]) for number, row in numbered)
        return
    with table.path.open(encoding=_named(table.encoding), errors="replace", newline="") as file:
        lines = (line.replace("\0", "").replace("\ufeff", "") for line in file)
        reader = csv.reader(lines, delimiter=table.delimiter)
        try:
            for number, row in enumerate(reader, start=1):
                if number > sheets.MAX_ROWS or len(row) > sheets.MAX_COLUMNS:
                    raise FormatRefused(
                        "too_many",
                        _("The sheet is too large: at most 500,000 rows and 200 columns."),
                        status=413,
                    )
                if number == 1 and row and row[0].lower().startswith("sep="):
                    row = []
                yield number, [_cell(c) if c[:1] == "'" else c.strip() for c in row]
        except csv.Error as error:
            raise FormatRefused(
                "not_a_table", _("The CSV is broken near line %(n)d.") % {"n": reader.line_num}
            ) from error


def _named(encoding: str) -> str:
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _delimiter(text: str) -> str:
    """The one that cuts the first lines into the same number of pieces most often."""
    lines = [line for line in text.splitlines()[:SAMPLE_ROWS] if line.strip()]
    best, best_score = ",", 0.0
    for delimiter in (",", "\t", ";", "|", "，"):
        try:
            counts = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        except csv.Error:
            continue
        usual = max(set(counts), key=counts.count, default=1)
        score = (usual - 1) * counts.count(usual) / max(1, len(counts))
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _header(rows: list[tuple[int, list[str]]]) -> tuple[int, tuple[str, ...]]:
    """The first row that names the columns. Titles above it have one cell; rows with a phone number are data."""
    filled = [(number, cells) for number, cells in rows if any(cells)]
    if not filled:
        raise FormatRefused("empty", _("There are no rows in the file."))
    width = max(len(cells) for _, cells in filled)
    usual = max(sum(1 for c in cells if c) for _, cells in filled)
    for number, cells in filled[:10]:
        if any(_PHONE.fullmatch(re.sub(r"[\s-]", "", c)) for c in cells):
            break
        if sum(1 for c in cells if c) * 2 > usual or usual == 1:
            return number, tuple(
                (c or f"#{i}")[:100] for i, c in enumerate(cells + [""] * (width - len(cells)), start=1)
            )
    return filled[0][0] - 1, tuple(f"#{i}" for i in range(1, width + 1))


def _cell(written: str) -> str:
    return _NEUTRALISED.sub("", written.strip())
