"""Full numbers are nowhere but where somebody asked for them, with a purpose, a limit and a trace."""

from __future__ import annotations

import json

import pytest

from dengta.core import scope
from dengta.core.models import EventRow, SearchEntry
from dengta.core.verbs import NotAllowed
from dengta.customers.models import DailyCount
from dengta.customers.tests.factories import make_customer, point_of

NUMBER = "13812345678"


@pytest.fixture
def wang(cast, house):
    return make_customer(house.group, "王小明", f"+86{NUMBER}", store=house.north, owner=cast.north_consultant.employee,
                         email="wang@example.com")


def assert_masked(text: str) -> None:
    assert NUMBER not in text
    assert "138 1234 5678" not in text
    assert "wang@example.com" not in text


@pytest.mark.parametrize("path", [
    "/customers/", "/customers/{pk}/", "/customers/{pk}/timeline/", "/customers/{pk}/merge/",
    "/customers/hint/?phone=138-1234-5678", "/customers/?q=5678", "/palette?q=5678", "/customers/?q=王小明",
    "/customers/caller/?phone=1381234567", "/customers/contacts/{point}/show/",
])
def test_pages_are_masked(cast, wang, path):
    page = cast.north_consultant.client.get(path.format(pk=wang.pk, point=point_of(wang).pk))

    assert page.status_code == 200
    assert_masked(page.content.decode())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_exports_are_masked_and_leave_a_trace(cast, house, wang, kind):
    answer = cast.north_manager.client.get(f"/customers/?export={kind}")
    body = b"".join(answer.streaming_content)

    assert_masked(body.decode("utf-8", "replace"))
    if kind == "csv":
        assert "138****5678" in body.decode()
    with scope.open(house.group.pk):
        told = EventRow.objects.get(key="customers.customer.exported")
    assert told.employee_id == cast.north_manager.pk


def test_exports_need_the_right(cast, wang):
    assert cast.north_consultant.client.get("/customers/?export=csv").status_code == 404


def test_events_and_search_never_hold_a_full_number(cast, house, wang, system):
    with scope.open(house.group.pk):
        wang.add_contact(by=system, kind="mobile", value="13900008888", remark="wife")
        point = wang.contact_points.get(shown="139****8888")
        point.verify(by=system)
        point.prefer(by=system)
        point.reveal(by=system, purpose="call")
        wang.change(by=system, name="王大明", address="上海市静安区南京西路 1 号")
        point.remove(by=system, reason="wrong")
        told = json.dumps(list(EventRow.objects.values_list("payload", flat=True)), ensure_ascii=False)
        found = SearchEntry.objects.get(noun="customers.customer", row_id=wang.pk)

    assert_masked(told)
    assert "13900008888" not in told
    assert "王小明" not in told
    assert "南京西路" not in told
    assert_masked(found.subtitle + found.tokens + found.words)


def test_reveal_shows_the_number_with_purpose_and_trace(cast, house, wang):
    point = point_of(wang)

    page = cast.north_consultant.client.post(f"/customers/contacts/{point.pk}/show/", {"purpose": "verify"})

    assert "138 1234 5678" in page.content.decode()
    with scope.open(house.group.pk):
        told = EventRow.objects.get(key="customers.contactpoint.revealed")
    assert (told.party_id, told.employee_id, told.payload["purpose"]) == (wang.pk, cast.north_consultant.pk, "verify")


def test_reveal_asks_for_a_purpose(cast, house, wang):
    page = cast.north_consultant.client.post(f"/customers/contacts/{point_of(wang).pk}/show/", {"purpose": ""})

    assert_masked(page.content.decode())
    with scope.open(house.group.pk):
        assert not EventRow.objects.filter(key="customers.contactpoint.revealed").exists()


def test_reveal_ends_with_the_daily_number_of_the_role(cast, house, wang):
    with scope.open(house.group.pk):
        role = cast.north_consultant.employee.role
        type(role).objects.filter(pk=role.pk).update(reveal_quota=2)
        point = wang.contact_points.get(kind="mobile")
        for _ in range(2):
            point.reveal(by=cast.north_consultant.actor, purpose="call")
        with pytest.raises(NotAllowed) as refusal:
            point.reveal(by=cast.north_consultant.actor, purpose="call")
        assert refusal.value.code == "quota"
        assert EventRow.objects.filter(key="customers.contactpoint.revealed").count() == 2
        assert DailyCount.objects.get(what="reveal").count == 2


@pytest.mark.parametrize("who", ["receptionist", "south_consultant", "outsider_admin"])
def test_reveal_is_refused_to_others_without_a_trace(cast, house, wang, who):
    answer = getattr(cast, who).client.post(f"/customers/contacts/{point_of(wang).pk}/show/", {"purpose": "call"})

    assert answer.status_code == 404
    with scope.open(house.group.pk):
        assert not EventRow.objects.filter(key="customers.contactpoint.revealed").exists()


def test_hobbies_need_a_consent_and_hide_when_it_is_withdrawn(cast, house, wang, system):
    with scope.open(house.group.pk):
        with pytest.raises(NotAllowed):
            wang.note_hobbies(by=system, hobbies="钓鱼，自驾")
        consent = type(wang.consents.model()).give(by=system, customer=wang, purpose="C11", text_version="1",
                                                   channel="desk")
        wang.note_hobbies(by=system, hobbies="钓鱼，自驾")
    client = cast.north_consultant.client
    assert "钓鱼" in client.get(f"/customers/{wang.pk}/").content.decode()

    with scope.open(house.group.pk):
        consent.withdraw(by=system)

    assert "钓鱼" not in client.get(f"/customers/{wang.pk}/").content.decode()
