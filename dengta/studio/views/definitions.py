"""The list of definitions, one definition, its publication and its history."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dengta.core.access import fetch, visible
from dengta.core.handlers import page
from dengta.core.verbs import NotAllowed
from dengta.studio.models import Definition, DefinitionVersion
from dengta.studio.rules.differences import changes
from dengta.studio.types import VersionState
from dengta.studio.verbs.publishing import PUBLISH
from dengta.studio.views.sheet import Sheet, head_of, why_not

SEE = "studio.definition.see"
MOST_SHOWN = 50


@page(SEE, methods=("GET", "HEAD"))
def definitions(request: HttpRequest) -> HttpResponse:
    """Everything that was built, by what it is about."""
    rows = list(visible(Definition, request.actor).for_list())
    return render(request, "studio/definitions.html", {"rows": rows})


@page(SEE, methods=("GET", "HEAD"))
def definition(request: HttpRequest, pk: int) -> HttpResponse:
    """The table: the draft when there is one, else what is published; `?v=3` shows an old version."""
    row = fetch(Definition, request.actor, pk)
    head = head_of(row, request.actor, "table")
    version = _asked_version(row, request.GET.get("v", "")) or head["draft"] or head["live"] or _latest(row)
    return render(request, "studio/definition.html", {**head, "sheet": Sheet(row, version, request.actor)})


@page(PUBLISH)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Checks and differences before a draft takes effect; then the verb."""
    row = fetch(Definition, request.actor, pk)
    refusal = why_not(row, request.actor, "publish")
    if request.method == "POST":
        try:
            row.publish(by=request.actor, note=request.POST.get("note", "")[:200], accept="accept" in request.POST)
        except NotAllowed as refused:
            return _ask_to_publish(request, row, str(refused.sentence), status=409)
        messages.success(request, _("Published. It holds from now on."))
        return _go(request, row)
    return _ask_to_publish(request, row, refusal)


@page(SEE, methods=("GET", "HEAD"))
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version with what it changed, newest first."""
    row = fetch(Definition, request.actor, pk)
    versions = list(row.versions.for_history()[:MOST_SHOWN])
    return render(request, "studio/history.html", {**head_of(row, request.actor, "history"),
                                                   "versions": _with_changes(row, versions)})


def _with_changes(row: Definition, versions: list[DefinitionVersion]) -> list[dict[str, Any]]:
    """Each version against the one it was made from."""
    by_number = {one.number: one for one in versions}
    found = []
    for position, one in enumerate(versions):
        before = by_number.get(one.based_on) if one.based_on and one.state == VersionState.DRAFT else None
        before = before or (versions[position + 1] if position + 1 < len(versions) else None)
        told = changes(before.body, one.body, row.fields) if before else []
        found.append({"version": one, "before": before, "changes": told[:MOST_SHOWN],
                      "more": max(0, len(told) - MOST_SHOWN), "may_return": one.state == VersionState.RETIRED})
    return found


def _ask_to_publish(request: HttpRequest, row: Definition, refusal: str, status: int = 200) -> HttpResponse:
    draft, live = row.open_draft(), row.published_version()
    problems = row.problems(draft.body) if draft else []
    context = {"definition": row, "draft": draft, "live": live, "refusal": refusal,
               "changes": changes(live.body, draft.body, row.fields) if draft and live else [],
               "errors": [one for one in problems if one.level != "warning"],
               "warnings": [one for one in problems if one.level == "warning"]}
    template = "studio/_publish.html" if request.headers.get("HX-Request") else "studio/publish.html"
    return render(request, template, context, status=status)


def _go(request: HttpRequest, row: Definition) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect(row)
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = row.get_absolute_url()
    return answer


def _asked_version(row: Definition, asked: str) -> DefinitionVersion | None:
    if not asked:
        return None
    found = row.versions.filter(number=int(asked)).first() if asked.isascii() and asked.isdigit() and len(
        asked) < 9 else None
    if found is None:
        raise Http404
    return found


def _latest(row: Definition) -> DefinitionVersion:
    return row.versions.order_by(models.F("number").desc()).first()
