"""What came in: every message with its fate; what could not be used is corrected and sent through again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dengta.core.access import fetch, visible
from dengta.core.handlers import page
from dengta.core.lists import ChoiceFilter, Column, DateFilter, ListSpec, RefFilter, SavedView
from dengta.core.models import EventRow
from dengta.core.templatetags.dengta import state_badge
from dengta.leads.models import InboxMessage
from dengta.leads.reports.files import LABELS
from dengta.leads.types import InboxState
from dengta.leads.views.lists import _channels

EVENTS = 20
LONGEST = 2000


def _who(row: InboxMessage) -> str:
    return str(row.fields.get("name") or row.external_id or row.receipt)[:60]


MESSAGES = ListSpec(
    key="leads.inboxmessage",
    columns=[
        Column("name", gettext_lazy("Sender"), value=_who, main=True),
        Column("received_at", gettext_lazy("Received"), sort="pk", corner=True),
        Column("channel", gettext_lazy("Source"), value="channel.name"),
        Column("state", gettext_lazy("State"), show=state_badge),
        Column("reason", gettext_lazy("Reason")),
        Column("external_id", gettext_lazy("Number of the sender"), desk_only=True),
        Column("receipt", gettext_lazy("Receipt"), value=lambda row: str(row.receipt), default=False, desk_only=True),
    ],
    filters=[
        ChoiceFilter("state", gettext_lazy("State"), choices=InboxState.choices),
        RefFilter("channel", gettext_lazy("Source"), path="channel_id", choices=_channels),
        DateFilter("received", gettext_lazy("Received"), path="received_at"),
    ],
    views=[
        SavedView("quarantine", gettext_lazy("In quarantine"), "state=quarantined", default=True, counted=True),
        SavedView("duplicates", pgettext_lazy("inbox", "Duplicate"), "state=duplicate"),
    ],
    sort="-pk",
    url=InboxMessage.get_absolute_url,
)


@page("leads.inboxmessage.see", methods=("GET", "HEAD"))
def inbox(request: HttpRequest) -> HttpResponse:
    """Messages of all channels; those in quarantine come first to mind."""
    rows = visible(InboxMessage, request.actor).select_related("channel").defer("source", "earlier")
    return render(
        request,
        "leads/messages.html",
        {"page": MESSAGES.page(request.GET, rows, actor=request.actor, path=request.path)},
    )


@page("leads.inboxmessage.see")
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: what was sent, why it was put aside, and its fields to correct."""
    row = fetch(InboxMessage, request.actor, pk, rows=InboxMessage.objects.select_related("channel", "store"))
    if request.method == "POST":
        row.replay(by=request.actor, fields=_corrected(row, request.POST))
        notes.success(request, _("The message goes through again. Its fate shows here in a moment."))
        return redirect(row)
    return render(
        request,
        "leads/message.html",
        {
            "row": row,
            "fields": _fields(row),
            "events": EventRow.objects.for_subject(row).select_related("employee")[:EVENTS],
        },
    )


def _fields(row: InboxMessage) -> list[dict[str, Any]]:
    """Plain values as inputs; nested ones (extra) stay as they are. The phone is always there to be mended."""
    given = {"name": "", "phone": "", **row.fields}
    return [
        {"name": name, "label": LABELS.get(name, name), "value": "" if value is None else value}
        for name, value in given.items()
        if not isinstance(value, dict | list | bool)
    ]


def _corrected(row: InboxMessage, data: Any) -> dict[str, Any]:
    """Only what somebody changed, so that numbers stay numbers."""
    return {
        one["name"]: data[f"field-{one['name']}"].strip()[:LONGEST]
        for one in _fields(row)
        if f"field-{one['name']}" in data and data[f"field-{one['name']}"].strip() != str(one["value"])
    }
