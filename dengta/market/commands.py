"""`dengta channel create` and `dengta channel list`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from itertools import count
from typing import Any

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.market.models import Channel
from dengta.market.types import INTAKE_KINDS, KEYED_KINDS, ChannelKind
from dengta.org.models import Group, Store

NAMES = {
    ChannelKind.JSON: "JSON 接口",
    ChannelKind.FORM: "网页表单",
    ChannelKind.ADF: "ADF 接口",
}


def register(commands: Any) -> None:
    parser = commands.add_parser("channel", help="create and list the channels that inquiries come through")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    create = actions.add_parser("create", help="open a channel; its bearer key is shown this once")
    create.add_argument("--kind", required=True, choices=[kind.value for kind in KEYED_KINDS])
    create.add_argument("--store", required=True, help="code of the store")
    create.add_argument("--group", default="", help="code of the group, if several have such a store")
    create.add_argument("--code", default="", help="code of the channel (default: made from kind and store)")
    create.add_argument("--name", default="")
    create.add_argument("--per-minute", type=int, default=0, help="most requests a minute")
    create.add_argument("--secret", action="store_true", help="print the signing secret too")
    create.add_argument("--json", action="store_true", dest="as_json")
    create.set_defaults(run=create_channel)
    listing = actions.add_parser("list", help="all channels")
    listing.add_argument("--store", default="")
    listing.add_argument("--group", default="")
    listing.add_argument("--json", action="store_true", dest="as_json")
    listing.set_defaults(run=list_channels)


def create_channel(arguments: argparse.Namespace) -> int:
    found = stores_named(arguments.store, arguments.group)
    if len(found) != 1:
        print(_which(arguments.store, found), file=sys.stderr)
        return 1
    group, store_id = found[0]
    with scope.open(group.pk):
        by = Actor.system(group.pk, "dengta channel create")
        store = Store.objects.get(pk=store_id)
        kind = ChannelKind(arguments.kind)
        code = arguments.code or free_code(f"{kind}-{store.code}".lower()[:34])
        name = arguments.name or f"{NAMES[kind]} {store.name}"[:80]
        channel = Channel.create(by=by, store=store, kind=kind, code=code, name=name)
        if kind in INTAKE_KINDS:
            channel.rotate_key(by=by)
        if arguments.per_minute > 0:
            channel.set_limits(by=by, per_minute=arguments.per_minute)
        answer = as_answer(channel, store.code) | {"bearer": channel.issued.bearer if channel.issued else ""}
        if arguments.secret:
            answer["secret"] = channel.issued.secret if channel.issued else ""
    show([answer], arguments.as_json, one=True)
    return 0


def list_channels(arguments: argparse.Namespace) -> int:
    found = []
    for _group in scopes_of(arguments.group):
        rows = Channel.objects.for_list()
        rows = rows.filter(store__code=arguments.store) if arguments.store else rows
        found += [
            as_answer(row, row.store.code) | {"code": row.code, "name": row.name, "state": row.state} for row in rows
        ]
    show(found, arguments.as_json)
    return 0


def as_answer(channel: Channel, store_code: str) -> dict[str, str]:
    door = channel.door
    return {
        "key": door.key if door else "",
        "kind": str(channel.kind),
        "store": store_code,
        "path": door.path if door else "",
    }


def stores_named(code: str, group_code: str) -> list[tuple[Group, int]]:
    found = []
    for group in scopes_of(group_code):
        found += [(group, pk) for pk in Store.objects.filter(code=code).values_list("pk", flat=True)]
    return found


def scopes_of(group_code: str) -> Iterator[Group]:
    """Each group in turn, with its scope open; or only the one that is named."""
    groups = Group.objects.filter(code=group_code) if group_code else Group.objects.order_by("pk")
    for group in groups:
        with scope.open(group.pk):
            yield group


def free_code(wanted: str) -> str:
    taken = set(Channel.objects.filter(code__startswith=wanted).values_list("code", flat=True))
    return next(code for number in count(1) if (code := wanted if number == 1 else f"{wanted}-{number}") not in taken)


def show(rows: list[dict[str, str]], as_json: bool, *, one: bool = False) -> None:
    if as_json:
        print(json.dumps(rows[0] if one else rows, ensure_ascii=False))
        return
    for row in rows:
        print("  ".join(f"{name}: {value}" for name, value in row.items() if value))


def _which(code: str, found: list[tuple[Group, int]]) -> str:
    if not found:
        return f"dengta: there is no store with the code {code!r}."
    groups = ", ".join(group.code for group, _store in found)
    return f"dengta: several groups have a store {code!r}; add --group, one of: {groups}."
