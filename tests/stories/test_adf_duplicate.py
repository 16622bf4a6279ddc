"""A portal sends an ADF prospect of somebody who is being served already: no competing lead, the owner is told."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from dengta.core import scope
from dengta.customers.models import Customer
from dengta.leads.models import Lead, Opportunity, Touchpoint
from dengta.leads.tests import factories
from dengta.market.tests.factories import make_channel
from dengta.work.models import Clock, Notification, Task
from tests.stories.conftest import Hand, keys_of, work_on

ADF = """<?adf version="1.0"?><?xml version="1.0" encoding="GB18030"?>
<adf><prospect status="new"><id sequence="1" source="portal">P-{id}</id>
<requestdate>2026-11-18T10:00:00+08:00</requestdate>
<vehicle interest="buy" status="new"><make>Aurora</make><model>X5</model></vehicle>
<customer><contact><name part="first">小明</name><name part="last">王</name>
<phone type="cellphone" time="evening">{phone}</phone></contact><comments>还有现车吗？</comments></customer>
<vendor><contact><name part="full">North store</name></contact></vendor></prospect></adf>"""


def send(channel, phone: str, number: int = 1):
    return Client().post(channel.path, ADF.format(id=number, phone=phone).encode("gb18030"),
                         content_type="application/xml", headers={"authorization": f"Bearer {channel.issued.bearer}"})


def receipt(channel, answer) -> dict:
    pk = answer.json()["receipts"][0]["id"]
    return Client().get(f"/api/v1/intake/receipts/{pk}",
                        headers={"authorization": f"Bearer {channel.issued.bearer}"}).json()


def test_a_prospect_with_an_open_file_becomes_a_touchpoint_and_its_owner_is_told_once(desk):
    group = desk.house.group
    lead = factories.make_lead(desk.channel, desk.agent.employee, phone="13812345678", series="X5", city="上海")
    with scope.open(group.pk):
        factories.reach(lead, desk.agent.actor)
        lead.convert(by=desk.agent.actor, name="王小明", series=desk.series, within_days=20, city="上海",
                     next_at=timezone.now() + timedelta(days=1), consented=True)
        opportunity = Opportunity.objects.get()
        Notification.objects.all().delete()
        before = (Lead.objects.open().count(), Task.objects.count(), Clock.objects.count(), Customer.objects.count())
    portal = make_channel(desk.house.north, "adf")

    answer = send(portal, "+86 138 1234 5678")
    work_on()
    again = send(portal, "+86 138 1234 5678")
    work_on()

    assert (answer.status_code, again.status_code) == (202, 200)
    assert answer.json() == again.json()
    found = receipt(portal, answer)
    assert (found["status"], found["opportunity"], found["customer"]) == (
        "duplicate", opportunity.pk, opportunity.customer_id)
    with scope.open(group.pk):
        after = (Lead.objects.open().count(), Task.objects.count(), Clock.objects.count(), Customer.objects.count())
        touch = Touchpoint.objects.get()
        kept = Lead.objects.get(channel=portal)
        assert after == before
        assert (touch.opportunity_id, touch.customer_id, touch.channel_id) == (
            opportunity.pk, opportunity.customer_id, portal.pk)
        assert touch.message == "还有现车吗？"
        assert (kept.state, kept.owner_id, kept.opportunity_id) == ("duplicate", None, opportunity.pk)
        assert list(Notification.objects.values_list("employee_id", "kind")) == [(desk.agent.pk, "leads.repeated")]
    assert keys_of(opportunity) == ["leads.opportunity.opened", "leads.lead.repeated"]
    assert "还有现车吗？" in Hand(desk.agent).sees("/notifications/")


def test_a_prospect_whose_lead_is_still_being_called_joins_that_lead(desk):
    first = factories.make_lead(desk.channel, desk.agent.employee, phone="13812345678")
    portal = make_channel(desk.house.north, "adf")

    found = receipt(portal, send(portal, "0086-138-1234-5678"))
    assert found["status"] == "queued"
    answer = send(portal, "0086-138-1234-5678")
    work_on()

    found = receipt(portal, answer)
    assert (found["status"], found["lead"], found["customer"]) == ("duplicate", first.pk, first.customer_id)
    with scope.open(desk.house.group.pk):
        assert Touchpoint.objects.get().lead_id == first.pk
        assert Lead.objects.open().count() == 1
