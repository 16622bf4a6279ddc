"""A file on its way in: the run with its counts, and one row of the ledger per line of the file."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from dengta.core.records import GroupRecord, StoreRecord
from dengta.leads.types import ImportState, RowOutcome
from dengta.leads.verbs.importing import Importing


class ImportRun(Importing, StoreRecord):
    """read = created + updated + skipped + failed, always, once it is done."""

    STATE_TONES = {"uploaded": "soon", "reading": "info", "running": "info", "done": "done", "failed": "late"}

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    channel = models.ForeignKey("market.Channel", models.PROTECT, db_index=False, related_name="+")
    campaign = models.ForeignKey(
        "market.Campaign", models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    file_name = models.CharField(max_length=200)
    file_path = models.CharField(max_length=300)
    sheet = models.CharField(max_length=100, blank=True)
    columns = models.JSONField(default=list, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    read = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey("org.Employee", models.PROTECT, null=True, db_index=False, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(StoreRecord.Meta):
        indexes = [
            models.Index(fields=["store", "-id"], name="leads_import_run_list"),
            models.Index(
                fields=["group", "id"], name="leads_import_run_busy", condition=Q(state__in=["reading", "running"])
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return f"/leads/imports/{self.pk}/"

    @property
    def done_rows(self) -> int:
        return self.created + self.updated + self.skipped + self.failed

    @property
    def percent(self) -> int:
        return 100 if self.state == ImportState.DONE else int(100 * self.done_rows / self.read) if self.read else 0

    @property
    def is_busy(self) -> bool:
        return self.state in (ImportState.READING, ImportState.RUNNING)


class ImportRow(GroupRecord):
    """One line of a file. `cells` are the values as read; `outcome` is empty until its batch was committed."""

    run = models.ForeignKey(ImportRun, models.CASCADE, db_index=False, related_name="rows")
    line = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    outcome = models.CharField(max_length=10, choices=RowOutcome, blank=True, default=RowOutcome.WAITING)
    reason = models.CharField(max_length=500, blank=True)
    lead_id = models.BigIntegerField(null=True, blank=True)
    customer_id = models.BigIntegerField(null=True, blank=True)

    class Meta(GroupRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="leads_import_row_once")]
        indexes = [
            models.Index(fields=["run", "line"], name="leads_import_row_waiting", condition=Q(outcome="")),
            models.Index(fields=["run", "line"], name="leads_import_row_failed", condition=Q(outcome="failed")),
        ]
