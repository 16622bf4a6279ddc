"""The catalogue: verbs, recognition, page."""

import pytest

from dengta.core import scope
from dengta.core.inputs import BadInput
from dengta.core.models import EventRow
from dengta.core.testing import assert_queries
from dengta.core.verbs import NotAllowed
from dengta.vehicles import seeds
from dengta.vehicles.models import Series, recognise
from dengta.vehicles.tests.factories import make_series
from dengta.vehicles.types import Recogniser

KNOWN = Recogniser.of(
    [
        (1, "X5", "宝马", ["X五"]),
        (2, "X50", "宝马", []),
        (3, "Model Y", "特斯拉", ["毛豆Y"]),
        (4, "汉", "比亚迪", []),
        (5, "汉DM", "比亚迪", []),
        (6, "Q5", "奥迪", []),
        (7, "Q5", "荣威", []),
    ]
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("X5", 1),
        ("ｘ５", 1),
        ("宝马 X5", 1),
        ("宝马X5 2026款 xDrive40Li", 1),
        ("x50", 2),
        ("MX5", None),
        ("model-y 长续航", 3),
        ("特斯拉毛豆y", 3),
        ("比亚迪汉", 4),
        ("比亚迪汉DM-i", 5),
        ("Q5", None),
        ("奥迪Q5", 6),
        ("随便看看", None),
        ("", None),
        ("<script>", None),
    ],
)
def test_the_series_meant_by_free_text(written, expected):
    assert KNOWN.find(written) == expected


def test_recognition_asks_once_for_many_texts(group_scope):
    series = make_series(group_scope.brand, "x5", name="X5")

    with assert_queries(1):
        found = Series.objects.recogniser().find_all(["x5", "aurora x5 white", "y9"] * 100)

    assert found == {"x5": series.pk, "aurora x5 white": series.pk, "y9": None}


def test_a_retired_series_is_no_longer_recognised(group_scope, system):
    series = make_series(group_scope.brand, "x5", name="X5")
    assert recognise("X5") == series

    series.retire(by=system)

    assert recognise("X5") is None
    assert [e.key for e in EventRow.objects.for_subject(series)] == ["vehicles.series.retired"]
    series.revive(by=system)
    assert recognise("X5") == series


def test_introduce_takes_aliases_line_by_line(group_scope, system):
    series = Series.introduce(by=system, brand=group_scope.brand, code="x5", name="X5", aliases="X五\nx五,X-5\n\n")

    assert series.aliases == ["x五", "X-5"]
    with pytest.raises(BadInput):
        Series.introduce(by=system, brand=group_scope.brand, code="x5", name="again")
    with pytest.raises(BadInput):
        Series.introduce(by=system, brand=group_scope.brand, code="X 5", name="odd code")


def test_change_tells_what_changed_and_is_quiet_otherwise(group_scope, system):
    series = make_series(group_scope.brand, "x5", name="X5")

    series.change(by=system, name="X5 L")
    series.change(by=system, name="X5 L")

    [event] = EventRow.objects.for_subject(series)
    assert event.payload == {"changes": {"name": ["X5", "X5 L"]}, "fields": "name"}


def test_people_without_the_right_change_nothing(north_consultant, group_scope):
    series = make_series(group_scope.brand, "x5", name="X5")

    with pytest.raises(NotAllowed):
        series.change(by=north_consultant.actor, name="mine")

    assert Series.objects.get().name == "X5"
    assert not EventRow.objects.exists()


def test_another_group_has_its_own_catalogue(house):
    make_series(house.brand, "x5", name="X5")

    with scope.open(house.other_group.pk):
        assert recognise("X5") is None


def test_the_demo_catalogue_is_made_once(group_scope, system):
    first = seeds.demo(system, [group_scope.brand, group_scope.electric])
    second = seeds.demo(system, [group_scope.brand, group_scope.electric])

    assert len(first) == 12 and first == second
    assert Series.objects.recogniser().find("Aurora 商务车") == first[5].pk
