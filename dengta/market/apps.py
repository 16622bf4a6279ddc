"""Where customers come from: channels with their keys and mapping, campaigns with their public form."""

from django.apps import AppConfig


class MarketConfig(AppConfig):
    name = "dengta.market"
    label = "market"
