"""Roles as a readable matrix of rights and reach."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dengta.core.access import fetch, visible
from dengta.core.handlers import page
from dengta.core.inputs import BadInput
from dengta.core.models import EventRow
from dengta.core.registry import Noun, Permission, registry
from dengta.core.verbs import VerbEntry
from dengta.org.forms import RoleForm
from dengta.org.models import Role
from dengta.org.queries import matching
from dengta.org.types import GrantScope


@page("org.role.see", methods=("GET", "HEAD"))
def roles(request: HttpRequest) -> HttpResponse:
    held = Q(positions__valid_to__isnull=True) & ~Q(positions__employee__status="left")
    rows = visible(Role, request.actor).annotate(people=Count("positions__employee", filter=held, distinct=True))
    return render(request, "org/roles.html", {"roles": rows.order_by("-is_active", "pk")})


@page("org.role.see", methods=("GET", "HEAD", "POST"))
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """One role: its rights by room, each with its reach; the event of a change keeps the difference."""
    row = fetch(Role, request.actor, pk)
    form = RoleForm(request.POST or None, role=row)
    if request.method == "POST" and form.is_valid():
        try:
            row.change(by=request.actor, **form.plain())
            row.set_grants(by=request.actor, grants=merged(row.grants, request.POST))
        except BadInput as bad:
            form.add_error(None, str(bad))
        else:
            return redirect("org:role", pk)
    context = {
        "role": row,
        "form": form,
        "rooms": matrix(row.grants),
        "others": [(key, scope) for key, scope in sorted(row.grants.items()) if key not in known_rights()],
        "scopes": GrantScope.choices,
        "may_change": not Role.set_grants.verb.refusal(row, request.actor),
        "people": row.positions.filter(valid_to__isnull=True).select_related("employee", "store")[:60],
        "events": EventRow.objects.for_subject(row)[:20],
    }
    return render(request, "org/role.html", context, status=422 if form.errors else 200)


def known_rights() -> dict[str, Any]:
    """Every right that can be given, with its words: seeing a noun, each verb, and what rooms declare besides."""
    found: dict[str, Any] = {}
    for noun in registry.all(Noun):
        found.setdefault(f"{noun.key}.*", _("Everything with: %(noun)s") % {"noun": noun.plural or noun.label})
        found.setdefault(noun.see, _("See: %(noun)s") % {"noun": noun.plural or noun.label})
    for entry in registry.all(VerbEntry):
        found.setdefault(entry.verb.permission or entry.key, entry.label)
    for permission in registry.all(Permission):
        found[permission.key] = permission.label
    return found


def matrix(grants: dict[str, str]) -> list[dict[str, Any]]:
    """Rooms, in each the nouns, in each the rights: what the role has itself and what a wider right brings."""
    labels = {noun.key: noun.plural or noun.label for noun in registry.all(Noun)}
    rooms: dict[str, dict[str, list]] = {}
    for key, label in known_rights().items():
        app, _sep, rest = key.partition(".")
        noun = f"{app}.{rest.partition('.')[0]}"
        wider = [one for one in matching(grants, key.removesuffix(".*")) if one != key]
        line = {
            "key": key,
            "label": label,
            "scope": grants.get(key, ""),
            "through": [(one, GrantScope(grants[one]).label) for one in wider],
            "whole": key.endswith(".*"),
        }
        rooms.setdefault(app, {}).setdefault(str(labels.get(noun, noun)), []).append(line)
    return [
        {"key": app, "label": room_label(app), "nouns": [(noun, sorted(one, key=order)) for noun, one in nouns.items()]}
        for app, nouns in rooms.items()
    ]


def room_label(app: str) -> str:
    """The name of a room as its own texts say it."""
    return _(apps.get_app_config(app).verbose_name) if apps.is_installed(f"dengta.{app}") else app


def order(line: dict[str, Any]) -> tuple[bool, bool, str]:
    return (not line["whole"], not line["key"].endswith(".see"), str(line["label"]))


def merged(grants: dict[str, str], posted: Any) -> dict[str, str]:
    """What the matrix says about the rights it shows; the rest stays as it was."""
    after = dict(grants)
    for name in posted:
        if not name.startswith("right:"):
            continue
        key, scope = name.removeprefix("right:"), posted[name]
        after.pop(key, None)
        if scope:
            after[key] = scope
    return after


def readable_grants(grants: dict[str, str]) -> list[tuple[str, str, str]]:
    """Rights in words with their reach, for the page of a person."""
    known = known_rights()
    rooms = {"*": _("Everything")}
    shown = []
    for key, scope in sorted(grants.items()):
        whole = _("Everything in %(room)s") % {"room": room_label(key.removesuffix(".*"))}
        label = known.get(key) or rooms.get(key) or whole
        shown.append((key, str(label), str(GrantScope(scope).label)))
    return shown
