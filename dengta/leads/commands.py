"""`dengta import leads FILE --store CODE [--json]`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.core.inputs import BadInput
from dengta.core.verbs import NotAllowed
from dengta.leads.importing.files import error_file, upload
from dengta.leads.importing.running import advance
from dengta.leads.models import ImportRun
from dengta.leads.types import ImportState
from dengta.market.models import Campaign, Channel
from dengta.org.models import Group, Store


def register(commands: Any) -> None:
    parser = commands.add_parser("import", help="read a file in: leads")
    things = parser.add_subparsers(title="things", metavar="THING", required=True)
    leads = things.add_parser("leads", help="leads from XLSX, XLS or CSV; the same rules as every other channel")
    leads.add_argument("file", metavar="FILE")
    leads.add_argument("--store", required=True, help="code of the store")
    leads.add_argument("--group", default="", help="code of the group, if several have such a store")
    leads.add_argument("--channel", default="", help="code of the channel (default: the store's own for imports)")
    leads.add_argument("--campaign", default="", help="code of the campaign")
    leads.add_argument("--sheet", default="", help="name of the sheet (default: the first)")
    leads.add_argument("--resume", type=int, default=0, metavar="RUN", help="go on with this import instead")
    leads.add_argument("--errors", default="", metavar="FILE", help="write the failed rows with their reasons here")
    leads.add_argument("--json", action="store_true", dest="as_json")
    leads.set_defaults(run=import_leads)


def import_leads(arguments: argparse.Namespace) -> int:
    """Runs in this process to its end; killed and started again with --resume it goes on where it was."""
    try:
        group_id, store_id = _place(arguments)
        run_id = arguments.resume or _begin(arguments, group_id, store_id)
        while advance(group_id, run_id):
            if not arguments.as_json and sys.stderr.isatty():
                _show_progress(group_id, run_id)
        return _tell(arguments, group_id, run_id)
    except (NotAllowed, BadInput, OSError) as trouble:
        print(f"dengta: {getattr(trouble, 'sentence', trouble)}", file=sys.stderr)
        return 1


def _place(arguments: argparse.Namespace) -> tuple[int, int]:
    """(group, store); groups are asked one by one because the wall stands between them."""
    groups = Group.objects.filter(code=arguments.group) if arguments.group else Group.objects.all()
    found = []
    for group in groups.order_by("pk"):
        with scope.open(group.pk):
            found += [(group.pk, pk) for pk in Store.objects.filter(code=arguments.store).values_list("pk", flat=True)]
    if len(found) == 1:
        return found[0]
    many = f"Several groups have a store {arguments.store}: say which with --group."
    raise NotAllowed(many if found else f"There is no store {arguments.store}. `dengta channel list` shows the codes.")


def _begin(arguments: argparse.Namespace, group_id: int, store_id: int) -> int:
    path = Path(arguments.file)
    with scope.open(group_id), path.open("rb") as file:
        by = Actor.system(group_id, "dengta import leads")
        channel = _named(Channel, arguments.channel)
        run = upload(
            file,
            path.name,
            store=Store.objects.get(pk=store_id),
            by=by,
            channel=channel,
            campaign=_named(Campaign, arguments.campaign),
            sheet=arguments.sheet,
        )
        run.start(by=by)
        return run.pk


def _named(model: Any, code: str) -> Any:
    if not code:
        return None
    row = model.objects.filter(code=code).first()
    if row is None:
        raise NotAllowed(f"There is no {model._meta.verbose_name} {code}.")
    return row


def _show_progress(group_id: int, run_id: int) -> None:
    with scope.open(group_id):
        run = ImportRun.objects.get(pk=run_id)
    print(f"\r{run.done_rows:,} / {run.read:,}", end="", file=sys.stderr, flush=True)


def _tell(arguments: argparse.Namespace, group_id: int, run_id: int) -> int:
    with scope.open(group_id):
        run = ImportRun.objects.get(pk=run_id)
        errors = ""
        if arguments.errors and run.failed:
            Path(arguments.errors).write_bytes(error_file(run))
            errors = arguments.errors
    answer = {
        "run": run.pk,
        "state": run.state,
        "read": run.read,
        "created": run.created,
        "updated": run.updated,
        "skipped": run.skipped,
        "failed": run.failed,
        "errors": errors or None,
        "error": run.error or None,
    }
    if arguments.as_json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print(
            f"\r{run.file_name}: {run.read:,} rows read, {run.created:,} new, {run.updated:,} updated, "
            f"{run.skipped:,} skipped, {run.failed:,} failed."
        )
        if run.error:
            print(run.error, file=sys.stderr)
        elif run.failed and not errors:
            print("With --errors FILE the failed rows are written to a file, each with its reason.")
    return 0 if run.state == ImportState.DONE else 1
