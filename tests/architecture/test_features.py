"""The feature table names tests that exist."""

import re

from tests.architecture.tree import HOUSE

TABLE = HOUSE.parent / "docs/reference/features.md"
PROOF = re.compile(r"`([\w/]+\.py)::(\w+)`")


def test_every_proof_in_the_feature_table_exists():
    missing = []
    for path, name in PROOF.findall(TABLE.read_text("utf-8")):
        file = HOUSE.parent / path
        if not file.exists() or f"def {name}(" not in file.read_text("utf-8"):
            missing.append(f"{path}::{name}")

    assert missing == []


def test_every_row_has_a_proof():
    rows = [line for line in TABLE.read_text("utf-8").splitlines() if line.startswith("| F-")]

    assert len(rows) > 30
    assert [row for row in rows if not PROOF.search(row)] == []
