"""The frame's own pages: switches for language, theme and store, badges, command palette, "me", style guide, errors."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from dengta.core import access, guide, palette
from dengta.core.context import THEMES, Frame
from dengta.core.handlers import page, public
from dengta.core.registry import registry
from dengta.core.verbs import VerbEntry

A_YEAR = 60 * 60 * 24 * 365


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language, here and in what is sent to this person."""
    wanted = request.POST.get("language", "")
    response = _back(request)
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, max_age=A_YEAR, samesite="Lax",
                            secure=settings.SESSION_COOKIE_SECURE)
        _remember(request, language=wanted)
    return response


@public
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark or like the system. Scripts do it without a reload and tell the server afterwards."""
    wanted = request.POST.get("theme", "")
    response = _back(request)
    if wanted in THEMES:
        response.set_cookie("dengta_theme", wanted, max_age=A_YEAR, samesite="Lax",
                            secure=settings.SESSION_COOKIE_SECURE)
        _remember(request, theme=wanted)
    return response


@page(methods=("POST",))
def store(request: HttpRequest) -> HttpResponse:
    """Work in one store, or in all of them. Only a store this person works in can be chosen."""
    wanted = request.POST.get("store", "")
    offered = {str(one.pk) for one in Frame(request).stores}
    if wanted and wanted not in offered:
        raise Http404
    request.session.pop("store_id", None)
    if wanted:
        request.session["store_id"] = int(wanted)
    return _back(request)


@page(methods=("GET",))
def badges(request: HttpRequest) -> HttpResponse:
    """The numbers in the top bar, asked for again and again; 304 while nothing changed."""
    shown = Frame(request)
    tag = '"' + ";".join([shown.language, *(f"{one['key']}={one['count']}" for one in shown.badges)]) + '"'
    answer = get_conditional_response(request, etag=tag)
    if answer is None:
        answer = render(request, "core/shell/badges.html", {"frame": shown})
        answer["ETag"] = tag
    return answer


@page(methods=("GET",))
def look_up(request: HttpRequest) -> HttpResponse:
    """The command palette's answers for what was typed, as a fragment."""
    text = request.GET.get("q", "").strip()[:100]
    record = request.GET.get("on", "")[:100]
    groups = palette.answer(request.actor, Frame(request), text, record)
    return render(request, "core/palette.html", {"groups": groups, "text": text})


@page(methods=("GET",))
def me(request: HttpRequest) -> HttpResponse:
    """Who I am and everywhere I can go: the fifth place on a phone."""
    return render(request, "core/me.html")


@public
def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component with example data; for developers, and for those who manage everything."""
    actor = getattr(request, "actor", None)
    if not (settings.DEBUG or (actor is not None and actor.may("core.guide.see"))):
        raise Http404
    return render(request, "core/guide.html", guide.examples())


def _remember(request: HttpRequest, **wanted: str) -> None:
    """Keep a preference with the person, by the verb of the employees' room."""
    actor = getattr(request, "actor", None)
    model = apps.get_model(settings.DENGTA_EMPLOYEE) if apps.is_installed(_room(settings.DENGTA_EMPLOYEE)) else None
    if actor is None or actor.employee_id is None or model is None:
        return
    if registry.has(VerbEntry, f"{access.key_of(model)}.prefer"):
        access.fetch(model, actor, actor.employee_id).prefer(by=actor, **wanted)


def _room(label: str) -> str:
    return f"dengta.{label.partition('.')[0]}"


def _back(request: HttpRequest) -> HttpResponse:
    wanted: Any = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if safe else "/")
