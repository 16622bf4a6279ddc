"""Channels and campaigns of the demo dealership."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dengta.core.actors import Actor
from dengta.market.models import Campaign, Channel
from dengta.market.operations import house_channel
from dengta.market.types import CampaignState, CampaignType, ChannelKind, CostModel, SourceLevel

# code, name, kind, level 1, level 2, cost model, cost per month, first contact within minutes
CHANNELS = (
    ("site", "官网询价", ChannelKind.JSON, SourceLevel.ONLINE, "官网", CostModel.FREE, None, 15),
    ("video", "短视频线索", ChannelKind.JSON, SourceLevel.ONLINE, "短视频平台", CostModel.CPL, Decimal(28000), 10),
    ("vertical", "汽车垂媒", ChannelKind.JSON, SourceLevel.ONLINE, "垂直媒体", CostModel.ANNUAL, Decimal(15000), 15),
    ("oem", "主机厂下发", ChannelKind.ADF, SourceLevel.OEM, "主机厂", CostModel.FREE, None, 15),
    ("show", "车展表单", ChannelKind.FORM, SourceLevel.OFFLINE, "车展", CostModel.BUDGET, Decimal(12000), None),
    ("friend", "老客户转介绍", ChannelKind.FORM, SourceLevel.REFERRAL, "转介绍", CostModel.FREE, None, None),
)


def demo(by: Actor, stores: list[Any], today: date) -> dict[int, list[Channel]]:
    """Six channels of each kind of source per store, the three of the house, and two campaigns. Runs twice unharmed."""
    made: dict[int, list[Channel]] = {}
    for store in stores:
        made[store.pk] = [_channel(by, store, *one) for one in CHANNELS]
        made[store.pk] += [house_channel(store, kind, by) for kind in (ChannelKind.MANUAL, ChannelKind.IMPORT)]
        show = made[store.pk][4]
        _campaign(by, show, f"show-{store.code}", f"{store.name}秋季车展", CampaignType.AUTO_SHOW, today)
        _campaign(by, show, f"drive-{store.code}", f"{store.name}周末试驾会", CampaignType.TEST_DRIVE, today)
    return made


def _channel(
    by: Actor,
    store: Any,
    code: str,
    name: str,
    kind: str,
    level1: str,
    level2: str,
    cost_model: str,
    cost: Any,
    minutes: Any,
) -> Channel:
    whole = f"{code}-{store.code}"[:40].lower()
    return Channel.objects.filter(code=whole).first() or Channel.create(
        by=by,
        store=store,
        kind=kind,
        code=whole,
        name=name,
        level1=level1,
        level2=level2,
        cost_model=cost_model,
        monthly_cost=cost,
        first_contact_minutes=minutes,
    )


def _campaign(by: Actor, channel: Channel, code: str, name: str, kind: str, today: date) -> Campaign:
    whole = code[:40].lower()
    found = Campaign.objects.filter(code=whole).first()
    if found:
        return found
    campaign = Campaign.plan(
        by=by,
        channel=channel,
        code=whole,
        name=name,
        type=kind,
        starts_on=today - timedelta(days=20),
        ends_on=today + timedelta(days=40),
        budget_amount=Decimal(60000),
        target_leads=300,
        target_visits=90,
        target_orders=20,
    )
    if campaign.state == CampaignState.DRAFT:
        campaign.publish(by=by)
    return campaign
