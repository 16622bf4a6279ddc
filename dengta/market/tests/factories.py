"""Channels and campaigns for tests of all rooms."""

from __future__ import annotations

from itertools import count
from typing import Any

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.market.models import Campaign, Channel
from dengta.market.types import INTAKE_KINDS, ChannelKind

numbers = count(1)


def make_channel(store: Any, kind: str = ChannelKind.JSON, **fields: Any) -> Channel:
    """With its key issued: `channel.issued.bearer` and `.secret` are readable."""
    with scope.open(store.group_id):
        by = Actor.system(store.group_id, "test")
        number = next(numbers)
        fields = {"code": f"channel-{number}", "name": f"Channel {number}", **fields}
        channel = Channel.create(by=by, store=store, kind=kind, **fields)
        if kind in INTAKE_KINDS:
            channel.rotate_key(by=by)
        return channel


def make_campaign(channel: Channel, *, publish: bool = True, **fields: Any) -> Campaign:
    with scope.open(channel.group_id):
        by = Actor.system(channel.group_id, "test")
        number = next(numbers)
        campaign = Campaign.plan(
            by=by, channel=channel, **{"code": f"campaign-{number}", "name": f"Show {number}", **fields}
        )
        if publish:
            campaign.publish(by=by)
        return campaign
