"""The invite desk: my list by clock, and one lead at a time."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dengta.core.handlers import live, page
from dengta.core.inputs import BadInput, VerbForm
from dengta.core.registry import registry
from dengta.core.verbs import NotAllowed, VerbEntry
from dengta.customers.operations import hint_url
from dengta.leads.models import Lead
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


@page("leads.lead.receive")
def new(request: HttpRequest) -> HttpResponse:
    """Somebody asked in person or by phone; hints about known people appear while the number is typed."""
    entry = registry.get(VerbEntry, "leads.lead.receive")
    form = VerbForm(
        entry.verb.inputs, request.actor, None, data=request.POST or None, initial=request.GET.dict(), auto_id="new_%s"
    )
    if request.method == "POST":
        try:
            row = Lead.receive(by=request.actor, **form.values())
        except BadInput as bad:
            form.is_valid()
            for name in bad.errors.keys() - form.errors.keys():
                form.add_error(name if name in form.fields else None, bad.errors[name])
        except NotAllowed as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("The lead is in: %(state)s.") % {"state": row.get_state_display()})
            return redirect(row)
    shown = {"form": form, "hints": hint_url()}
    return render(request, "leads/lead_new.html", shown, status=422 if form.errors else 200)
