"""The invite desk: my list by clock, and one lead at a time."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dengta.core.handlers import live, page
from dengta.leads.reports import Desk, next_lead


@page("leads.lead.log_contact", methods=("GET", "HEAD"))
def desk(request: HttpRequest) -> HttpResponse:
    """What is due first comes first; the list renews itself."""
    shown = {"desk": Desk.of(request.actor)}
    if request.headers.get("X-Refresh"):
        return live(request, "leads/_desk.html", shown)
    return render(request, "leads/desk.html", shown)


@page("leads.lead.log_contact", methods=("GET", "HEAD"))
def next_one(request: HttpRequest) -> HttpResponse:
    """Next-lead mode: straight to the most urgent lead of mine."""
    after = request.GET.get("after", "")
    lead = next_lead(request.actor, int(after) if after.isdecimal() and len(after) < 19 else 0)
    if lead is None:
        messages.success(request, _("Your list is empty: every lead has been dealt with."))
        return redirect("leads:desk")
    return redirect(lead)
