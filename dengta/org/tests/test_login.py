"""Login: phone or name, limits, first password, second factor, sessions, language."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.utils import timezone

from dengta.org.models import Account, Role
from dengta.org.tests import factories
from dengta.org.tests.factories import PASSWORD

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def empty_cache(db):
    cache.clear()


def enter(client, login, password=PASSWORD):
    return client.post(LOGIN, {"login": login, "password": password})


def test_one_enters_by_name_or_by_phone_in_any_habit(cast, client):
    account = cast.north_consultant.account
    mobile = account.mobile.removeprefix("+86")

    for login in (account.username.upper(), f"+86 {mobile[:3]} {mobile[3:7]} {mobile[7:]}", mobile):
        assert enter(client, login).status_code == 302, login
        assert client.get("/me/").status_code == 200
        client.logout()


def test_a_wrong_password_does_not_say_whether_the_name_exists(cast, client):
    names = (cast.north_consultant.account.username, "nobody")

    known, unknown = (list(enter(client, name, "wrong").context["form"].non_field_errors()) for name in names)

    assert known
    assert known == unknown


@pytest.mark.parametrize("exists", [True, False])
def test_five_failures_lock_the_login(cast, client, exists):
    login = cast.north_consultant.account.username if exists else "nobody"
    for _number in range(5):
        enter(client, login, "wrong")

    answer = enter(client, login)

    assert answer.status_code == 200
    assert "15" in str(answer.context["form"].non_field_errors())
    assert client.get("/me/").status_code == 302


def test_the_manager_unlocks(cast, client, group_scope):
    account = cast.north_consultant.account
    for _number in range(5):
        enter(client, account.username, "wrong")

    cast.north_consultant.employee.unlock(by=cast.north_gm.actor)

    assert enter(client, account.username).status_code == 302


def test_a_lock_ends_by_itself(cast, client):
    account = cast.north_consultant.account
    account.locked_until = timezone.now()
    account.save()

    assert enter(client, account.username).status_code == 302


def test_a_first_password_must_be_changed_before_anything_else(cast, client):
    account = factories.make_account(cast.north_consultant.employee, "fresh", must_change_password=True)
    enter(client, "fresh")
    assert client.get("/org/people/").url == "/accounts/password/change/"
    assert client.get("/accounts/password/change/").status_code == 200

    same = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/accounts/password/change/", same).status_code == 200
    new = "lantern-on-the-pier-7"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    account.refresh_from_db()
    assert not account.must_change_password
    assert client.get("/org/people/").status_code == 200


@pytest.mark.parametrize("weak", ["short", "1234567890123", "password1234"])
def test_weak_passwords_are_refused(cast, weak):
    client = cast.north_consultant.client

    answer = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak})

    assert answer.status_code == 200
    assert Account.objects.get(employee=cast.north_consultant.employee).check_password(PASSWORD)


def test_a_role_can_require_a_second_factor(cast, group_scope):
    Role.objects.filter(code="sales_consultant").update(needs_second_factor=True)
    client = cast.north_consultant.client

    assert client.get("/org/people/").url == "/accounts/2fa/totp/activate/"

    TOTP.activate(cast.north_consultant.account, generate_totp_secret())
    assert client.get("/org/people/").status_code == 200


def test_the_second_factor_is_asked_for_at_login(cast, client):
    account = cast.north_consultant.account
    secret = generate_totp_secret()
    TOTP.activate(account, secret)

    assert enter(client, account.username).url == "/accounts/2fa/authenticate/"
    assert client.get("/me/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302

    assert client.get("/me/").status_code == 200


def test_a_lost_second_factor_is_removed_by_the_manager(cast, group_scope):
    TOTP.activate(cast.north_consultant.account, generate_totp_secret())

    cast.north_consultant.employee.remove_second_factor(by=cast.north_gm.actor)

    assert not Authenticator.objects.exists()


def test_sessions_are_listed_and_ended(cast, client):
    account = cast.north_consultant.account
    enter(client, account.username)
    client.get("/me/")
    session = UserSession.objects.get(user=account)
    other = cast.north_consultant_b.client

    assert other.post(f"/org/sessions/{session.pk}/end/").status_code == 404
    assert client.post(f"/org/sessions/{session.pk}/end/").status_code == 302

    assert client.get("/me/").status_code == 302


def test_nobody_can_sign_up(client, db):
    form = {"username": "intruder", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", form)

    assert not Account.objects.exists()


def test_a_login_without_a_position_may_only_leave(cast, group_scope):
    client = cast.north_consultant.client
    cast.north_consultant.employee.positions.all().delete()

    assert client.get("/org/people/").status_code == 403


def test_language_and_theme_are_kept_with_the_person(cast):
    client = cast.north_consultant.client
    client.post("/language", {"language": "en", "next": "/me/"})

    page = client.get("/me/")

    account = Account.objects.get(employee=cast.north_consultant.employee)
    assert account.language == "en"
    assert re.search(rb'<html lang="en"', page.content)


def test_who_a_request_is_costs_a_constant_number_of_questions(cast, django_assert_max_num_queries):
    client = cast.north_consultant.client
    client.get("/language")
    for _number in range(3):
        with_positions = cast.north_consultant.employee
        factories.make_team(cast.house.north)
        assert with_positions

    with django_assert_max_num_queries(8):
        client.get("/theme")
