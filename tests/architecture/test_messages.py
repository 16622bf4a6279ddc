"""Every text of every room is translated, and the compiled catalogues are those of the sources."""

import pytest

from dengta.config import messages
from tests.architecture.tree import HOUSE, business_rooms


@pytest.mark.parametrize("room", ["core", *business_rooms()])
def test_texts_are_translated(room):
    wrong = messages.check(HOUSE / room)

    assert not wrong, "\n" + "\n".join(wrong)
