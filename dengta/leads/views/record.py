"""One lead or one opportunity: who and why, what was said, what comes next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dengta.core.access import fetch, visible
from dengta.core.handlers import page
from dengta.core.models import EventRow
from dengta.core.panels import panels_for
from dengta.leads.models import Lead, LevelChange, Opportunity
from dengta.leads.reports import ContactForm, explain
from dengta.work.models import Appointment, Task

EVENTS = 40


@page("leads.lead.see")
def lead(request: HttpRequest, pk: int) -> HttpResponse:
    """The work page of a lead: left who and why, middle the call, right what happens next."""
    row = fetch(Lead, request.actor, pk, rows=Lead.objects.for_detail())
    events = EventRow.objects.for_party(row.customer_id) if row.customer_id else EventRow.objects.for_subject(row)
    return render(request, "leads/lead.html", {
        "row": row, "explained": explain(row), "form": ContactForm.of(row, request.actor),
        "tasks": visible(Task, request.actor).open().about(row).for_list()[:10],
        "events": events.select_related("employee")[:EVENTS],
        "panels": panels_for("leads.lead", row, request.actor)})


@page("leads.opportunity.see")
def opportunity(request: HttpRequest, pk: int) -> HttpResponse:
    """The work page of an opportunity, up to the agreed visit."""
    row = fetch(Opportunity, request.actor, pk, rows=Opportunity.objects.for_detail())
    return render(request, "leads/opportunity.html", {
        "row": row, "form": ContactForm.of(row, request.actor),
        "levels": LevelChange.objects.filter(opportunity=row).order_by("-at")[:10],
        "visits": visible(Appointment, request.actor).about(row).for_list()[:10],
        "tasks": visible(Task, request.actor).open().about(row).for_list()[:10],
        "events": EventRow.objects.for_party(row.customer_id).select_related("employee")[:EVENTS],
        "panels": panels_for("leads.opportunity", row, request.actor)})
