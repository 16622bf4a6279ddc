"""A file of leads: uploaded, begun, stopped. The work itself is done in batches by the worker."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.connect.formats.columns import TARGETS
from dengta.core.inputs import BadInput, Json, Ref
from dengta.core.verbs import birth, verb
from dengta.leads.events import ImportCancelled, ImportFinished, ImportStarted, ImportUploaded
from dengta.leads.types import ImportState

BUSY = (ImportState.READING, ImportState.RUNNING)


class Importing:
    """Can be left and found again; a worker that dies is followed by another at the same row."""

    @birth(done=ImportUploaded, label=gettext_lazy("Upload a file"), icon="upload", hidden=True)
    def upload(
        cls,
        *,
        by: Any,
        store: Any,
        channel: Any,
        file_name: str,
        file_path: str,
        columns: list,
        mapping: dict,
        sheet: str = "",
        campaign: Any = None,
    ) -> Any:
        """The file is kept; nothing is read in yet."""
        row = cls(
            store_id=store.pk,
            channel=channel,
            campaign=campaign,
            file_name=file_name[:200],
            file_path=file_path,
            columns=columns,
            mapping=mapping,
            sheet=sheet[:100],
            made_by_id=by.employee_id,
        )
        row.save()
        return row, ImportUploaded(file_name=row.file_name)

    @verb(
        done=ImportStarted,
        label=gettext_lazy("Start the import"),
        icon="player-play",
        from_states=(ImportState.UPLOADED, ImportState.FAILED),
        inputs=[
            Json("mapping", label=gettext_lazy("Columns"), required=False),
            Ref("campaign", to="market.campaign", label=gettext_lazy("Campaign"), required=False),
        ],
    )
    def start(self, *, by: Any, mapping: dict | None = None, campaign: Any = None) -> ImportStarted:
        """`mapping` says for each column, counted from 0, which field it is; a phone or WeChat column is needed."""
        if mapping is not None:
            self.mapping = checked_mapping(mapping, len(self.columns))
        if not {"phone", "wechat"} & set(self.mapping.values()):
            raise BadInput({"mapping": [_("Say which column has the phone number.")]})
        if campaign is not None:
            self.campaign = campaign
        self.state = ImportState.RUNNING if self.read else ImportState.READING
        self.error, self.started_at = "", self.started_at or timezone.now()
        self.save(update_fields=["mapping", "campaign", "state", "error", "started_at"])
        return ImportStarted(file_name=self.file_name)

    @verb(
        done=ImportCancelled,
        label=gettext_lazy("Stop the import"),
        icon="circle-x",
        from_states=BUSY,
        to_state=ImportState.CANCELLED,
        confirm=gettext_lazy("Rows that are read in already stay. Stop?"),
    )
    def cancel(self, *, by: Any) -> ImportCancelled:
        """What was read in stays; the rest is left out."""
        self.state, self.finished_at = ImportState.CANCELLED, timezone.now()
        self.save(update_fields=["state", "finished_at"])
        return ImportCancelled(file_name=self.file_name)

    @verb(
        done=ImportFinished,
        label=gettext_lazy("Finish the import"),
        hidden=True,
        from_states=BUSY,
        to_state=ImportState.DONE,
    )
    def finish(self, *, by: Any) -> ImportFinished:
        """Every row has its outcome."""
        self.state, self.finished_at = ImportState.DONE, timezone.now()
        self.save(update_fields=["state", "finished_at"])
        return ImportFinished(
            file_name=self.file_name,
            created=self.created,
            updated=self.updated,
            skipped=self.skipped,
            failed=self.failed,
        )


def checked_mapping(mapping: Any, width: int) -> dict[str, str]:
    """Column number (as text, since JSON has no other keys) → field; columns without a field are kept as extras."""
    if not isinstance(mapping, dict):
        raise BadInput({"mapping": [_("Give a field for each column.")]})
    found = {}
    for column, target in mapping.items():
        if not str(column).isdecimal() or int(column) >= width or (target and target not in TARGETS):
            raise BadInput(
                {
                    "mapping": [
                        _("The column %(column)s cannot be “%(target)s”.")
                        % {"column": str(column)[:20], "target": str(target)[:40]}
                    ]
                }
            )
        if target:
            found[str(int(column))] = target
    return found
