"""Pages: channels with their mapping and key, campaigns with their form and QR code."""

from __future__ import annotations

import io
from typing import Any

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from dengta.connect.formats.json_message import read_one
from dengta.connect.formats.mapping import map_message
from dengta.connect.formats.tidy import tidy
from dengta.core.access import fetch, visible
from dengta.core.handlers import page
from dengta.core.inputs import BadInput
from dengta.core.models import EventRow
from dengta.core.panels import panels_for
from dengta.market.forms import TARGET_LABELS, MappingForm, RuleFormSet, as_lines, pairs, rows_of
from dengta.market.models import Campaign, Channel
from dengta.market.types import KEYED_KINDS, CampaignState, ChannelKind, FormField

MOST = 300
RECENT = 30
READ = ("GET", "HEAD")


@page("market.channel.see", methods=READ)
def channels(request: HttpRequest) -> HttpResponse:
    rows = visible(Channel, request.actor).for_list()
    kind = request.GET.get("kind", "")
    shown = rows.filter(kind=kind) if kind in ChannelKind.values else rows
    chips = [{"label": _("All"), "url": "?", "current": kind not in ChannelKind.values}] + [
        {"label": label, "url": f"?kind={value}", "current": kind == value} for value, label in ChannelKind.choices
    ]
    return render(request, "market/channels.html", {"rows": shown[:MOST], "chips": chips})


@page("market.channel.see", methods=READ)
def channel(request: HttpRequest, pk: int) -> HttpResponse:
    row = _channel(request, pk)
    door = row.door
    context = {
        "row": row,
        "door": door,
        "address": request.build_absolute_uri(door.path) if door else "",
        "is_keyed": row.kind in KEYED_KINDS,
        "is_form": row.kind == ChannelKind.FORM,
        "rules": [rule | {"label": TARGET_LABELS.get(rule["to"], rule["to"])} for rule in row.mapping],
        "panels": panels_for("market.channel", row, request.actor, "main"),
        "side_panels": panels_for("market.channel", row, request.actor, "side"),
        "events": EventRow.objects.for_subject(row)[:RECENT],
    }
    return render(request, "market/channel.html", context)


@never_cache
@page("market.channel.rotate_key")
def channel_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, then issues a new key and shows it in this answer only."""
    row = _channel(request, pk)
    door = row.door
    if door is None or row.kind == ChannelKind.FORM:
        raise Http404
    if request.method == "POST":
        hours = request.POST.get("hours", "0")
        row.rotate_key(by=request.actor, hours=min(int(hours), 336) if hours.isdecimal() and len(hours) < 4 else 0)
    address = request.build_absolute_uri(door.path)
    return render(
        request, "market/channel_key.html", {"row": row, "door": door, "address": address, "issued": row.issued}
    )


@page("market.channel.map_fields")
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """The table of rules. “Try” shows what becomes of a message; “Save” keeps the rules."""
    row = _channel(request, pk)
    first = {"id_field": row.id_field, "defaults": as_lines(row.defaults)}
    form = MappingForm(request.POST or None, initial=first)
    rules = RuleFormSet(request.POST or None, initial=rows_of(row.mapping), prefix="rule")
    result = None
    if request.method == "POST" and form.is_valid() and rules.is_valid():
        wanted = [rule for one in rules if (rule := one.rule())]
        defaults = pairs(form.cleaned_data["defaults"])
        if request.POST.get("action") == "try":
            result = tried(form.cleaned_data["sample"] or {}, wanted, defaults)
        elif _saved(request, row, form, wanted, defaults):
            return redirect(row)
    return render(request, "market/mapping.html", {"row": row, "form": form, "rules": rules, "result": result})


def tried(sample: dict, rules: list[dict], defaults: dict[str, str]) -> dict[str, Any]:
    """What the intake would understand of a message."""
    item = read_one(0, sample)
    if item.is_bad:
        return {"error": item.error, "pairs": [], "problems": []}
    read = tidy(map_message(rules, item.fields, defaults))
    shown = [(TARGET_LABELS.get(k, k), v) for k, v in read.fields.items() if k != "extra" and v not in (None, "", [])]
    shown += [(f"extra.{k}", v) for k, v in read.fields["extra"].items() if k != "unread"]
    problems = [(TARGET_LABELS.get(k, k), read.fields["extra"].get("unread", {}).get(k, "")) for k in read.problems]
    return {"error": "", "pairs": shown, "problems": problems}


def _saved(request: HttpRequest, row: Channel, form: MappingForm, rules: list[dict], defaults: dict[str, str]) -> bool:
    try:
        row.map_fields(by=request.actor, rules=rules, defaults=defaults, id_field=form.cleaned_data["id_field"])
    except BadInput as bad:
        for name, sentences in bad.errors.items():
            form.add_error(name if name in form.fields else None, " ".join(sentences))
        return False
    return True


@page("market.campaign.see", methods=READ)
def campaigns(request: HttpRequest) -> HttpResponse:
    rows = visible(Campaign, request.actor).for_list()
    state = request.GET.get("state", "")
    shown = rows.filter(state=state) if state in CampaignState.values else rows
    chips = [{"label": _("All"), "url": "?", "current": state not in CampaignState.values}] + [
        {"label": label, "url": f"?state={value}", "current": state == value} for value, label in CampaignState.choices
    ]
    return render(request, "market/campaigns.html", {"rows": shown[:MOST], "chips": chips})


@page("market.campaign.see", methods=READ)
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    row = _campaign(request, pk)
    context = {
        "row": row,
        "address": _public_address(request, row),
        "asked": [FormField(name).label for name in row.form_fields if name in FormField.values],
        "panels": panels_for("market.campaign", row, request.actor, "main"),
        "side_panels": panels_for("market.campaign", row, request.actor, "side"),
        "events": EventRow.objects.for_subject(row)[:RECENT],
    }
    return render(request, "market/campaign.html", context)


@page("market.campaign.see", methods=READ)
def campaign_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The QR code of the public form as SVG."""
    address = _public_address(request, _campaign(request, pk))
    if not address:
        raise Http404
    drawn = io.BytesIO()
    segno.make(address, error="q", micro=False).save(drawn, kind="svg", scale=10, border=3, light="#fff", omitsize=True)
    response = HttpResponse(drawn.getvalue(), content_type="image/svg+xml")
    response["Content-Disposition"] = 'inline; filename="form.svg"'
    return response


@page("market.campaign.see", methods=READ)
def campaign_poster(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet to print and put on the stand."""
    row = _campaign(request, pk)
    address = _public_address(request, row)
    if not address:
        raise Http404
    return render(request, "market/campaign_poster.html", {"row": row, "address": address})


def _channel(request: HttpRequest, pk: int) -> Channel:
    return fetch(Channel, request.actor, pk, rows=Channel.objects.for_list())


def _campaign(request: HttpRequest, pk: int) -> Campaign:
    return fetch(Campaign, request.actor, pk, rows=Campaign.objects.for_list())


def _public_address(request: HttpRequest, row: Campaign) -> str:
    path = row.path
    return request.build_absolute_uri(path) if path else ""
