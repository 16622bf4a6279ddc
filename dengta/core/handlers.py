"""Generic handlers: the guard every page wears, and one handler for every verb of every noun."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dengta.core import access
from dengta.core.actors import Actor
from dengta.core.inputs import BadInput, VerbForm
from dengta.core.registry import Explainer, Noun, UnknownKey, registry
from dengta.core.verbs import NotAllowed, Outcome, VerbEntry

MOST_AT_ONCE = 10_000


def page(permission: str = "", *, methods: tuple[str, ...] = ("GET", "HEAD", "POST")) -> Callable:
    """A page for people who are logged in and have the permission; others learn nothing of it."""

    def guard(view: Callable) -> Callable:
        @wraps(view)
        @require_http_methods(methods)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = getattr(request, "actor", None)
            if actor is None:
                return redirect_to_login(request.get_full_path())
            if permission and not actor.may(permission):
                raise Http404
            try:
                return view(request, *args, **kwargs)
            except NotAllowed as refusal:
                return refused(request, refusal)

        guarded.permission = permission or "login"  # type: ignore[attr-defined]
        return guarded

    return guard


def public(view: Callable) -> Callable:
    """A page for everyone, said out loud: an architecture test refuses views that say neither."""
    view.permission = "public"  # type: ignore[attr-defined]
    return view


def refused(request: HttpRequest, refusal: NotAllowed) -> HttpResponse:
    """A refusal as people read it: a toast for htmx, a message and the way back for a plain form."""
    if request.headers.get("HX-Request"):
        return JsonResponse(
            {"error": {"code": refusal.code, "message": str(refusal.sentence), "items": []}}, status=409
        )
    messages.error(request, str(refusal.sentence))
    return redirect(_way_back(request, "/"))


def live(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A fragment that is asked for again and again (`data-refresh`): 304 while it says the same."""
    answer = render(request, template, context)
    tag = f'"{sha256(answer.content).hexdigest()[:24]}"'
    answer["ETag"] = tag
    return get_conditional_response(request, etag=tag, response=answer) or answer


def find_verb(app: str, model: str, name: str) -> VerbEntry:
    try:
        entry = registry.get(VerbEntry, f"{app}.{model}.{name}")
    except UnknownKey:
        raise Http404 from None
    if entry.verb.hidden:
        raise Http404
    return entry


@page()
def on_row(request: HttpRequest, app: str, model: str, pk: int, name: str) -> HttpResponse:
    """GET: the verb's form as a fragment. POST: do it to this row."""
    entry = find_verb(app, model, name)
    row = access.fetch(entry.model, request.actor, pk)
    if entry.verb.shape == "birth":
        raise Http404
    form = _form(entry, request, row)
    if request.method != "POST":
        return _show_form(request, entry, row, form)
    try:
        getattr(row, name)(by=request.actor, **form.values())
    except BadInput as bad:
        return _show_form(request, entry, row, _with_errors(form, bad), status=422)
    except NotAllowed as refusal:
        return _refuse_in_form(request, entry, row, form, refusal)
    return _done(request, entry, row, _("Done: %(verb)s") % {"verb": entry.label})


@page()
def on_noun(request: HttpRequest, app: str, model: str, name: str) -> HttpResponse:
    """A birth, or a verb on many rows named by `ids`."""
    entry = find_verb(app, model, name)
    if entry.verb.shape == "birth":
        return _give_birth(request, entry)
    if not entry.verb.bulk:
        raise Http404
    ids = _ids(request)
    form = _form(entry, request, None)
    if request.method != "POST" or not ids:
        return _show_form(request, entry, None, form, ids=ids)
    try:
        outcome = getattr(entry.model, name).many(ids, by=request.actor, **form.values())
    except BadInput as bad:
        return _show_form(request, entry, None, _with_errors(form, bad), ids=ids, status=422)
    except NotAllowed as refusal:
        return _refuse_in_form(request, entry, None, form, refusal, ids=ids)
    return _done(request, entry, None, outcome_sentence(outcome, len(ids)), warn=bool(outcome.refused))


def outcome_sentence(outcome: Outcome, asked: int) -> str:
    """What became of a batch, in one sentence; the first reason stands for the refused."""
    done = len(outcome.done) + len(outcome.quiet)
    text = ngettext("%(n)d record done.", "%(n)d records done.", done) % {"n": done}
    if outcome.refused:
        text += " " + ngettext(
            "%(n)d was refused: %(why)s",
            "%(n)d were refused, the first because: %(why)s",
            len(outcome.refused),
        ) % {"n": len(outcome.refused), "why": outcome.refused[0][1]}
    lost = asked - done - len(outcome.refused)
    if lost > 0:
        text += " " + ngettext("%(n)d was not found.", "%(n)d were not found.", lost) % {"n": lost}
    return text


def _give_birth(request: HttpRequest, entry: VerbEntry) -> HttpResponse:
    if not request.actor.may(entry.verb.needs(entry.model)):
        raise Http404
    form = _form(entry, request, None)
    if request.method != "POST":
        return _show_form(request, entry, None, form)
    try:
        row = getattr(entry.model, entry.verb.name)(by=request.actor, **form.values())
    except BadInput as bad:
        return _show_form(request, entry, None, _with_errors(form, bad), status=422)
    except NotAllowed as refusal:
        return _refuse_in_form(request, entry, None, form, refusal)
    return _done(request, entry, row, _("Done: %(verb)s") % {"verb": entry.label}, born=True)


def _form(entry: VerbEntry, request: HttpRequest, row: Any) -> VerbForm:
    data = request.POST if request.method == "POST" else None
    initial = {one.name: request.GET[one.name] for one in entry.verb.inputs if one.name in request.GET}
    return VerbForm(entry.verb.inputs, request.actor, row, data=data, initial=initial, auto_id="verb_%s")


def _with_errors(form: VerbForm, bad: BadInput) -> VerbForm:
    form.is_valid()
    for name, sentences in bad.errors.items():
        known = name if name in form.fields else None
        if not form.has_error(known or "__all__"):
            for sentence in sentences:
                form.add_error(known, sentence)
    return form


def _refuse_in_form(
    request: HttpRequest,
    entry: VerbEntry,
    row: Any,
    form: VerbForm,
    refusal: NotAllowed,
    ids: list[int] | None = None,
) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return refused(request, refusal)
    form.is_valid()
    form.add_error(None, str(refusal.sentence))
    return _show_form(request, entry, row, form, ids=ids, status=409)


def _show_form(
    request: HttpRequest,
    entry: VerbEntry,
    row: Any,
    form: VerbForm,
    *,
    ids: list[int] | None = None,
    status: int = 200,
) -> HttpResponse:
    refusal = entry.verb.refusal(row, request.actor) if row is not None else ""
    noun = (
        registry.get(Noun, access.key_of(entry.model))
        if registry.has(Noun, access.key_of(entry.model))
        else None
    )
    context = {
        "entry": entry,
        "verb": entry.verb,
        "row": row,
        "form": form,
        "ids": ids or [],
        "refusal": refusal,
        "action": verb_url(entry, row),
        "noun": noun,
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    template = "core/verb_form.html" if request.headers.get("HX-Request") else "core/verb_page.html"
    return render(request, template, context, status=status)


def _done(
    request: HttpRequest, entry: VerbEntry, row: Any, text: str, *, warn: bool = False, born: bool = False
) -> HttpResponse:
    undo = verb_url_by_name(row, entry.verb.undo) if row is not None and entry.verb.undo and not born else ""
    (messages.warning if warn else messages.success)(request, text, extra_tags=f"undo:{undo}" if undo else "")
    target = _way_back(request, "", only_asked=True) or (_url_of(row) if born else "")
    if not request.headers.get("HX-Request"):
        return redirect(target or _way_back(request, _url_of(row) or "/"))
    response = HttpResponse(status=204)
    if target:
        response["HX-Redirect"] = target
    else:
        response["HX-Refresh"] = "true"
    return response


def verb_url(entry: VerbEntry, row: Any = None) -> str:
    app, model, name = entry.key.split(".")
    if row is None:
        return reverse("core:verb_on_noun", args=[app, model, name])
    return reverse("core:verb_on_row", args=[app, model, row.pk, name])


def verb_url_by_name(row: Any, name: str) -> str:
    return verb_url(registry.get(VerbEntry, f"{access.key_of(row)}.{name}"), row)


def _url_of(row: Any) -> str:
    if row is None or not registry.has(Noun, access.key_of(row)):
        return ""
    noun = access.noun_of(row)
    return noun.url(row) if noun.url else ""


def _way_back(request: HttpRequest, otherwise: str, *, only_asked: bool = False) -> str:
    """Where the form asks to go, else where it came from; never to another host."""
    wanted = request.POST.get("next") or ("" if only_asked else request.headers.get("Referer", ""))
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and safe else otherwise


def _ids(request: HttpRequest) -> list[int]:
    given = request.POST.getlist("ids") or request.GET.getlist("ids")
    flat = [part for value in given for part in value.split(",") if part.strip()]
    if len(flat) > MOST_AT_ONCE or not all(part.strip().isdecimal() and len(part) < 19 for part in flat):
        raise Http404
    return list(dict.fromkeys(int(part) for part in flat))


def models_with_verbs() -> list[Any]:
    """Every model that has at least one verb, for tests and reference pages."""
    found = {access.key_of(entry.model) for entry in registry.all(VerbEntry)}
    return [model for model in apps.get_models() if access.key_of(model) in found]


@page()
def why(request: HttpRequest, app: str, model: str, pk: int) -> HttpResponse:
    """Why can I see this, and what may I do with it: one answer for every noun."""
    try:
        found = apps.get_model(app, model)
        noun = access.noun_of(found)
    except (LookupError, UnknownKey):
        raise Http404 from None
    row = access.fetch(found, request.actor, pk)
    return render(
        request,
        "core/why.html",
        {
            "row": row,
            "noun": noun,
            "because": _because(noun, row, request.actor),
            "verbs": _answers(found, row, request.actor),
        },
    )


def _because(noun: Noun, row: Any, actor: Actor) -> list[str]:
    if noun.explain:
        return noun.explain(row, actor)
    explainers = registry.all(Explainer)
    return [sentence for one in explainers for sentence in one.explain(actor, noun.see, row)]


def _answers(model: Any, row: Any, actor: Actor) -> list[dict]:
    entries = [
        e
        for e in registry.all(VerbEntry)
        if e.model is model and e.verb.shape != "birth" and not e.verb.hidden
    ]
    return [{"label": e.label, "refusal": e.verb.refusal(row, actor)} for e in entries]
