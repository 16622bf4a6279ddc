"""The frame around pages, its switches, the palette and the error pages."""

import pytest
from django.test import Client
from django.urls import reverse

from dengta.core.registry import Badge, MenuEntry, registry

ANYBODY = MenuEntry("test.open", "Open place", "core:me", "home", "work")
SECRET = MenuEntry("test.secret", "Secret place", "core:me", "lock", "admin", permission="vault.open")
LOST = MenuEntry("test.lost", "Lost place", "nowhere:at_all", "home", "work")
MAKE = MenuEntry("test.make", "Make a thing", "core:me", "plus", "new")


@pytest.fixture
def me(cast):
    client = cast.north_consultant.client
    client.cookies["dengta_language"] = "en"
    client.post(reverse("core:language"), {"language": "en"})
    return client


def test_the_menu_shows_what_a_person_may_use(me):
    with registry.temporarily(ANYBODY, SECRET, LOST, MAKE):
        page = me.get("/me/").content.decode()

    assert "Open place" in page
    assert "Make a thing" in page
    assert "Secret place" not in page
    assert "Lost place" not in page


def test_a_page_has_landmarks_a_skip_link_and_its_language(me):
    page = me.get("/me/").content.decode()

    for needed in ('<html lang="en"', 'class="skip" href="#main"', '<main class="main" id="main"', "<nav", "<header"):
        assert needed in page


def test_strangers_see_no_frame():
    assert Client().get("/me/").status_code == 302
    assert Client().get("/palette").status_code == 302
    assert Client().get("/badges").status_code == 302


def test_language_is_kept_with_the_person(cast, me):
    answer = me.post(reverse("core:language"), {"language": "zh-hant", "next": "/me/"})

    assert answer.url == "/me/"
    assert answer.cookies["dengta_language"].value == "zh-hant"
    cast.north_consultant.account.refresh_from_db()
    assert cast.north_consultant.account.language == "zh-hant"


@pytest.mark.parametrize("language", ["", "xx", "zh-hans\r\nX: 1"])
def test_an_unknown_language_changes_nothing(cast, me, language):
    answer = me.post(reverse("core:language"), {"language": language})

    assert "dengta_language" not in answer.cookies
    cast.north_consultant.account.refresh_from_db()
    assert cast.north_consultant.account.language == "en"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_way_back_never_leaves_the_house(me, target):
    assert me.post(reverse("core:theme"), {"theme": "dark", "next": target}).url == "/"


def test_the_theme_is_on_the_page_before_any_script(me):
    me.post(reverse("core:theme"), {"theme": "dark"})

    assert 'data-bs-theme="dark"' in me.get("/me/").content.decode()


def test_a_new_device_begins_with_the_persons_theme(cast, me):
    me.post(reverse("core:theme"), {"theme": "dark"})

    assert 'data-bs-theme="dark"' in cast.north_consultant.client.get("/me/").content.decode()


def test_a_store_of_other_people_cannot_be_chosen(cast, me):
    answer = me.post(reverse("core:store"), {"store": cast.house.south.pk})

    assert answer.status_code == 404
    assert "store_id" not in me.session


def test_a_store_is_chosen_and_left_again(cast):
    client = cast.group_admin.client

    client.post(reverse("core:store"), {"store": cast.house.south.pk})
    assert client.session["store_id"] == cast.house.south.pk
    assert cast.house.south.name in client.get("/me/").content.decode()

    client.post(reverse("core:store"), {"store": ""})
    assert "store_id" not in client.session


def test_switches_are_not_links(me):
    for name in ("language", "theme", "store"):
        assert me.get(reverse(f"core:{name}")).status_code == 405


def test_badges_answer_304_while_nothing_changed(me):
    numbers = iter([3, 3, 4])
    with registry.temporarily(Badge("test.due", "Due", lambda actor: next(numbers), "core:me", "alarm")):
        first = me.get("/badges")
        again = me.get("/badges", headers={"If-None-Match": first["ETag"]})
        later = me.get("/badges", headers={"If-None-Match": first["ETag"]})

    assert first.status_code == 200
    assert again.status_code == 304
    assert later.status_code == 200


def test_the_palette_finds_places_by_name_and_by_pinyin_initials(me):
    with registry.temporarily(MenuEntry("test.leads", "线索", "core:me", "home", "work")):
        by_name = me.get("/palette", {"q": "线索"}).content.decode()
        by_initials = me.get("/palette", {"q": "xs"}).content.decode()
        nothing = me.get("/palette", {"q": "zzzz"}).content.decode()

    assert 'role="option"' in by_name
    assert "线索" in by_initials
    assert 'role="option"' not in nothing


def test_the_palette_offers_the_verbs_of_the_open_record_and_no_others(cast):
    record = f"org.employee:{cast.north_consultant_b.pk}"

    asked = {"q": "", "on": record}
    mine = cast.north_gm.client.get("/palette", asked).content.decode()
    theirs = cast.outsider.client.get("/palette", asked).content.decode()

    assert f"/v/org/employee/{cast.north_consultant_b.pk}/" in mine
    assert "/v/org/employee/" not in theirs


@pytest.mark.parametrize("record", [
    "org.employee:", "org.employee:x", "no.such:1", "org.employee:999999999999999999999", ":",
])
def test_the_palette_takes_any_record_name(me, record):
    assert me.get("/palette", {"q": "", "on": record}).status_code == 200


def test_what_was_typed_comes_back_escaped(me):
    assert b"<script>alert" not in me.get("/palette", {"q": "<script>alert(1)</script>"}).content


def test_error_pages_are_in_the_users_language(me):
    answer = me.get("/no/such/page/")

    assert answer.status_code == 404
    assert "There is nothing here for you" in answer.content.decode()


def test_the_style_guide_is_for_developers_only(me, settings):
    assert me.get("/ui/").status_code == 404

    settings.DEBUG = True
    assert me.get("/ui/").status_code == 200


def test_the_page_allows_no_inline_scripts_or_styles(me):
    policy = me.get("/me/")["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "style-src 'self'" in policy
