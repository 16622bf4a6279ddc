"""What we promise customers and how often we follow up: plain tables that are edited line by line."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dengta.core.access import visible
from dengta.core.handlers import page
from dengta.leads.models import IntentLevel, SlaRule
from dengta.leads.types import ContactChannel
from dengta.market.types import ChannelKind


@page("leads.slarule.see", methods=("GET", "HEAD"))
def promises(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "leads/promises.html",
        {
            "kinds": dict(ContactChannel.choices) | dict(ChannelKind.choices),
            "rules": list(visible(SlaRule, request.actor).order_by("-is_active", "clock", "band", "channel_kind")),
            "levels": list(
                visible(IntentLevel, request.actor).select_related("brand").order_by("brand_id", "position")
            ),
        },
    )
