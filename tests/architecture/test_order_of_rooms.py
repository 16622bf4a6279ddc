"""Rooms depend downwards: also by foreign keys, model names in strings, doors and templates, which imports miss."""

import ast
import re

import pytest
from django.apps import apps
from django.conf import settings

from tests.architecture.tree import (
    HOUSE,
    LEVEL,
    business_rooms,
    imports,
    parsed,
    python_files,
    room_of,
    rooms,
    shown,
    source,
    templates,
)

DOORS = {"models", "operations", "queries", "events", "types", "rules"}
# docs/decisions/0003: connect is a room of pipes; these are what it has to give.
PIPES = {"connect": {"formats", "limits", "secrets", "signatures"}}
# The only references upwards: core's events and base records point at a group, a store and a person.
NAMED_IN_SETTINGS = {settings.DENGTA_GROUP, settings.DENGTA_STORE, settings.DENGTA_EMPLOYEE}
TEMPLATE_OF = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"'/]+)/""")
URL_OF = re.compile(r"""{%\s*url\s+["']([a-z_]+):""")


def may_use(user: str, used: str) -> bool:
    """A room may use itself and lower rooms; rooms of one layer do not know each other."""
    return user == used or LEVEL[used] < LEVEL[user]


def test_each_room_has_a_place_in_the_order():
    assert set(rooms()) <= set(LEVEL)
    assert set(settings.ROOMS) == {"core", *business_rooms()}


def test_foreign_keys_point_downwards():
    wrong = []
    for model in apps.get_models():
        if not model.__module__.startswith("dengta."):
            continue
        for field in model._meta.get_fields():
            if not field.is_relation or field.auto_created or field.related_model is None:
                continue
            target = field.related_model
            user, used = model._meta.app_label, target._meta.app_label
            if used not in LEVEL or may_use(user, used) or target._meta.label in NAMED_IN_SETTINGS:
                continue
            wrong.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")

    assert not wrong, "\n" + "\n".join(wrong)


def test_models_are_not_fetched_from_above_by_name():
    wrong = []
    for file in python_files():
        room = room_of(file)
        if room not in LEVEL:
            continue
        for call in ast.walk(parsed(file)):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
                    and call.func.attr in ("get_model", "get_app_config") and call.args):
                continue
            name = call.args[0].value if isinstance(call.args[0], ast.Constant) else ""
            if isinstance(name, str) and (used := name.split(".")[0]) in LEVEL and not may_use(room, used):
                wrong.append(f"{shown(file)}: {name}")

    assert not wrong, "\n" + "\n".join(wrong)


def test_rooms_enter_each_other_by_the_doors_only():
    wrong = []
    for file in python_files():
        room = room_of(file)
        for name in imports(file):
            _house, used, *inside = name.split(".")
            if used in ("core", room, "config") or used not in LEVEL or room in ("", "config"):
                continue
            door = inside[0] if inside else ""
            doors = DOORS | PIPES.get(used, set()) | ({"tests"} if "tests" in file.parts else set())
            if door in doors or (room == "blueprints" and door == "seeds"):
                continue
            wrong.append(f"{shown(file)} imports {name}")

    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("pattern, what", [(TEMPLATE_OF, "template"), (URL_OF, "address")])
def test_templates_use_their_own_room_and_core(pattern, what):
    wrong = []
    for file in templates():
        room = room_of(file)
        for used in pattern.findall(source(file)):
            if used in LEVEL and used not in ("core", room):
                wrong.append(f"{shown(file)} uses a {what} of {used}")

    assert not wrong, "\n" + "\n".join(wrong)


def test_no_page_of_another_room_is_reversed_by_name():
    wrong = []
    for file in python_files(tests=False):
        room = room_of(file)
        for call in ast.walk(parsed(file)):
            if not (isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", ""))
                    in ("reverse", "redirect", "reverse_lazy") and call.args):
                continue
            name = call.args[0].value if isinstance(call.args[0], ast.Constant) else ""
            used = name.split(":")[0] if isinstance(name, str) and ":" in name else ""
            if used in LEVEL and used not in ("core", room) and room != "core":
                wrong.append(f"{shown(file)} reverses {name}; ask the row for its get_absolute_url()")

    assert not wrong, "\n" + "\n".join(wrong)


def test_core_knows_no_business():
    wrong = [f"{shown(file)} imports {name}" for file in python_files() if room_of(file) == "core"
             for name in imports(file) if name.split(".")[1] not in ("core", "__version__")]

    assert not wrong, "\n" + "\n".join(wrong)
    assert (HOUSE / "core").exists()
