"""Keeping an uploaded file, recognising its columns, and giving back the rows that failed."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dengta.connect.formats.columns import as_mapping, recognise
from dengta.connect.formats.error_file import write_error_file
from dengta.connect.formats.tabular import MAX_BYTES, Table, open_table
from dengta.connect.types import FormatRefused
from dengta.core.verbs import NotAllowed
from dengta.leads.models import ImportRun
from dengta.market.operations import house_channel
from dengta.market.types import ChannelKind
from dengta.vehicles.models import Series

SUFFIXES = {".xlsx", ".xls", ".csv", ".txt"}


def upload(
    file: BinaryIO, name: str, *, store: Any, by: Any, channel: Any = None, campaign: Any = None, sheet: str = ""
) -> ImportRun:
    """Keep the file and guess what its columns mean: by the last import of this channel, by name, by content."""
    suffix = Path(name).suffix.lower()
    path = default_storage.save(f"imports/{uuid.uuid4().hex}{suffix if suffix in SUFFIXES else '.bin'}", file)
    try:
        with local(path) as here:
            table = open_table(here, sheet=sheet, max_bytes=MAX_BYTES)
            sample = table.sample()
    except FormatRefused as refused:
        default_storage.delete(path)
        raise NotAllowed(refused.message, refused.code) from refused
    channel = channel or house_channel(store, ChannelKind.IMPORT, by)
    guesses = recognise(
        table.header,
        [cells for _number, cells in sample],
        remembered=_remembered(channel),
        known={"series": Series.objects.recogniser().find},
    )
    columns = [
        {
            "index": one.index,
            "header": one.header,
            "target": one.target,
            "by": one.by,
            "confidence": one.confidence,
            "samples": list(one.samples),
        }
        for one in guesses
    ]
    mapping = {str(index): target for index, target in as_mapping(guesses).items()}
    return ImportRun.upload(
        by=by,
        store=store,
        channel=channel,
        campaign=campaign,
        file_name=Path(name).name,
        file_path=path,
        columns=columns,
        mapping=mapping,
        sheet=table.sheet,
    )


def _remembered(channel: Any) -> dict[str, str]:
    """Header → field of the last import of the same channel that was run."""
    last = ImportRun.objects.filter(channel=channel, started_at__isnull=False).order_by("-pk").first()
    if last is None:
        return {}
    return {one["header"]: last.mapping.get(str(one["index"]), "") for one in last.columns}


@contextmanager
def local(path: str) -> Iterator[Path]:
    """The file as a path on this machine, wherever the storage keeps it."""
    try:
        yield Path(default_storage.path(path))
    except NotImplementedError:
        with tempfile.NamedTemporaryFile(suffix=Path(path).suffix) as copy, default_storage.open(path) as kept:
            shutil.copyfileobj(kept, copy)
            copy.flush()
            yield Path(copy.name)


@contextmanager
def opened(run: ImportRun) -> Iterator[Table]:
    with local(run.file_path) as here:
        yield open_table(here, sheet=run.sheet)


def error_file(run: ImportRun) -> bytes:
    """The failed rows with the reason beside each, as a spreadsheet that can be mended and read in again."""
    header = [one["header"] for one in run.columns]
    rows = run.rows.filter(outcome="failed").order_by("line").values_list("line", "cells", "reason")
    target = BytesIO()
    labels = {"row_label": pgettext("file", "Row"), "reason_label": _("Reason")}
    write_error_file(target, header, rows.iterator(chunk_size=2000), **labels)
    return target.getvalue()
