"""Every address says who may use it, and nothing that a request says reaches a question of rights."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

from dengta.core.registry import MenuEntry, Noun, Panel, Permission, registry
from dengta.core.verbs import VerbEntry
from tests.architecture.tree import parsed, python_files, shown, source

# Who asks is not known at these addresses; each says in its own way whom it answers.
PUBLIC = {
    "core:language", "core:theme", "core:guide",  # cookies of one's own; the guide looks itself
    "leads:intake", "leads:receipt",  # the channel's key or signature
    "leads:form",  # strangers are who it is for
    "healthz", "metrics",  # for machines; metrics by a token
}
# Where a request becomes a person or a program, and where strangers' messages find the group of their channel.
MAY_OPEN_A_SCOPE = {"dengta/org/middleware.py", "dengta/org/operations.py", "dengta/leads/api.py",
                    "dengta/leads/views/public.py"}
TALKS_TO_A_REQUEST = {"views", "api", "forms", "handlers", "middleware"}
SAID_BY_A_REQUEST = (*(f"request.{part}" for part in ("GET", "POST", "body", "headers", "META", "COOKIES", "FILES")),
                     "cleaned_data", "json.loads")
RIGHTS = {"may", "reach"}
DOORS = {"visible", "fetch", "access.visible", "access.fetch", "scope.open", "scope.narrow", "scope.off", "page"}


def addresses(patterns: Any = None, space: str = "") -> Iterator[tuple[str, Any]]:
    """(name, view) of every address."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, f"{one.app_name}:" if one.app_name else space)
        elif isinstance(one, URLPattern):
            yield f"{space}{one.name}", one.callback


def ours() -> dict[str, Any]:
    return {name: view for name, view in addresses()
            if view.__module__.startswith("dengta.") and not name.startswith("api-1:")}


def test_each_view_declares_a_permission_or_says_that_it_is_public():
    silent = [name for name, view in ours().items() if not getattr(view, "permission", "")]

    assert not silent, f"{silent}: decorate the view with @page(permission=…) or @public"


def test_public_addresses_are_those_we_know():
    assert {name for name, view in ours().items() if getattr(view, "permission", "") == "public"} == PUBLIC


def test_permissions_of_views_menus_and_panels_exist():
    """A misspelled right would shut everybody out, or nobody in the role of the almighty."""
    known = ({permission.key for permission in registry.all(Permission)} | {noun.see for noun in registry.all(Noun)}
             | {entry.verb.permission or entry.key for entry in registry.all(VerbEntry)})
    asked = {name: getattr(view, "permission", "") for name, view in ours().items()}
    asked |= {f"menu {entry.key}": entry.permission for entry in registry.all(MenuEntry)}
    asked |= {f"panel {entry.key}": entry.permission for entry in registry.all(Panel)}

    assert {name: right for name, right in asked.items() if right not in {"", "login", "public", *known}} == {}


def test_each_operation_of_the_api_wants_a_token():
    open_doors = [operation.path for name, view in addresses() if isinstance(getattr(view, "__self__", None), PathView)
                  for operation in view.__self__.operations if not operation.auth_callbacks]

    assert open_doors == []


def front_files() -> Iterator[Path]:
    """The files that are given a request."""
    for file in python_files(tests=False):
        if TALKS_TO_A_REQUEST & {file.stem, file.parent.name}:
            yield file


def calls(file: Path) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Call):
            yield node, ast.get_source_segment(source(file), node.func) or ""


def test_nobody_makes_an_actor_out_of_a_request():
    """Who acts is computed once, from the login or the token: no request can say "as user" or "ignore rights"."""
    wrong = []
    for file in front_files():
        for call, name in calls(file):
            if name.split(".")[0] == "Actor" or name == "scope.off":
                wrong.append(f"{shown(file)}:{call.lineno} {name}")
            if name in ("scope.open", "scope.narrow") and shown(file) not in MAY_OPEN_A_SCOPE:
                wrong.append(f"{shown(file)}:{call.lineno} {name}")
        wrong += [f"{shown(file)} all_powerful" for node in ast.walk(parsed(file))
                  if isinstance(node, ast.keyword) and node.arg == "all_powerful"]

    assert not wrong, "\n".join(wrong)


def test_whoever_asks_is_whoever_acts():
    wrong = []
    for file in front_files():
        for call, name in calls(file):
            for word in call.keywords:
                said = ast.unparse(word.value)
                if word.arg in ("by", "actor") and said not in ("request.actor", "self.actor", "actor", "by"):
                    wrong.append(f"{shown(file)}:{call.lineno} {name}(… {word.arg}={said})")

    assert not wrong, "\n".join(wrong)


def test_no_parameter_of_a_request_reaches_a_question_of_rights():
    wrong = []
    for file in front_files():
        for call, name in calls(file):
            if name.rpartition(".")[2] in RIGHTS:
                rights = call.args
            elif name in DOORS:
                rights = [*call.args[:2], *(word.value for word in call.keywords if word.arg != "rows")]
            else:
                continue
            said = " ".join(ast.unparse(one) for one in rights)
            if any(word in said for word in SAID_BY_A_REQUEST):
                wrong.append(f"{shown(file)}:{call.lineno} {name}({said})")

    assert not wrong, "\n".join(wrong)
