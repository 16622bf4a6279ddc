"""The `dengta` command: `demo`, `serve`, `worker`, `migrate`, `doctor` and the rest.

The frame's own commands are declared here. Each room may add its own in `commands.py`: `register(subparsers)` adds
parsers whose `run` default takes the parsed arguments and returns an exit code or None.
"""

import argparse
import os
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import django
from django.conf import settings
from django.core.management import call_command, execute_from_command_line
from django.db import connection
from django.utils import translation

from dengta.config import doctor, env, postgres, serving
from dengta.config.env import BadSetting
from dengta.config.postgres import PostgresTrouble
from dengta.config.serving import CannotServe

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"  # for commands that read settings but no rows
MIGRATION_LOCK = 0x44656E67


def main(argv: list[str] | None = None) -> int:
    """Run one command; trouble is told in a sentence, not in a traceback."""
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        return run(given)
    except (PostgresTrouble, BadSetting, CannotServe) as trouble:
        print(f"dengta: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def run(given: list[str]) -> int:
    parser, commands = frame_parser()
    name = given[0] if given else "--help"
    if name not in commands.choices:
        prepare(database=not name.startswith("-"))
        add_room_commands(commands)
    arguments = parser.parse_args(given)
    if name in commands.choices and "needs" in arguments:
        prepare(database=arguments.needs == "database")
    return arguments.run(arguments) or 0


def frame_parser() -> tuple[argparse.ArgumentParser, argparse._SubParsersAction]:
    parser = argparse.ArgumentParser(prog="dengta", description="Dengta 灯塔: customers and business of car dealers.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    add_frame_commands(commands)
    return parser, commands


def whole_parser() -> argparse.ArgumentParser:
    """With the commands of all rooms; settings must be loaded."""
    parser, commands = frame_parser()
    add_room_commands(commands)
    return parser


def add_frame_commands(commands) -> None:
    def add(name: str, function, text: str, needs: str = "") -> argparse.ArgumentParser:
        parser = commands.add_parser(name, help=text, description=text)
        parser.set_defaults(run=function, **({"needs": needs} if needs else {}))
        return parser

    demo = add("demo", serving.demo, "start everything with the demo dealer group, print address and accounts",
               "database")
    demo.add_argument("action", nargs="?", choices=["run", "load", "clear"], default="run",
                      help="run (default): load and serve; load: only load; clear: remove the demo data, nothing else")
    serving.add_options(demo)
    serving.add_options(add("serve", serving.serve, "start the web server and the worker", "database"))
    add("worker", serving.worker, "run one worker: inbox, clocks, reactions, jobs", "database")
    add("migrate", migrate, "bring the database up to date", "database")
    add("doctor", doctor.doctor, "explain what is wrong here and how to mend it")
    catalogue = add("messages", later("messages", "messages"), "collect texts, make Traditional Chinese, compile",
                    "settings")
    catalogue.add_argument("--check", action="store_true", help="change nothing; fail when something is out of date")
    assets = add("assets", later("assets", "assets"), "build the front end with Node from the Python package")
    assets.add_argument("--install", action="store_true", help="install what frontend/package.json names first")
    keys = add("keys", registered_keys, "print every registered key; with --write, refresh the kept list", "settings")
    keys.add_argument("--write", action="store_true")
    add("shots", later("shots", "shots"), "pictures of the main pages into DENGTA_HOME/shots", "database")
    if find_spec("bench"):  # beside the package, in a checkout only
        import_module("bench.run").add_options(
            commands.add_parser("bench", help="measure the hot paths at full size, beside raw PostgreSQL"))
    add("reference", later("reference", "reference"), "write docs/reference from the code", "settings")
    anything = add("django", run_django, "any command of Django, such as makemigrations or shell", "database")
    anything.add_argument("rest", nargs=argparse.REMAINDER)


def later(module: str, name: str) -> Callable:
    """Commands for developers need packages that are not installed where Dengta only runs."""

    def run_it(arguments):
        try:
            found = import_module(f"dengta.config.{module}")
        except ModuleNotFoundError as error:
            raise BadSetting(f"This command needs the developers' packages ({error.name} is missing). "
                             "Run `make env-dev` first.") from None
        return getattr(found, name)(arguments)

    return run_it


def add_room_commands(commands) -> None:
    """`dengta/<room>/commands.py` of each installed room."""
    for room in (*settings.ROOMS, "blueprints"):
        if find_spec(f"dengta.{room}") and find_spec(f"dengta.{room}.commands"):
            import_module(f"dengta.{room}.commands").register(commands)


def prepare(*, database: bool) -> None:
    """Settings and rooms are loaded, and the database runs if it is needed."""
    if not env.text("DATABASE_URL"):  # children of this process shall use the same one
        os.environ["DATABASE_URL"] = postgres.ensure(env.home()) if database else NOWHERE
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dengta.config.settings")
    django.setup()
    translation.activate(language())


def language() -> str:
    """What people at this terminal read."""
    wanted = env.text("DENGTA_LANGUAGE") or env.text("LC_ALL") or env.text("LANG")
    if wanted.lower().startswith("zh"):
        traditional = any(part in wanted.lower() for part in ("hant", "tw", "hk"))
        return "zh-hant" if traditional else "zh-hans"
    return "en"


def migrate(_arguments=None) -> None:
    """One at a time, also when several machines start together."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [MIGRATION_LOCK])
    try:
        call_command("migrate", interactive=False, verbosity=1 if sys.stdout.isatty() else 0)
        call_command("createcachetable", verbosity=0)
        import_module("dengta.core.jobs").make_months(0)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [MIGRATION_LOCK])
    print("The database is up to date.")


def registered_keys(arguments) -> None:
    from dengta.core.registry import registry  # noqa: PLC0415 - rooms are loaded after the settings only

    text = "\n".join(registry.keys()) + "\n"
    if arguments.write:
        (env.ROOT / "tests" / "architecture" / "keys.txt").write_text(text, encoding="utf-8")
    else:
        print(text, end="")


def run_django(arguments) -> None:
    execute_from_command_line(["dengta django", *arguments.rest])
