"""The tree of the house, one store, its calendar."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dengta.core.access import fetch, visible
from dengta.core.handlers import page
from dengta.core.inputs import BadInput
from dengta.core.models import EventRow
from dengta.core.types.clock import CHINA, holiday_name, is_swapped_working_day
from dengta.org.forms import HoursForm
from dengta.org.models import Brand, BusinessDay, Department, Group, LegalEntity, Store, Team
from dengta.org.operations import store_calendar
from dengta.org.types import today

AT_WORK = ~Q(staff__status="left")


@page("org.store.see")
def structure(request: HttpRequest) -> HttpResponse:
    """Group, companies, brands; stores with their departments and teams."""
    departments = (
        visible(Department, request.actor)
        .filter(is_active=True)
        .annotate(people=Count("staff", filter=AT_WORK))
        .select_related("manager")
        .prefetch_related(Prefetch("teams", teams_with_people(request)))
        .order_by("pk")
    )
    stores = (
        visible(Store, request.actor)
        .annotate(people=Count("staff", filter=AT_WORK))
        .select_related("legal_entity")
        .prefetch_related("brands", Prefetch("departments", departments))
        .order_by("status", "name")
    )
    return render(
        request,
        "org/structure.html",
        {
            "group": Group.objects.get(pk=request.actor.group_id),
            "stores": stores,
            "brands": visible(Brand, request.actor).order_by("name"),
            "companies": visible(LegalEntity, request.actor).order_by("name"),
        },
    )


def teams_with_people(request: HttpRequest) -> Any:
    people = Count("members", filter=~Q(members__status="left"))
    return visible(Team, request.actor).filter(is_active=True).annotate(people=people).select_related("leader")


@page("org.store.see")
def store(request: HttpRequest, pk: int) -> HttpResponse:
    """One store: what it is, its hours, departments and teams, what happened to it."""
    rows = Store.objects.select_related("legal_entity").prefetch_related("brand_contracts__brand")
    row = fetch(Store, request.actor, pk, rows=rows)
    departments = (
        visible(Department, request.actor)
        .filter(store=row)
        .annotate(people=Count("staff", filter=AT_WORK))
        .select_related("manager")
        .prefetch_related(Prefetch("teams", teams_with_people(request)))
        .order_by("-is_active", "pk")
    )
    return render(
        request,
        "org/store.html",
        {
            "store": row,
            "departments": departments,
            "week": list(zip(weekday_names(), row.hours, strict=True)),
            "events": EventRow.objects.for_subject(row)[:20],
        },
    )


def weekday_names() -> list[str]:
    return [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]


@page("org.store.see", methods=("GET", "HEAD", "POST"))
def store_calendar_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A month of a store: open and closed days, holidays, swapped working days, exceptions; and the weekly hours."""
    row = fetch(Store, request.actor, pk)
    form = HoursForm(request.POST or None, store=row)
    may_change = not Store.set_hours.verb.refusal(row, request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            row.set_hours(by=request.actor, **form.values())
        except BadInput as bad:
            form.take(bad)
        else:
            return redirect(request.get_full_path())
    first = month_of(request.GET.get("month", ""))
    context = {
        "store": row,
        "form": form,
        "may_change": may_change,
        "weeks": month_view(row, first),
        "weekdays": weekday_names(),
        "first": first,
        "earlier": first - timedelta(days=1),
        "later": first + timedelta(days=32),
        "unknown_year": row.closed_on_holidays and not CHINA.knows(first),
    }
    return render(request, "org/store_calendar.html", context, status=422 if form.errors else 200)


def month_of(text: str) -> date:
    try:
        return date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        return today().replace(day=1)


def month_view(store: Store, first: date) -> list[list[dict[str, Any]]]:
    """Weeks of days, each with what the calendar says and why."""
    hours = store_calendar(store)
    days = list(calendar.Calendar().itermonthdates(first.year, first.month))
    exceptions = {
        one.on_date: one for one in BusinessDay.objects.filter(store=store, on_date__range=(days[0], days[-1]))
    }
    shown = []
    for day in days:
        spans = hours.on(day)
        shown.append(
            {
                "date": day,
                "inside": day.month == first.month,
                "today": day == today(),
                "spans": " ".join(f"{clock(start)}–{clock(end)}" for start, end in spans),
                "is_open": bool(spans),
                "holiday": holiday_name(day) if store.closed_on_holidays else "",
                "swapped": is_swapped_working_day(day) and store.closed_on_holidays,
                "exception": exceptions.get(day),
            }
        )
    return [shown[start : start + 7] for start in range(0, len(shown), 7)]


def clock(seconds: int) -> str:
    return f"{seconds // 3600 % 24:02d}:{seconds % 3600 // 60:02d}"
