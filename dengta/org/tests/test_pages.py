"""Pages of the room: they answer, they refuse, and they ask a constant number of questions."""

import pytest
from django.urls import reverse

from dengta.core.models import EventRow
from dengta.core.testing import count_queries
from dengta.org.models import Account, ApiToken, Employee, Role
from dengta.org.tests import factories

PLACES = ["structure", "people", "shifts", "roles", "tokens", "new_token"]


@pytest.mark.parametrize("name", PLACES)
def test_the_administrator_sees_every_page(cast, name):
    assert cast.group_admin.client.get(reverse(f"org:{name}")).status_code == 200


@pytest.mark.parametrize("name", ["roles", "tokens", "new_token"])
def test_a_consultant_does_not_find_the_administration(cast, name):
    assert cast.north_consultant.client.get(reverse(f"org:{name}")).status_code == 404


@pytest.mark.parametrize("name", PLACES)
def test_strangers_are_sent_to_the_login(cast, client, name):
    answer = client.get(reverse(f"org:{name}"))

    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


def test_records_of_another_store_or_group_are_not_found(cast):
    client = cast.north_gm.client
    for place, row in [
        ("org:store", cast.house.south),
        ("org:store_calendar", cast.house.south),
        ("org:employee", cast.south_consultant),
        ("org:employee", cast.outsider),
        ("org:store", cast.house.other_store),
    ]:
        assert client.get(reverse(place, args=[row.pk])).status_code == 404


def test_pages_of_one_record_answer(cast, group_scope):
    client = cast.group_admin.client
    role = Role.objects.get(code="sales_consultant")

    for place, pk in [
        ("org:store", cast.house.north.pk),
        ("org:store_calendar", cast.house.north.pk),
        ("org:employee", cast.north_consultant.pk),
        ("org:open_account", cast.north_consultant.pk),
        ("org:role", role.pk),
    ]:
        assert client.get(reverse(place, args=[pk])).status_code == 200, place


def test_the_list_of_people_asks_the_same_for_few_and_many(cast):
    client = cast.north_gm.client
    client.get("/org/people/")
    with count_queries() as few:
        client.get("/org/people/")
    for _number in range(5):
        factories.make_employee(cast.house.north)

    with count_queries() as many:
        answer = client.get("/org/people/")

    assert len(many) == len(few)
    assert answer.content.count(b'id="row-') == 13


def test_people_are_found_by_name_and_paged(cast):
    for number in range(55):
        factories.make_employee(cast.house.north, name=f"Zoe {number:02d}")
    client = cast.north_gm.client

    first = client.get("/org/people/?q=zoe")
    second = client.get(f"/org/people/?q=zoe&after={first.context['older']}")

    assert [len(page.context["people"]) for page in (first, second)] == [50, 5]
    assert not {one.pk for one in first.context["people"]} & {one.pk for one in second.context["people"]}


def test_the_tree_asks_the_same_for_few_and_many(cast):
    client = cast.group_admin.client
    client.get("/org/")
    with count_queries() as few:
        client.get("/org/")
    for kind in ("service", "parts"):
        factories.make_team(cast.house.north, kind=kind)

    with count_queries() as many:
        client.get("/org/")

    assert len(many) == len(few)


def test_opening_a_login_shows_the_password_once(cast, group_scope):
    client = cast.north_gm.client

    answer = client.post(reverse("org:open_account", args=[cast.north_consultant.pk]), {"username": "nora"})

    account = Account.objects.get(username="nora")
    shown = answer.context["employee"].new_password
    assert account.check_password(shown)
    assert account.must_change_password
    assert answer["Cache-Control"] == "no-store"
    event = EventRow.objects.for_subject(cast.north_consultant.employee).get()
    assert shown not in str(event.payload)
    assert client.get(reverse("org:open_account", args=[cast.north_consultant.pk])).status_code == 302


def test_a_manager_cannot_reset_the_password_of_somebody_mightier(cast, group_scope):
    boss = factories.make_employee(cast.house.north, "group_admin", name="Boss")
    account = factories.make_account(boss)

    answer = cast.north_gm.client.post(reverse("org:reset_password", args=[boss.pk]))

    assert answer.status_code == 302
    account.refresh_from_db()
    assert account.check_password(factories.PASSWORD)
    assert not EventRow.objects.for_subject(boss).exists()


def test_resetting_ends_all_sessions(cast, group_scope):
    client = cast.north_consultant.client
    assert client.get("/me/").status_code == 200

    cast.north_consultant.employee.reset_password(by=cast.north_gm.actor)

    assert client.get("/me/").status_code == 302


def test_the_matrix_changes_only_what_it_shows(cast, group_scope):
    role = Role.objects.get(code="receptionist")
    before = dict(role.grants)
    form = {"name": "接待", "description": "", "reveal_quota": 3, "right:org.shift.plan": "store"}

    answer = cast.group_admin.client.post(reverse("org:role", args=[role.pk]), form)

    assert answer.status_code == 302
    role.refresh_from_db()
    assert (role.label, role.reveal_quota) == ("接待", 3)
    assert role.grants == {**before, "org.shift.plan": "store"}


def test_a_manager_reads_roles_but_cannot_post_them(cast, group_scope):
    role = Role.objects.get(code="receptionist")
    client = cast.north_gm.client
    assert client.get(reverse("org:role", args=[role.pk])).status_code == 200

    client.post(reverse("org:role", args=[role.pk]), {"reveal_quota": 9999, "right:org.shift.plan": "group"})

    role.refresh_from_db()
    assert role.reveal_quota == 0
    assert not EventRow.objects.exists()


def test_hours_are_set_on_the_calendar_page(cast, group_scope):
    url = reverse("org:store_calendar", args=[cast.house.north.pk])
    form = {f"{name}_{day}": value for day in range(6) for name, value in (("opens", "08:30"), ("closes", "19:00"))}

    answer = cast.north_gm.client.post(url, form)

    assert answer.status_code == 302
    cast.house.north.refresh_from_db()
    assert cast.house.north.hours == [["08:30", "19:00"]] * 6 + [None]
    assert cast.house.north.closed_on_holidays is False


def test_impossible_hours_come_back_with_a_sentence(cast):
    url = reverse("org:store_calendar", args=[cast.house.north.pk])

    answer = cast.north_gm.client.post(url, {"opens_0": "19:00", "closes_0": "08:00"})

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()


def test_a_token_is_shown_once_and_kept_hashed(cast, group_scope):
    client = cast.group_admin.client

    answer = client.post(reverse("org:new_token"), {"name": "DMS", "scopes": "leads.lead.see", "days": "30"})

    token = ApiToken.objects.get()
    plain = answer.context["token"].plain
    assert plain.encode() in answer.content
    assert plain not in (token.secret_hash, token.prefix)
    assert plain.encode() not in client.get(reverse("org:tokens")).content


def test_my_own_sessions_are_listed_and_ended(cast):
    client = cast.north_consultant.client
    client.get("/me/")
    page = client.get(reverse("org:employee", args=[cast.north_consultant.pk]))

    assert page.status_code == 200
    assert page.context["login"]["account"].employee_id == cast.north_consultant.pk


def test_verbs_of_the_room_work_through_the_generic_address(cast, group_scope):
    client = cast.north_gm.client
    ids = [cast.north_consultant.pk, cast.south_consultant.pk]

    answer = client.post("/v/org/employee/suspend/", {"ids": ids, "reason": "audit"})

    assert answer.status_code == 302
    assert set(Employee.objects.filter(status="suspended").values_list("pk", flat=True)) == {cast.north_consultant.pk}


def test_colleagues_see_the_directory_but_not_the_history(cast, group_scope):
    cast.north_consultant_b.employee.go_on_leave(by=cast.north_gm.actor, reason="operation")
    address = reverse("org:employee", args=[cast.north_consultant_b.pk])

    colleague = cast.north_consultant.client.get(address).content.decode()
    boss = cast.north_gm.client.get(address).content.decode()

    assert "Nils Consultant" in colleague
    assert "operation" not in colleague
    assert "operation" in boss
