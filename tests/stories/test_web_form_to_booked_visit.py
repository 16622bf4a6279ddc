"""A stranger scans the code of a campaign, leaves a number, is called, becomes a customer and agrees to come."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from dengta.core import scope
from dengta.core.models import EventRow
from dengta.leads.models import InboxMessage, Lead, Opportunity
from dengta.market.tests.factories import make_campaign, make_channel
from dengta.org.tests.factories import make_employee
from dengta.work.models import Appointment, Clock, Notification, Task
from tests.stories.conftest import Hand, keys_of, work_on

NUMBER = "13812345678"


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]


def test_from_the_public_form_to_a_booked_visit(desk, a_minute_ago):
    house, stranger = desk.house, Client()
    campaign = make_campaign(make_channel(house.north, "form"), name="秋季车展")

    # The stranger fills in the form. Nobody is logged in; the message is safe before thanks are said.
    page = stranger.get(campaign.path, headers={"accept-language": "zh-CN"}).content.decode()
    a_minute_ago()
    filled = {"name": "王小明", "phone": f"+86 {NUMBER[:3]}-{NUMBER[3:7]}-{NUMBER[7:]}", "consent": "on",
              "series": "X5", "purchase_within_days": "7", "message": "想试驾", "opened": hidden(page, "opened")}
    assert stranger.post(campaign.path, filled).status_code == 200
    assert stranger.post(campaign.path, filled).status_code == 200  # pressed twice
    with scope.open(house.group.pk):
        assert InboxMessage.objects.get().state == "queued"
        assert Lead.objects.count() == 0

    # The worker makes a lead of it, once, and gives it to somebody with a clock running.
    work_on()
    with scope.open(house.group.pk):
        lead = Lead.objects.for_detail().get()
        assert (lead.state, lead.owner_id, lead.campaign_id) == ("assigned", desk.agent.pk, campaign.pk)
        assert (lead.series_id, lead.within_days, lead.consented) == (desk.series.pk, 7, True)
        assert lead.customer.consents.get().text_version == campaign.consent_label
        assert Task.objects.open().about(lead).get().owner_id == desk.agent.pk
        assert set(Clock.objects.running().about(lead).values_list("kind", flat=True)) == {
            "leads.first_contact", "leads.first_call", "leads.recall"}
        assert Notification.objects.get(employee_id=desk.agent.pk).kind == "leads.new_lead"

    # It is on the agent's desk, masked; a colleague who has nothing to do with it finds nothing.
    agent, colleague = Hand(desk.agent), Hand(desk.cast.north_consultant)
    assert "王小明" in agent.sees("/leads/")
    record = agent.sees(f"/leads/{lead.pk}/")
    assert "138****5678" in record
    assert NUMBER not in record
    assert colleague.client.get(f"/leads/{lead.pk}/").status_code == 404
    assert colleague.does("log_contact", lead, channel="call", result="connected").status_code == 404

    # The call is logged; need and budget must be known after the first conversation.
    tomorrow = timezone.now() + timedelta(days=1)
    call = {"channel": "call", "result": "connected", "talk_seconds": 195, "content": "二胎家庭", "next_at": tomorrow}
    assert agent.does("log_contact", lead, **call).status_code == 422
    assert agent.does("log_contact", lead, **call, need="七座家用", budget_high="260000").status_code == 204
    with scope.open(house.group.pk):
        lead.refresh_from_db()
        assert (lead.state, lead.attempts, lead.need) == ("contacting", 1, "七座家用")
        assert Clock.objects.running().about(lead).count() == 0
        assert list(Task.objects.open().about(lead).values_list("kind", flat=True)) == ["leads.next_contact"]

    # The file is opened and a visit is agreed for the day after tomorrow, received by a consultant.
    consultant = make_employee(house.north, "sales_consultant", house.north_sales, name="Carl Consultant")
    answer = agent.does("convert", lead, name="王小明", series=desk.series, within_days=7, city="上海",
                        next_at=tomorrow, consented="on")
    assert answer.status_code == 204, answer.content.decode()
    with scope.open(house.group.pk):
        opportunity = Opportunity.objects.get()
        assert (opportunity.state, opportunity.level, opportunity.owner_id) == ("following", "A", desk.agent.pk)
    visit_at = (timezone.now() + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    answer = agent.does("book_visit", opportunity, starts_at=visit_at, kind="test_drive", consultant=consultant,
                        companions=1, reason="试驾 X5")
    assert answer.status_code == 204, answer.content.decode()
    work_on()

    with scope.open(house.group.pk):
        opportunity.refresh_from_db()
        visit = Appointment.objects.get()
        reminders = dict(Task.objects.open().about(opportunity).values_list("kind", "owner_id"))
        assert (opportunity.state, opportunity.visit_at) == ("invited", visit_at)
        assert (visit.state, visit.starts_at, visit.owner_id) == ("booked", visit_at, consultant.pk)
        assert {"leads.confirm_visit": desk.agent.pk, "leads.remind_visit": desk.agent.pk,
                "leads.receive_visit": consultant.pk}.items() <= reminders.items()
        day_before = Task.objects.open().about(opportunity).get(kind="leads.confirm_visit").due_at
        assert timezone.localtime(day_before, house.north.tz).strftime("%H:%M") == "18:00"
        told = list(EventRow.objects.for_party(lead.customer_id).order_by("at", "id").values_list("key", flat=True))
        assert [key for key in told if key.startswith(("leads.", "work.appointment"))] == [
            "leads.lead.received", "leads.lead.assigned", "leads.lead.contacted", "leads.opportunity.opened",
            "leads.lead.converted", "work.appointment.booked", "leads.opportunity.invited"]

    # The whole story is on the customer's page, in the reader's words, for those who may see the customer.
    profile = Hand(desk.agent).sees(f"/customers/{lead.customer_id}/")
    assert "138****5678" in profile
    assert NUMBER not in profile
    assert keys_of(opportunity) == ["leads.opportunity.opened", "leads.opportunity.invited"]
