"""Web server and worker as children of one small supervisor, started and stopped together or apart."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from dengta.config import env, postgres

GRACE_SECONDS = 30
LOOK_SECONDS = 0.5
PARENT_DIED = 1  # PR_SET_PDEATHSIG


class CannotServe(Exception):
    """The server cannot start here; the text says why."""


def add_options(parser) -> None:
    cores = os.cpu_count() or 1
    parser.add_argument("--host", default=env.text("DENGTA_BIND", "127.0.0.1"), help="address to listen on")
    parser.add_argument("--port", type=int, default=env.number("PORT", 8000))
    parser.add_argument("--workers", type=int, default=env.number("DENGTA_WEB_PROCESSES", min(cores, 4)),
                        help="web processes")
    parser.add_argument("--threads", type=int, default=env.number("DENGTA_WEB_THREADS", 4),
                        help="threads of each web process")
    parser.add_argument("--no-worker", action="store_true", help="web server only; run `dengta worker` elsewhere")


# -- commands ------------------------------------------------------------------------------------------------------
def serve(arguments) -> int:
    if missing := pending_migrations():
        raise CannotServe(f"{missing} migrations are not applied yet. Run `dengta migrate` first.")
    connections.close_all()
    return Supervisor(arguments, {}).run()


def worker(_arguments) -> int:
    import_module("dengta.core.pumps").run_worker()
    return 0


def demo(arguments) -> int:
    """Everything for a first look: data, accounts, server, worker, and a new lead every minute or so."""
    shipped = import_module("dengta.blueprints.demo") if find_spec("dengta.blueprints.demo") else None
    if arguments.action == "clear":
        if shipped:
            shipped.clear()
        return 0
    if arguments.action == "run":
        check_port(arguments.host, arguments.port)
    if pending_migrations():
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
    if shipped:
        shipped.load()
    if arguments.action == "load":
        return 0
    print(f"\nDengta 灯塔: http://localhost:{arguments.port}/\n")
    if shipped:
        print(shipped.accounts_text())
    print("Stop with Ctrl-C. `make demo` starts it again; `dengta demo clear` removes the demo data.\n", flush=True)
    connections.close_all()
    return Supervisor(arguments, {"DENGTA_DEMO_DRIP": "1"}).run()


def pending_migrations() -> int:
    executor = MigrationExecutor(connections["default"])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotServe(f"Port {port} on {host} cannot be used ({error.strerror}). "
                              f"Choose another: PORT={port + 1} make demo") from None


# -- the supervisor ------------------------------------------------------------------------------------------------
class Supervisor:
    """Keeps web server and worker running, brings a dead embedded database back, and ends them in order."""

    def __init__(self, arguments, more: dict) -> None:
        self.arguments = arguments
        self.stopping = False
        self.children: dict[str, subprocess.Popen] = {}
        self.started: dict[str, float] = {}
        self.deaths: dict[str, int] = {}
        self.metrics = metrics_folder()
        self.environment = {**os.environ, **more, "PROMETHEUS_MULTIPROC_DIR": str(self.metrics),
                            "PYTHONPATH": os.pathsep.join(filter(None, [str(env.ROOT), env.text("PYTHONPATH")]))}
        self.embedded = bool(postgres.held())

    def commands(self) -> dict[str, list[str]]:
        chosen = self.arguments
        wanted = {"web": [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", chosen.host, "--port", str(chosen.port),
            "--workers", str(chosen.workers), "--blocking-threads", str(chosen.threads), "--http", "1",
            "--backpressure", str(chosen.threads * 16), "--respawn-failed-workers", "--no-ws",
            "--workers-kill-timeout", str(GRACE_SECONDS - 5), "--log-level", "warning",
            "dengta.config.wsgi:application"]}
        if not chosen.no_worker:
            wanted["worker"] = [sys.executable, "-m", "dengta", "worker"]
        return wanted

    def run(self) -> int:
        check_port(self.arguments.host, self.arguments.port)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.stop)
        for name in self.commands():
            self.start(name)
        failed = False
        while not self.stopping and not failed:
            time.sleep(LOOK_SECONDS)
            failed = self.look()
        return self.end(1 if failed else 0)

    def start(self, name: str) -> None:
        self.children[name] = subprocess.Popen(
            self.commands()[name], env=self.environment, cwd=env.ROOT, stdin=subprocess.DEVNULL,
            start_new_session=True, pass_fds=postgres.held(), preexec_fn=end_with_parent)
        self.started[name] = time.monotonic()

    def look(self) -> bool:
        """Mend what died. True when mending makes no sense: it dies each time at once."""
        if self.embedded and not postgres.listens(env.home()):
            print("dengta: the embedded database died and is started again", file=sys.stderr, flush=True)
            postgres.ensure(env.home())
        for name, child in self.children.items():
            if child.poll() is None or self.stopping:
                continue
            quick = time.monotonic() - self.started[name] < 5
            self.deaths[name] = self.deaths.get(name, 0) + 1 if quick else 1
            print(f"dengta: {name} ended with {child.returncode}", file=sys.stderr, flush=True)
            if self.deaths[name] > 3:
                return True
            self.start(name)
        return False

    def stop(self, *_signal) -> None:
        self.stopping = True

    def end(self, code: int) -> int:
        """No new requests; those under way and the worker's batch are finished; then the children are gone."""
        for child in self.children.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        for child in self.children.values():
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        shutil.rmtree(self.metrics, ignore_errors=True)
        return code


def end_with_parent() -> None:
    """Linux only: when the supervisor is killed outright, its children are told to stop."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DIED, signal.SIGTERM, 0, 0, 0)


def metrics_folder() -> Path:
    """Counters of the processes of one supervisor; what dead supervisors left is removed."""
    base = env.home() / "metrics"
    for old in base.glob("*"):
        try:
            os.kill(int(old.name), 0)
        except (ValueError, ProcessLookupError):
            shutil.rmtree(old, ignore_errors=True)
        except PermissionError:
            continue
    folder = base / str(os.getpid())
    folder.mkdir(parents=True, exist_ok=True)
    return folder
