"""Two files become one and are parted again exactly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from dengta.core.models import EventRow, SearchEntry
from dengta.core.verbs import NotAllowed
from dengta.customers import operations
from dengta.customers.models import Consent, Customer, MergeRecord, Suggestion
from dengta.customers.tests.factories import deal, make_customer, make_tag
from dengta.customers.types import Candidate

TABLES = ("customers_customer", "customers_contactpoint", "customers_consent", "customers_dealing",
          "customers_tagassignment", "customers_relation")


def picture() -> dict[str, list]:
    """Every row of our tables as text."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"select t::text from {table} t order by id")
            found[table] = cursor.fetchall()
    return found


@pytest.fixture
def pair(cast, house, group_scope, system):
    keep = make_customer(house.group, "王小明", "+8613800000001", store=house.north, email="w@example.com",
                         owner=cast.north_consultant.employee)
    drop = make_customer(house.group, "王先生", "+8613800000002", store=house.north, email="w@example.com",
                         wechat="wang_88", owner=cast.north_consultant.employee)
    third = make_customer(house.group, "李娜", "+8613800000003")
    drop.change(by=system, city="上海", address="南京西路 1 号")
    drop.add_contact(by=system, kind="mobile", value="13800000004")
    both, only = make_tag(house.group, "both"), make_tag(house.group, "only")
    Customer.tag.many([keep, drop], by=system, tag=both)
    Customer.tag.many([drop], by=system, tag=only)
    drop.relate(by=system, other=third, kind="spouse")
    third.relate(by=system, other=drop, kind="employer")
    Consent.give(by=system, customer=keep, purpose="C1", text_version="1", channel="desk")
    Consent.give(by=system, customer=drop, purpose="C1", text_version="1", channel="desk")
    Consent.give(by=system, customer=drop, purpose="C8", text_version="1", channel="desk")
    for row in (keep, drop, third):
        row.refresh_from_db()
    return keep, drop, third


def test_merge_moves_everything_and_keeps_both_histories(pair, system):
    keep, drop, third = pair

    keep.merge(by=system, other=drop, choices={"name": "other"})

    drop.refresh_from_db()
    assert (keep.name, keep.city, keep.address) == ("王先生", "北京", "南京西路 1 号")
    assert drop.merged_into_id == keep.pk
    assert sorted(keep.contact_points.live().values_list("shown", flat=True)) == sorted(
        ["138****0001", "138****0002", "138****0004", "w***@example.com", "wa***88"])
    assert keep.contact_points.filter(is_primary=True).count() == 1
    assert keep.dealings.count() == 2
    assert set(keep.consents.valid().values_list("purpose", flat=True)) == {"C1", "C8"}
    assert {one.tag.code for one in keep.tag_assignments.current()} == {"both", "only"}
    assert set(third.inverse_relations.values_list("customer_id", flat=True)) == {keep.pk}
    assert [one.customer_id for one in operations.identify([Candidate(phones=["+8613800000002"])])] == [keep.pk]
    assert not SearchEntry.objects.filter(noun="customers.customer", row_id=drop.pk).exists()
    assert Suggestion.objects.get().state == "merged"
    assert EventRow.objects.filter(key="customers.customer.merged").count() == 2


def test_undo_puts_back_every_row(pair, system):
    keep, drop, _third = pair
    before = picture()
    keep.merge(by=system, other=drop, choices={"name": "other", "kind": "this"})
    assert picture() != before

    MergeRecord.objects.get().undo(by=system, reason="two people")

    assert picture() == before
    assert SearchEntry.objects.filter(noun="customers.customer", row_id=drop.pk).exists()
    assert Suggestion.objects.get().state == "dismissed"


def test_undo_leaves_what_came_after_with_the_kept_file(pair, system, house):
    keep, drop, _third = pair
    keep.merge(by=system, other=drop)
    deal(keep, house.south)
    keep.change(by=system, city="北京")

    MergeRecord.objects.get().undo(by=system)

    keep.refresh_from_db()
    assert (keep.city, keep.dealings.count()) == ("北京", 2)


def test_the_latest_word_about_consent_counts(pair, system):
    keep, drop, _third = pair
    drop.consents.get(purpose="C1").withdraw(by=system)

    keep.merge(by=system, other=drop)

    assert set(keep.consents.valid().values_list("purpose", flat=True)) == {"C8"}
    MergeRecord.objects.get().undo(by=system)
    assert set(keep.consents.valid().values_list("purpose", flat=True)) == {"C1"}


def test_a_chain_of_merges_is_parted_from_its_end(pair, system):
    keep, drop, third = pair
    drop.merge(by=system, other=third)
    keep.merge(by=system, other=drop)
    third.refresh_from_db()
    assert third.merged_into_id == keep.pk

    with pytest.raises(NotAllowed):
        MergeRecord.objects.get(keep=drop).undo(by=system)
    MergeRecord.objects.get(keep=keep).undo(by=system)
    MergeRecord.objects.get(keep=drop).undo(by=system)

    third.refresh_from_db()
    assert third.merged_into_id is None
    assert third.contact_points.live().get().shown == "138****0003"


def test_undo_ends_after_thirty_days(pair, system):
    keep, drop, _third = pair
    keep.merge(by=system, other=drop)
    MergeRecord.objects.update(merged_at=timezone.now() - timedelta(days=31))

    with pytest.raises(NotAllowed):
        MergeRecord.objects.get().undo(by=system)


def test_merge_is_refused_for_files_one_does_not_see_or_that_are_gone(pair, system, cast, house):
    keep, drop, third = pair
    with pytest.raises(NotAllowed):
        keep.merge(by=cast.north_consultant.actor, other=third)
    with pytest.raises(NotAllowed):
        keep.merge(by=system, other=keep)
    keep.merge(by=system, other=drop)
    with pytest.raises(NotAllowed):
        third.merge(by=system, other=drop)
    assert MergeRecord.objects.count() == 1


def test_the_profile_of_a_merged_file_leads_to_the_kept_one_with_both_histories(pair, system, cast):
    keep, drop, _third = pair
    drop.note(by=system, text="喜欢白色")
    keep.merge(by=system, other=drop)
    client = cast.group_admin.client

    assert client.get(f"/customers/{drop.pk}/").headers["Location"] == f"/customers/{keep.pk}/"
    assert "喜欢白色" in client.get(f"/customers/{keep.pk}/").content.decode()
