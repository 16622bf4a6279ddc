"""Keys are a promise: adding or losing one shows in the diff, and each stands in the reference."""

from dengta.core.registry import registry
from tests.architecture.tree import ROOT

KEPT = ROOT / "tests" / "architecture" / "keys.txt"


def test_registered_keys_are_those_kept():
    kept = KEPT.read_text(encoding="utf-8").split("\n")[:-1]

    assert list(registry.keys()) == kept, "If this is meant: dengta keys --write"


def test_each_decision_is_listed():
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")

    missing = [file.name for file in sorted(folder.glob("0*.md")) if f"({file.name})" not in listed]

    assert not missing, "\n".join(missing) + "\nList them: make docs"


def test_each_key_is_in_the_reference():
    reference = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "docs" / "reference").glob("*.md"))

    missing = [line for line in list(registry.keys()) if f"`{line.split(' ', 1)[1]}`" not in reference]

    assert not missing, "\n".join(missing) + "\nWrite the reference anew: make docs"
