"""One lead or one opportunity: who and why, what was said, what comes next."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dengta.core.access import fetch, visible
from dengta.core.handlers import page
from dengta.core.models import EventRow
from dengta.core.panels import panels_for
from dengta.customers.models import ContactPoint
from dengta.customers.types import RevealPurpose
from dengta.customers.types.masks import spoken
from dengta.leads.models import Lead, LevelChange, Opportunity
from dengta.leads.reports import ContactForm, Slots, explain, steps_of, waiting
from dengta.work.models import Appointment, Task

EVENTS = 40
NUMBERS = ("mobile", "landline")


@page("leads.lead.see", methods=("GET", "HEAD"))
def lead(request: HttpRequest, pk: int) -> HttpResponse:
    """The work page of a lead: left who and why, middle the call, right what happens next."""
    row = fetch(Lead, request.actor, pk, rows=Lead.objects.for_detail())
    events = EventRow.objects.for_party(row.customer_id) if row.customer_id else EventRow.objects.for_subject(row)
    form = ContactForm.of(row, request.actor)
    return render(
        request,
        "leads/lead.html",
        {
            "row": row,
            "explained": explain(row),
            "form": form,
            "waiting": waiting(request.actor) if form else 0,
            "tasks": visible(Task, request.actor).open().about(row).for_list()[:10],
            "events": events.select_related("employee")[:EVENTS],
            "panels": panels_for("leads.lead", row, request.actor),
        },
    )


@page("leads.lead.see", methods=("GET", "HEAD"))
def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """Where opening a file leads: to the file."""
    row = fetch(Lead, request.actor, pk)
    return redirect("leads:opportunity", pk=row.opportunity_id) if row.opportunity_id else redirect(row)


@page("leads.lead.log_contact", methods=("POST",))
def ring(request: HttpRequest, pk: int) -> HttpResponse:
    """One press: the number is shown for the purpose of calling, with its trace, and the lead is not taken away."""
    row = fetch(Lead, request.actor, pk)
    if row.is_held:
        row.dial(by=request.actor)
    return _number(request, row)


@page("leads.opportunity.follow_up", methods=("POST",))
def ring_customer(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for an opened file."""
    return _number(request, fetch(Opportunity, request.actor, pk))


def _number(request: HttpRequest, row: Lead | Opportunity) -> HttpResponse:
    point = visible(ContactPoint, request.actor).live().filter(customer_id=row.customer_id, kind__in=NUMBERS)
    point = point.order_by("-is_primary", "pk").first()
    if point is None:
        raise Http404
    point.reveal(by=request.actor, purpose=RevealPurpose.CALL.value)
    return render(request, "leads/_number.html", {"value": point.value, "said": spoken(point.kind, point.value)})


@page("leads.opportunity.see", methods=("GET", "HEAD"))
def opportunity(request: HttpRequest, pk: int) -> HttpResponse:
    """The work page of an opportunity, up to the agreed visit."""
    row = fetch(Opportunity, request.actor, pk, rows=Opportunity.objects.for_detail())
    may_book = request.actor.may("leads.opportunity.book_visit") and row.state in ("following", "invited")
    return render(
        request,
        "leads/opportunity.html",
        {
            "row": row,
            "form": ContactForm.of(row, request.actor),
            "steps": steps_of(row),
            "slots": Slots.of(row, request.actor) if may_book else None,
            "levels": LevelChange.objects.filter(opportunity=row).order_by("-at")[:10],
            "visits": visible(Appointment, request.actor).about(row).for_list()[:10],
            "tasks": visible(Task, request.actor).open().about(row).for_list()[:10],
            "events": EventRow.objects.for_party(row.customer_id).select_related("employee")[:EVENTS],
            "panels": panels_for("leads.opportunity", row, request.actor),
        },
    )


@page("leads.opportunity.book_visit", methods=("GET", "HEAD"))
def slots(request: HttpRequest, pk: int) -> HttpResponse:
    """Free times of another day or consultant, as a fragment."""
    row = fetch(Opportunity, request.actor, pk, rows=Opportunity.objects.for_detail())
    shown = Slots.of(row, request.actor, request.GET.get("day", ""), request.GET.get("host", ""))
    return render(request, "leads/_slots.html", {"slots": shown})
