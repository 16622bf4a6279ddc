"""Campaigns: plan, form, publish, end."""

from datetime import date

import pytest

from dengta.core import scope
from dengta.core.inputs import BadInput
from dengta.core.models import EventRow
from dengta.core.verbs import NotAllowed
from dengta.market import seeds
from dengta.market.models import Campaign, Channel, ChannelKey
from dengta.market.tests.factories import make_campaign, make_channel
from dengta.market.types import ChannelKind


@pytest.fixture
def channel(house):
    return make_channel(house.north, ChannelKind.FORM)


def test_a_campaign_belongs_to_the_store_of_its_channel(group_scope, channel, marketer):
    campaign = Campaign.plan(by=marketer.actor, channel=channel, code="show", name="Auto show")

    assert campaign.store == group_scope.north and campaign.state == "draft" and campaign.path == ""
    assert group_scope.north.name in campaign.consent_text


def test_days_in_the_wrong_order_are_refused(group_scope, channel, system):
    days = {"starts_on": date(2026, 11, 2), "ends_on": date(2026, 11, 1)}

    with pytest.raises(BadInput):
        Campaign.plan(by=system, channel=channel, code="show", name="Show", **days)
    campaign = make_campaign(channel, starts_on=date(2026, 11, 2))
    with pytest.raises(BadInput):
        campaign.change(by=system, ends_on=date(2026, 11, 1))


def test_a_changed_consent_text_gets_a_new_version(group_scope, channel, system):
    campaign = make_campaign(channel)
    asked = {"form_title": "Hello", "form_fields": ["message", "city", "nonsense"], "form_series": " X5 \nX5\n\nX3"}

    campaign.change_form(by=system, consent_text=campaign.consent_text, **asked)
    assert (campaign.consent_version, campaign.form_fields, campaign.form_series) == (
        1,
        ["city", "message"],
        ["X5", "X3"],
    )

    campaign.change_form(by=system, consent_text="Another text", **asked)
    campaign.change_form(by=system, consent_text="Another text", **asked)
    assert (campaign.consent_version, campaign.consent_label) == (2, f"{campaign.code}-v2")
    assert EventRow.objects.for_subject(campaign).filter(key="market.campaign.form_changed").count() == 2


def test_the_address_of_the_form_stays_for_good(group_scope, channel, system):
    campaign = make_campaign(channel)
    path = campaign.path

    campaign.end(by=system)
    assert campaign.path == path and not campaign.door.is_open
    campaign.publish(by=system)

    assert campaign.path == path and campaign.door.is_open
    assert ChannelKey.objects.filter(campaign=campaign).count() == 1


def test_what_is_over_cannot_be_changed(group_scope, channel, system):
    campaign = make_campaign(channel)

    campaign.cancel(by=system, reason="rain")

    for refused in (lambda: campaign.change(by=system, name="x"), lambda: campaign.publish(by=system)):
        with pytest.raises(NotAllowed):
            refused()
    assert Campaign.objects.get().name != "x"


def test_codes_are_found_for_a_batch_whatever_their_case(group_scope, channel):
    campaign = make_campaign(channel, code="autumn-26")

    assert Campaign.objects.by_code(["AUTUMN-26", " autumn-26 ", "x", ""]) == {"autumn-26": campaign.pk}


def test_campaigns_of_another_store_are_refused(house, channel, south_manager):
    campaign = make_campaign(channel)
    with scope.open(house.group.pk):
        with pytest.raises(NotAllowed):
            campaign.end(by=south_manager.actor)
        assert Campaign.objects.get().state == "running"


def test_the_demo_is_made_once(group_scope, system):
    stores = [group_scope.north, group_scope.south]

    first = seeds.demo(system, stores, date(2026, 11, 21))
    again = seeds.demo(system, stores, date(2026, 11, 21))

    assert first == again and len(first[group_scope.north.pk]) == 8
    assert (Channel.objects.count(), Campaign.objects.count()) == (16, 4)
