"""Lists as files: CSV that is sent while it is read, XLSX in constant memory; formulas never come alive."""

from __future__ import annotations

import contextvars
import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.encoding import iri_to_uri
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from dengta.core import scope
from dengta.core.lists.columns import Column

CHUNK = 2_000  # rows fetched at a time
LONGEST_CELL = 32_000
MOST_ROWS = 1_048_000  # of one sheet; further rows go to the next sheet
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM = "\ufeff"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def neutral(value: Any) -> Any:
    """Numbers, days and moments stay what they are; text that a spreadsheet would calculate gets an apostrophe."""
    if type(value) is str:
        return _harmless(value)
    if value is None or isinstance(value, bool):
        return "" if value is None else pgettext("value", "Yes") if value else pgettext("value", "No")
    if isinstance(value, int | float | Decimal | date | time):
        return value
    if isinstance(value, SafeString):
        value = strip_tags(value)
    if isinstance(value, list | tuple | set | frozenset):
        value = " / ".join(map(str, value))
    return _harmless(str(value))


def _harmless(text: str) -> str:
    text = text[:LONGEST_CELL].replace("\x00", "")
    return "'" + text if text.startswith(DANGEROUS) else text


def cells(columns: Sequence[Column], rows: QuerySet) -> Iterator[list[Any]]:
    """Neutral values row by row, through a cursor on the server: memory does not grow with the number of rows."""
    readers = [column.reader() for column in columns]
    for row in rows.iterator(chunk_size=CHUNK):
        yield [neutral(read(row)) for read in readers]


def write_csv(columns: Sequence[Column], rows: QuerySet) -> Iterator[str]:
    """The lines of the file, some hundred at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BOM)
    writer.writerow([neutral(str(column.label)) for column in columns])
    for values in cells(columns, rows):
        writer.writerow([value if type(value) in _PLAIN else _csv_text(value) for value in values])
        if buffer.tell() > 64_000:
            yield _drain(buffer)
    yield _drain(buffer)


_PLAIN = (str, int, float, Decimal)


def _csv_text(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{_local(value):%Y-%m-%d %H:%M:%S}"
    return value.isoformat() if isinstance(value, date | time) else value


def _drain(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def write_xlsx(
    columns: Sequence[Column], rows: QuerySet, file: IO[bytes], *, told: Callable[[int], None] | None = None
) -> int:
    """Writes the workbook and returns the number of rows; `told(count)` hears of the progress every 2,000."""
    count = 0
    with xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "default_date_format": ""},
    ) as book:
        styles = {
            "head": book.add_format({"bold": True}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        sheet, line = None, 0
        for values in cells(columns, rows):
            if sheet is None or line > MOST_ROWS:
                sheet, line = _sheet(book, columns, styles["head"]), 1
            for place, value in enumerate(values):
                _put(sheet, line, place, value, styles)
            line, count = line + 1, count + 1
            if told and count % CHUNK == 0:
                told(count)
        if sheet is None:
            _sheet(book, columns, styles["head"])
    return count


def _sheet(book: xlsxwriter.Workbook, columns: Sequence[Column], head: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(columns) - 1, 0), 16)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, str(neutral(str(column.label))), head)
    return sheet


def _put(sheet: Any, line: int, place: int, value: Any, styles: dict[str, Any]) -> None:
    if isinstance(value, str):
        if value:
            sheet.write_string(line, place, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(line, place, _local(value).replace(tzinfo=None), styles["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(line, place, value, styles["day"])
    elif isinstance(value, time):
        sheet.write_string(line, place, f"{value:%H:%M}")
    elif isinstance(value, float | Decimal) and not Decimal(value).is_finite():
        sheet.write_string(line, place, str(value))
    elif isinstance(value, int | Decimal) and abs(value) >= 10**15:
        sheet.write_string(line, place, str(value))  # a spreadsheet would round it
    else:
        sheet.write_number(line, place, value)


def _local(at: datetime) -> datetime:
    return timezone.localtime(at) if timezone.is_aware(at) else at


# -- answers to a browser ------------------------------------------------------------------------------------------
def csv_response(columns: Sequence[Column], rows: QuerySet, file_name: str) -> StreamingHttpResponse:
    """The first lines leave while later ones are still read, in a scope, language and time zone of its own."""
    wall = scope.current() if scope.is_open() else None
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def lines() -> Iterator[str]:
        with translation.override(language), timezone.override(zone):
            if wall is None:
                yield from write_csv(columns, rows)
            else:
                with scope.open(wall.group_id, wall.stores):
                    yield from write_csv(columns, rows)

    return _named(StreamingHttpResponse(_Apart(lines()), content_type="text/csv; charset=utf-8"), file_name, "csv")


def xlsx_response(columns: Sequence[Column], rows: QuerySet, file_name: str) -> FileResponse:
    """The workbook is made in a temporary file, which goes away after it was sent."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_xlsx(columns, rows, file)
    file.seek(0)
    return _named(FileResponse(file, content_type=XLSX), file_name, "xlsx")


def _named(response: Any, file_name: str, ending: str) -> Any:
    plain = f"{file_name}-{timezone.localtime():%Y%m%d-%H%M}.{ending}"
    ascii_name = plain.encode("ascii", "ignore").decode().replace('"', "") or f"export.{ending}"
    response["Content-Disposition"] = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{iri_to_uri(plain)}"
    response["X-Accel-Buffering"] = "no"
    return response


class _Apart:
    """A generator that keeps its context variables to itself, whoever asks for the next part."""

    def __init__(self, parts: Iterable[str]) -> None:
        self._parts = iter(parts)
        self._context = contextvars.copy_context()

    def __iter__(self) -> _Apart:
        return self

    def __next__(self) -> str:
        return self._context.run(next, self._parts)

    def close(self) -> None:
        self._context.run(self._parts.close)
