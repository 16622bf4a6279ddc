"""The feature table is complete and honest: every row has a state, and names tests that exist."""

import re

from tests.architecture.tree import HOUSE

TABLE = HOUSE.parent / "docs/reference/features.md"
PROOF = re.compile(r"`([\w/]+\.py)::(\w+)`")
PROMISED = [*range(1, 6), 39, *range(50, 68), *range(69, 76), 78, 79, 82]


def rows() -> dict[str, list[str]]:
    found = [[cell.strip() for cell in line.strip("| ").split(" | ")]
             for line in TABLE.read_text("utf-8").splitlines() if line.startswith("| F-")]
    assert len({cells[0] for cells in found}) == len(found)
    return {cells[0]: cells for cells in found}


def test_every_proof_in_the_feature_table_exists():
    missing = []
    for path, name in PROOF.findall(TABLE.read_text("utf-8")):
        file = HOUSE.parent / path
        if not file.exists() or f"def {name}(" not in file.read_text("utf-8"):
            missing.append(f"{path}::{name}")

    assert missing == []


def test_every_promised_row_is_there_with_a_state_and_a_proof():
    found = rows()

    assert {f"F-{number:03d}" for number in PROMISED} - set(found) == set()
    assert [cells for cells in found.values() if len(cells) != 5 or not PROOF.search(cells[4])] == []
    assert [cells[3] for cells in found.values() if not re.match(r"(true|partly: .+|true, .+)$", cells[3])] == []
