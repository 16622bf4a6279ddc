"""Who sees channels and campaigns: people of the store, as far as their right reaches."""

from django.db.models import Q

from dengta.core.actors import Actor, covered


def channels_seen(by: Actor) -> Q:
    return covered(by.reach("market.channel.see"), by, team=None, owner=None)


def campaigns_seen(by: Actor) -> Q:
    return covered(by.reach("market.campaign.see"), by, team=None, owner=None)
