"""API tokens: the list, and a new one with its once-shown text."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from dengta.core.access import visible
from dengta.core.handlers import page
from dengta.core.inputs import BadInput, VerbForm
from dengta.org.models import ApiToken


@page("org.apitoken.see", methods=("GET", "HEAD"))
def tokens(request: HttpRequest) -> HttpResponse:
    rows = visible(ApiToken, request.actor).select_related("employee").order_by("-created_at", "-pk")[:200]
    return render(request, "org/tokens.html", {"tokens": rows, "now": timezone.now()})


@page("org.apitoken.create", methods=("GET", "HEAD", "POST"))
def new_token(request: HttpRequest) -> HttpResponse:
    """The token's text is on the answer and never shown again."""
    form = VerbForm(ApiToken.create.verb.inputs, request.actor, None, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token = ApiToken.create(by=request.actor, **form.values())
        except BadInput as bad:
            for name, sentences in bad.errors.items():
                form.add_error(name, sentences)
        else:
            response = render(request, "org/token_once.html", {"token": token})
            response["Cache-Control"] = "no-store"
            return response
    return render(request, "org/token_new.html", {"form": form}, status=422 if form.errors else 200)
