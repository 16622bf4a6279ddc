"""Who sees what: reach, walls, and that a change of rights acts on the next request."""

from dengta.core import scope
from dengta.core.access import visible
from dengta.org.models import Employee, Store
from dengta.org.tests import factories


def test_a_consultant_sees_the_colleagues_of_the_own_store_only(cast, group_scope):
    seen = set(visible(Employee, cast.north_consultant.actor).values_list("name", flat=True))

    assert "Nadia Manager" in seen
    assert "Sofia Consultant" not in seen
    assert "Otto Outsider" not in seen


def test_the_wall_of_a_consultant_is_the_own_store(cast):
    assert cast.north_consultant.actor.stores == frozenset({cast.house.north.pk})
    assert cast.group_admin.actor.stores is None
    assert factories.actor_of(cast.group_admin.employee, cast.house.south).stores == frozenset({cast.house.south.pk})


def test_stores_of_another_group_do_not_exist(cast):
    with scope.open(cast.house.other_group.pk):
        names = list(visible(Store, cast.outsider_admin.actor).values_list("code", flat=True))

    assert names == ["far"]
