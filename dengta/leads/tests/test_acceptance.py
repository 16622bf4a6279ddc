"""What the feature list promises and no other test tries as a whole: many channels, one list; rules; late leads."""

from __future__ import annotations

import io
import json
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from django.test import Client, override_settings
from django.utils import timezone

from dengta.connect.formats.tabular import open_table
from dengta.core import scope
from dengta.core.actors import Actor
from dengta.core.pumps import pump_until_idle
from dengta.leads.importing.files import error_file, upload
from dengta.leads.importing.running import advance
from dengta.leads.models import ImportRow, Lead, LeadAssignment, Opportunity
from dengta.leads.reports import Board, Desk
from dengta.leads.tests import factories
from dengta.market.tests.factories import make_channel
from dengta.org.models import Store
from dengta.org.tests.factories import make_employee, make_team
from dengta.studio.models import Definition
from dengta.work.models import Task

TZ = ZoneInfo("Asia/Shanghai")


def send(channel, **message):
    return Client().post(channel.path, json.dumps(message), content_type="application/json",
                         headers={"authorization": f"Bearer {channel.issued.bearer}"})


def test_leads_of_five_channels_stand_in_one_list_with_a_filter(desk):
    """F-052."""
    channels = [desk.channel, *(make_channel(desk.house.north, kind) for kind in ("adf", "form", "import"))]
    for channel in channels:
        factories.receive(channel)
    desk.agent.client.post("/leads/new/", {"name": "赵六", "phone": "139 1234 0002", "mine": "on"})

    rows = desk.supervisor.client.get("/leads/all/").context["page"].rows
    only = desk.supervisor.client.get(f"/leads/all/?channel={channels[1].pk}").context["page"].rows

    assert len({row.row.channel_id for row in rows}) == len(rows) == 5
    assert [row.row.channel_id for row in only] == [channels[1].pk]


def test_source_series_city_and_time_of_the_inquiry_need_no_typing(desk):
    """F-055."""
    asked = "2026-11-18T09:30:00+08:00"

    send(desk.channel, name="王小明", phone="13912340001", series="x5", city="苏州", at=asked)
    pump_until_idle("leads.intake", group_id=desk.house.group.pk)

    with scope.open(desk.house.group.pk):
        lead = Lead.objects.get()
    assert (lead.channel_id, lead.series_id, lead.city) == (desk.channel.pk, desk.series.pk, "苏州")
    assert lead.asked_at == datetime.fromisoformat(asked)
    assert lead.received_at > lead.asked_at


@pytest.mark.django_db(transaction=True)
def test_a_message_of_a_mini_program_is_on_the_desk_within_ten_seconds(desk):
    """F-056. The platform's own names are mapped by the channel; what it sends is on the agent's list at once."""
    with scope.open(desk.house.group.pk):
        desk.channel.map_fields(by=Actor.system(desk.house.group.pk), rules=[
            {"to": "name", "from": "telephone_owner"}, {"to": "phone", "from": "telephone"},
            {"to": "series", "from": "clue.car"}])
    begun = time.monotonic()

    answer = send(desk.channel, telephone_owner="小程序客户", telephone="139-1234-0009", clue={"car": "X5"})
    pump_until_idle("leads.intake")
    page = desk.agent.client.get("/leads/").content.decode()

    assert answer.status_code == 202
    assert "小程序客户" in page
    assert time.monotonic() - begun < 10
    with scope.open(desk.house.group.pk):
        assert LeadAssignment.objects.get().to_owner_id == desk.agent.pk


def publish(desk, code: str, rows: list[dict], columns: list[str]) -> None:
    """An administrator edits the table, as on the pages of the studio."""
    by = desk.cast.group_admin.actor
    with scope.open(desk.house.group.pk):
        table = Definition.objects.get(noun="leads.lead", code=code)
        table.draft(by=by)
        body = table.open_draft().body | {"columns": columns, "rows": rows}
        table.save_draft(by=by, body=body)
        table.publish(by=by, accept=True)


def test_a_business_user_sends_a_source_a_series_and_a_city_to_a_team(desk):
    """F-063. Who wants an X5, asks from Shanghai and comes by this channel is for the electric team; others are not."""
    team = make_team(desk.house.north, "Electric")
    expert = make_employee(desk.house.north, "sales_consultant", team, name="Elsa Electric", max_open_leads=50)
    publish(desk, "lead-assignment", [
        {"id": "electric", "then": {"who.min_level": "trainee", "who.team": "Electric", "reason": "X5 from Shanghai"},
         "when": {"channel_code": {"op": "is", "v": desk.channel.code}, "series_code": {"op": "is", "v": "x5"},
                  "ip_city": {"op": "is", "v": "上海"}}},
        {"id": "rest", "when": {}, "then": {"who.min_level": "trainee"}},
    ], ["channel_code", "series_code", "ip_city"])

    chosen = factories.receive(desk.channel, series="X5", extra={"ip_city": "上海"})
    others = [factories.receive(desk.channel, series="X5", extra={"ip_city": "北京"}),
              factories.receive(desk.channel, extra={"ip_city": "上海"}),
              factories.receive(make_channel(desk.house.north), series="X5", extra={"ip_city": "上海"})]

    assert (chosen.owner_id, chosen.team_id) == (expert.pk, team.pk)
    assert {lead.owner_id for lead in others} == {desk.agent.pk}
    with scope.open(desk.house.group.pk):
        kept = LeadAssignment.objects.get(lead=chosen)
    assert (kept.candidates["rule"], kept.candidates["why"]) == ("electric", "X5 from Shanghai")


def test_a_medium_lead_is_late_after_24_business_hours_and_stands_on_the_board(desk, at):
    """F-067. The store is open nine hours a day: 24 of them end on the third day at three in the afternoon."""
    received = datetime(2026, 11, 18, 9, 0, tzinfo=TZ)
    with scope.open(desk.house.group.pk):
        Store.objects.filter(pk=desk.house.north.pk).update(hours=[["09:00", "18:00"]] * 7, closed_on_holidays=False)
    with at(received):
        lead = factories.receive(desk.channel, received_at=received, series="X5", test_drive=True, budget_high=200_000,
                                 extra={"phone_verified": True})
        with scope.open(desk.house.group.pk):  # somebody tried at once: the recall is off, the promise is not kept
            lead.log_contact(by=desk.agent.actor, channel="call", result="no_answer",
                             next_at=received + timedelta(hours=3))

    found = {}
    for day, hour, minute in ((20, 14, 59), (20, 15, 1)):
        with at(datetime(2026, 11, day, hour, minute, tzinfo=TZ)):
            pump_until_idle("work.clocks", "core.reactions")
            with scope.open(desk.house.group.pk):
                found[minute] = [row.pk for row in Board.of(desk.supervisor.actor).breaching]

    assert lead.band == "medium"
    assert found == {59: [], 1: [lead.pk]}


def test_a_file_stands_on_the_desk_until_a_visit_is_agreed(desk, group_scope):
    """F-079."""
    row, other = (factories.make_opportunity(desk.channel, desk.agent.employee, desk.series) for _n in range(2))
    before = Desk.of(desk.agent.actor)

    row.book_visit(by=desk.agent.actor, starts_at=timezone.now() + timedelta(days=2))
    invited = Desk.of(desk.agent.actor)
    Opportunity.to_pool.many([other], by=desk.supervisor.actor, reason="moved away")
    given_up = Desk.of(desk.agent.actor)

    assert ({one.pk for one in before.opportunities}, before.to_invite) == ({row.pk, other.pk}, 2)
    assert invited.to_invite == 1
    assert (given_up.opportunities, given_up.to_invite) == ([row], 0)


def test_the_pool_is_masked_and_filtered(desk):
    """F-074. By rule and by hand; whoever looks into the pool sees no number."""
    night = factories.make_lead(desk.channel, None, phone="13912340001", city="苏州")
    with scope.open(desk.house.group.pk):
        by_hand = factories.make_lead(desk.channel, desk.agent.employee, phone="13912340002", city="上海")
        by_hand.release(by=desk.supervisor.actor, reason="holiday")

    page = desk.agent.client.get("/leads/pool/")
    only = desk.agent.client.get("/leads/pool/?city=苏州").context["page"].rows

    assert {row.pk for row in page.context["page"].rows} == {night.pk, by_hand.pk}
    assert "139****0001" in page.content.decode()
    for number in ("13912340001", "139 1234 0001", "13912340002"):
        assert number not in page.content.decode()
    assert [row.pk for row in only] == [night.pk]


def test_a_task_of_a_rule_is_on_the_list_of_its_owner_with_its_customer_and_time(desk):
    """F-104. The first call is planned with the assignment and leads to the lead."""
    begun = time.monotonic()
    lead = factories.receive(desk.channel, name="王小明")

    page = desk.agent.client.get("/tasks/").content.decode()

    assert time.monotonic() - begun < 5
    assert "王小明" in page
    assert lead.get_absolute_url() in page
    with scope.open(desk.house.group.pk):
        task = Task.objects.about(lead).get()
    assert (task.kind, task.owner_id) == ("leads.first_contact", desk.agent.pk)
    assert f"{task.due_at.astimezone(TZ):%Y-%m-%dT%H:%M}" in page or task.due_at.isoformat()[:16] in page


def test_the_profile_shows_the_stage_and_who_is_responsible(desk):
    """F-003, F-005 as far as it goes, F-054. The invite desk first; the showroom once the file is passed on."""
    row = factories.make_opportunity(desk.channel, desk.agent.employee, desk.series)
    consultant = desk.cast.north_consultant.employee
    manager = desk.cast.north_gm.client

    def path_and_people(client) -> tuple[list, list]:
        profile = client.get(f"/customers/{row.customer_id}/").context["profile"]
        return ([bool(step["at"]) for step in profile.path],
                [(one.owner_id, one.owner.department_id) for one in profile.people])

    path, people = path_and_people(manager)
    with scope.open(desk.house.group.pk):
        Opportunity.reassign.many([row], by=desk.supervisor.actor, to=consultant)
        code = row.customer.code
    passed_on = path_and_people(manager)[1]

    assert path == [True, True, False, False]
    assert people[0] == (desk.agent.pk, desk.agent.employee.department_id)
    assert passed_on[0] == (consultant.pk, consultant.department_id)
    assert consultant.department_id != desk.agent.employee.department_id
    for address in (f"/customers/{row.customer_id}/", f"/leads/{row.lead_id}/", row.get_absolute_url()):
        assert code in manager.get(address).content.decode()


@pytest.fixture
def spreadsheet() -> bytes:
    """1,000 rows of XLSX; five have no number that could be called, ten repeat one of the others."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["客户姓名", "联系电话", "意向车型", "城市"])
        for n in range(1, 1001):
            phone = "123" if n <= 5 else f"1370000{n % 990:04d}" if n > 990 else f"1370000{n:04d}"
            sheet.write_row(n, 0, [f"客户{n}", phone, "X5", "苏州"])
    return file.getvalue()


def test_a_thousand_rows_of_excel_leave_a_ledger_an_error_file_and_the_duplicates(desk, spreadsheet, tmp_path):
    """F-050."""
    group_id = desk.house.group.pk
    with override_settings(MEDIA_ROOT=tmp_path):
        with scope.open(group_id):
            by = Actor.system(group_id)
            run = upload(io.BytesIO(spreadsheet), "名单.xlsx", store=desk.house.north, by=by)
            assert [one["target"] for one in run.columns] == ["name", "phone", "series", "city"]
            run.start(by=by)
        while advance(group_id, run.pk):
            pass
        with scope.open(group_id):
            run.refresh_from_db()
            repeated = ImportRow.objects.filter(outcome__in=("skipped", "updated"))
            reasons = set(repeated.values_list("reason", flat=True))
            file = tmp_path / "errors.xlsx"
            file.write_bytes(error_file(run))
        rows = [cells for _number, cells in open_table(file).rows()]

    assert run.read == 1000 == run.created + run.updated + run.skipped + run.failed
    assert (run.failed, run.updated + run.skipped) == (5, 5)
    assert reasons and "" not in reasons
    assert len(rows) == 5
