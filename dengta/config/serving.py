"""`dengta serve`, `worker` and `demo`: what is checked before the supervisor takes over."""

import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from contextlib import nullcontext
from http.client import HTTPException
from importlib import import_module

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from dengta.config import env, postgres


class CannotServe(Exception):
    """The server cannot start here; the text says why."""


def add_options(parser) -> None:
    cores = os.cpu_count() or 1
    parser.add_argument("--host", default=env.text("DENGTA_BIND", "127.0.0.1"), help="address to listen on")
    parser.add_argument("--port", type=int, default=env.number("PORT", 8000))
    parser.add_argument("--workers", type=int, default=env.number("DENGTA_WEB_PROCESSES", min(cores, 2)),
                        help="web processes")
    parser.add_argument("--threads", type=int, default=env.number("DENGTA_WEB_THREADS", 4),
                        help="threads of each web process")
    parser.add_argument("--no-worker", action="store_true", help="web server only; run `dengta worker` elsewhere")


# -- commands ------------------------------------------------------------------------------------------------------
def serve(arguments) -> int:
    if missing := pending_migrations():
        raise CannotServe(f"{missing} migrations are not applied yet. Run `dengta migrate` first.")
    return supervise(arguments)


def worker(_arguments) -> int:
    with shipped_demo().dripping() if env.flag("DENGTA_DEMO_DRIP", False) else nullcontext():
        import_module("dengta.core.pumps").run_worker()
    return 0


def shipped_demo():
    """Loaded late: rooms can be imported only after the settings."""
    return import_module("dengta.blueprints.demo")


def demo(arguments) -> int:
    """Everything for a first look: data, accounts, server, worker, and a new lead every minute or so."""
    shipped = shipped_demo()
    if arguments.action == "clear":
        print(f"{shipped.clear()} rows of the demo group are gone, and nothing else.")
        return 0
    if arguments.action == "run":
        check_port(arguments.host, arguments.port)
    if pending_migrations():
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
    print("Looking after the demo group; the first time this takes about a minute …", flush=True)
    shipped.load()
    if arguments.action == "load":
        return 0
    print(f"\nDengta 灯塔: http://localhost:{arguments.port}/\n")
    print(shipped.accounts_text())
    print("Stop with Ctrl-C. `make demo` starts it again; `dengta demo clear` removes the demo data.\n", flush=True)
    os.environ["DENGTA_DEMO_DRIP"] = "1"
    return supervise(arguments)


def pending_migrations() -> int:
    executor = MigrationExecutor(connections["default"])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def supervise(arguments) -> int:
    """This process becomes the supervisor: without Django it needs a fifth of the memory. Our locks go along."""
    check_port(arguments.host, arguments.port)
    connections.close_all()
    sys.stdout.flush()
    for lock in postgres.held():
        os.set_inheritable(lock, True)
    chosen = {"host": arguments.host, "port": arguments.port, "workers": arguments.workers,
              "threads": arguments.threads, "no_worker": arguments.no_worker, "embedded": bool(postgres.held())}
    os.chdir(env.ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "dengta.config.supervisor", json.dumps(chosen)])


def check_port(host: str, port: int, patience: float = 6) -> None:
    """A server of ours that was just killed may hold the port for a moment longer."""
    until = time.monotonic() + patience
    while True:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return
            except OSError as error:
                trouble = error.strerror
        if time.monotonic() > until:
            who = "Dengta itself is already running there" if is_ours(port) else str(trouble)
            raise CannotServe(f"Port {port} on {host} cannot be used ({who}). "
                              f"Choose another: PORT={port + 1} make demo")
        time.sleep(0.3)


def is_ours(port: int) -> bool:
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", method="HEAD")
    try:
        with urllib.request.urlopen(asked, timeout=2) as answer:
            return "X-Request-ID" in answer.headers
    except urllib.error.HTTPError as refused:
        with refused:
            return "X-Request-ID" in refused.headers
    except (OSError, ValueError, HTTPException):
        return False
