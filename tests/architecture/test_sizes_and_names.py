"""The limits of size and the closed list of file names. A limit is raised only by a decision record."""

import ast

import pytest

from tests.architecture.tree import HOUSE, business_rooms, parsed, python_files, room_of, shown, source, templates

FILE, FUNCTION, VIEW, CLASS, TEMPLATE = 500, 60, 25, 400, 250
STORY = 100  # docs/decisions/0040: a story is read from top to bottom
IN_A_ROOM = {
    "README.md", "__init__", "apps", "types", "events", "rules", "queries", "verbs", "models", "operations", "reports",
    "forms", "views", "api", "jobs", "reactions", "studio", "seeds", "urls", "commands", "templates", "static",
    "locale", "migrations", "management", "templatetags", "tests",
}
# docs/decisions/0003: an area of a room that is larger than one file and has a name people know.
MORE = {
    "leads": {"pipeline", "importing"},
    "connect": {"formats", "limits", "secrets", "signatures"},
    "org": {"middleware"},
}
# docs/decisions/0004: the list of core's files is closed.
IN_CORE = {
    "__init__", "access", "actors", "api", "apps", "bulk", "context", "events", "guide", "handlers", "inputs", "jobs",
    "lists", "models", "palette", "panels", "pumps", "reactions", "records", "registry", "rls", "scope", "search",
    "studio", "testing", "types", "urls", "verbs", "views", "wording",
    "templates", "templatetags", "static", "locale", "migrations", "tests",
}
FORBIDDEN = {"utils", "helpers", "common", "services", "managers", "misc", "tools", "base"}


def code_files():
    return [file for file in python_files() if "migrations" not in file.parts]


def length(node: ast.AST) -> int:
    return node.end_lineno - node.lineno + 1


def body_length(function: ast.FunctionDef) -> int:
    """Without signature, decorators and docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return function.end_lineno - body[0].lineno + 1 if body else 0


def test_python_files_are_short():
    long = {shown(file): count for file in code_files()
            if (count := source(file).count("\n")) > FILE and "seeds" not in file.parts}

    assert long == {}


def test_functions_are_short():
    long = [f"{shown(file)}:{node.lineno} {node.name} has {length(node)} lines"
            for file in code_files() for node in ast.walk(parsed(file))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and length(node) > (STORY if "stories" in file.parts else FUNCTION)]

    assert not long, "\n" + "\n".join(long)


def test_views_are_very_short():
    long = [f"{shown(file)}:{node.lineno} {node.name} has {body_length(node)} lines"
            for file in code_files() if "views" in (file.stem, file.parent.name) and "tests" not in file.parts
            for node in parsed(file).body
            if isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg == "request"
            and body_length(node) > VIEW]

    assert not long, "\n" + "\n".join(long)


def test_classes_are_short():
    long = [f"{shown(file)}:{node.lineno} {node.name} has {length(node)} lines"
            for file in code_files() for node in ast.walk(parsed(file))
            if isinstance(node, ast.ClassDef) and length(node) > CLASS]

    assert not long, "\n" + "\n".join(long)


def test_templates_are_short():
    assert {shown(file): count for file in templates() if (count := source(file).count("\n")) > TEMPLATE} == {}


@pytest.mark.parametrize("room", business_rooms())
def test_a_room_has_only_files_with_known_names(room):
    names = {path.stem if path.suffix == ".py" else path.name for path in (HOUSE / room).iterdir()} - {"__pycache__"}

    assert names - IN_A_ROOM - MORE.get(room, set()) == set()


def test_core_is_closed():
    names = {path.stem if path.suffix == ".py" else path.name for path in (HOUSE / "core").iterdir()}

    assert names - IN_CORE - {"__pycache__", "README.md"} == set()


def test_there_is_no_junk_drawer():
    assert [shown(file) for file in code_files() if file.stem in FORBIDDEN] == []


@pytest.mark.parametrize("room", business_rooms())
def test_a_room_introduces_itself(room):
    assert (HOUSE / room / "README.md").exists()


def test_modules_say_what_they_are():
    bare = [shown(file) for file in python_files(tests=False)
            if "migrations" not in file.parts and parsed(file).body and not ast.get_docstring(parsed(file))]

    assert not bare, "\n" + "\n".join(bare)


def test_migrations_have_speaking_names():
    nameless = [shown(file) for file in python_files() if file.parent.name == "migrations"
                and ("auto_" in file.stem or (room_of(file) and file.stem[:4].isdigit() and len(file.stem) < 8))]

    assert not nameless, "\n" + "\n".join(nameless)
