"""The nouns of the market room."""

from dengta.market.models.campaign import Campaign
from dengta.market.models.channel import Channel, ChannelKey

__all__ = ["Campaign", "Channel", "ChannelKey"]
