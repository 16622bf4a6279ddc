"""Every text of every room is translated, and the compiled catalogues are those of the sources."""

import pytest

from dengta.config import messages
from tests.architecture.tree import HOUSE, business_rooms


@pytest.mark.parametrize("room", ["core", *business_rooms()])
def test_texts_are_translated(room):
    wrong = messages.check(HOUSE / room)

    assert not wrong, "\n" + "\n".join(wrong)


def test_rooms_agree_on_words():
    """Catalogues of all rooms are merged into one: where a word means two things, each gets a context of its own."""
    said: dict[tuple, dict[str, str]] = {}
    for room in ["core", *business_rooms()]:
        for entry in messages.load(HOUSE / room, "zh_Hans"):
            words = entry.msgstr or entry.msgstr_plural.get(0)
            said.setdefault(messages.key(entry), {})[room] = words

    assert {key: rooms for key, rooms in said.items() if len(set(rooms.values())) > 1} == {}
