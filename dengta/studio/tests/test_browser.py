"""The table editor in a real browser, in Chinese, on a desk and on a phone."""

import os

import pytest
from django.urls import reverse
from django.utils import translation

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.core.registry import registry
from dengta.core.testing import assert_accessible, assert_fits, log_in
from dengta.studio.models import Definition
from dengta.studio.operations import install
from dengta.studio.tests.factories import make_definition
from dengta.studio.tests.fields import lead_fields
from dengta.studio.tests.test_pages import COLUMNS, STORES

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = {"zh-hans": "门店评分", "en": "Store score"}


@pytest.fixture
def table(transactional_db, cast):
    with registry.temporarily(STORES), scope.open(cast.house.group.pk), translation.override("zh-hans"):
        by = Actor.system(cast.house.group.pk)
        row = make_definition(by, ({"kind": {"op": "in", "v": ["4s", "city"]}}, 10),
                              ({"service_bays": {"op": "between", "v": [2, 8]}}, 15),
                              ({"city": {"op": "contains", "v": "海"}}, -5), ({}, 3), name=NAMES,
                              noun="org.store", code="store-score", columns=COLUMNS)
        row.draft(by=by)
    with registry.temporarily(STORES):
        yield row


def shoot(page, name):
    if folder := os.environ.get("DENGTA_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_rule_is_changed_tried_and_published(page, cast, table, live_server):
    log_in(page, cast.group_admin.account)
    page.goto(reverse("studio:definition", args=[table.pk]))
    page.get_by_role("button", name="第 1 条，Kind").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("判断").select_option("is")
    dialog.get_by_label("取值").select_option("4s")
    dialog.get_by_role("button", name="保存").click()
    page.wait_for_selector("#dialog:not([open])", state="attached")
    page.get_by_role("button", name="第 1 条，Points").click()
    dialog.get_by_label("Points").fill("40")
    dialog.get_by_role("button", name="保存").click()
    page.get_by_text("+40").wait_for()
    page.get_by_role("button", name="添加规则").click()
    page.locator("#rule-r5").wait_for()
    page.get_by_role("button", name="删除第 5 条").click()
    page.locator("#question-yes").click()
    page.locator("#rule-r5").wait_for(state="detached")
    shoot(page, "table-desk")
    assert_fits(page)
    assert_accessible(page)

    page.get_by_role("link", name="试算").click()
    page.get_by_role("link", name=cast.house.north.name).first.click()
    page.get_by_text("草稿的结果不同").wait_for()
    shoot(page, "try-desk")
    assert_accessible(page)

    page.get_by_role("button", name="发布 v2").click()
    page.get_by_text("第 1 条 · Points：10 → 40").wait_for()
    shoot(page, "publish-desk")
    dialog.get_by_role("button", name="发布").click()
    page.get_by_text("v2 已发布").first.wait_for()

    page.get_by_role("link", name="历史").click()
    page.get_by_role("button", name="退回这一版").click()
    dialog.get_by_role("button", name="退回某一版").click()
    page.get_by_text("v3 已发布").first.wait_for()
    shoot(page, "history-desk")
    with scope.open(table.group_id):
        assert table.published_version().body["rows"][0]["then"]["points"] == 10


def test_the_table_is_edited_on_a_phone(phone, cast, table, live_server):
    log_in(phone, cast.group_admin.account)
    phone.goto(reverse("studio:definition", args=[table.pk]))
    shoot(phone, "table-phone")
    assert_fits(phone)
    assert_accessible(phone)

    phone.get_by_role("button", name="第 2 条，Bays").click()
    phone.locator("#dialog").get_by_label("判断").select_option(">=")
    phone.locator("#dialog").get_by_label("取值").fill("12")
    shoot(phone, "cell-phone")
    phone.locator("#dialog").get_by_role("button", name="保存").click()
    phone.get_by_text("≥ 12 bays").wait_for()

    phone.goto(reverse("studio:try", args=[table.pk]) + f"?record={cast.house.north.pk}")
    shoot(phone, "try-phone")
    assert_fits(phone)
    for name in ("list", "history"):
        phone.goto(reverse(f"studio:{name}", args=[] if name == "list" else [table.pk]))
        assert_fits(phone)


def test_the_shipped_tables_are_shown(page, cast, live_server, transactional_db):
    with lead_fields():
        with scope.open(cast.house.group.pk):
            by = Actor.system(cast.house.group.pk)
            install("4s-standard", by=by)
            rows = {row.code: row for row in Definition.objects.all()}
            rows["lead-score"].draft(by=by)
        log_in(page, cast.group_admin.account)
        for name, row in (("score", rows["lead-score"]), ("assignment", rows["lead-assignment"])):
            page.goto(reverse("studio:definition", args=[row.pk]))
            shoot(page, f"{name}-desk")
            assert_fits(page)
        page.goto(reverse("studio:list"))
        shoot(page, "list-desk")
        assert_accessible(page)
        assert page.get_by_role("link", name="线索评分").is_visible()
