"""Each role sees its own menu, and every place in it opens."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from dengta.core import scope
from dengta.core.registry import MenuEntry, registry
from dengta.org.models import Role
from dengta.org.seeds import ROLES
from dengta.org.tests.cast import Member
from dengta.org.tests.factories import make_employee

LINK = re.compile(r'class="side-link[^"]*"[^>]*href="([^"]+)"|href="([^"]+)"[^>]*class="side-link')


def due_to(member: Member) -> set[str]:
    """The places whose right this person has."""
    return {reverse(entry.url_name) for entry in registry.all(MenuEntry)
            if entry.area != "new" and (not entry.permission or member.actor.may(entry.permission))}


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_sees_its_menu_and_every_place_in_it_opens(house, role):
    member = Member(make_employee(house.north, role, house.north_sales))
    with scope.open(house.group.pk):
        Role.objects.filter(code=role).update(needs_second_factor=False)
    client = member.client

    page = client.get("/me/").content.decode()
    shown = {first or second for first, second in LINK.findall(page)}

    assert shown == due_to(member)
    assert {address: answer.status_code for address in sorted(shown)
            if (answer := client.get(address)).status_code != 200} == {}


def test_menus_of_roles_differ(house):
    menus = {role: due_to(Member(make_employee(house.north, role, house.north_sales)))
             for role in ("dcc_agent", "receptionist", "marketing_manager", "technician", "group_admin")}

    assert "/leads/" in menus["dcc_agent"] - menus["receptionist"]
    assert "/market/channels/" in menus["marketing_manager"] - menus["dcc_agent"]
    assert "/org/roles/" in menus["group_admin"] - menus["marketing_manager"]
    assert not any(place.startswith(("/leads/", "/customers/", "/studio/")) for place in menus["technician"])
