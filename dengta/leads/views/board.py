"""The supervisor's board: what waits, what is late, who has room; and giving leads out."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dengta.core.access import visible
from dengta.core.handlers import live, page
from dengta.leads.models import Lead
from dengta.leads.reports import Board, Speed, crew

MOST = 1000


@page("leads.lead.assign", methods=("GET", "HEAD"))
def board(request: HttpRequest) -> HttpResponse:
    """Three statements; figures and lists renew themselves, and nothing moves while rows are picked."""
    shown = {"board": Board.of(request.actor)}
    if request.headers.get("X-Refresh"):
        return live(request, "leads/_board.html", shown)
    return render(request, "leads/board.html", shown)


@page("leads.lead.assign", methods=("GET", "HEAD"))
def speed(request: HttpRequest) -> HttpResponse:
    """F-069, loaded after the board: the last 30 days are counted for it."""
    return render(request, "leads/_speed.html", {"speed": Speed.of(request.actor)})


@page("leads.lead.assign", methods=("GET", "HEAD"))
def give_out(request: HttpRequest) -> HttpResponse:
    """The dialog that deals picked leads out: who is there, what they have, and how many each would get."""
    ids = [int(pk) for pk in request.GET.getlist("ids")[:MOST] if pk.isdecimal() and len(pk) < 19]
    found = dict(visible(Lead, request.actor).filter(pk__in=ids).values_list("pk", "store_id"))
    if not found:
        raise Http404
    return render(
        request,
        "leads/_give_out.html",
        {
            "ids": [pk for pk in ids if pk in found],
            "people": crew(request.actor, set(found.values())),
            "action": reverse("core:verb_on_noun", args=["leads", "lead", "distribute"]),
        },
    )
