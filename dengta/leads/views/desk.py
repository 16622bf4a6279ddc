"""The invite desk: my list by clock, one lead at a time, and the pool."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dengta.core.access import visible
from dengta.core.handlers import page
from dengta.leads.models import Lead
from dengta.leads.reports import Desk, next_lead

PAGE = 50


@page("leads.lead.see")
def desk(request: HttpRequest) -> HttpResponse:
    """What is due first comes first."""
    return render(request, "leads/desk.html", {"desk": Desk.of(request.actor)})


@page("leads.lead.see")
def next_one(request: HttpRequest) -> HttpResponse:
    """Next-lead mode: straight to the most urgent lead of mine."""
    after = request.GET.get("after", "")
    lead = next_lead(request.actor, int(after) if after.isdecimal() and len(after) < 19 else 0)
    if lead is None:
        messages.success(request, _("Your list is empty: every lead has been dealt with."))
        return redirect("leads:desk")
    return redirect(lead)


@page("leads.lead.see")
def pool(request: HttpRequest) -> HttpResponse:
    """Leads without an owner, the newest first; phones are masked until somebody claims one."""
    rows = visible(Lead, request.actor).in_pool()
    text = request.GET.get("q", "").strip()[:60]
    if text:
        rows = rows.filter(series_text__icontains=text) | rows.filter(city__icontains=text)
    rows = rows.order_by("-pooled_at", "-pk")
    before = request.GET.get("before", "")
    if before.isdecimal() and (last := rows.filter(pk=int(before)).first()):
        rows = rows.filter(pooled_at__lte=last.pooled_at).exclude(pooled_at=last.pooled_at, pk__gte=last.pk)
    found = list(rows.for_list()[: PAGE + 1])
    return render(request, "leads/pool.html", {
        "rows": found[:PAGE], "next": found[PAGE - 1].pk if len(found) > PAGE else None, "q": text})
