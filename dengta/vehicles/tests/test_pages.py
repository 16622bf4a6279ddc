"""The catalogue page."""

import pytest

from dengta.core.testing import count_queries
from dengta.vehicles.tests.factories import make_series


def test_the_catalogue_takes_the_same_statements_for_one_and_for_many(house, marketer, cast):
    client = cast.group_admin.client
    make_series(house.brand, name="<b>X5</b>")
    client.get("/vehicles/series/")
    with count_queries() as one:
        answer = client.get("/vehicles/series/")
    for _ in range(5):
        make_series(house.brand)
    with count_queries() as many:
        client.get("/vehicles/series/")

    assert answer.status_code == 200 and "&lt;b&gt;X5" in answer.content.decode()
    assert len(one) == len(many)


@pytest.mark.parametrize("asked", ["x5", "'", "%", "\\", "\0", "x" * 500])
def test_any_text_may_be_searched(cast, house, asked):
    make_series(house.brand, "x5")

    assert cast.group_admin.client.get("/vehicles/series/", {"q": asked}).status_code == 200
