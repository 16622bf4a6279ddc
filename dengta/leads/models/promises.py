"""What we promise and how often we follow up: data that a dealer edits, shipped with defaults."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dengta.core.records import GroupRecord
from dengta.leads.types import Band, Calendar, Clock, LevelCode, TransferState
from dengta.leads.verbs.promising import Grading, Promising
from dengta.leads.verbs.transferring import Deciding


class SlaRule(Promising, GroupRecord):
    """One promise: until when, counted how, and who is told when it is missed. The most exact rule wins."""

    clock = models.CharField(_("Promise"), max_length=40, choices=Clock)
    band = models.CharField(_("Band"), max_length=10, choices=Band, blank=True)
    channel_kind = models.CharField(_("Channel"), max_length=20, blank=True)
    minutes = models.PositiveIntegerField(_("Minutes"))
    calendar = models.CharField(_("Counted in"), max_length=10, choices=Calendar, default=Calendar.BUSINESS)
    tell_owner = models.BooleanField(_("Tell the owner"), default=True)
    tell_supervisor = models.BooleanField(_("Tell the supervisor"), default=True)
    is_active = models.BooleanField(_("In use"), default=True)

    class Meta(GroupRecord.Meta):
        constraints = [
            models.UniqueConstraint(fields=["group", "clock", "band", "channel_kind"], name="leads_sla_rule_once")
        ]

    def __str__(self) -> str:
        return " ".join(
            filter(
                None, [str(Clock(self.clock).label), self.get_band_display() if self.band else "", self.channel_kind]
            )
        )


class IntentLevel(Grading, GroupRecord):
    """How soon a customer of this level buys and how often we follow up. Without a brand it holds for all."""

    brand = models.ForeignKey("org.Brand", models.CASCADE, null=True, blank=True, db_index=False, related_name="+")
    code = models.CharField(_("Level"), max_length=4)
    name = models.CharField(_("Name"), max_length=60, blank=True)
    window_days = models.PositiveIntegerField(_("Buys within days"), null=True, blank=True)
    interval_hours = models.PositiveIntegerField(_("Follow up every (hours)"))
    owner_after_hours = models.PositiveIntegerField(_("Remind the owner after (hours)"), default=0)
    manager_after_hours = models.PositiveIntegerField(_("Tell the manager after (hours)"), null=True, blank=True)
    pool_after_days = models.PositiveIntegerField(_("Into the pool after (days)"), null=True, blank=True)
    needs_proof = models.BooleanField(
        _("Needs budget, decision maker, colour, test drive and quotation"), default=False
    )
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("In use"), default=True)

    class Meta(GroupRecord.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["group", "brand", "code"], nulls_distinct=False, name="leads_intent_level_once"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Its own name, else what the letter means everywhere."""
        return self.name or (str(LevelCode(self.code).label) if self.code in LevelCode.values else self.code)


class LeadTransfer(Deciding, GroupRecord):
    """A lead that belongs elsewhere: asked by one store, decided by the other."""

    STATE_TONES = {"asked": "soon", "accepted": "done"}

    lead = models.ForeignKey("leads.Lead", models.PROTECT, db_index=False, related_name="transfers")
    from_store = models.ForeignKey("org.Store", models.PROTECT, db_index=False, related_name="+")
    to_store = models.ForeignKey("org.Store", models.PROTECT, db_index=False, related_name="+")
    lead_name = models.CharField(max_length=80, blank=True)
    series_text = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=TransferState, default=TransferState.ASKED)
    state_before = models.CharField(max_length=20)
    asked_by = models.ForeignKey("org.Employee", models.PROTECT, null=True, db_index=False, related_name="+")
    decided_by = models.ForeignKey("org.Employee", models.PROTECT, null=True, db_index=False, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta(GroupRecord.Meta):
        constraints = [
            models.UniqueConstraint(fields=["lead"], condition=Q(state="asked"), name="leads_transfer_one_asked")
        ]
        indexes = [
            models.Index(fields=["to_store", "state", "-asked_at"], name="leads_transfer_to"),
            models.Index(fields=["from_store", "state", "-asked_at"], name="leads_transfer_from"),
        ]
