"""Pages of the room: they open for those who may, hide from others, and ask a constant number of questions."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone

from dengta.core import scope
from dengta.core.models import EventRow
from dengta.core.testing import count_queries
from dengta.leads.importing.files import upload
from dengta.leads.models import ImportRun, InboxMessage, Lead, Opportunity
from dengta.leads.operations import take_in
from dengta.leads.reports import Board
from dengta.leads.tests.factories import make_lead, make_message, make_opportunity, reach
from dengta.org.tests.factories import make_employee
from dengta.work.models import Appointment

AGENT = ["/leads/", "/leads/new/", "/leads/all/", "/leads/pool/", "/leads/opportunities/"]
SUPERVISOR = ["/leads/board/", "/leads/board/speed/", "/leads/to-check/", "/leads/transfers/", "/leads/imports/",
              "/leads/messages/", "/leads/promises/"]
FILE = "姓名,手机号,意向车型\n张一,13900000001,X5\n张二,12,X5\n".encode()


def get(member, path: str, **headers):
    return member.client.get(path, headers=headers)


def queries_of(member, path: str) -> int:
    client = member.client
    client.get(path)
    with count_queries() as asked:
        assert client.get(path).status_code == 200, path
    return len(asked)


# -- who gets in -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", AGENT)
def test_an_empty_page_says_what_to_do_next(desk, path):
    answer = get(desk.agent, path)

    assert answer.status_code == 200
    assert b'class="empty"' in answer.content or path == "/leads/new/"


@pytest.mark.parametrize("path", SUPERVISOR)
def test_those_who_lead_see_more(desk, path):
    assert get(desk.supervisor, path).status_code == 200
    assert get(desk.agent, path).status_code == 404


def test_the_receptionist_has_no_desk(desk):
    assert get(desk.cast.receptionist, "/leads/").status_code == 404
    assert get(desk.cast.receptionist, "/leads/new/").status_code == 200


def test_strangers_are_sent_to_the_login(desk, client):
    assert client.get("/leads/").status_code == 302


def test_records_of_others_are_not_found(desk):
    lead = make_lead(desk.channel, desk.agent.employee)
    row = make_opportunity(desk.channel, desk.agent.employee, desk.series)

    for member in (desk.cast.north_consultant, desk.cast.south_manager, desk.cast.outsider_admin):
        for path in (lead.get_absolute_url(), f"{lead.get_absolute_url()}opened/", row.get_absolute_url(),
                     f"{row.get_absolute_url()}slots/"):
            assert get(member, path).status_code == 404, (member.employee.name, path)


def test_the_number_of_somebody_elses_lead_is_not_shown(desk):
    lead = make_lead(desk.channel, desk.agent.employee)

    assert desk.cast.north_consultant.client.post(f"{lead.get_absolute_url()}ring/").status_code == 404
    with scope.open(desk.house.group.pk):
        assert not EventRow.objects.filter(key="customers.contactpoint.revealed").exists()


# -- constant numbers of statements ----------------------------------------------------------------------------------
def another(desk) -> None:
    """One more of everything, on the agent's list and in the pool."""
    agent = desk.agent.employee
    make_lead(desk.channel, agent, series=desk.series.name, city="上海")
    make_lead(desk.channel, None, series=desk.series.name)
    make_opportunity(desk.channel, agent, desk.series)
    lead = make_lead(desk.channel, agent)
    with scope.open(desk.house.group.pk):
        reach(lead, desk.agent.actor)
        lead.mark_invalid(by=desk.agent.actor, reason="no_intention")
        upload(BytesIO(FILE), "leads.csv", store=desk.house.north, by=desk.supervisor.actor)
    make_message(desk.channel, phone="12")
    take_in(desk.house.group.pk)


@pytest.mark.parametrize("path", [p for p in AGENT if p != "/leads/new/"])
def test_lists_of_the_agent_ask_as_much_for_three_as_for_one(desk, path):
    another(desk)
    one = queries_of(desk.agent, path)
    another(desk)
    another(desk)

    assert queries_of(desk.agent, path) == one


@pytest.mark.parametrize("path", [*SUPERVISOR, "/leads/all/"])
def test_lists_of_the_supervisor_ask_as_much_for_three_as_for_one(desk, path):
    another(desk)
    one = queries_of(desk.supervisor, path)
    another(desk)
    make_employee(desk.house.north, "dcc_agent", desk.house.north_invite)
    another(desk)

    assert queries_of(desk.supervisor, path) == one


def test_the_board_is_three_statements(desk):
    another(desk)
    with scope.open(desk.house.group.pk):
        actor = desk.supervisor.actor
        with count_queries() as asked:
            board = Board.of(actor)

    assert len(asked) == 3
    assert board.counts["unassigned"] == len(board.unassigned) == 1
    assert [row.state for row in board.to_check] == ["invalid_pending"]
    agent = next(one for one in board.people if one.employee.pk == desk.agent.pk)
    assert (agent.employee.opened, agent.employee.waiting) == (2, 1)


@pytest.mark.parametrize("kind", ["lead", "opportunity"])
def test_a_record_asks_as_much_with_three_entries_as_with_one(desk, kind):
    row = make_lead(desk.channel, desk.agent.employee) if kind == "lead" else make_opportunity(
        desk.channel, desk.agent.employee, desk.series)

    def one_more() -> None:
        given = {"channel": "call", "result": "no_answer", "next_at": timezone.now() + timedelta(hours=2)}
        with scope.open(desk.house.group.pk):
            fresh = type(row).objects.get(pk=row.pk)
            (fresh.log_contact if kind == "lead" else fresh.follow_up)(by=desk.agent.actor, **given)

    one_more()
    one = queries_of(desk.agent, row.get_absolute_url())
    one_more()
    one_more()

    assert queries_of(desk.agent, row.get_absolute_url()) == one


# -- the desk --------------------------------------------------------------------------------------------------------
def test_the_next_lead_is_the_most_urgent_but_not_the_one_just_dealt_with(desk):
    first = make_lead(desk.channel, desk.agent.employee)
    second = make_lead(desk.channel, desk.agent.employee)

    assert get(desk.agent, "/leads/next/").url == first.get_absolute_url()
    assert get(desk.agent, f"/leads/next/?after={first.pk}").url == second.get_absolute_url()


def test_with_nothing_left_the_next_lead_is_the_desk(desk):
    assert get(desk.agent, "/leads/next/").url == "/leads/"


def test_no_answer_is_two_clicks_and_leads_to_the_next(desk):
    lead = make_lead(desk.channel, desk.agent.employee)
    form = get(desk.agent, lead.get_absolute_url()).context["form"]

    answer = desk.agent.client.post(form.action, {
        "channel": "call", "result": "no_answer", "next_at": form.next_times[0]["value"], "next": form.then})

    assert answer.url == form.then
    with scope.open(desk.house.group.pk):
        lead.refresh_from_db()
    assert (lead.state, lead.attempts) == ("contacting", 1)


def test_ringing_shows_the_number_and_keeps_the_lead(desk):
    lead = make_lead(desk.channel, desk.agent.employee, phone="13912340001")

    answer = desk.agent.client.post(f"{lead.get_absolute_url()}ring/")

    assert "139 1234 0001" in answer.content.decode()
    with scope.open(desk.house.group.pk):
        lead.refresh_from_db()
        told = EventRow.objects.get(key="customers.contactpoint.revealed")
    assert lead.calling_at is not None
    assert told.payload["purpose"] == "call"


def test_the_desk_answers_nothing_new_while_nothing_happens(desk):
    make_lead(desk.channel, desk.agent.employee)
    client = desk.agent.client
    first = client.get("/leads/", headers={"X-Refresh": "1"})

    again = client.get("/leads/", headers={"X-Refresh": "1", "If-None-Match": first["ETag"]})

    assert again.status_code == 304
    assert b"<html" not in first.content


# -- a visit ---------------------------------------------------------------------------------------------------------
def test_taken_times_are_not_offered(desk):
    row = make_opportunity(desk.channel, desk.agent.employee, desk.series)
    host = desk.cast.north_consultant.employee
    day = timezone.localdate() + timedelta(days=1)
    start = timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 10))
    with scope.open(desk.house.group.pk):
        Appointment.book(by=desk.supervisor.actor, kind="showroom", starts_at=start, store_id=desk.house.north.pk,
                         owner=host, party_name="Somebody")

    slots = get(desk.agent, f"{row.get_absolute_url()}slots/?day={day}&host={host.pk}").context["slots"]

    taken = {f"{timezone.localtime(one['at']):%H:%M}" for one in slots.times if not one["free"]}
    assert taken == {"09:30", "10:00", "10:30"}


def test_opening_a_file_leads_to_the_file(desk):
    row = make_opportunity(desk.channel, desk.agent.employee, desk.series)

    assert get(desk.agent, f"/leads/{row.lead_id}/opened/").url == row.get_absolute_url()


# -- the supervisor --------------------------------------------------------------------------------------------------
def test_giving_out_shows_people_with_their_room(desk):
    leads = [make_lead(desk.channel, None) for _ in range(2)]

    answer = get(desk.supervisor, f"/leads/board/give-out/?ids={leads[0].pk}&ids={leads[1].pk}")

    assert answer.context["ids"] == [one.pk for one in leads]
    assert desk.agent.pk in [one.employee.pk for one in answer.context["people"]]
    assert get(desk.supervisor, "/leads/board/give-out/?ids=999999").status_code == 404


def test_speed_compares_the_quick_with_the_slow(desk):
    quick = make_opportunity(desk.channel, desk.agent.employee, desk.series)
    slow = make_lead(desk.channel, desk.agent.employee)
    with scope.open(desk.house.group.pk):
        reach(slow, desk.agent.actor)
        Lead.objects.filter(pk=slow.pk).update(received_at=timezone.now() - timedelta(hours=1))

    speed = get(desk.supervisor, "/leads/board/speed/").context["speed"]

    assert quick.lead_id
    assert (speed.total, speed.quick, speed.quick_converted, speed.slow, speed.slow_converted) == (2, 1, 1, 1, 0)


# -- lists -----------------------------------------------------------------------------------------------------------
def test_filters_come_from_the_address(desk):
    held = make_lead(desk.channel, desk.agent.employee)
    make_lead(desk.channel, None)

    page = get(desk.supervisor, f"/leads/all/?state=assigned&owner={desk.agent.pk}").context["page"]

    assert [row.pk for row in page.rows] == [held.pk]
    assert [reading.key for reading in page.filters if reading.active] == ["state", "owner"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_needs_the_right_and_leaves_a_trace(desk, kind):
    make_lead(desk.channel, desk.agent.employee, phone="13912340001")

    answer = get(desk.supervisor, f"/leads/all/?export={kind}&state=assigned")

    content = b"".join(answer.streaming_content)  # read to its end, the answer closes by itself
    assert answer.status_code == 200
    assert get(desk.agent, f"/leads/all/?export={kind}").status_code == 404
    with scope.open(desk.house.group.pk):
        told = EventRow.objects.filter(key="leads.lead.exported")
        assert [(row.payload["file"], "state=assigned" in row.payload["query"]) for row in told] == [(kind, True)]
    assert b"13912340001" not in content


def test_a_message_is_corrected_and_goes_through(desk):
    row = make_message(desk.channel, phone="12", name="李四")
    take_in(desk.house.group.pk)
    client = desk.supervisor.client
    assert b"field-phone" in client.get(row.get_absolute_url()).content

    client.post(row.get_absolute_url(), {"field-phone": "13912340009", "field-name": "李四"})
    take_in(desk.house.group.pk)

    with scope.open(desk.house.group.pk):
        row = InboxMessage.objects.get(pk=row.pk)
        assert Lead.objects.get(pk=row.lead_id).name == "李四"
    assert row.state == "accepted"


def test_messages_of_another_store_are_not_found(desk):
    row = make_message(desk.channel, phone="12")

    assert get(desk.cast.south_manager, row.get_absolute_url()).status_code == 404
    assert desk.cast.south_manager.client.post(row.get_absolute_url(), {"field-phone": "1"}).status_code == 404


# -- imports ---------------------------------------------------------------------------------------------------------
def _upload(desk, member=None, data: bytes = FILE, name: str = "名单.csv"):
    file = BytesIO(data)
    file.name = name
    return (member or desk.supervisor).client.post("/leads/imports/", {"file": file, "store": desk.house.north.pk})


def test_a_file_is_looked_at_before_it_is_read_in(desk):
    page = _upload(desk).url

    answer = desk.supervisor.client.post(page, {"column-0": "name", "column-1": "phone", "column-2": "series"})

    assert [row["outcome"] for row in answer.context["preview"].rows] == ["created", "failed"]
    with scope.open(desk.house.group.pk):
        assert not Lead.objects.exists()
        assert ImportRun.objects.get().state == "uploaded"


def test_without_a_phone_column_nothing_starts(desk):
    page = _upload(desk).url

    answer = desk.supervisor.client.post(page, {"column-0": "name", "start": "1"})

    assert answer.status_code == 422
    with scope.open(desk.house.group.pk):
        assert ImportRun.objects.get().state == "uploaded"


def test_what_is_no_table_is_refused_in_words(desk):
    answer = _upload(desk, data=b"\x00\x01\x02", name="x.xlsx")

    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]


def test_agents_do_not_upload(desk):
    assert _upload(desk, desk.agent).status_code == 404


def test_a_lead_is_entered_by_hand(desk):
    answer = desk.agent.client.post("/leads/new/", {"name": "赵六", "phone": "139 1234 0002", "mine": "on"})

    with scope.open(desk.house.group.pk):
        lead = Lead.objects.get()
    assert answer.url == lead.get_absolute_url()
    assert (lead.name, lead.owner_id) == ("赵六", desk.agent.pk)


def test_a_bad_number_is_said_beside_the_field(desk):
    answer = desk.agent.client.post("/leads/new/", {"name": "赵六", "phone": "12"})

    assert answer.status_code == 422
    assert answer.context["form"].errors["phone"]


def test_opportunities_in_the_list_are_those_one_may_see(desk):
    mine = make_opportunity(desk.channel, desk.agent.employee, desk.series)
    other = make_employee(desk.house.north, "dcc_agent", desk.house.north_invite)
    make_opportunity(desk.channel, other, desk.series)

    assert [row.pk for row in get(desk.agent, "/leads/opportunities/").context["page"].rows] == [mine.pk]
    assert len(get(desk.supervisor, "/leads/opportunities/").context["page"].rows) == 2
    with scope.open(desk.house.group.pk):
        assert Opportunity.objects.count() == 2
