"""The supervisor's board: what waits, what is late, who has room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dengta.core.handlers import page
from dengta.leads.reports import Board


@page("leads.lead.assign")
def board(request: HttpRequest) -> HttpResponse:
    return render(request, "leads/board.html", {"board": Board.of(request.actor)})
