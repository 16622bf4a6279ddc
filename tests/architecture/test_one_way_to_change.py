"""Rows are written in verbs, models and operations only; everybody else calls a verb."""

import ast
import re

from tests.architecture.tree import parsed, python_files, room_of, shown, source

MAY_WRITE = {"verbs", "models", "operations", "migrations", "tests", "pipeline", "importing"}
COUNTERS = {"limits", "signatures"}  # knocks at the door and used nonces, not business
# Loads and removes a whole group at once, which nobody may do by a verb.
DEMO = "dengta/blueprints/demo.py"
WRITES = {"save", "update", "create", "bulk_create", "bulk_update", "delete", "get_or_create", "update_or_create"}
ALWAYS = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
OF_ROWS = re.compile(r"objects|unscoped|_set\b|\.filter\(|\.exclude\(|\.all\(|visible\(|fetch\(")
SQL = re.compile(r"^\s*(insert\s+into|update\s+\w+\s+set|delete\s+from|truncate|copy\s+\w+.*from)\b", re.IGNORECASE)


def writing_calls(file):
    text = source(file)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            on = ast.get_source_segment(text, node.func.value) or ""
            if node.func.attr == "save" and node.args:
                continue  # rows are saved with keywords only; this writes a file or an image
            if node.func.attr in ALWAYS or OF_ROWS.search(on):
                yield node.lineno, f"{on}.{node.func.attr}()"
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
            yield node.lineno, node.value.strip()[:60]


def may_write(file) -> bool:
    if shown(file) == DEMO or room_of(file) in ("core", "config"):
        return True
    return bool((MAY_WRITE | COUNTERS) & {*file.parts, file.stem})


def test_only_verbs_change_rows():
    wrong = [f"{shown(file)}:{line} {what}" for file in python_files() if not may_write(file)
             for line, what in writing_calls(file)]

    assert not wrong, "\n" + "\n".join(wrong)


def test_nobody_listens_to_saves():
    signals = {"post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed"}
    wrong = [shown(file) for file in python_files(tests=False) for node in ast.walk(parsed(file))
             if isinstance(node, ast.ImportFrom) and signals & {name.name for name in node.names}]

    assert not wrong, "\n" + "\n".join(wrong)
