"""The style guide in a real browser: no barriers, nothing too wide, and the parts that scripts bring to life."""

import pytest

from dengta.core.testing import assert_accessible, assert_fits


@pytest.fixture
def guide(settings, transactional_db):
    settings.DEBUG = True
    return "/ui/"


def open_guide(page, live_server, guide, theme):
    page.context.add_cookies([
        {"name": "dengta_theme", "value": theme, "url": live_server.url},
        {"name": "dengta_language", "value": "zh-hans", "url": live_server.url},
    ])
    page.goto(guide)
    page.wait_for_selector("[data-drawn]")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_guide_has_no_barriers_on_a_desk(page, live_server, guide, theme):
    open_guide(page, live_server, guide, theme)

    assert page.evaluate("document.documentElement.dataset.bsTheme") == theme
    assert_accessible(page)
    assert_fits(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_guide_has_no_barriers_on_a_phone(phone, live_server, guide, theme):
    open_guide(phone, live_server, guide, theme)

    assert_accessible(phone)
    assert_fits(phone)


def test_targets_on_a_phone_are_as_big_as_a_thumb(phone, live_server, guide):
    open_guide(phone, live_server, guide, "light")

    small = phone.evaluate("""() => [...document.querySelectorAll(
        "main .btn, main .chip, .bottom a, .top button, .top a")]
        .filter(one => one.offsetParent && !one.closest("[hidden]"))
        .map(one => [one.textContent.trim(), Math.round(one.getBoundingClientRect().height)])
        .filter(([, height]) => height < 44)""")
    assert small == []


def test_rows_are_picked_with_shift_and_with_keys(page, live_server, guide):
    open_guide(page, live_server, guide, "light")

    page.click("#row-1 .pick input")
    page.click("#row-3 .pick input", modifiers=["Shift"])
    assert page.inner_text("[data-count]") == "已选 3 条"

    page.click("[data-pick-none]")
    assert page.is_hidden(".bulk-bar")

    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.is_checked("#row-2 .pick input")


def test_countdowns_run(page, live_server, guide):
    open_guide(page, live_server, guide, "light")
    clock = page.locator(".countdown-text").first

    before = clock.inner_text()
    page.wait_for_timeout(2200)

    assert clock.inner_text() != before


def test_a_toast_comes_with_an_undo_and_goes_when_closed(page, live_server, guide):
    open_guide(page, live_server, guide, "light")

    page.evaluate("""document.body.dispatchEvent(new CustomEvent("dengta:toast",
        {detail: {text: "<b>Assigned</b>", tone: "done", undo: "/nowhere"}}))""")

    assert page.inner_text(".toast-text") == "<b>Assigned</b>"
    assert page.inner_text(".toast-line button >> nth=0") == "撤销"
    page.click(".toast-close")
    assert page.locator(".toast-line").count() == 0


def test_leaving_a_form_that_was_typed_in_asks_first(page, live_server, guide):
    open_guide(page, live_server, guide, "light")
    page.fill("#ok_name", "王小明")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.goto("/accounts/login/")

    assert asked == ["beforeunload"]


def test_the_navigation_folds_and_stays_folded(page, live_server, guide):
    open_guide(page, live_server, guide, "light")

    page.click("[data-fold]")
    page.reload()

    assert page.evaluate("document.querySelector('.side').offsetWidth") < 80
