"""The rows that failed, with the reason beside them: to be mended and read in again."""

import re
from collections.abc import Iterable, Sequence
from typing import BinaryIO

import xlsxwriter

_FORMULA = re.compile(r"^\s*[=+\-@]|^[\t\r\n]")
_HARMLESS = re.compile(r"^[+-]?[\d\s().-]{1,40}$")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MAX_CELL = 32_000


def neutral(written: str) -> str:
    """The text with an apostrophe before it if a spreadsheet could take it for a formula. Numbers stay numbers."""
    written = _NOT_XML.sub("", str(written))[:MAX_CELL]
    return f"'{written}" if _FORMULA.match(written) and not _HARMLESS.match(written) else written


def write_error_file(
    target: str | BinaryIO,
    header: Sequence[str],
    failures: Iterable[tuple[int, Sequence[str], str]],
    *,
    row_label: str = "Row",
    reason_label: str = "Reason",
) -> int:
    """(row number, cells, reason) → XLSX in constant memory. Answers how many rows were written."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(target, options)
    sheet = book.add_worksheet()
    bold, warn = book.add_format({"bold": True}), book.add_format({"font_color": "#B42318", "text_wrap": False})
    sheet.freeze_panes(1, 0)
    for column, name in enumerate([*header, row_label, reason_label]):
        sheet.write_string(0, column, neutral(name), bold)
    count = 0
    for count, (number, cells, reason) in enumerate(failures, start=1):
        for column, written in enumerate(cells[: len(header)]):
            sheet.write_string(count, column, neutral(written))
        sheet.write_number(count, len(header), number)
        sheet.write_string(count, len(header) + 1, neutral(reason), warn)
    book.close()
    return count
