"""Pages: my tasks, the calendar of a store or person, an appointment, notices."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from dengta.core.access import fetch, visible
from dengta.core.handlers import page
from dengta.core.models import EventRow
from dengta.org.models import Store
from dengta.work.models import Appointment, Notification, Task
from dengta.work.reports import DayGrid, Today, task_groups

PAGE = 50


@page()
def today(request: HttpRequest) -> HttpResponse:
    """Home of everyone who works a list: what is due, who comes today, and what higher rooms add."""
    return render(request, "work/today.html", {"today": Today.of(request.actor)})


@page("work.task.see")
def tasks(request: HttpRequest) -> HttpResponse:
    """Open tasks in the order of their clocks: mine, or all that I may see."""
    whose = "all" if request.GET.get("whose") == "all" else "mine"
    rows = visible(Task, request.actor).open().for_list()
    if whose == "mine":
        rows = rows.filter(owner_id=request.actor.employee_id)
    found = list(rows[: PAGE * 2 + 1])
    groups = task_groups(found[: PAGE * 2], timezone.now())
    return render(request, "work/tasks.html", {"groups": groups, "whose": whose, "more": len(found) > PAGE * 2})


@page("work.appointment.see", methods=("GET", "HEAD"))
def calendar(request: HttpRequest) -> HttpResponse:
    """A week of a store: one column a day, earliest first; everybody's visits, mine, or one colleague's."""
    stores = list(visible(Store, request.actor).order_by("pk"))
    store = next((s for s in stores if str(s.pk) == request.GET.get("store")), stores[0] if stores else None)
    whose = request.GET.get("whose", "")
    host = request.actor.employee_id if whose == "mine" else _number(whose)
    grid = DayGrid.build(request.actor, store, _monday(request.GET.get("week", "")), host)
    return render(request, "work/calendar.html", {"grid": grid, "stores": stores, "store": store, "whose": whose,
                                                  "host": host})


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _monday(text: str) -> date:
    """The Monday of the asked week; nonsense means this week."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = timezone.localdate()
    return day - timedelta(days=day.weekday())


@page("work.appointment.see")
def appointment(request: HttpRequest, pk: int) -> HttpResponse:
    row = fetch(Appointment, request.actor, pk, rows=Appointment.objects.for_list().select_related("store"))
    events = EventRow.objects.for_subject(row).select_related("employee")[:PAGE]
    return render(request, "work/appointment.html", {"row": row, "events": events})


@page()
def notifications(request: HttpRequest) -> HttpResponse:
    """What I was told, newest first, in keyset pages."""
    rows = visible(Notification, request.actor).order_by("-at", "-pk")
    before = request.GET.get("before", "")
    if before.isdecimal() and (last := rows.filter(pk=int(before)).first()):
        rows = rows.before(last.at, last.pk)
    found = list(rows[: PAGE + 1])
    return render(request, "work/notifications.html", {
        "rows": found[:PAGE], "next": found[PAGE - 1].pk if len(found) > PAGE else None})


@page(methods=("POST",))
def read_all(request: HttpRequest) -> HttpResponse:
    """Everything I was told is read."""
    unread = visible(Notification, request.actor).unread().values_list("pk", flat=True)[:1000]
    Notification.read.many(list(unread), by=request.actor)
    return redirect("work:notifications")
