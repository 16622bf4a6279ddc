"""Spreadsheets (XLSX, XLS): looks into the archive before anything is unpacked, then reads in a limited process."""

import marshal
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.connect.types import FormatRefused

MAX_INFLATED = 800 * 1024 * 1024
MAX_RATIO = 300
RATIO_FROM = 30 * 1024 * 1024
MAX_PARTS = 2000
MAX_ROWS = 500_000
MAX_COLUMNS = 200
MEMORY = 1536 * 1024 * 1024
SECONDS = 120

_CHILD = Path(__file__).with_name("sheet_child.py")
_SENTENCES = {
    "no_sheet": gettext_lazy("There is no sheet of that name in the file."),
    "password": gettext_lazy("The file is protected by a password. Please save it without one."),
    "not_a_sheet": gettext_lazy("The file cannot be read as a spreadsheet. Please save it again as XLSX or CSV."),
    "too_many": gettext_lazy("The sheet is too large: at most 500,000 rows and 200 columns."),
}


def look_inside(path: str | Path) -> None:
    """Refuse archives that unpack to far more than they are, and XML with a DTD."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS:
                raise FormatRefused("zip_bomb", _("The file has too many parts."), status=413)
            if "[Content_Types].xml" not in archive.NameToInfo:
                raise FormatRefused("not_a_sheet", str(_SENTENCES["not_a_sheet"]))
            if sum(part.file_size for part in parts) > MAX_INFLATED:
                raise FormatRefused("zip_bomb", _("The file unpacks to far more than it is."), status=413)
            _inflate_all(path, parts, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise FormatRefused("not_a_sheet", str(_SENTENCES["not_a_sheet"])) from error


def read(path: str | Path, sheet: str = "") -> tuple[dict[str, Any], Iterator[list[list[str]]]]:
    """What the sheet is, and its rows in batches. Closing the iterator ends the process that reads."""
    child = subprocess.Popen(
        [
            sys.executable,
            "-I",
            str(_CHILD),
            str(path),
            sheet,
            str(MAX_ROWS),
            str(MAX_COLUMNS),
            str(MEMORY),
            str(SECONDS),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        head = _load(child)
        if head["code"]:
            raise FormatRefused(head["code"], str(_SENTENCES[head["code"]]), 413 if head["code"] == "too_many" else 422)
    except BaseException:
        _end(child)
        raise
    return head, _batches(child)


def _batches(child: subprocess.Popen) -> Iterator[list[list[str]]]:
    try:
        while batch := _load(child):
            yield batch
    finally:
        _end(child)


def _load(child: subprocess.Popen) -> Any:
    """The pipe comes from our own program; what strangers wrote is only text in it."""
    try:
        return marshal.load(child.stdout)
    except (EOFError, ValueError, TypeError) as error:
        raise FormatRefused("too_large", _("The file needs too much memory or time to read."), status=413) from error


def _end(child: subprocess.Popen) -> None:
    child.stdout.close()
    child.kill()
    child.wait()


def _inflate_all(path: str | Path, parts: list[zipfile.ZipInfo], archive: zipfile.ZipFile) -> None:
    """Unpack everything once and throw it away: the sizes that an archive declares can lie."""
    total, packed = 0, max(1, Path(path).stat().st_size)
    for part in parts:
        tail = b""
        for piece in _pieces(archive, part):
            total += len(piece)
            if total > MAX_INFLATED or (total > RATIO_FROM and total > packed * MAX_RATIO):
                raise FormatRefused("zip_bomb", _("The file unpacks to far more than it is."), status=413)
            _refuse_dtd(part.filename, tail + piece)
            tail = piece[-12:]


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    if part.flag_bits & 1:
        raise FormatRefused("password", str(_SENTENCES["password"]))
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FormatRefused("not_a_sheet", str(_SENTENCES["not_a_sheet"]))
    raw = archive.fp
    raw.seek(part.header_offset)
    header = raw.read(30)
    if header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(part.filename)
    raw.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    left = part.compress_size
    inflater = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0 and (packed := raw.read(min(left, 65536))):
        left -= len(packed)
        while packed:
            yield inflater.decompress(packed, 1 << 20) if inflater else packed
            packed = inflater.unconsumed_tail if inflater else b""


def _refuse_dtd(name: str, piece: bytes) -> None:
    if name.endswith((".xml", ".rels", ".vml")) and (
        b"<!DOCTYPE" in piece or b"<!ENTITY" in piece or piece[:2] in (b"\xff\xfe", b"\xfe\xff")
    ):
        raise FormatRefused("dtd_forbidden", _("The file has an XML document type in it, which no spreadsheet needs."))
