"""Roles: rights change for everybody at once, and only by those who hold them."""

import pytest

from dengta.core.inputs import BadInput
from dengta.core.models import EventRow
from dengta.core.verbs import NotAllowed
from dengta.org.models import Role
from dengta.org.seeds.roles import ROLES, reference
from dengta.org.types import RoleCode


def test_every_role_of_the_trade_is_shipped(house, group_scope, system):
    roles = reference(house.group, system)

    assert set(roles) == set(RoleCode.values) == set(ROLES)
    assert reference(house.group, system).keys() == roles.keys()
    assert Role.objects.count() == len(RoleCode.values)


def test_changed_rights_act_on_the_next_request(cast, group_scope):
    role = Role.objects.get(code="sales_consultant")
    assert not cast.north_consultant.actor.may("market.campaign.launch")

    role.set_grants(by=cast.group_admin.actor, grants={**role.grants, "market.campaign.launch": "store"})
    assert cast.north_consultant.actor.may("market.campaign.launch")

    role.set_grants(by=cast.group_admin.actor, grants={})
    assert not cast.north_consultant.actor.may("leads.lead.see")


def test_the_event_keeps_only_the_difference(cast, group_scope):
    role = Role.objects.get(code="receptionist")
    before = dict(role.grants)

    role.set_grants(
        by=cast.group_admin.actor,
        grants={key: "group" if key == "org.store.see" else value for key, value in before.items()
                if key != "org.employee.see"} | {"x.y.z": "own"},
    )  # fmt: skip

    payload = EventRow.objects.for_subject(role).get().payload
    assert payload["added"] == {"x.y.z": "own"}
    assert payload["removed"] == {"org.employee.see": "store"}
    assert payload["changed"] == {"org.store.see": ["store", "group"]}


@pytest.mark.parametrize("grants", [{"leads.lead.see": "everywhere"}, {"DROP TABLE": "own"}, ["*"]])
def test_nonsense_is_refused(cast, group_scope, grants):
    with pytest.raises(BadInput):
        Role.create(by=cast.group_admin.actor, code="odd", grants=grants)


def test_a_store_manager_cannot_change_roles(cast, group_scope):
    role = Role.objects.get(code="sales_consultant")

    with pytest.raises(NotAllowed):
        role.set_grants(by=cast.north_gm.actor, grants={"*": "group"})


def test_the_administrator_cannot_lock_everybody_out(cast, group_scope):
    role = Role.objects.get(code="group_admin")

    with pytest.raises(NotAllowed):
        role.set_grants(by=cast.group_admin.actor, grants={})


def test_a_role_that_is_held_cannot_be_retired(cast, group_scope):
    with pytest.raises(NotAllowed):
        Role.objects.get(code="sales_consultant").retire(by=cast.group_admin.actor)
