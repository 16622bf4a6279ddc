"""Leave, suspension, hand-over and good-bye."""

import pytest

from dengta.core.models import EventRow
from dengta.core.registry import registry
from dengta.core.verbs import NotAllowed
from dengta.org import rules
from dengta.org.models import Position
from dengta.org.tests import factories
from dengta.org.types import Handover


class Things:
    """Stands for a room above that gives work to people."""

    def __init__(self, owner, count):
        self.owners = [owner.pk] * count

    def count(self, employee):
        return self.owners.count(employee.pk)

    def move(self, employee, receivers, rule, by):
        mine = [number for number, owner in enumerate(self.owners) if owner == employee.pk]
        for receiver, numbers in rules.share(mine, receivers, rule):
            for number in numbers:
                self.owners[number] = receiver.pk
        return len(mine)


@pytest.fixture
def things(cast):
    found = Things(cast.north_consultant.employee, 5)
    with registry.temporarily(Handover("test.thing", "Things", found.count, found.move)):
        yield found


def test_suspending_shuts_out_at_once(cast, group_scope):
    client = cast.north_consultant.client
    assert client.get("/me/").status_code == 200

    cast.north_consultant.employee.suspend(by=cast.north_gm.actor, reason="keys missing")

    assert client.get("/me/").status_code == 302
    assert not cast.north_consultant.actor.grants


def test_coming_back_opens_the_login_again(cast, group_scope):
    person = cast.north_consultant
    account = person.account
    person.employee.suspend(by=cast.north_gm.actor, reason="x")

    person.employee.come_back(by=cast.north_gm.actor)

    account.refresh_from_db()
    assert account.is_active
    assert person.actor.may("leads.lead.see")


def test_leaving_is_refused_while_something_is_open(cast, group_scope, things):
    person = cast.north_consultant.employee

    with pytest.raises(NotAllowed) as refusal:
        person.leave(by=cast.north_gm.actor)

    assert "Things 5" in str(refusal.value)
    person.refresh_from_db()
    assert person.status == "active"


def test_handing_over_evenly_and_leaving(cast, group_scope, things):
    person, by = cast.north_consultant.employee, cast.north_gm.actor
    receivers = [cast.north_consultant_b.employee, cast.north_dcc_agent.employee]
    account = cast.north_consultant.account

    person.start_hand_over(by=by, close_login=True)
    person.hand_over(by=by, to=receivers, rule="even")
    person.leave(by=by, reason="new job")

    assert sorted(things.owners) == sorted([receivers[0].pk] * 3 + [receivers[1].pk] * 2)
    account.refresh_from_db()
    assert not account.is_active
    assert not Position.objects.filter(employee=person, valid_to__isnull=True).exists()
    keys = [row.key for row in EventRow.objects.for_subject(person).order_by("id")]
    assert keys == ["org.employee.hand_over_started", "org.employee.handed_over", "org.employee.left"]


def test_sharing_by_level_gives_the_senior_more(cast, group_scope):
    junior = factories.make_employee(cast.house.north, level="junior")
    expert = factories.make_employee(cast.house.north, level="expert")

    shares = {one.pk: len(rows) for one, rows in rules.share(range(12), [junior, expert], "level")}

    assert shares == {junior.pk: 4, expert.pk: 8}


def test_nobody_shuts_out_oneself_and_consultants_nobody(cast, group_scope):
    with pytest.raises(NotAllowed):
        cast.north_gm.employee.suspend(by=cast.north_gm.actor, reason="x")
    with pytest.raises(NotAllowed):
        cast.north_consultant_b.employee.suspend(by=cast.north_consultant.actor, reason="x")
    with pytest.raises(NotAllowed):
        cast.south_consultant.employee.suspend(by=cast.north_gm.actor, reason="x")

    assert not EventRow.objects.exists()
