"""What came in: the durable receipt of every message, and the inquiries of people who were known already."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from dengta.core.records import ScopedManager, StoreRecord
from dengta.leads.queries import InboxQuerySet
from dengta.leads.types import InboxState, TouchKind
from dengta.leads.verbs.receiving import Replaying


class InboxMessage(Replaying, StoreRecord):
    """One message as it was received. It is written before it is acknowledged and gets exactly one fate."""

    STATE_TONES = {"queued": "info", "accepted": "done", "quarantined": "late"}

    receipt = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    channel = models.ForeignKey("market.Channel", models.PROTECT, db_index=False, related_name="+")
    campaign_id = models.BigIntegerField(null=True, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    identity = models.CharField(max_length=200, blank=True)
    fields = models.JSONField(default=dict)
    source = models.TextField(blank=True)
    revision = models.PositiveSmallIntegerField(default=0)
    earlier = models.JSONField(default=list, blank=True)
    together = models.PositiveSmallIntegerField(default=1)
    ip = models.CharField(max_length=45, blank=True)
    state = models.CharField(max_length=12, choices=InboxState, default=InboxState.QUEUED)
    code = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    lead_id = models.BigIntegerField(null=True, blank=True)
    opportunity_id = models.BigIntegerField(null=True, blank=True)
    customer_id = models.BigIntegerField(null=True, blank=True)
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(InboxQuerySet)()

    class Meta(StoreRecord.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "identity"], condition=~Q(identity=""), name="leads_inbox_identity_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["group", "store", "id"], name="leads_inbox_queue", condition=Q(state=InboxState.QUEUED.value)
            ),
            models.Index(fields=["channel", "-id"], name="leads_inbox_channel"),
            models.Index(
                fields=["store", "-id"], name="leads_inbox_quarantine", condition=Q(state=InboxState.QUARANTINED.value)
            ),
        ]

    def __str__(self) -> str:
        return str(self.receipt)

    def get_absolute_url(self) -> str:
        return reverse("leads:message", args=[self.pk])


class Touchpoint(StoreRecord):
    """A further inquiry of somebody who has a lead or a file already: attached, never a competing lead."""

    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, db_index=False, related_name="touchpoints"
    )
    lead = models.ForeignKey("leads.Lead", models.PROTECT, null=True, db_index=False, related_name="touchpoints")
    opportunity = models.ForeignKey(
        "leads.Opportunity", models.PROTECT, null=True, db_index=False, related_name="touchpoints"
    )
    kind = models.CharField(max_length=12, choices=TouchKind, default=TouchKind.DUPLICATE)
    channel = models.ForeignKey("market.Channel", models.PROTECT, null=True, db_index=False, related_name="+")
    campaign = models.ForeignKey("market.Campaign", models.PROTECT, null=True, db_index=False, related_name="+")
    series_text = models.CharField(max_length=120, blank=True)
    message = models.TextField(blank=True)
    inbox_message_id = models.BigIntegerField(null=True, blank=True)
    asked_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta(StoreRecord.Meta):
        indexes = [
            models.Index(fields=["customer", "-received_at"], name="leads_touch_customer"),
            models.Index(fields=["lead"], name="leads_touch_lead"),
            models.Index(fields=["opportunity"], name="leads_touch_opportunity"),
            models.Index(fields=["channel", "-received_at"], name="leads_touch_channel"),
        ]
