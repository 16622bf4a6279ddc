"""Campaigns and the public form that belongs to each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dengta.core.records import ScopedManager, StoreRecord
from dengta.market.queries import CampaignQuerySet
from dengta.market.types import USUAL_FORM_FIELDS, CampaignState, CampaignType
from dengta.market.verbs.campaigning import Campaigning

if TYPE_CHECKING:
    from dengta.market.models.channel import ChannelKey


def usual_form_fields() -> list[str]:
    return list(USUAL_FORM_FIELDS)


class Campaign(Campaigning, StoreRecord):
    """Something the store does to be asked: a show, an event, an advertisement. Its leads carry its code."""

    STATE_TONES = {"draft": "idle", "running": "done", "ended": "info", "cancelled": "idle"}

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    type = models.CharField(_("type"), max_length=16, choices=CampaignType, default=CampaignType.OTHER)
    channel = models.ForeignKey("market.Channel", models.PROTECT, related_name="campaigns")
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    place = models.CharField(pgettext_lazy("campaign", "place"), max_length=120, blank=True)
    budget_amount = models.DecimalField(_("budget"), max_digits=12, decimal_places=2, null=True, blank=True)
    target_leads = models.PositiveIntegerField(_("target: leads"), null=True, blank=True)
    target_visits = models.PositiveIntegerField(_("target: visits"), null=True, blank=True)
    target_orders = models.PositiveIntegerField(_("target: orders"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=CampaignState, default=CampaignState.DRAFT)
    form_title = models.CharField(max_length=80, blank=True)
    form_text = models.TextField(blank=True)
    form_fields = ArrayField(models.CharField(max_length=24), default=usual_form_fields, blank=True)
    form_series = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    form_thanks = models.TextField(blank=True)
    consent_text = models.TextField(blank=True)
    consent_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager.from_queryset(CampaignQuerySet)()

    class Meta(StoreRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["group", "code"], name="market_campaign_code_once")]
        indexes = [models.Index(fields=["store", "-starts_on"], name="market_campaign_store")]

    def __str__(self) -> str:
        return self.name

    @property
    def door(self) -> ChannelKey | None:
        return self.keys.first()

    @property
    def path(self) -> str:
        """Where the public form is, once it was published."""
        door = self.door
        return door.path if door else ""

    @property
    def consent_label(self) -> str:
        """How a consent names the text it was given to."""
        return f"{self.code}-v{self.consent_version}"

    def get_absolute_url(self) -> str:
        return reverse("market:campaign", args=[self.pk])
