"""The plug of the market room."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dengta.core.actors import Actor
from dengta.core.registry import MenuEntry, Noun, Permission, registry
from dengta.market import rules
from dengta.market.models import Campaign, Channel

registry.add(Permission("market.channel.see", _("See channels")))
registry.add(Permission("market.campaign.see", _("See campaigns")))


def channel_json(row: Channel, actor: Actor) -> dict:
    return {
        "id": row.pk,
        "code": row.code,
        "name": row.name,
        "kind": row.kind,
        "store": row.store.code,
        "source": [row.level1, row.level2, row.level3, row.level4],
        "cost_model": row.cost_model,
        "monthly_cost": row.monthly_cost,
        "first_contact_minutes": row.first_contact_minutes,
        "state": row.state,
    }


def campaign_json(row: Campaign, actor: Actor) -> dict:
    return {
        "id": row.pk,
        "code": row.code,
        "name": row.name,
        "type": row.type,
        "store": row.store.code,
        "channel": row.channel.code,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "budget_amount": row.budget_amount,
        "targets": {"leads": row.target_leads, "visits": row.target_visits, "orders": row.target_orders},
        "state": row.state,
    }


registry.add(
    Noun(
        "market.channel",
        Channel,
        _("Channel"),
        rules.channels_seen,
        "market.channel.see",
        plural=_("Channels"),
        icon="antenna",
        url=lambda row: reverse("market:channel", args=[row.pk]),
        api=channel_json,
    )
)
registry.add(
    Noun(
        "market.campaign",
        Campaign,
        _("Campaign"),
        rules.campaigns_seen,
        "market.campaign.see",
        plural=_("Campaigns"),
        icon="speakerphone",
        url=lambda row: reverse("market:campaign", args=[row.pk]),
        api=campaign_json,
    )
)
registry.add(
    MenuEntry("market.channels", _("Channels"), "market:channels", "antenna", "market", 10, "market.channel.create")
)
registry.add(
    MenuEntry(
        "market.campaigns", _("Campaigns"), "market:campaigns", "speakerphone", "market", 20, "market.campaign.see"
    )
)
