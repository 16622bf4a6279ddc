"""`dengta reference`: writes docs/reference/ from the registry, so that it is never older than the code."""

import inspect
import io
import re
from argparse import ArgumentParser, _SubParsersAction
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.utils import translation

from dengta.config import env
from dengta.config.cli import whole_parser
from dengta.core.events import EventType
from dengta.core.registry import Noun, Permission, registry
from dengta.core.verbs import VerbEntry
from dengta.org.seeds import ROLES
from dengta.org.types import RoleCode

FOLDER = env.ROOT / "docs" / "reference"
DECISIONS = env.ROOT / "docs" / "decisions"
NOTE = "*Written by `make docs` from the registry. Do not edit.*\n"


def reference(_arguments) -> None:
    """One page each for verbs, events, permissions and commands, and one for everything else that rooms register."""
    with translation.override("en"):
        pages = {"verbs.md": verbs(), "events.md": events(), "registered.md": others(), "permissions.md": permissions(),
                 "commands.md": commands(whole_parser())}
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        Path(FOLDER, name).write_text(text.rstrip() + "\n", encoding="utf-8")
        print(f"docs/reference/{name}")
    (DECISIONS / "README.md").write_text(decisions(), encoding="utf-8")


def verbs() -> str:
    out = io.StringIO()
    out.write(f"# Verbs\n\n{NOTE}\nEverything that changes, changes by one of these: on pages, in the API "
              "(`POST /api/v1/<noun>/<id>/<verb>`), in bulk and in rules.\n")
    noun = ""
    for entry in sorted(registry.all(VerbEntry), key=lambda one: one.key):
        verb = entry.verb
        if noun != entry.model._meta.label:
            noun = entry.model._meta.label
            out.write(f"\n## {plain(entry.model._meta.verbose_name).capitalize()}\n")
        out.write(f"\n### `{entry.key}`\n\n{plain(f'{verb.label}. {doc(verb.run)}')}\n\n")
        out.write(f"- Permission: `{verb.needs(entry.model)}`\n")
        if verb.from_states:
            out.write(f"- From: {', '.join(f'`{plain(state)}`' for state in verb.from_states)}\n")
        if verb.to_state:
            out.write(f"- To: `{plain(verb.to_state)}`\n")
        for asked in verb.inputs:
            need = "required" if asked.required else "optional"
            out.write(f"- Input `{asked.name}` ({type(asked).__name__.lower()}, {need}): {plain(asked.label)}\n")
        done = verb.done if isinstance(verb.done, (tuple, list)) else [verb.done]
        for event in filter(None, done):
            out.write(f"- Event: `{event.key}`\n")
    return out.getvalue()


def events() -> str:
    out = io.StringIO()
    out.write(f"# Events\n\n{NOTE}\nWritten in the transaction of the change, read by timeline, audit, notifications, "
              "rules and reports.\n")
    for entry in sorted(registry.all(EventType), key=lambda one: one.key):
        out.write(f"\n## `{entry.key}`\n\n{plain(entry.label)}: “{plain(entry.cls.sentence)}”\n\n")
        envelope = {"subject", "store_id", "party_id", "at"}
        cls: Any = entry.cls
        for field in fields(cls):
            if field.name not in envelope:
                kind = field.type if isinstance(field.type, str) else getattr(field.type, "__name__", str(field.type))
                out.write(f"- `{field.name}`: {kind}\n")
    return out.getvalue()


def permissions() -> str:
    out = io.StringIO()
    out.write(f"# Permissions\n\n{NOTE}\nA role holds rights, each with its reach: own, own+pool, team, team+pool, "
              "dept, dept+pool, store, brand, group.\nA right is a key of the list below, or a beginning of keys with "
              "a star. What each verb needs stands with the\n[verbs](verbs.md).\n\n## Rights\n\n")
    rights = {entry.key: plain(entry.label) for entry in registry.all(Permission)}
    for entry in registry.all(VerbEntry):
        rights.setdefault(entry.verb.needs(entry.model), plain(entry.label))
    for noun in registry.all(Noun):
        rights.setdefault(noun.see, f"See: {plain(noun.label)}")
    out.writelines(f"- `{key}` {rights[key]}\n" for key in sorted(filter(None, rights)))
    out.write("\n## Shipped roles\n\nWhat a new group begins with; a role is changed on its page.\n")
    for code, role in ROLES.items():
        more = f"{role.reveal_quota} full numbers a day" + (", second factor required" if role.second_factor else "")
        out.write(f"\n### {plain(RoleCode(code).label)} (`{code}`)\n\n{more}.\n\n")
        by_reach: dict[str, list[str]] = {}
        for right, reach in sorted(role.grants.items()):
            by_reach.setdefault(str(reach), []).append(f"`{right}`")
        out.writelines(f"- {reach}: {', '.join(keys)}\n" for reach, keys in sorted(by_reach.items()))
    return out.getvalue()


def others() -> str:
    entry: Any
    out = io.StringIO()
    out.write(f"# What rooms register\n\n{NOTE}")
    for kind in sorted(registry.kinds(), key=lambda one: one.__name__):
        if kind in (VerbEntry, EventType):
            continue
        out.write(f"\n## {kind.__name__}\n\n{doc(kind)}\n\n")
        for entry in sorted(registry.all(kind), key=lambda one: one.key):
            said = plain(getattr(entry, "label", "") or getattr(entry, "help", ""))
            work = getattr(entry, "run", None) or getattr(getattr(entry, "task", None), "func", None)
            out.write(f"- `{entry.key}` {said or (doc(work) if work else '')}".rstrip() + "\n")
    return out.getvalue()


def decisions() -> str:
    """The list of all decisions by their titles."""
    about = "The title is the decision. Half a page each, superseded by a later one rather than edited."
    lines = ["# Decisions", "", about, ""]
    for file in sorted(DECISIONS.glob("0*.md")):
        title = re.sub(r"^#\s*(\d+\.?\s*)?", "", file.read_text(encoding="utf-8").split("\n", 1)[0])
        lines.append(f"- [{file.name[:4]}]({file.name}) {title}")
    return "\n".join(lines) + "\n"


def commands(parser: ArgumentParser) -> str:
    out = io.StringIO()
    out.write(f"# Commands\n\n{NOTE}\nRun as `.venv/bin/dengta COMMAND` or `python -m dengta COMMAND`.\n")
    walk(parser, "dengta", out)
    return out.getvalue()


def walk(parser: ArgumentParser, name: str, out: io.StringIO) -> None:
    inner = [action for action in parser._actions if isinstance(action, _SubParsersAction)]
    if not inner:
        out.write(f"\n## `{name}`\n\n{parser.description or ''}\n")
        for action in parser._actions:
            shown = ", ".join(action.option_strings) or action.dest
            if action.dest != "help":
                out.write(f"\n- `{shown}` {(action.help or '').replace('%(default)s', 'see below')}".rstrip())
        out.write("\n")
    for found in inner:
        for word, child in found.choices.items():
            walk(child, f"{name} {word}", out)


def plain(text) -> str:
    return " ".join(str(text or "").split())


def doc(thing) -> str:
    said = inspect.getdoc(thing) or ""
    return "" if said.startswith(f"{getattr(thing, '__name__', '')}(") else plain(said)
