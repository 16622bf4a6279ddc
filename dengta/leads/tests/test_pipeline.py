"""From message to lead: identity, screening, score, assignment, and a fixed number of statements."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dengta.core import scope
from dengta.core.models import EventRow
from dengta.core.testing import count_queries
from dengta.customers.models import Customer
from dengta.leads.models import InboxMessage, Lead, LeadAssignment, Touchpoint
from dengta.leads.operations import take_in
from dengta.leads.tests import factories
from dengta.market.tests.factories import make_channel
from dengta.org.models import Employee, Store
from dengta.org.tests.factories import make_employee
from dengta.work.models import Clock, Notification, Task

HOT = {
    "budget_low": 200_000,
    "purchase_within_days": 5,
    "series": "X5",
    "test_drive": True,
    "city": "上海",
    "extra": {"page_views": 4, "phone_verified": True},
}


def fate(message: InboxMessage) -> InboxMessage:
    with scope.open(message.group_id):
        message.refresh_from_db()
    return message


def test_a_message_becomes_a_lead_with_an_owner_a_task_and_clocks(desk):
    message = factories.make_message(desk.channel, external_id="a1", name="王小明", phone="138 0013 8000", **HOT)

    assert take_in(desk.house.group.pk) == 1

    message = fate(message)
    with scope.open(desk.house.group.pk):
        lead = Lead.objects.for_detail().get(pk=message.lead_id)
        events = list(EventRow.objects.for_subject(lead).values_list("key", flat=True))
        clocks = set(Clock.objects.about(lead).values_list("kind", flat=True))
        task = Task.objects.about(lead).get()
        ledger = LeadAssignment.objects.get(lead=lead)
    assert message.state == "accepted"
    assert (lead.state, lead.owner_id, lead.series_id) == ("assigned", desk.agent.pk, desk.series.pk)
    assert lead.phone_shown == "138****8000"
    assert (lead.score, lead.band) == (90, "high")
    assert sorted(events) == ["leads.lead.assigned", "leads.lead.received"]
    assert clocks == {"leads.first_contact", "leads.first_call", "leads.recall"}
    assert task.owner_id == desk.agent.pk
    assert ledger.candidates["rows"][0][0] == desk.agent.pk
    assert ledger.rule_version
    with scope.open(desk.house.group.pk):
        assert Notification.objects.filter(employee_id=desk.agent.pk, kind="leads.new_lead").count() == 1


def test_a_second_message_of_the_same_person_is_a_touchpoint_of_the_first_lead(desk):
    first = factories.receive(desk.channel, phone="13800138000")
    other = make_channel(desk.house.north)
    message = factories.make_message(other, phone="+86 138-0013-8000", message="再问一下")

    take_in(desk.house.group.pk)

    message = fate(message)
    with scope.open(desk.house.group.pk):
        touch = Touchpoint.objects.get()
        open_leads = Lead.objects.open().count()
    assert (message.state, message.lead_id, message.customer_id) == ("duplicate", first.pk, first.customer_id)
    assert (touch.lead_id, touch.message) == (first.pk, "再问一下")
    assert open_leads == 1


def test_two_messages_of_one_person_in_one_batch_are_one_lead(desk):
    messages = [factories.make_message(desk.channel, phone="13900139000") for _n in range(3)]

    take_in(desk.house.group.pk)

    states = [fate(one).state for one in messages]
    with scope.open(desk.house.group.pk):
        assert Lead.objects.open().count() == 1
        assert Customer.objects.count() == 1
    assert states == ["accepted", "duplicate", "duplicate"]


def test_the_phone_of_an_employee_never_becomes_a_task(desk):
    message = factories.make_message(desk.channel, phone=desk.cast.north_manager.employee.mobile)

    take_in(desk.house.group.pk)

    message = fate(message)
    with scope.open(desk.house.group.pk):
        lead = Lead.objects.get()
        assert (lead.state, lead.invalid_reason, lead.customer_id, lead.owner_id) == ("invalid", "employee", None, None)
        assert Task.objects.count() == Clock.objects.count() == Customer.objects.count() == 0
        assert set(EventRow.objects.for_subject(lead).values_list("key", flat=True)) == {
            "leads.lead.received",
            "leads.lead.screened",
        }
    assert message.state == "accepted"


@pytest.mark.parametrize(
    "fields", [{"message": "这是一条测试线索"}, {"extra": {"test": True}}, {"name": "Advert Preview"}]
)
def test_test_data_reaches_nobody(desk, fields):
    factories.make_message(desk.channel, **fields)

    take_in(desk.house.group.pk)

    with scope.open(desk.house.group.pk):
        assert Lead.objects.get().invalid_reason == "test"
        assert Task.objects.count() == 0


def test_a_message_without_a_number_is_quarantined_with_a_reason(desk):
    message = factories.make_message(desk.channel, phone="12345")

    take_in(desk.house.group.pk)

    message = fate(message)
    with scope.open(desk.house.group.pk):
        assert Lead.objects.count() == 0
    assert message.state == "quarantined"
    assert message.reason


def test_a_quarantined_message_can_be_corrected_and_tried_again(desk):
    message = factories.make_message(desk.channel, phone="12345")
    take_in(desk.house.group.pk)

    with scope.open(desk.house.group.pk):
        fate(message).replay(by=desk.supervisor.actor, fields={"phone": "13700137000"})
    take_in(desk.house.group.pk)

    message = fate(message)
    assert message.state == "accepted"
    assert message.earlier[0]["phone"] == "12345"


@pytest.mark.parametrize(
    ("days", "score", "band"), [(5, 80, "high"), (20, 70, "medium"), (60, 50, "medium"), (None, 50, "medium")]
)
def test_bands_begin_at_80_and_50(desk, days, score, band):
    lead = factories.receive(
        desk.channel,
        purchase_within_days=days,
        series="X5",
        test_drive=True,
        budget_high=300_000,
        extra={"phone_verified": True},
    )

    assert (lead.score, lead.band) == (score, band)
    assert sum(row["points"] for row in lead.score_detail["rows"]) == score


def test_a_high_score_goes_to_a_senior_although_a_junior_has_fewer_leads(desk):
    make_employee(desk.house.north, "dcc_agent", desk.house.north_invite, name="Juno Junior", level="junior")
    for _n in range(3):
        factories.make_lead(desk.channel, desk.agent.employee)

    lead = factories.receive(desk.channel, **HOT)

    assert (lead.band, lead.owner_id) == ("high", desk.agent.pk)


def test_full_and_absent_people_are_never_chosen(desk):
    full = make_employee(desk.house.north, "dcc_agent", desk.house.north_invite, level="senior", max_open_leads=0)
    away = make_employee(desk.house.north, "dcc_agent", desk.house.north_invite, level="senior", status="on_leave")
    with scope.open(desk.house.group.pk):
        Employee.objects.filter(pk=desk.agent.pk).update(max_open_leads=4)

    leads = [factories.receive(desk.channel, **HOT) for _n in range(6)]

    owners = [lead.owner_id for lead in leads]
    assert owners == [desk.agent.pk] * 4 + [None, None]
    assert {leads[5].pool_reason} == {"full"}
    assert full.pk not in owners
    assert away.pk not in owners


def test_a_batch_respects_capacities_while_it_gives_out(desk):
    with scope.open(desk.house.group.pk):
        Employee.objects.filter(pk=desk.agent.pk).update(max_open_leads=5)
    for _n in range(8):
        factories.make_message(desk.channel, **HOT)

    take_in(desk.house.group.pk)

    with scope.open(desk.house.group.pk):
        assert Lead.objects.owned_by(desk.agent.pk).count() == 5
        assert Lead.objects.in_pool().count() == 3


def test_equal_people_take_turns(desk):
    twin = make_employee(
        desk.house.north, "dcc_agent", desk.house.north_invite, level="senior", max_open_leads=2000, daily_capacity=2000
    )
    for _n in range(10):
        factories.make_message(desk.channel)

    take_in(desk.house.group.pk)

    with scope.open(desk.house.group.pk):
        assert Lead.objects.owned_by(desk.agent.pk).count() == Lead.objects.owned_by(twin.pk).count() == 5


def test_outside_hours_with_nobody_on_call_a_lead_goes_to_the_pool(desk):
    with scope.open(desk.house.group.pk):
        Store.objects.filter(pk=desk.house.north.pk).update(hours=[None] * 7)

    lead = factories.receive(desk.channel, **HOT)

    assert (lead.state, lead.pool_reason, lead.owner_id) == ("pool", "outside_hours", None)


def test_a_resent_message_corrects_the_lead_and_makes_no_second_one(desk):
    lead = factories.receive(desk.channel, external_id="adf-1", city="北京")
    with scope.open(desk.house.group.pk):
        message = InboxMessage.objects.get()
        message.fields |= {"city": "上海", "message": "在吗", "status": "resend"}
        message.state = "queued"
        message.save()

    take_in(desk.house.group.pk)

    with scope.open(desk.house.group.pk):
        assert Lead.objects.count() == 1
        lead.refresh_from_db()
        assert (lead.city, lead.message) == ("上海", "在吗")
        assert EventRow.objects.for_subject(lead).filter(key="leads.lead.corrected").count() == 1
    assert fate(message).lead_id == lead.pk


def asked(channel, number):
    for _n in range(number):
        factories.make_message(channel, **(HOT if _n % 3 else {}))


def test_the_number_of_statements_does_not_depend_on_the_batch(desk):
    factories.make_message(desk.channel)
    take_in(desk.house.group.pk)
    counted = []
    for number in (10, 300):
        asked(desk.channel, number)
        factories.make_message(desk.channel, phone=desk.cast.north_manager.employee.mobile)
        factories.make_message(desk.channel, phone="123")
        with count_queries() as statements:
            assert take_in(desk.house.group.pk) == number + 2
        counted.append(len(statements))

    assert counted[0] == counted[1]


def snapshot(group_id):
    """What the rows and events say, without ids and times."""
    with scope.open(group_id):
        leads = list(
            Lead.objects.order_by("pk").values_list(
                "name", "phone_shown", "state", "owner_id", "score", "band", "invalid_reason", "pool_reason"
            )
        )
        events = list(EventRow.objects.filter(subject_type="leads.lead").order_by("id").values_list("key", flat=True))
        tasks = list(Task.objects.order_by("pk").values_list("kind", "owner_id"))
        ledger = [
            line["columns"]
            for line in LeadAssignment.objects.order_by("pk").values_list("candidates", flat=True)
            if "columns" in line
        ]
        return leads, sorted(events), tasks, len(ledger)


def test_a_batch_of_many_leaves_what_as_many_batches_of_one_leave(desk, django_db_blocker):
    make_employee(desk.house.north, "dcc_agent", desk.house.north_invite, level="senior")
    given = [{"name": f"N{n}", "phone": f"1380000{n % 9:04d}", **(HOT if n % 2 else {})} for n in range(12)]
    group_id = desk.house.group.pk
    for fields in given:
        factories.make_message(desk.channel, **fields)
    with scope.open(group_id):
        stored = list(InboxMessage.objects.values_list("pk", flat=True))
        try:
            with scope.open(group_id):
                take_in(group_id)
                together = snapshot(group_id)
                raise RuntimeError
        except RuntimeError:
            pass

    for _n in stored:
        take_in(group_id, limit=1)

    assert snapshot(group_id) == together


def test_a_poisonous_message_is_quarantined_and_harms_nobody(desk, monkeypatch):
    good = [factories.make_message(desk.channel) for _n in range(4)]
    bad = factories.make_message(desk.channel, name="poison")
    good += [factories.make_message(desk.channel) for _n in range(3)]
    with scope.open(desk.house.group.pk):
        InboxMessage.objects.filter(pk=bad.pk).update(channel_id=desk.channel.pk, fields="not an object")

    for _round in range(5):
        take_in(desk.house.group.pk)

    assert {fate(one).state for one in good} == {"accepted"}
    assert (fate(bad).state, fate(bad).code) == ("quarantined", "failed")


def test_the_answer_clock_of_a_lead_begins_with_its_receipt(desk):
    received = timezone.now() - timedelta(minutes=5)
    lead = factories.receive(desk.channel, received_at=received, **HOT)

    with scope.open(desk.house.group.pk):
        clock = Clock.objects.about(lead).get(kind="leads.first_contact")
    assert clock.due_at == received + timedelta(minutes=30)
