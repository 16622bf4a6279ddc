"""Web server and worker start together, mend themselves and stop in order."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import quote

import pytest
from django.db import connection

from dengta.config import env


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def url_of_test_database() -> str:
    known = connection.settings_dict
    login = f"{quote(known['USER'])}:{quote(known['PASSWORD'], safe='')}"
    return (f"postgresql://{login}@/{known['NAME']}?host={quote(known['HOST'], safe='')}"
            f"&port={known['PORT'] or 5432}")


def health(port: int) -> dict:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        with refused:
            return json.load(refused)
    except OSError as error:
        return {"status": str(error)}


def wait_for(status: str, port: int) -> str:
    until = time.monotonic() + 60
    while (found := health(port)["status"]) != status and time.monotonic() < until:
        time.sleep(0.2)
    return found


def children_of(pid: int) -> dict[str, int]:
    listed = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    rows = [line.strip().split(" ", 1) for line in listed.stdout.splitlines()]
    return {"worker" if args.endswith("worker") else "web": int(number) for number, args in rows}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(sys.platform != "linux", reason="looks for the children the way Linux shows them")
def test_serve_starts_mends_and_stops(request, tmp_path):
    port = free_port()
    environment = {**os.environ, "DATABASE_URL": url_of_test_database(), "DENGTA_HOME": str(tmp_path),
                   "PYTHONPATH": str(env.ROOT), "PYTHONWARNINGS": ""}
    serve = subprocess.Popen([sys.executable, "-m", "dengta", "serve", "--port", str(port), "--workers", "1"],
                             cwd=env.ROOT, env=environment, stderr=subprocess.PIPE, text=True)

    request.addfinalizer(lambda: serve.poll() is None and (serve.terminate(), serve.communicate(timeout=40)))
    first = wait_for("ok", port)
    before = children_of(serve.pid)
    os.kill(before["worker"], signal.SIGKILL)
    time.sleep(2)
    after = children_of(serve.pid)
    serve.send_signal(signal.SIGTERM)
    _out, said = serve.communicate(timeout=40)

    assert first == "ok", said
    assert set(after) == {"web", "worker"} and after["web"] == before["web"] and after["worker"] != before["worker"]
    assert serve.returncode == 0, said


def test_a_taken_port_is_said_in_words(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-c",
             f"from dengta.config.serving import check_port; check_port('127.0.0.1', {port}, 0)"],
            cwd=env.ROOT, env={**os.environ, "PYTHONPATH": str(env.ROOT)}, capture_output=True, text=True, check=False)

    assert f"Port {port} on 127.0.0.1 cannot be used" in done.stderr
