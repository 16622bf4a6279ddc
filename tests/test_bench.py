"""The bench works at a size where its speeds say nothing."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from dengta.config import env

SIZE = 1200


@pytest.fixture
def server(db) -> str:
    """The server of the tests; the bench makes databases of its own on it."""
    given = connection.settings_dict
    host = given["HOST"] or given["OPTIONS"].get("host", "")
    link = connection.connection.info
    return f"postgresql://{given['USER']}:{link.password}@/postgres?host={host}&port={link.port}"


def test_every_figure_can_be_taken(server, tmp_path):
    words = [sys.executable, "-m", "dengta", "bench", "--size", str(SIZE), "--quick", "--drop"]
    environment = {**os.environ, "DATABASE_URL": server, "DENGTA_HOME": str(tmp_path)}

    done = subprocess.run(words, cwd=env.ROOT, env=environment, capture_output=True, text=True, timeout=900,
                          check=False)

    assert done.returncode == 0, done.stderr[-3000:]
    assert "failed: " not in done.stdout, done.stderr[-3000:]
    for figure in ("Intake acknowledgement", "Intake pipeline", "Two workers", "Acknowledged", "Import of", "Import: ",
                   "Consultant's list", "Duplicate hint", "Caller lookup", "Assign leads", "Recall leads", "Export of",
                   "Cold start"):
        assert figure in done.stdout
