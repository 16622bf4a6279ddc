"""Keeps web server and worker running as its children, and ends them in order. Runs without Django, to stay small."""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from dengta.config import env, postgres

GRACE_SECONDS = 30
LOOK_SECONDS = 0.5
PARENT_DIED = 1  # PR_SET_PDEATHSIG


class Supervisor:
    """Keeps web server and worker running, brings a dead embedded database back, and ends them in order."""

    def __init__(self, chosen: SimpleNamespace) -> None:
        self.chosen = chosen
        self.stopping = False
        self.children: dict[str, subprocess.Popen] = {}
        self.started: dict[str, float] = {}
        self.deaths: dict[str, int] = {}
        self.metrics = metrics_folder()
        self.environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(self.metrics),
                            "PYTHONPATH": os.pathsep.join(filter(None, [str(env.ROOT), env.text("PYTHONPATH")]))}
        if chosen.embedded:
            postgres.ensure(env.home())

    def commands(self) -> dict[str, list[str]]:
        chosen = self.chosen
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
        if self.chosen.embedded and not postgres.listens(env.home()):
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

if __name__ == "__main__":
    sys.exit(Supervisor(SimpleNamespace(**json.loads(sys.argv[1]))).run())
