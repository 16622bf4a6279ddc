"""The fixed cast of all tests: two stores of one group, its people, and outsiders of another group.

A pytest plugin. `north_consultant` and the others are `Member`s; `group_scope` opens the wall of their group.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property

import pytest
from django.test import Client

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.org.models import Account, Brand, Employee, Group, Store, Team
from dengta.org.tests import factories
from dengta.org.types import DepartmentKind


@dataclass
class Member:
    """One person of the cast."""

    employee: Employee

    @property
    def pk(self) -> int:
        return self.employee.pk

    @property
    def actor(self) -> Actor:
        """Computed anew each time, as on each request."""
        return factories.actor_of(self.employee)

    @cached_property
    def account(self) -> Account:
        return factories.make_account(self.employee)

    @property
    def client(self) -> Client:
        """A browser in which this person is logged in."""
        client = Client()
        client.force_login(self.account)
        return client


@dataclass
class House:
    group: Group
    brand: Brand
    electric: Brand
    north: Store
    south: Store
    north_sales: Team
    north_invite: Team
    south_sales: Team
    other_group: Group
    other_store: Store


@dataclass
class Cast:
    """Everybody, for tests that try each of them."""

    house: House
    north_consultant: Member
    north_consultant_b: Member
    north_manager: Member
    north_gm: Member
    north_dcc_agent: Member
    north_dcc_supervisor: Member
    receptionist: Member
    marketer: Member
    south_consultant: Member
    south_manager: Member
    group_admin: Member
    group_exec: Member
    auditor: Member
    outsider: Member
    outsider_admin: Member

    def members(self) -> dict[str, Member]:
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "house"}


@pytest.fixture
def house(db) -> House:
    group = factories.make_group("harbour")
    brand = factories.make_brand(group, "aurora", name="Aurora")
    electric = factories.make_brand(group, "volta", name="Volta", is_new_energy=True)
    north = factories.make_store(group, "north", brand)
    south = factories.make_store(group, "south", electric)
    other_group = factories.make_group("elsewhere", name="Elsewhere Group")
    return House(
        group=group,
        brand=brand,
        electric=electric,
        north=north,
        south=south,
        north_sales=factories.make_team(north, "North sales"),
        north_invite=factories.make_team(north, "North invite", DepartmentKind.INVITE),
        south_sales=factories.make_team(south, "South sales"),
        other_group=other_group,
        other_store=factories.make_store(other_group, "far"),
    )


@pytest.fixture
def cast(house: House) -> Cast:
    def person(role: str, store: Store | None, team: Team | None = None, name: str = "", group: Group = house.group):
        return Member(factories.make_employee(store, role, team, group=group, name=name))

    return Cast(
        house=house,
        north_consultant=person("sales_consultant", house.north, house.north_sales, "Nora Consultant"),
        north_consultant_b=person("sales_consultant", house.north, house.north_sales, "Nils Consultant"),
        north_manager=person("sales_manager", house.north, house.north_sales, "Nadia Manager"),
        north_gm=person("store_gm", house.north, None, "Noah General"),
        north_dcc_agent=person("dcc_agent", house.north, house.north_invite, "Nina Agent"),
        north_dcc_supervisor=person("dcc_supervisor", house.north, house.north_invite, "Neil Supervisor"),
        receptionist=person("receptionist", house.north, None, "Rita Reception"),
        marketer=person("marketing_manager", house.north, None, "Mark Marketing"),
        south_consultant=person("sales_consultant", house.south, house.south_sales, "Sofia Consultant"),
        south_manager=person("sales_manager", house.south, house.south_sales, "Sam Manager"),
        group_admin=person("group_admin", None, None, "Gina Admin"),
        group_exec=person("group_exec", None, None, "Gus Exec"),
        auditor=person("auditor", None, None, "Ada Auditor"),
        outsider=person("sales_consultant", house.other_store, None, "Otto Outsider", house.other_group),
        outsider_admin=person("group_admin", None, None, "Olga Outsider", house.other_group),
    )


def _member(name: str):
    @pytest.fixture(name=name)
    def member(cast: Cast) -> Member:
        return getattr(cast, name)

    return member


north_consultant = _member("north_consultant")
north_consultant_b = _member("north_consultant_b")
north_manager = _member("north_manager")
north_gm = _member("north_gm")
north_dcc_agent = _member("north_dcc_agent")
north_dcc_supervisor = _member("north_dcc_supervisor")
receptionist = _member("receptionist")
marketer = _member("marketer")
south_consultant = _member("south_consultant")
south_manager = _member("south_manager")
group_admin = _member("group_admin")
group_exec = _member("group_exec")
auditor = _member("auditor")
outsider = _member("outsider")
outsider_admin = _member("outsider_admin")


@pytest.fixture
def group_scope(house: House) -> Iterator[House]:
    """The wall of the cast's group is up for the length of the test."""
    with scope.open(house.group.pk):
        yield house


@pytest.fixture
def system(house: House) -> Actor:
    """Dengta's own hand in the cast's group."""
    return Actor.system(house.group.pk)
