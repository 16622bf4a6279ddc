"""The web server as `dengta serve` runs it, with the bench's empty views, and the load client against it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from typing import Any

from bench.measuring import child, child_environment, end, told
from dengta.config import env

WORKERS, THREADS = 2, 4


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
             "--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--http", "1", "--backpressure",
             str(THREADS * 16), "--no-ws", "--log-level", "error", "bench.wsgi:application"],
            cwd=env.ROOT, env=child_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        wait_for(self.port, "/accounts/login/", self.process)

    def load(self, path: str, *, seconds: float, connections: int = 16, bodies: list[dict] | None = None,
             bearer: str = "", rate: float | None = None) -> dict[str, Any]:
        asked = {"port": self.port, "path": path, "seconds": seconds, "connections": connections, "bodies": bodies,
                 "bearer": bearer, "rate": rate}
        process = child("bench.client")
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        found = told(process)
        if found["bad"]:
            raise RuntimeError(f"{found['bad']} of {len(found['times'])} requests to {path} were refused")
        return found

    def stop(self) -> None:
        end(self.process)


def wait_for(port: int, path: str, process: subprocess.Popen, seconds: float = 180) -> float:
    """Until the first page is there; the seconds it took."""
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with {process.returncode}")
        try:
            link = HTTPConnection("127.0.0.1", port, timeout=10)
            link.request("GET", path)
            if link.getresponse().status == 200:
                return time.perf_counter() - begin
        except OSError:
            pass
        time.sleep(0.02)
    raise RuntimeError("The server never answered")


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]
