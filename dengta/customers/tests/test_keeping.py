"""Opening, changing and erasing files; contacts, consents, tags, relations, restrictions."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from dengta.core import scope
from dengta.core.inputs import BadInput
from dengta.core.models import EventRow
from dengta.core.verbs import NotAllowed
from dengta.customers import operations
from dengta.customers.models import Consent, ContactPoint, Customer, Dealing, StopEntry, Tag, TagAssignment, id_of
from dengta.customers.tests.factories import make_customer, make_tag
from dengta.customers.types import Candidate, ConsentGrant


@pytest.fixture
def wang(cast, house, group_scope):
    return make_customer(house.group, "王小明", "+8613812345678", store=house.north,
                         owner=cast.north_consultant.employee)


def events_of(row) -> list[str]:
    return list(EventRow.objects.for_party(row.pk).order_by("id").values_list("key", flat=True))


def test_register_opens_a_file_that_its_maker_sees(cast, house):
    actor = cast.north_consultant.actor
    with scope.open(house.group.pk, actor.stores):
        row = Customer.register(by=actor, name="陈 静女士", phone="(+86) 136-0000-1111 家里", birth_on=None)

        assert (row.name, row.gender, row.phone_shown) == ("陈静女士", "female", "136****1111")
        assert row.contact_points.get().remark == "家里"
        assert Dealing.objects.get(customer=row).owner_id == actor.employee_id
        assert events_of(row) == ["customers.customer.registered"]
        assert id_of(row.code) == row.pk


def test_register_refuses_a_known_number_and_leaves_nothing(cast, house, wang):
    with pytest.raises(NotAllowed) as refusal:
        Customer.register(by=cast.south_consultant.actor, name="X", phone="13812345678", store=house.south)

    assert refusal.value.code == "known"
    assert "王" not in str(refusal.value)
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("given, field", [
    ({"name": "X"}, "phone"), ({"name": "X", "phone": "123"}, "phone"), ({"name": "X", "email": "no"}, "email"),
])
def test_register_says_what_is_wrong(cast, house, group_scope, given, field):
    with pytest.raises(BadInput) as bad:
        Customer.register(by=cast.north_consultant.actor, **given)

    assert list(bad.value.errors) == [field]
    assert not Customer.objects.exists()


def test_change_keeps_what_is_not_given_and_tells_no_secrets(wang, system):
    wang.change(by=system, city="上海", birth_on=timezone.localdate() - timedelta(days=9000))
    wang.change(by=system, clear=["city"])

    wang.refresh_from_db()
    assert (wang.name, wang.city) == ("王小明", "")
    told = EventRow.objects.filter(key="customers.customer.changed").order_by("id")
    assert told[0].payload["new"] == {"city": "上海", "birth_on": "***"}
    assert told[1].payload["old"] == {"city": "上海"}


def test_a_change_to_the_same_leaves_no_event(wang, system):
    wang.change(by=system, name="王小明")

    assert "customers.customer.changed" not in events_of(wang)


def test_a_birth_date_in_the_future_is_refused(wang, system):
    with pytest.raises(BadInput):
        wang.change(by=system, birth_on=timezone.localdate() + timedelta(days=2))


def test_contacts_are_normalised_and_belong_to_one_customer(wang, system, house):
    other = make_customer(house.group)

    with pytest.raises(NotAllowed):
        other.add_contact(by=system, kind="mobile", value="０１３８ 1234 5678".replace("０", ""))
    other.add_contact(by=system, kind="landline", value="021-58888888")
    wang.add_contact(by=system, kind="landline", value="(021) 5888 8888")

    assert ContactPoint.objects.live().filter(kind="landline").count() == 2
    assert ContactPoint.objects.live().filter(kind="mobile", customer=other).count() == 1


def test_a_removed_number_is_free_for_its_next_owner(wang, system, house):
    wang.contact_points.get().remove(by=system, reason="sold the number")
    wang.refresh_from_db()
    other = make_customer(house.group, phone="+8613812345678")

    assert wang.phone_shown == ""
    assert other.phone_shown == "138****5678"
    assert operations.identify([Candidate(phones=["+8613812345678"])])[0].customer_id == other.pk


def test_the_main_number_can_be_chosen(wang, system):
    wang.add_contact(by=system, kind="mobile", value="13900008888")
    wang.contact_points.get(shown="139****8888").prefer(by=system)

    wang.refresh_from_db()
    assert wang.phone_shown == "139****8888"
    assert wang.contact_points.filter(is_primary=True).count() == 1


# -- consent -------------------------------------------------------------------------------------------------------
def test_consent_is_given_once_per_purpose_and_withdrawn(wang, system):
    first = Consent.give(by=system, customer=wang, purpose="C8", text_version="1", channel="desk")
    second = Consent.give(by=system, customer=wang, purpose="C8", text_version="2", channel="desk")
    first.refresh_from_db()

    second.withdraw(by=system, reason="asked")

    assert first.withdrawn_at is not None
    assert not wang.consents.valid().exists()
    assert events_of(wang)[-3:] == ["customers.consent.given", "customers.consent.given", "customers.consent.withdrawn"]


def test_consents_of_a_batch_are_kept_once(wang, system, house):
    other = make_customer(house.group)
    grants = [ConsentGrant(wang.pk, "C1", "1", "form"), ConsentGrant(wang.pk, "C1", "1", "form"),
              ConsentGrant(other.pk, "C1", "1", "form")]

    assert operations.consent(grants, by=system) == 2
    assert operations.consent(grants, by=system) == 0
    assert Consent.objects.valid().count() == 2


def test_an_expired_consent_is_not_valid(wang, system):
    one = Consent.give(by=system, customer=wang, purpose="C8", text_version="1", channel="desk")
    Consent.objects.filter(pk=one.pk).update(expires_at=timezone.now() - timedelta(days=1))

    assert not wang.consents.valid().exists()


# -- tags ----------------------------------------------------------------------------------------------------------
def test_a_tag_of_an_exclusive_set_replaces_the_others(wang, system, house):
    active, lapsed = (make_tag(house.group, code, exclusive_set="service") for code in ("active", "lapsed"))

    Customer.tag.many([wang.pk], by=system, tag=active)
    outcome = Customer.tag.many([wang.pk], by=system, tag=lapsed)

    assert outcome.done == [wang.pk]
    assert [one.tag_id for one in TagAssignment.objects.current()] == [lapsed.pk]
    assert events_of(wang)[-3:] == ["customers.customer.tagged", "customers.customer.untagged",
                                    "customers.customer.tagged"]


def test_tagging_many_is_set_based_and_silent_where_the_tag_stands(house, system, group_scope):
    rows = [make_customer(house.group) for _ in range(3)]
    tag = make_tag(house.group)
    Customer.tag.many(rows[:1], by=system, tag=tag)

    outcome = Customer.tag.many(rows, by=system, tag=tag)

    assert (sorted(outcome.done), outcome.quiet) == (sorted(row.pk for row in rows[1:]), [rows[0].pk])
    assert Tag.objects.count() == 1
    assert TagAssignment.capped_counts([tag.pk]) == {tag.pk: 3}


def test_a_faded_tag_can_be_set_again(wang, system, house):
    tag = make_tag(house.group, expires_days=1)
    Customer.tag.many([wang], by=system, tag=tag)
    TagAssignment.objects.update(expires_at=timezone.now() - timedelta(hours=1))
    assert not wang.tag_assignments.current().exists()

    assert Customer.tag.many([wang], by=system, tag=tag).done == [wang.pk]


def test_the_vocabulary_is_kept_by_managers(cast, house, group_scope):
    with pytest.raises(NotAllowed):
        Tag.create(by=cast.north_consultant.actor, code="x", name="X")
    assert Tag.create(by=cast.north_manager.actor, code="x", name="X").pk


# -- restrictions and the stop list --------------------------------------------------------------------------------
def test_a_restriction_stops_leads_until_it_is_lifted(wang, system):
    candidate = [Candidate(phones=["+8613812345678"])]

    wang.restrict(by=system, kind="blacklist", reason="fraud")
    assert operations.stopped(candidate) == ["blacklist"]
    wang.lift_restriction(by=system, reason="mistake")

    assert operations.stopped(candidate) == [""]


def test_a_stopped_number_is_listed_masked_and_once(house, system, group_scope):
    row = StopEntry.add(by=system, phone="138 0000 9999", kind="competitor")

    with pytest.raises(NotAllowed):
        StopEntry.add(by=system, phone="13800009999", kind="media")
    assert row.shown == "138****9999"
    assert operations.stopped([Candidate(phones=["+8613800009999"])]) == ["competitor"]
    row.remove(by=system)
    assert operations.stopped([Candidate(phones=["+8613800009999"])]) == [""]


# -- relations -----------------------------------------------------------------------------------------------------
def test_a_relation_stands_on_both_files_and_only_once(wang, system, house):
    li = make_customer(house.group, "李娜")

    wang.relate(by=system, other=li, kind="spouse")
    li.relate(by=system, other=wang, kind="spouse")

    assert wang.relations.count() + li.relations.count() == 1
    assert "customers.customer.related" in events_of(li)
    li.unrelate(by=system, other=wang, kind="spouse")
    assert not wang.relations.exists()


# -- erasing -------------------------------------------------------------------------------------------------------
def test_forget_erases_who_it_was_and_keeps_the_counts(wang, system, house):
    wang.note(by=system, text="住在南京西路，太太姓李")
    wang.change(by=system, address="南京西路 1 号")

    wang.forget(by=system, reason="asked by letter")

    assert Customer.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("select array_agg(c::text), array_agg(p::text) from customers_customer c "
                       "left join customers_contactpoint p on p.customer_id = c.id where c.id = %s", [wang.pk])
        left = str(cursor.fetchall())
        cursor.execute("select payload from core_event where party_id = %s", [wang.pk])
        told = json.dumps(cursor.fetchall(), ensure_ascii=False)
    assert "王小明" not in left
    assert "5678" not in left
    assert "南京" not in left
    assert "南京" not in told
    assert "5678" not in told
    assert operations.identify([Candidate(phones=["+8613812345678"])])[0].customer_id is None
    with pytest.raises(NotAllowed):
        wang.change(by=wang_sees(house), name="X")


def wang_sees(house):
    from dengta.core.actors import EVERYWHERE, Actor  # noqa: PLC0415 - a role made up for one line

    return Actor("employee", 1, "x", house.group.pk, grants={"*": EVERYWHERE})


def test_consultants_cannot_erase(cast, wang):
    with pytest.raises(NotAllowed):
        wang.forget(by=cast.north_consultant.actor, reason="x")
