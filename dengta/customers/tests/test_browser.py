"""The list and the profile in a real browser, at a desk and on a phone, in Chinese."""

from __future__ import annotations

import pytest

from dengta.core import scope
from dengta.core.models import EventRow
from dengta.core.testing import assert_accessible, assert_fits, log_in
from dengta.customers.models import Consent, Customer
from dengta.customers.tests.factories import make_customer, make_tag

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wang(cast, house, system):
    row = make_customer(house.group, "王小明", "+8613812345678", store=house.north, wechat="wang_88",
                        email="wang@example.com", owner=cast.north_consultant.employee)
    make_customer(house.group, "王晓明", store=house.north, email="wang@example.com",
                  owner=cast.north_consultant.employee)
    with scope.open(house.group.pk):
        Customer.tag.many([row.pk], by=system, tag=make_tag(house.group, name="家庭用户"))
        Consent.give(by=system, customer=row, purpose="C8", text_version="2026-1", channel="到店签署")
        row.note(by=system, text="周六下午带太太一起来看车。")
    return row


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_list_and_profile_fit_and_are_accessible(screen, request, cast, wang):
    page = request.getfixturevalue(screen)
    log_in(page, cast.north_manager.account)

    for path in ("/customers/", f"/customers/{wang.pk}/"):
        page.goto(path)
        page.get_by_role("heading", name="客户" if path == "/customers/" else "王小明", level=1).wait_for()
        assert_fits(page)
        assert_accessible(page)


def test_a_known_number_is_hinted_while_it_is_typed(page, cast, wang):
    log_in(page, cast.north_consultant.account)
    page.goto("/customers/new/")
    assert_accessible(page)

    page.locator("#new_phone").press_sequentially("138 1234 5678")

    page.get_by_text("已是客户").wait_for()
    assert_fits(page)


def test_a_number_is_shown_in_two_clicks_and_leaves_a_trace(page, cast, house, wang):
    log_in(page, cast.north_consultant.account)
    page.goto(f"/customers/{wang.pk}/")

    page.get_by_role("button", name="显示 138****5678").first.click()
    page.locator("#dialog-body").get_by_role("button", name="显示").click()

    page.get_by_text("138 1234 5678").wait_for()
    with scope.open(house.group.pk):
        assert EventRow.objects.get(key="customers.contactpoint.revealed").payload["purpose"] == "call"
