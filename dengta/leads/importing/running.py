"""Running an import: all rows are staged by COPY, then go through the pipeline by batches.

The ledger and the counts are written in the batch's own transaction, so a worker that is killed leaves nothing half
done and the next one goes on at the first row without an outcome.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dengta.connect.formats.columns import to_message
from dengta.connect.formats.values import text
from dengta.connect.types import EXTERNAL_ID_LENGTH, FormatRefused
from dengta.core import bulk, scope
from dengta.core.actors import Actor
from dengta.customers.operations import LostRace
from dengta.leads.importing.files import opened
from dengta.leads.models import ImportRow, ImportRun, Lead
from dengta.leads.pipeline.incoming import Incoming
from dengta.leads.pipeline.run import run as run_pipeline
from dengta.leads.types import ImportState, InboxState, InvalidReason, LeadState, RowOutcome

BATCH = 1000
LANE = 0x4C656164
log = structlog.get_logger(__name__)


def advance(group_id: int, run_id: int) -> int:
    """One step of a run in a transaction of its own; returns how many rows it settled, 0 when there is nothing left."""
    with scope.open(group_id):
        run = _locked(run_id)
        if run is None:
            return 0
        if run.state == ImportState.READING:
            return _stage(run) or _finish(run)
        rows = list(run.rows.filter(outcome="").order_by("line")[:BATCH])
        if not rows:
            return _finish(run)
        ids = [row.pk for row in rows]
    return _settle(group_id, run_id, ids)


def busy(group_id: int) -> list[int]:
    with scope.open(group_id):
        return list(
            ImportRun.objects.filter(state__in=[ImportState.READING, ImportState.RUNNING])
            .order_by("pk")
            .values_list("pk", flat=True)
        )


def _locked(run_id: int) -> ImportRun | None:
    """One worker per run at a time; others pass it over."""
    rows = ImportRun.objects.select_for_update(of=("self",), skip_locked=True)
    return rows.filter(pk=run_id, state__in=[ImportState.READING, ImportState.RUNNING]).first()


def _finish(run: ImportRun) -> int:
    run.finish(by=_hand(run))
    return 0


def _hand(run: ImportRun) -> Actor:
    return Actor.system(run.group_id, f"import {run.pk}")


# -- staging -------------------------------------------------------------------------------------------------------
def _stage(run: ImportRun) -> int:
    """The whole file in one transaction: COPY into a temporary table, since rows behind the wall take no COPY."""
    try:
        with opened(run) as table, connection.cursor() as cursor:
            cursor.execute(
                "drop table if exists pg_temp.staging; "
                "create temporary table staging (line integer, cells jsonb) on commit drop"
            )
            with cursor.copy("copy staging (line, cells) from stdin") as copy:
                for line, cells in table.rows():
                    copy.write_row((line, json.dumps(cells, ensure_ascii=False).replace("\\u0000", "")))
            cursor.execute(
                "insert into leads_importrow (group_id, run_id, line, cells, outcome, reason) "
                "select %s, %s, line, cells, '', '' from staging order by line",
                [run.group_id, run.pk],
            )
            run.read = cursor.rowcount
    except FormatRefused as refused:
        run.state, run.error, run.finished_at = ImportState.FAILED, refused.message[:500], timezone.now()
        run.save(update_fields=["state", "error", "finished_at"])
        return 1
    run.state = ImportState.RUNNING
    run.save(update_fields=["read", "state"])
    return run.read


# -- the run -------------------------------------------------------------------------------------------------------
def _settle(group_id: int, run_id: int, ids: Sequence[int], attempts: int = 0) -> int:
    """A batch; if it fails, its halves, down to the one row that is to blame, which is marked with its reason."""
    try:
        return _run_batch(group_id, run_id, ids)
    except (OperationalError, InterfaceError):
        raise
    except LostRace:
        if attempts < 5:
            return _settle(group_id, run_id, ids, attempts + 1)
        raise
    except Exception as error:
        log.exception("import_batch_failed", run=run_id, rows=len(ids))
        if len(ids) == 1:
            return _give_up(group_id, run_id, ids[0], error)
    half = len(ids) // 2
    return _settle(group_id, run_id, ids[:half]) + _settle(group_id, run_id, ids[half:])


def _run_batch(group_id: int, run_id: int, ids: Sequence[int]) -> int:
    with scope.open(group_id):
        run = _locked(run_id)
        if run is None:
            return 0
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s, %s)", [LANE, run.store_id])
        rows = list(run.rows.filter(pk__in=ids, outcome="").order_by("line"))
        pipe(run, rows, by=_hand(run))
        bulk.update(ImportRow, rows, ["outcome", "reason", "lead_id", "customer_id"])
        for row in rows:
            setattr(run, row.outcome, getattr(run, row.outcome) + 1)
        run.save(update_fields=["created", "updated", "skipped", "failed"])
        return len(rows)


def _give_up(group_id: int, run_id: int, row_id: int, error: Exception) -> int:
    with scope.open(group_id):
        run = _locked(run_id)
        if run is None:
            return 0
        reason = _("This row cannot be read in: %(why)s") % {"why": type(error).__name__}
        run.rows.filter(pk=row_id, outcome="").update(outcome=RowOutcome.FAILED, reason=reason)
        run.failed += 1
        run.save(update_fields=["failed"])
        return 1


def pipe(run: ImportRun, rows: Sequence[ImportRow], *, by: Actor) -> list[Incoming]:
    """Rows through the same pipeline as every message, and their outcomes."""
    header = [one["header"] for one in run.columns]
    mapping = {int(column): target for column, target in run.mapping.items()}
    now = timezone.now()
    messages = [_incoming(run, row, to_message(header, row.cells, mapping), now) for row in rows]
    _recognise(run, messages)
    run_pipeline(messages, store_id=run.store_id, lead=Lead, by=by, now=now)
    for row, one in zip(rows, messages, strict=True):
        row.outcome, row.reason = outcome_of(one)
        row.lead_id, row.customer_id = one.outcome_lead_id, one.customer_id
    return messages


def _incoming(run: ImportRun, row: ImportRow, message: dict[str, Any], now: Any) -> Incoming:
    return Incoming(
        row.pk,
        message,
        run.channel_id,
        now,
        campaign_id=run.campaign_id,
        external_id=text(message.get("external_id"), EXTERNAL_ID_LENGTH),
    )


def _recognise(run: ImportRun, messages: Sequence[Incoming]) -> None:
    """A row whose number was read in before corrects that lead; the same number twice in one batch counts once."""
    wanted = {one.external_id for one in messages if one.external_id}
    known = (
        dict(Lead.objects.filter(channel_id=run.channel_id, external_id__in=wanted).values_list("external_id", "pk"))
        if wanted
        else {}
    )
    seen: set[str] = set()
    for one in messages:
        one.lead_id = known.get(one.external_id) if one.external_id else None
        if one.external_id and one.external_id in seen:
            one.state, one.code = InboxState.DUPLICATE.value, "repeated"
            one.reason = _("The same number stands in an earlier row of the file.")
        seen.add(one.external_id)


def outcome_of(one: Incoming) -> tuple[str, str]:
    """created, updated, skipped or failed, and why."""
    if one.state == InboxState.QUARANTINED:
        return RowOutcome.FAILED.value, one.reason
    if one.code == "repeated":
        return RowOutcome.SKIPPED.value, one.reason
    if one.lead_id:
        return (
            (RowOutcome.UPDATED.value, "") if one.changed else (RowOutcome.SKIPPED.value, _("Nothing new in this row."))
        )
    if one.state == InboxState.DUPLICATE:
        return RowOutcome.UPDATED.value, _("Known already: added to what is open with this customer.")
    if one.lead is not None and one.lead.state == LeadState.INVALID:
        return RowOutcome.SKIPPED.value, str(InvalidReason(one.lead.invalid_reason).label)
    return RowOutcome.CREATED.value, ""


class _Undo(Exception):
    """Takes a preview back."""


def preview(run: ImportRun, *, count: int = 20) -> list[dict[str, Any]]:
    """What would become of the first rows: done for real and taken back again."""
    with opened(run) as table:
        sample = table.sample(count)
    rows = [ImportRow(pk=0, run=run, line=line, cells=cells) for line, cells in sample]
    try:
        with transaction.atomic():
            pipe(run, rows, by=_hand(run))
            raise _Undo
    except _Undo:
        return [{"line": row.line, "cells": row.cells, "outcome": row.outcome, "reason": row.reason} for row in rows]
