"""The public form of a campaign: what people see, what machines get."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from dengta.core import scope
from dengta.leads.forms import SALT
from dengta.leads.models import InboxMessage, Lead
from dengta.leads.operations import take_in
from dengta.market.tests.factories import make_campaign, make_channel


@pytest.fixture
def campaign(desk):
    return make_campaign(make_channel(desk.house.north, "form"), name="秋季车展")


@pytest.fixture
def opened(monkeypatch):
    """A form that was opened ten seconds ago."""
    import time as clock  # noqa: PLC0415

    from django.core import signing  # noqa: PLC0415

    real = clock.time
    monkeypatch.setattr(signing.time, "time", lambda: real() - 10)
    made = signing.dumps("abcdef0123456789", salt=SALT)
    monkeypatch.setattr(signing.time, "time", real)
    return made


def send(campaign, opened, **more):
    return Client().post(
        campaign.path,
        {
            "name": "赵六",
            "phone": "138 0013 8000",
            "consent": "on",
            "series": "X5",
            "purchase_within_days": "7",
            "message": "你好",
            "opened": opened,
        }
        | more,
    )


def test_the_form_shows_the_consent_text_and_what_the_campaign_asks(campaign):
    page = Client().get(campaign.path, headers={"accept-language": "zh-CN"}).content.decode()

    assert "秋季车展" in page
    assert campaign.consent_text[:20] in page
    for name in ("name", "phone", "series", "purchase_within_days", "message"):
        assert f'name="{name}"' in page


def test_what_is_sent_becomes_a_lead_with_campaign_and_consent(desk, campaign, opened):
    answer = send(campaign, opened)
    take_in(desk.house.group.pk)

    assert answer.status_code == 200
    with scope.open(desk.house.group.pk):
        lead = Lead.objects.get()
        assert (lead.campaign_id, lead.within_days, lead.series_id, lead.consented) == (
            campaign.pk,
            7,
            desk.series.pk,
            True,
        )
        assert lead.customer.consents.get().text_version == campaign.consent_label


def test_sending_twice_counts_once(desk, campaign, opened):
    send(campaign, opened)
    send(campaign, opened)

    with scope.open(desk.house.group.pk):
        assert InboxMessage.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"phone": "123"}, {"consent": ""}, {"name": ""}])
def test_mistakes_are_named_and_nothing_typed_is_lost(desk, campaign, opened, wrong):
    answer = send(campaign, opened, **wrong)

    assert answer.status_code == 422
    assert "你好" in answer.content.decode()
    with scope.open(desk.house.group.pk):
        assert InboxMessage.objects.count() == 0


def test_machines_are_not_listened_to(desk, campaign, opened):
    trapped = send(campaign, opened, website="http://spam")
    from dengta.leads.forms import sign  # noqa: PLC0415

    fast = send(campaign, sign())
    forged = send(campaign, "forged")

    assert (trapped.status_code, fast.status_code, forged.status_code) == (200, 422, 422)
    with scope.open(desk.house.group.pk):
        assert InboxMessage.objects.count() == 0


def test_a_campaign_that_ended_says_so(desk, campaign):
    with scope.open(desk.house.group.pk):
        campaign.end(by=desk.cast.marketer.actor)

    assert Client().get(campaign.path).status_code == 410
    assert Client().get("/f/unknown123").status_code == 404
    assert timezone.now()
