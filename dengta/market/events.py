"""What happens to channels and campaigns. Keys and secrets never stand in an event, only the key's beginning."""

from django.utils.translation import gettext_lazy as _

from dengta.core.events import Event


class ChannelCreated(Event):
    key = "market.channel.created"
    label = _("Channel created")
    sentence = _("created the channel {name}")
    icon = "plus"
    name: str
    code: str
    kind: str


class ChannelChanged(Event):
    key = "market.channel.changed"
    label = _("Channel changed")
    sentence = _("changed the channel: {fields}")
    icon = "edit"
    changes: dict[str, list]
    fields: str = ""


class ChannelMapped(Event):
    key = "market.channel.mapped"
    label = _("Field mapping changed")
    sentence = _("changed the field mapping: {rules} rules")
    icon = "arrows-left-right"
    rules: int
    before: list
    after: list


class ChannelKeyRotated(Event):
    key = "market.channel.key_rotated"
    label = _("Channel key renewed")
    sentence = _("issued a new key {prefix}…")
    icon = "key"
    prefix: str
    hours: int = 0


class ChannelLimited(Event):
    key = "market.channel.limited"
    label = _("Channel limits changed")
    sentence = _("set the limits to {per_minute} requests a minute and {max_bytes} bytes")
    icon = "gauge"
    per_minute: int
    max_bytes: int


class ChannelPaused(Event):
    key = "market.channel.paused"
    label = _("Channel paused")
    sentence = _("paused the channel: {reason}")
    icon = "player-pause"
    reason: str = ""


class ChannelResumed(Event):
    key = "market.channel.resumed"
    label = _("Channel opened again")
    sentence = _("opened the channel again")
    icon = "player-play"


class CampaignPlanned(Event):
    key = "market.campaign.planned"
    label = _("Campaign planned")
    sentence = _("planned the campaign {name}")
    icon = "plus"
    name: str
    code: str


class CampaignChanged(Event):
    key = "market.campaign.changed"
    label = _("Campaign changed")
    sentence = _("changed the campaign: {fields}")
    icon = "edit"
    changes: dict[str, list]
    fields: str = ""


class CampaignFormChanged(Event):
    key = "market.campaign.form_changed"
    label = _("Campaign form changed")
    sentence = _("changed the public form; consent text version {version}")
    icon = "forms"
    asked: list[str]
    version: int


class CampaignPublished(Event):
    key = "market.campaign.published"
    label = _("Campaign published")
    sentence = _("published the campaign")
    icon = "speakerphone"


class CampaignEnded(Event):
    key = "market.campaign.ended"
    label = _("Campaign ended")
    sentence = _("ended the campaign")
    icon = "flag"


class CampaignCancelled(Event):
    key = "market.campaign.cancelled"
    label = _("Campaign cancelled")
    sentence = _("cancelled the campaign: {reason}")
    icon = "x"
    reason: str = ""
