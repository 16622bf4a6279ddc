"""Shifts of a store as a week grid."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dengta.core.access import fetch, visible
from dengta.core.handlers import page
from dengta.org.models import Employee, Shift, Store
from dengta.org.operations import store_calendar
from dengta.org.types import DepartmentKind, StoreStatus, today
from dengta.org.verbs.scheduling import monday_of
from dengta.org.views.structure import weekday_names


@page("org.shift.see", methods=("GET", "HEAD"))
def shifts(request: HttpRequest) -> HttpResponse:
    """Who works when: people down, days across. On a phone one day after the other."""
    stores = list(visible(Store, request.actor).filter(status=StoreStatus.OPEN).order_by("name"))
    store = (
        fetch(Store, request.actor, request.GET["store"]) if request.GET.get("store") else first_store(request, stores)
    )
    monday = monday_of(day_of(request.GET.get("week", "")))
    days = [monday + timedelta(days=number) for number in range(7)]
    kind = request.GET.get("department", "")
    context: dict[str, Any] = {
        "stores": stores,
        "store": store,
        "monday": monday,
        "earlier": monday - timedelta(days=7),
        "later": monday + timedelta(days=7),
        "this_week": monday_of(today()),
        "may_plan": request.actor.may("org.shift.plan"),
        "kinds": DepartmentKind.choices,
        "kind": kind if kind in DepartmentKind.values else "",
    }
    if store:
        context |= grid(request, store, days, context["kind"])
    return render(request, "org/shifts.html", context)


def first_store(request: HttpRequest, stores: list[Store]) -> Store | None:
    own = Employee.objects.filter(pk=request.actor.employee_id).values_list("store_id", flat=True).first()
    return next((one for one in stores if one.pk == own), stores[0] if stores else None)


def day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()


def grid(request: HttpRequest, store: Store, days: list[date], kind: str) -> dict[str, Any]:
    """One row per person with seven cells; the foot counts who is there."""
    planned = visible(Shift, request.actor).filter(store=store).between(days[0], days[-1])
    people = visible(Employee, request.actor).filter(Q(store=store) | Q(shifts__in=planned)).employed().distinct()
    if kind:
        people = people.filter(department__kind=kind)
    cells: dict[tuple[int, date], list[Shift]] = {}
    for shift in planned.select_related("store").order_by("starts_at"):
        cells.setdefault((shift.employee_id, shift.on_date), []).append(shift)
    hours = store_calendar(store)
    rows = list(people.select_related("team", "role").order_by("department_id", "team_id", "search", "pk")[:200])
    return {
        "rows": [(one, [(day, cells.get((one.pk, day), [])) for day in days]) for one in rows],
        "heads": [
            {"day": day, "name": name, "open": hours.is_working_day(day), "today": day == today(),
             "count": sum(bool(cells.get((one.pk, day))) for one in rows)}
            for day, name in zip(days, weekday_names(), strict=True)
        ],
    }  # fmt: skip
