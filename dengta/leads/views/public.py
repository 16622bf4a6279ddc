"""The public form of a campaign, for people who scanned its code. No login, no tracking, no third parties."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dengta.connect.types import Item
from dengta.core import scope
from dengta.core.handlers import public
from dengta.leads.forms import PublicForm, identity_of, sign
from dengta.leads.operations import put
from dengta.market.models import Campaign
from dengta.market.operations import admit_form
from dengta.market.types import Door, NotAdmitted


@csrf_exempt  # nobody is logged in here; the form carries its own signature
@public
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, key: str) -> HttpResponse:
    """GET: the form, or that it is closed. POST: a message in the inbox and a word of thanks."""
    try:
        door = admit_form(request, key)
    except NotAdmitted as refused:
        if refused.status == 404:
            raise Http404 from refused
        return render(request, "leads/public_busy.html", {}, status=refused.status)
    with scope.open(door.group_id):
        campaign = Campaign.objects.select_related("store").filter(pk=door.campaign_id or 0).first()
    if campaign is None:
        raise Http404
    if not door.is_open:
        return render(request, "leads/public_closed.html", {"campaign": campaign}, status=410)
    return _answer(request, door, campaign)


def _answer(request: HttpRequest, door: Door, campaign: Campaign) -> HttpResponse:
    filled = PublicForm(campaign, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "leads/public_form.html", {"form": filled, "campaign": campaign})
    if filled.is_trapped:  # a machine: it learns nothing, and nothing is kept
        return render(request, "leads/public_thanks.html", {"campaign": campaign})
    if not filled.is_valid():
        filled.data = filled.data.copy()
        filled.data["opened"] = sign()
        return render(request, "leads/public_form.html", {"form": filled, "campaign": campaign}, status=422)
    identity = identity_of(filled.cleaned_data["opened"])
    with transaction.atomic():
        put(
            door,
            [Item(0, filled.message(campaign), external_id=identity, identity=identity)],
            ip=request.META.get("REMOTE_ADDR", ""),
        )
    return render(request, "leads/public_thanks.html", {"campaign": campaign})
