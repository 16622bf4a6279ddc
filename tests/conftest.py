"""Somebody who may do everything, so that nothing but the verbs themselves stands in the way."""

from __future__ import annotations

import pytest

from dengta.leads.tests.factories import furnish
from dengta.org.tests import factories
from dengta.org.tests.cast import Cast, Member


@pytest.fixture
def almighty(cast: Cast) -> Member:
    """A person with every right in the whole group; the shipped administrator has fewer."""
    furnish(cast.house.group)
    role = factories.make_role(cast.house.group, "almighty", {"*": "group"})
    return Member(factories.make_employee(cast.house.north, role, cast.house.north_sales, name="Alma Almighty"))
