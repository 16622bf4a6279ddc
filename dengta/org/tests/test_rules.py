"""Who sees what: reach, walls, and that a change of rights acts on the next request."""

from datetime import timedelta

from dengta.core import scope
from dengta.core.access import visible
from dengta.core.testing import assert_queries
from dengta.org import operations
from dengta.org.models import Employee, Store
from dengta.org.operations import explain, refresh_main_positions
from dengta.org.seeds import ROLES
from dengta.org.tests import factories
from dengta.org.types import GrantScope, today
from dengta.org.verbs.granting import PERMISSION


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


def test_why_names_role_place_and_reach(cast, group_scope):
    told = explain(cast.north_consultant.actor, "org.employee.see", cast.north_consultant_b.employee)

    assert len(told) == 1
    assert all(word in told[0] for word in ("销售顾问", "North store", "本店"))


def test_why_not_names_what_the_role_reaches(cast, group_scope):
    told = explain(cast.north_consultant.actor, "org.employee.see", cast.south_consultant.employee)

    assert "South store" in told[0]
    assert explain(cast.north_consultant.actor, "org.role.see", cast.north_gm.employee.role) == [
        "您的角色都没有“org.role.see”权限。"
    ]


def test_the_page_why_answers_and_refuses(cast):
    client = cast.north_consultant.client

    assert client.get(f"/v/org/employee/{cast.north_consultant_b.pk}/why/").status_code == 200
    assert client.get(f"/v/org/employee/{cast.south_consultant.pk}/why/").status_code == 404


def test_a_planned_move_takes_effect_on_its_day(cast, group_scope):
    person = cast.north_consultant.employee
    person.move(by=cast.group_admin.actor, team=cast.house.south_sales, on=today() + timedelta(days=1))

    assert refresh_main_positions(today()) == 0
    assert refresh_main_positions(today() + timedelta(days=1)) == 1

    person.refresh_from_db()
    assert person.team_id == cast.house.south_sales.pk


def test_a_brand_manager_reaches_all_stores_of_the_brand(cast, group_scope):
    manager = factories.make_employee(group=cast.house.group, role="brand_manager")
    manager.positions.update(brand=cast.house.electric)

    assert factories.actor_of(manager).reach("leads.lead.see").stores == frozenset({cast.house.south.pk})


def test_an_actor_costs_one_statement(cast, group_scope):
    with assert_queries(1):
        operations.actor_for(cast.north_gm.employee)


def test_every_shipped_right_is_well_formed():
    for template in ROLES.values():
        for permission, granted in template.grants.items():
            assert PERMISSION.fullmatch(permission)
            assert granted in GrantScope.values
