"""Who sees which customers: with rows that could leak."""

from __future__ import annotations

import pytest
from django.http import Http404

from dengta.core import scope
from dengta.core.access import fetch, visible
from dengta.core.testing import assert_no_seq_scan
from dengta.customers import operations
from dengta.customers.models import ContactPoint, Customer, Suggestion
from dengta.customers.tests.factories import deal, make_customer


@pytest.fixture
def crowd(cast, house):
    """One customer per way of being seen or not."""
    return {
        "mine": make_customer(house.group, "Mine", store=house.north, owner=cast.north_consultant.employee),
        "colleague": make_customer(house.group, "Colleague", store=house.north, owner=cast.north_consultant_b.employee),
        "pool": make_customer(house.group, "Pool", store=house.north),
        "south": make_customer(house.group, "South", store=house.south, owner=cast.south_consultant.employee),
        "nobody": make_customer(house.group, "Nobody"),
        "elsewhere": make_customer(house.other_group, "Elsewhere", store=house.other_store,
                                   owner=cast.outsider.employee),
    }


@pytest.mark.parametrize("who, seen", [
    ("north_consultant", {"Mine"}),
    ("north_consultant_b", {"Colleague"}),
    ("north_manager", {"Mine", "Colleague", "Pool"}),
    ("receptionist", {"Mine", "Colleague", "Pool"}),
    ("south_consultant", {"South"}),
    ("group_admin", {"Mine", "Colleague", "Pool", "South", "Nobody"}),
    ("auditor", {"Mine", "Colleague", "Pool", "South", "Nobody"}),
    ("outsider", {"Elsewhere"}),
])
def test_each_sees_whom_they_deal_with(cast, crowd, who, seen):
    actor = getattr(cast, who).actor

    with scope.open(actor.group_id, actor.stores):
        assert set(visible(Customer, actor).values_list("name", flat=True)) == seen
        assert set(visible(ContactPoint, actor).values_list("customer__name", flat=True)) == seen


def test_a_customer_of_two_stores_is_seen_by_both_and_lost_with_the_dealing(cast, house, crowd):
    source_id = deal(crowd["south"], house.north, cast.north_consultant.employee)
    actor = cast.north_consultant.actor

    with scope.open(actor.group_id, actor.stores):
        assert fetch(Customer, actor, crowd["south"].pk).name == "South"
        operations.relink("tests.dealing", {source_id: (cast.north_consultant_b.pk, None)})
        with pytest.raises(Http404):
            fetch(Customer, actor, crowd["south"].pk)


def test_pairs_are_seen_by_those_who_see_both(cast, house, crowd, system):
    with scope.open(house.group.pk):
        operations.suspect([(crowd["mine"].pk, crowd["colleague"].pk, "email"),
                            (crowd["mine"].pk, crowd["south"].pk, "email")], by=system)
    for who, count in ((cast.north_consultant, 0), (cast.north_manager, 1), (cast.group_admin, 2)):
        with scope.open(house.group.pk, who.actor.stores):
            assert visible(Suggestion, who.actor).count() == count


@pytest.mark.parametrize("path", ["", "timeline/", "merge/"])
def test_pages_of_invisible_customers_do_not_exist(cast, crowd, path):
    for name in ("colleague", "south", "nobody", "elsewhere"):
        assert cast.north_consultant.client.get(f"/customers/{crowd[name].pk}/{path}").status_code == 404


def test_lists_search_and_hints_show_only_visible_customers(cast, house, crowd):
    client = cast.north_consultant.client

    assert b"Mine" in client.get("/customers/").content
    for text in ("", "?q=Colleague", "?q=South", "?mine=1"):
        page = client.get(f"/customers/{text}").content
        assert b">Colleague<" not in page
        assert b">South<" not in page
    assert b"South" not in client.get("/customers/hint/?name=South").content


def test_a_hint_about_a_stranger_says_known_and_not_who(cast, house, crowd):
    with scope.open(house.group.pk):
        number = crowd["south"].contact_points.get().value

    page = cast.north_consultant.client.get("/customers/hint/", {"phone": number, "name": ""}).content.decode()

    assert "South" not in page
    assert str(crowd["south"].pk) not in page
    assert cast.south_consultant.client.get("/customers/hint/", {"phone": number}).content.decode().count("South") == 1


def test_hints_about_strangers_end_for_the_day(cast, house, crowd, monkeypatch):
    monkeypatch.setattr("dengta.customers.operations.lookup.STRANGERS_A_DAY", 2)
    with scope.open(house.group.pk):
        number = crowd["south"].contact_points.get().value
    actor = cast.north_consultant.actor

    with scope.open(house.group.pk, actor.stores):
        answers = [operations.who_has(actor, number) for _ in range(4)]

    assert [one.elsewhere for one in answers] == [True, True, False, False]
    assert [one.too_often for one in answers] == [False, False, True, True]


def test_the_wall_between_groups_stands_behind_every_table(cast, house, crowd):
    with scope.open(house.group.pk), scope.off(reason="the database is asked alone"):
        assert not ContactPoint.unscoped.filter(customer_id=crowd["elsewhere"].pk).exists()
        assert not Customer.unscoped.filter(pk=crowd["elsewhere"].pk).exists()


def test_visible_customers_are_found_by_indexes(cast, house, crowd):
    for who in ("north_consultant", "north_manager", "group_admin"):
        actor = getattr(cast, who).actor
        with scope.open(house.group.pk, actor.stores):
            rows = visible(Customer, actor).live().recent_first()
            assert_no_seq_scan(rows[:50], ["customers_customer", "customers_dealing"])


def test_why_can_i_see_this_names_the_dealing(cast, crowd):
    page = cast.north_manager.client.get(f"/v/customers/customer/{crowd['mine'].pk}/why/",
                                         headers={"Accept-Language": "en", "HX-Request": "true"})

    assert b"Nora Consultant" in page.content
