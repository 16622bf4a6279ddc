"""The invite desk, the supervisor's board and an import in a real browser, in Chinese, at a desk and on a phone."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
import xlsxwriter
from playwright.sync_api import expect

from dengta.core import scope
from dengta.core.pumps import pump_until_idle
from dengta.core.testing import assert_accessible, assert_fits, log_in
from dengta.leads.models import ImportRun, Lead, Opportunity
from dengta.leads.operations import take_in
from dengta.leads.tests.factories import make_lead, make_message, make_opportunity
from dengta.org.models import Employee
from dengta.org.tests.factories import make_employee
from dengta.work.models import Appointment, Task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def screen(request):
    """`page` or `phone`, by parameter."""
    return request.getfixturevalue(request.param)


on_both = pytest.mark.parametrize("screen", ["page", "phone"], indirect=True)


def by_text(place, words: str):
    return place.get_by_role("button", name=re.compile(words)).first


@on_both
def test_pages_fit_and_are_accessible(screen, desk):
    lead = make_lead(desk.channel, desk.agent.employee, series="X5", city="上海", message="想了解一下落地价")
    row = make_opportunity(desk.channel, desk.agent.employee, desk.series)
    message = make_message(desk.channel, phone="12", name="李四")
    take_in(desk.house.group.pk)
    make_lead(desk.channel, None)

    is_phone = screen.viewport_size["width"] < 500
    shared = [lead.get_absolute_url(), row.get_absolute_url()]
    for member, paths in [
        (desk.agent, [*shared, "/leads/pool/", "/calendar/"] if is_phone else [*shared, "/", "/leads/"]),
        (desk.supervisor, ["/leads/board/", *(["/leads/imports/"] if is_phone else [
            "/leads/all/", message.get_absolute_url()])]),
    ]:
        log_in(screen, member.account)
        for path in paths:
            screen.goto(path)
            screen.locator("h1").wait_for()
            assert_fits(screen)
            assert_accessible(screen)


def test_no_answer_is_logged_with_two_keys_and_the_next_lead_comes(page, desk):
    first = make_lead(desk.channel, desk.agent.employee)
    second = make_lead(desk.channel, desk.agent.employee)
    log_in(page, desk.agent.account)
    page.goto("/leads/")
    page.keyboard.press("n")
    page.wait_for_url(f"**{first.get_absolute_url()}")

    page.keyboard.press("2")
    expect(page.locator("[name=result][value=no_answer]").first).to_be_checked()
    expect(page.locator(".contact .next-time input[type=radio]:checked")).to_have_count(1)
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{second.get_absolute_url()}")
    with scope.open(desk.house.group.pk):
        assert Lead.objects.get(pk=first.pk).attempts == 1


@on_both
def test_from_the_first_call_to_a_booked_visit(screen, desk):
    lead = make_lead(desk.channel, desk.agent.employee, phone="13912340001", series="X5", city="上海",
                     purchase_within_days=20)
    log_in(screen, desk.agent.account)
    screen.goto(lead.get_absolute_url())

    by_text(screen, "拨打").click()
    expect(screen.locator("#ring")).to_contain_text("139 1234 0001")
    screen.locator(".results").get_by_text("已接通").click()
    screen.locator(".when-reached").get_by_text("5 分钟").click()
    screen.fill("#f-need", "家用，看重空间")
    screen.fill("#f-budget", "200000")
    screen.get_by_role("button", name="保存", exact=True).first.click()
    by_text(screen.locator(".work-right"), "建档").click()
    form = screen.locator("#dialog-body")
    form.locator("[name=consented]").check()
    form.get_by_role("button", name="建档").click()
    screen.wait_for_url("**/leads/opportunities/*/")
    with screen.expect_response("**/slots/**"):
        screen.locator(".days label").nth(2).click()
    expect(screen.locator(".days input").nth(2)).to_be_checked()
    screen.locator(".slot:not(.taken)").nth(24).click()
    form.locator("form .btn-primary").click()

    expect(screen.locator("h1")).to_contain_text("已邀约")
    with scope.open(desk.house.group.pk):
        row = Opportunity.objects.get()
        visit = Appointment.objects.get()
        kinds = set(Task.objects.open().filter(subject_id=row.pk).values_list("kind", flat=True))
    assert (row.state, visit.starts_at) == ("invited", row.visit_at)
    assert {"leads.confirm_visit", "leads.remind_visit", "leads.receive_visit"} <= kinds


def test_what_was_typed_is_there_again_beside_the_error(page, desk):
    lead = make_lead(desk.channel, desk.agent.employee)
    log_in(page, desk.agent.account)
    page.goto(lead.get_absolute_url())

    page.keyboard.press("1")
    page.fill("#f-content", "客户在开会")
    page.get_by_role("button", name=re.compile("保存，下一条")).click()

    form = page.locator("#dialog-body")
    expect(form.locator("[name=content]")).to_have_value("客户在开会")
    expect(form.locator("[name=need]")).to_be_focused()
    expect(form).to_contain_text("首次沟通须问清")


def test_thirty_leads_are_given_to_three_people_evenly(page, desk):
    leads = [make_lead(desk.channel, None) for _ in range(3)]
    with scope.open(desk.house.group.pk):
        values = {f.attname: getattr(leads[0], f.attname) for f in Lead._meta.concrete_fields
                  if f.attname not in ("id", "inbox_message_id")}
        Lead.objects.bulk_create([Lead(**values) for _ in range(27)])
    people = [desk.agent.employee, *(make_employee(desk.house.north, "dcc_agent", desk.house.north_invite, name=name)
                                     for name in ("白一", "白二"))]
    log_in(page, desk.supervisor.account)
    page.goto("/leads/board/")

    unassigned = page.locator("#unassigned")
    unassigned.locator("[data-pick-all]").check()
    expect(unassigned.locator("[data-count]")).to_contain_text("30")
    by_text(unassigned.locator(".bulk-bar"), "分配").click()
    dialog = page.locator("#dialog-body")
    for one in people:
        dialog.locator(f"[name=to][value='{one.pk}']").check()
    expect(dialog.locator("[data-share-says]")).to_have_text("每人 10 条")
    assert_accessible(page, "#dialog")
    dialog.get_by_role("button", name="分配").click()

    expect(unassigned).to_contain_text("线索都已分配")
    with scope.open(desk.house.group.pk):
        assert [Lead.objects.filter(owner=one).count() for one in Employee.objects.filter(
            pk__in=[p.pk for p in people])] == [10, 10, 10]


def test_the_board_renews_itself_but_not_under_the_hand(page, desk):
    make_lead(desk.channel, None, name="钱一")
    log_in(page, desk.supervisor.account)
    page.goto("/leads/board/")
    page.locator("#unassigned tbody .pick input").first.check()
    make_lead(desk.channel, None, name="钱二")
    page.evaluate("document.getElementById('board').dataset.every = '1'")

    page.wait_for_timeout(1500)
    expect(page.locator("#unassigned tbody tr")).to_have_count(1)
    expect(page.locator("#unassigned [data-count]")).to_contain_text("1")


def sheet() -> bytes:
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet("车展")
        page.write_row(0, 0, ["客户姓名", "联系电话", "意向车型", "备注"])
        for line in range(1, 6):
            page.write_row(line, 0, [f"客户{line}", "123" if line == 4 else f"1391234000{line}", "X5", "周末看车"])
    return target.getvalue()


@on_both
def test_a_spreadsheet_is_read_in_through_to_the_result(screen, desk):
    log_in(screen, desk.supervisor.account)
    screen.goto("/leads/imports/")
    screen.set_input_files("[name=file]", {"name": "车展名单.xlsx", "buffer": sheet(), "mimeType": "application/xlsx"})
    by_text(screen.locator("main"), "上传并核对").click()

    expect(screen.locator("[name=column-1]")).to_have_value("phone")
    by_text(screen.locator("main"), "预览处理结果").click()
    expect(screen.locator("#preview")).to_contain_text("失败")
    by_text(screen.locator("main"), "开始导入").click()
    screen.wait_for_load_state()
    pump_until_idle("leads.imports", group_id=desk.house.group.pk)

    expect(screen.get_by_text("导入完成")).to_be_visible(timeout=8000)
    assert_fits(screen)
    assert_accessible(screen)
    with screen.expect_download() as file:
        screen.get_by_role("link", name=re.compile("下载错误文件")).click()
    assert file.value.suggested_filename == "车展名单-errors.xlsx"
    with scope.open(desk.house.group.pk):
        run = ImportRun.objects.get()
    assert (run.read, run.created, run.updated, run.skipped, run.failed) == (5, 4, 0, 0, 1)
