"""The organisation in a real browser, in Chinese: readable for everyone at a desk, and it fits a phone."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.core.testing import assert_accessible, assert_fits, log_in
from dengta.org.models import Employee, Role, Shift
from dengta.org.types import today

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def addresses(transactional_db, cast):
    with scope.open(cast.house.group.pk):
        role = Role.objects.get(code="sales_consultant").pk
        for day in range(2):
            Shift.plan(
                by=Actor.system(cast.house.group.pk), employee=cast.north_consultant.employee, starts="09:00",
                ends="18:00", on_date=today() + timedelta(days=day),
            )  # fmt: skip
    north = cast.house.north.pk
    return ["/org/", f"/org/stores/{north}/", f"/org/stores/{north}/calendar/", "/org/people/",
            f"/org/people/{cast.north_consultant.pk}/", f"/org/roles/{role}/", f"/org/shifts/?store={north}",
            "/org/tokens/"]  # fmt: skip


def test_every_page_is_readable_for_everyone(page, cast, addresses):
    log_in(page, cast.group_admin.account)
    for address in addresses:
        page.goto(address)
        assert_accessible(page)


def test_every_page_fits_a_phone(phone, cast, addresses):
    log_in(phone, cast.group_admin.account)
    for address in addresses:
        phone.goto(address)
        assert_fits(phone)


def test_two_people_are_suspended_with_a_reason_in_the_list(page, cast, addresses):
    log_in(page, cast.north_gm.account)
    page.goto("/org/people/?q=consultant")

    page.get_by_label("选择 Nora Consultant").check()
    page.get_by_label("选择 Nils Consultant").check()
    page.get_by_role("button", name="停职").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("原因").fill("盘点期间暂停")
    dialog.get_by_role("button", name="停职").click()

    expect(page.get_by_role("cell", name="停职", exact=True)).to_have_count(2)
    with scope.open(cast.house.group.pk):
        assert Employee.objects.filter(status="suspended").count() == 2


def test_somebody_enters_through_the_login_page(page, cast, addresses):
    account = cast.receptionist.account

    page.goto("/accounts/login/")
    page.get_by_label("用户名或手机号").fill(account.mobile.removeprefix("+86"))
    page.locator("input[type=password]").fill("harbour-light-2031")
    page.locator("form button.btn-primary").first.click()

    page.wait_for_url(lambda url: "login" not in url)
