"""Channels, and the keys by which the world knows them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dengta.core.records import ScopedManager, StoreRecord
from dengta.market.queries import ChannelQuerySet
from dengta.market.types import (
    FORM_PATH,
    INTAKE_PATH,
    KEYED_KINDS,
    MAX_BYTES,
    PER_MINUTE,
    ChannelKind,
    ChannelState,
    CostModel,
    SourceLevel,
)
from dengta.market.verbs.keying import Keying
from dengta.market.verbs.opening import Opening


class Channel(Opening, Keying, StoreRecord):
    """A source of inquiries of one store: a platform account, a form, a pile of files, the people at the desk."""

    STATE_TONES = {"active": "done", "paused": "soon"}

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(max_length=8, choices=ChannelKind)
    level1 = models.CharField(_("source"), max_length=10, choices=SourceLevel, default=SourceLevel.ONLINE)
    level2 = models.CharField(_("platform or place"), max_length=40, blank=True)
    level3 = models.CharField(_("account"), max_length=80, blank=True)
    level4 = models.CharField(_("content or plan"), max_length=120, blank=True)
    cost_model = models.CharField(_("how it is paid"), max_length=8, choices=CostModel, default=CostModel.FREE)
    monthly_cost = models.DecimalField(_("cost per month"), max_digits=12, decimal_places=2, null=True, blank=True)
    owner_department = models.ForeignKey(
        "org.Department",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department in charge"),
    )
    first_contact_minutes = models.PositiveIntegerField(_("first contact within minutes"), null=True, blank=True)
    state = models.CharField(max_length=8, choices=ChannelState, default=ChannelState.ACTIVE)
    mapping = models.JSONField(default=list, blank=True)
    defaults = models.JSONField(default=dict, blank=True)
    id_field = models.CharField(max_length=100, default="external_id")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager.from_queryset(ChannelQuerySet)()

    class Meta(StoreRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["group", "code"], name="market_channel_code_once")]
        indexes = [models.Index(fields=["store", "kind"], name="market_channel_store")]

    def __str__(self) -> str:
        return self.name

    @property
    def door(self) -> ChannelKey | None:
        """The channel's own key, not those of its campaigns' forms."""
        return self.keys.filter(campaign=None).first() if self.kind in KEYED_KINDS else None

    @property
    def path(self) -> str:
        """Where messages are sent to, or where the form is; empty for kinds that nobody can send to."""
        door = self.door
        return door.path if door else ""

    def get_absolute_url(self) -> str:
        return reverse("market:channel", args=[self.pk])


class ChannelKey(models.Model):
    """Public key in an address → channel. Outside of the wall: it is what tells the intake which group is meant."""

    key = models.CharField(max_length=40, primary_key=True)
    group = models.ForeignKey(settings.DENGTA_GROUP, models.CASCADE, related_name="+")
    store = models.ForeignKey(settings.DENGTA_STORE, models.CASCADE, related_name="+", db_index=False)
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="keys")
    campaign = models.ForeignKey("market.Campaign", models.CASCADE, null=True, blank=True, related_name="keys")
    kind = models.CharField(max_length=8, choices=ChannelKind)
    is_open = models.BooleanField(default=True)
    bearer_hash = models.CharField(max_length=64, blank=True)
    bearer_prefix = models.CharField(max_length=8, blank=True)
    sealed_secret = models.CharField(max_length=300, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    previous_secret = models.CharField(max_length=300, blank=True)
    previous_until = models.DateTimeField(null=True, blank=True)
    rotated_at = models.DateTimeField(null=True, blank=True)
    per_minute = models.PositiveIntegerField(default=PER_MINUTE)
    max_bytes = models.PositiveIntegerField(default=MAX_BYTES)
    id_field = models.CharField(max_length=100, default="external_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel"], condition=models.Q(campaign=None), name="market_channelkey_once"
            ),
            models.UniqueConstraint(fields=["campaign"], name="market_campaignkey_once"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def path(self) -> str:
        return f"{FORM_PATH}{self.key}" if self.kind == ChannelKind.FORM else f"{INTAKE_PATH}{self.key}"
