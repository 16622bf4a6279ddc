"""The 360° profile with its timeline, full numbers, merging, hints while typing and callers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dengta.core.access import fetch, visible
from dengta.core.handlers import page
from dengta.core.inputs import BadInput, VerbForm
from dengta.core.registry import registry
from dengta.core.verbs import NotAllowed, VerbEntry
from dengta.customers.forms import MergeForm
from dengta.customers.models import ContactPoint, Customer, id_of
from dengta.customers.operations import hint, preview, who_has
from dengta.customers.reports import Profile, Timeline
from dengta.customers.types import MergePart
from dengta.customers.types.masks import spoken


@page("customers.customer.see", methods=("GET", "HEAD"))
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """One customer on one page; a merged file leads to the one that was kept."""
    row = fetch(Customer, request.actor, pk)
    if row.merged_into_id:
        return redirect("customers:profile", pk=row.merged_into_id)
    shown = Profile(row, request.actor, request.GET.dict())
    return render(request, "customers/customer_detail.html", {"row": row, "profile": shown, **shown.rights})


@page("customers.customer.register")
def new(request: HttpRequest) -> HttpResponse:
    """Open a file; hints about known people appear while the number or name is typed."""
    entry = registry.get(VerbEntry, "customers.customer.register")
    form = VerbForm(entry.verb.inputs, request.actor, None, data=request.POST or None, initial=request.GET.dict(),
                    auto_id="new_%s")
    if request.method == "POST":
        try:
            row = Customer.register(by=request.actor, **form.values())
        except BadInput as bad:
            form.is_valid()
            for name in bad.errors.keys() - form.errors.keys():
                form.add_error(name, bad.errors[name])
        except NotAllowed as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("The file is open."))
            return redirect(row.get_absolute_url())
    return render(request, "customers/customer_new.html", {"form": form}, status=422 if form.errors else 200)


@page("customers.customer.see", methods=("GET", "HEAD"))
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """Older entries, as a fragment."""
    row = fetch(Customer, request.actor, pk)
    shown = Timeline(row, request.actor, request.GET.dict())
    return render(request, "customers/_timeline.html", {"timeline": shown})


@page("customers.contactpoint.reveal")
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks for the purpose; POST leaves the trace and shows the full number, in the dialog."""
    point = fetch(ContactPoint, request.actor, pk)
    entry = registry.get(VerbEntry, "customers.contactpoint.reveal")
    form = VerbForm(entry.verb.inputs, request.actor, point, data=request.POST or None, auto_id="reveal_%s")
    if request.method == "POST" and form.is_valid():
        point.reveal(by=request.actor, **form.values())
        return render(request, "customers/_revealed.html", {"point": point, "value": point.value,
                                                            "spoken": spoken(point.kind, point.value)})
    return render(request, "customers/_reveal.html", {"point": point, "form": form})


@page("customers.customer.merge")
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Both files side by side, field by field; then what will move; then done."""
    keep = fetch(Customer, request.actor, pk)
    asked = request.GET.get("other", "").strip()
    other_id = int(asked) if asked.isdecimal() and len(asked) < 19 else id_of(asked)
    found = visible(Customer, request.actor).live().filter(pk=other_id).exclude(pk=pk).first() if other_id else None
    form = MergeForm(keep, found, request.POST or None)
    if request.method == "POST" and found and form.is_valid():
        keep.merge(by=request.actor, other=found, choices=form.choices)
        messages.success(request, _("The files are one now. It can be undone for 30 days."))
        return redirect(keep.get_absolute_url())
    return render(request, "customers/merge.html", {
        "row": keep, "other": found, "form": form, "asked": asked,
        "moving": preview(found, registry.all(MergePart)) if found else []})


@page("customers.customer.see", methods=("GET",))
def hints(request: HttpRequest) -> HttpResponse:
    """Who it may be, while somebody types a new customer or lead."""
    known = hint(request.actor, request.GET.get("phone", "")[:60], request.GET.get("name", "")[:60])
    return render(request, "customers/_hint.html", {"known": known})


@page("customers.customer.see", methods=("GET",))
def caller(request: HttpRequest) -> HttpResponse:
    """Who is calling: straight to the file when there is one, else what can be said."""
    phone = request.GET.get("phone", "")[:60]
    known = who_has(request.actor, phone)
    if len(known.customers) == 1:
        return redirect(known.customers[0].get_absolute_url())
    return render(request, "customers/caller.html", {
        "known": known, "phone": phone, "may_register": request.actor.may("customers.customer.register")})
