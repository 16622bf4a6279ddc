"""The studio's doors for other rooms: the tables that hold now, and packs of definitions to install.

    tables = tables_for("leads.lead", "lead-score", store_ids)      # once per batch: one statement, two when news came
    result = tables[store_id].table.evaluate(facts, moment(tz=…))   # two microseconds
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
import yaml
from django.db import transaction
from django.utils.translation import gettext as _

import dengta
from dengta.core.actors import Actor
from dengta.core.registry import registry
from dengta.studio.models import Definition, DefinitionVersion
from dengta.studio.rules.checking import check
from dengta.studio.rules.differences import changes
from dengta.studio.rules.editing import prepare
from dengta.studio.rules.tables import Table, compile_published
from dengta.studio.types import BadDefinition, FieldSet, Problem, say

BLUEPRINTS = Path(dengta.__file__).parent / "blueprints"
SCHEMA = "dengta/blueprint@1"
MOST_KEPT = 512
MOST_BYTES = 2_000_000
HEAD = {"kind", "noun", "code", "name", "about"}
log = structlog.get_logger(__name__)

_compiled: dict[int, Table] = {}


@dataclass(frozen=True)
class Published:
    """A table that holds, with the version to keep beside each decision."""

    version_id: int
    number: int
    table: Table


def tables_for(noun: str, code: str, stores: Iterable[int]) -> dict[int, Published]:
    """The version that holds in each store: its own, else the group's; stores without any are left out.

    Which version holds is read every time; only compiled tables are kept, by the id of their version, which is final.
    """
    wanted = set(stores)
    found = DefinitionVersion.objects.published().of(noun, code, wanted).values_list(
        "definition__store_id", "pk", "number")
    by_store = {store_id: (pk, number) for store_id, pk, number in found}
    _compile([pk for pk, _number in by_store.values() if pk not in _compiled], noun)
    holding = {store_id: by_store.get(store_id, by_store.get(None)) for store_id in wanted}
    return {store_id: Published(pair[0], pair[1], _compiled[pair[0]]) for store_id, pair in holding.items()
            if pair is not None and pair[0] in _compiled}


def table_for(noun: str, code: str, store_id: int) -> Published | None:
    """The same for one store."""
    return tables_for(noun, code, [store_id]).get(store_id)


def compiled_version(version: DefinitionVersion) -> Table:
    """The table of one published or retired version, to explain an old decision."""
    if version.pk not in _compiled:
        _compile([version.pk], version.definition.noun)
    return _compiled[version.pk]


def _compile(missing: list[int], noun: str) -> None:
    if not missing:
        return
    fields = registry.get(FieldSet, noun)
    for pk, body in DefinitionVersion.objects.filter(pk__in=missing).values_list("pk", "body"):
        try:
            table, problems = compile_published(body, fields)
        except BadDefinition as bad:
            log.error("table_unusable", version=pk, noun=noun, problems=[str(one) for one in bad.problems[:5]])
            continue
        if problems:
            log.error("table_rows_left_out", version=pk, noun=noun, problems=[str(one) for one in problems[:5]])
        if len(_compiled) >= MOST_KEPT:
            _compiled.clear()
        _compiled[pk] = table


# -- blueprints ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Part:
    """One definition of a pack."""

    kind: str
    noun: str
    code: str
    name: Any
    body: dict
    digest: str


@dataclass(frozen=True)
class Pack:
    """A named, versioned set of definitions, read from a folder and checked."""

    code: str
    version: str
    name: Any
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Step:
    """What installing does to one definition: create, update, same, or local (changed here, so left alone)."""

    action: str
    code: str
    name: str
    changes: list[str] = field(default_factory=list)


def packs() -> list[str]:
    """The packs that are shipped."""
    return sorted(path.parent.name for path in BLUEPRINTS.glob("*/pack.yaml"))


def read_pack(folder: Path | str) -> Pack:
    """A pack from its folder (or the name of a shipped one). Raises BadDefinition with everything that is wrong."""
    folder = BLUEPRINTS / folder if isinstance(folder, str) else folder
    head = _load(folder, "pack.yaml")
    if head.get("schema") != SCHEMA or not isinstance(head.get("definitions"), list):
        raise BadDefinition([Problem("pack.yaml", _("this is not a blueprint of the kind %(schema)s.")
                                     % {"schema": SCHEMA})])
    parts, problems = [], []
    for name in head["definitions"]:
        try:
            parts.append(_part(folder, str(name)))
        except BadDefinition as bad:
            problems += [Problem(f"{name}: {one.path}".rstrip(": "), one.sentence, one.level) for one in bad.problems]
    if problems:
        raise BadDefinition(problems)
    return Pack(str(head.get("code", folder.name)), str(head.get("version", "")), head.get("name", ""), tuple(parts))


def plan(pack: Pack) -> list[Step]:
    """What installing would do in the open scope, without doing it."""
    return [_step(part, _found(part)) for part in pack.parts]


def install(pack: Pack | str, *, by: Actor, dry_run: bool = False) -> list[Step]:
    """Install or upgrade a pack for the group of the open scope. Doing it twice changes nothing the second time, and
    what the group has changed itself is left alone."""
    pack = read_pack(pack) if isinstance(pack, str) else pack
    if dry_run:
        return plan(pack)
    steps = []
    with transaction.atomic():
        for part in pack.parts:
            row = _found(part)
            step = _step(part, row)
            steps.append(step)
            if step.action in {"create", "update"}:
                _apply(part, row, f"{pack.code} {pack.version}", by)
    return steps


def _apply(part: Part, row: Definition | None, source: str, by: Actor) -> None:
    if row is None:
        row = Definition.create(by=by, noun=part.noun, code=part.code, name=part.name, body=part.body, source=source)
        row.publish(by=by, note=source, accept=True)
    else:
        row.adopt(by=by, body=part.body, note=source)
    Definition.objects.filter(pk=row.pk).update(source=source, source_digest=part.digest)


def _found(part: Part) -> Definition | None:
    return Definition.objects.filter(noun=part.noun, code=part.code, store=None).first()


def _step(part: Part, row: Definition | None) -> Step:
    name = say(part.name) or part.code
    if row is None:
        return Step("create", part.code, name)
    live = row.published_version()
    if live is not None and _digest(live.body) == part.digest:
        return Step("same", part.code, name)
    told = changes(live.body if live else None, part.body, row.fields)
    untouched = live is None or _digest(live.body) == row.source_digest
    return Step("update" if untouched else "local", part.code, name, told)


def _part(folder: Path, name: str) -> Part:
    given = _load(folder, name)
    if given.get("kind") != "table" or not all(isinstance(given.get(key), str) for key in ("noun", "code")):
        raise BadDefinition([Problem("", _("a definition needs its kind, noun and code."))])
    if not registry.has(FieldSet, given["noun"]):
        raise BadDefinition([Problem("noun", _("nothing is known about “%(noun)s”.") % {"noun": given["noun"]})])
    fields = registry.get(FieldSet, given["noun"])
    body = prepare({key: value for key, value in given.items() if key not in HEAD}, fields)
    errors = [problem for problem in check(body, fields.unchecked) if problem.level != "warning"]
    if errors:
        raise BadDefinition(errors)
    return Part(given["kind"], given["noun"], given["code"], given.get("name", given["code"]), body, _digest(body))


def _load(folder: Path, name: str) -> Mapping[str, Any]:
    """One YAML file from inside the pack's folder, never from outside of it."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file() or path.stat().st_size > MOST_BYTES:
        raise BadDefinition([Problem(name, _("there is no such file in the blueprint."))])
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise BadDefinition([Problem(name, _("the file is not readable YAML: %(why)s") % {"why": str(error)[:200]})]) \
            from None
    if not isinstance(found, Mapping):
        raise BadDefinition([Problem(name, _("the file is not readable YAML: %(why)s") % {"why": "-"})])
    return found


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
