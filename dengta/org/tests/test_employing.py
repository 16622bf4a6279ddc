"""Hiring, moving, further positions, skills: positions over time and nobody hands out what they do not hold."""

from datetime import date, timedelta

import pytest

from dengta.core.inputs import BadInput
from dengta.core.models import EventRow
from dengta.core.verbs import NotAllowed
from dengta.org.models import Employee, Position, Role
from dengta.org.tests import factories
from dengta.org.types import today


def events_of(row):
    return list(EventRow.objects.for_subject(row).values_list("key", flat=True))


def test_hiring_makes_a_person_with_a_first_position(cast, group_scope):
    role = factories.make_role(cast.house.group, "sales_consultant")

    person = Employee.hire(
        by=cast.north_gm.actor, name="张三", mobile="199 1234 5678", role=role, team=cast.house.north_sales
    )

    assert (person.store_id, person.team_id, person.mobile) == (
        cast.house.north.pk,
        cast.house.north_sales.pk,
        "+8619912345678",
    )
    assert "zhangsan" in person.search
    assert [one.role_id for one in person.positions.all()] == [role.pk]
    assert events_of(person) == ["org.employee.hired"]


def test_a_manager_cannot_hire_somebody_mightier(cast, group_scope):
    role = factories.make_role(cast.house.group, "group_admin")

    with pytest.raises(NotAllowed):
        Employee.hire(by=cast.north_gm.actor, name="X", role=role, store=cast.house.north)

    assert not Employee.objects.filter(name="X").exists()


def test_a_manager_cannot_hire_for_another_store(cast, group_scope):
    role = factories.make_role(cast.house.group, "sales_consultant")

    with pytest.raises(NotAllowed):
        Employee.hire(by=cast.north_gm.actor, name="X", role=role, store=cast.house.south)


def test_two_people_at_work_cannot_share_a_phone(cast, group_scope):
    role = factories.make_role(cast.house.group, "sales_consultant")
    taken = cast.north_consultant.employee.mobile

    with pytest.raises(BadInput) as bad:
        Employee.hire(by=cast.north_gm.actor, name="X", role=role, store=cast.house.north, mobile=taken)

    assert list(bad.value.errors) == ["mobile"]


def test_moving_closes_the_old_position_and_opens_a_new_one(cast, group_scope):
    person = cast.north_consultant.employee

    person.move(by=cast.group_admin.actor, team=cast.house.south_sales, reason="asked for it")

    old, new = Position.objects.filter(employee=person).order_by("valid_from")
    now = today()
    assert (old.store_id, old.valid_to) == (cast.house.north.pk, now - timedelta(days=1))
    assert (new.store_id, new.valid_from, new.valid_to) == (cast.house.south.pk, now, None)
    assert (person.store_id, person.team_id) == (cast.house.south.pk, cast.house.south_sales.pk)
    assert events_of(person) == ["org.employee.moved"]


def test_a_move_acts_on_the_next_request(cast, group_scope):
    person = cast.north_consultant

    person.employee.move(by=cast.group_admin.actor, team=cast.house.south_sales)

    assert person.actor.stores == frozenset({cast.house.south.pk})


def test_a_move_in_the_future_waits(cast, group_scope):
    person = cast.north_consultant
    day = today() + timedelta(days=7)

    person.employee.move(by=cast.group_admin.actor, team=cast.house.south_sales, on=day)

    assert person.employee.store_id == cast.house.north.pk
    assert person.actor.stores == frozenset({cast.house.north.pk})


def test_moving_twice_on_one_day_leaves_one_position(cast, group_scope):
    person = cast.north_consultant.employee
    admin = cast.group_admin.actor

    person.move(by=admin, team=cast.house.south_sales)
    person.move(by=admin, team=cast.house.north_invite)

    assert Position.objects.active_on(today()).filter(employee=person).count() == 1


def test_moving_to_the_same_place_says_nothing(cast, group_scope):
    person = cast.north_consultant.employee

    person.move(by=cast.group_admin.actor, team=cast.house.north_sales)

    assert events_of(person) == []


def test_a_team_is_moved_in_bulk_and_oneself_is_refused(cast, group_scope):
    people = [cast.north_consultant.employee, cast.north_consultant_b.employee, cast.north_gm.employee]

    outcome = Employee.move.many(people, by=cast.north_gm.actor, team=cast.house.north_invite)

    assert sorted(outcome.done) == sorted(one.pk for one in people[:2])
    assert [pk for pk, _why in outcome.refused] == [cast.north_gm.pk]


def test_a_further_position_adds_rights_for_its_days_only(cast, group_scope):
    person = cast.north_consultant
    manager = Role.objects.get(code="sales_manager")
    yesterday = today() - timedelta(days=1)

    person.employee.add_position(by=cast.group_admin.actor, role=manager, store=cast.house.south)
    assert cast.house.south.pk in person.actor.reach("leads.lead.see").stores

    Position.objects.filter(employee=person.employee, is_main=False).update(
        valid_from=yesterday - timedelta(days=3), valid_to=yesterday
    )
    assert cast.house.south.pk not in person.actor.reach("leads.lead.see").stores


def test_an_employee_cannot_change_the_own_place(cast, group_scope):
    with pytest.raises(NotAllowed):
        cast.north_gm.employee.move(by=cast.north_gm.actor, team=cast.house.north_invite)


def test_skills_and_car_series_are_kept_apart(cast, group_scope):
    person = cast.north_consultant.employee

    person.train(by=cast.north_manager.actor, level="senior", skills=["nev"], series="X5, i3")
    person.train(by=cast.north_manager.actor, skills=["finance"])

    assert person.skills == ["finance", "series:X5", "series:i3"]
    assert list(Employee.objects.with_skill("finance", "series:X5")) == [person]


def test_changing_personal_data_keeps_old_and_new(cast, group_scope):
    person = cast.north_consultant.employee

    person.change(by=cast.north_gm.actor, name="李四", id_last4="123X")

    event = EventRow.objects.for_subject(person).get()
    assert event.payload["changes"] == {"name": ["Nora Consultant", "李四"], "id_last4": ["•", "•"]}
    assert list(Employee.objects.search("lisi")) == [person]


@pytest.mark.parametrize("day", [date(2020, 1, 1)])
def test_a_move_cannot_begin_in_the_past(cast, group_scope, day):
    with pytest.raises(BadInput):
        cast.north_consultant.employee.move(by=cast.group_admin.actor, team=cast.house.south_sales, on=day)
