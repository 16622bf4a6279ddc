"""An employee's phone, the do-not-call list, test data: counted, but nobody is sent to work on it."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from dengta.core import scope
from dengta.customers.models import Customer, StopEntry
from dengta.leads.models import Lead, LeadAssignment
from dengta.work.models import Clock, Notification, Task
from tests.stories.conftest import Hand, keys_of, work_on


def send(channel, **message):
    answer = Client().post(channel.path, json.dumps(message), content_type="application/json",
                           headers={"authorization": f"Bearer {channel.issued.bearer}"})
    assert answer.status_code == 202
    return answer.json()["receipts"][0]["id"]


def fate(channel, pk):
    return Client().get(f"/api/v1/intake/receipts/{pk}",
                        headers={"authorization": f"Bearer {channel.issued.bearer}"}).json()


@pytest.mark.parametrize("habit", ["{}", "+86 {}", "0086-{}", "（下班后）{}"])
def test_the_phone_of_a_colleague_in_any_spelling_is_invalid_and_makes_no_work(desk, habit):
    mobile = desk.cast.north_manager.employee.mobile.removeprefix("+86")

    pk = send(desk.channel, name="Secret shopper", phone=habit.format(mobile), series="X5")
    work_on()

    found = fate(desk.channel, pk)
    with scope.open(desk.house.group.pk):
        lead = Lead.objects.get()
        assert (lead.state, lead.invalid_reason, lead.owner_id) == ("invalid", "employee", None)
        assert lead.closed_at
        for model in (Task, Clock, Notification, Customer, LeadAssignment):
            assert model.objects.count() == 0, model
    assert (found["status"], found["customer"], bool(found["reason"])) == ("accepted", None, True)
    assert keys_of(lead) == ["leads.lead.received", "leads.lead.screened"]
    assert "Secret shopper" not in Hand(desk.agent).sees("/leads/")
    assert "Secret shopper" not in Hand(desk.agent).sees("/leads/pool/")


def test_who_asked_not_to_be_called_is_not_called(desk):
    with scope.open(desk.house.group.pk):
        StopEntry.add(by=desk.cast.group_admin.actor, kind="do_not_call", phone="138 1234 5678")

    send(desk.channel, name="Quiet please", phone="13812345678")
    work_on()

    with scope.open(desk.house.group.pk):
        assert Lead.objects.get().invalid_reason == "do_not_call"
        assert Task.objects.count() == Notification.objects.count() == 0
