"""One intention to buy, followed until the visit is agreed; the rooms above take it from there."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dengta.core.records import ScopedManager, StoreRecord
from dengta.leads.queries import OpportunityQuerySet
from dengta.leads.types import UNFINISHED, WORKED, OpportunityKind, OpportunityState
from dengta.leads.verbs.arriving import Arriving
from dengta.leads.verbs.following import Following
from dengta.leads.verbs.grading import Grading
from dengta.leads.verbs.handing import Handing
from dengta.leads.verbs.inviting import Inviting
from dengta.leads.verbs.opening import Opening


class Opportunity(Opening, Following, Grading, Inviting, Arriving, Handing, StoreRecord):
    """At most one unfinished per person, store and brand. `due_at` is the next promise to the customer."""

    STATE_TONES = {"following": "info", "invited": "done", "arrived": "done", "dormant_pending": "soon",
                   "lost_pending": "soon", "transfer_pending": "soon", "ordered": "done", "won": "done"}

    customer = models.ForeignKey("customers.Customer", models.PROTECT, db_index=False, related_name="opportunities")
    brand = models.ForeignKey("org.Brand", models.PROTECT, db_index=False, related_name="+")
    series = models.ForeignKey(
        "vehicles.Series", models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    name = models.CharField(pgettext_lazy("person", "Name"), max_length=80, blank=True)
    phone_shown = models.CharField(_("Phone"), max_length=40, blank=True)
    lead = models.ForeignKey("leads.Lead", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    channel = models.ForeignKey(
        "market.Channel", models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    campaign = models.ForeignKey(
        "market.Campaign", models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=OpportunityKind, default=OpportunityKind.FIRST)
    state = models.CharField(max_length=20, choices=OpportunityState, default=OpportunityState.FOLLOWING)
    level = models.CharField(_("Level"), max_length=4, default="N")
    level_at = models.DateTimeField(null=True, blank=True)
    owner = models.ForeignKey("org.Employee", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    original_owner = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    co_owner = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    last_owner = models.ForeignKey(
        "org.Employee", models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    team_id = models.BigIntegerField(null=True, blank=True)
    city = models.CharField(_("City"), max_length=60, blank=True)
    need = models.TextField(_("Core need"), blank=True)
    budget_low = models.DecimalField(_("Budget from"), max_digits=12, decimal_places=2, null=True, blank=True)
    budget_high = models.DecimalField(_("Budget up to"), max_digits=12, decimal_places=2, null=True, blank=True)
    within_days = models.IntegerField(_("Buys within days"), null=True, blank=True)
    colour = models.CharField(_("Colour"), max_length=40, blank=True)
    decision_maker = models.CharField(_("Decision maker"), max_length=60, blank=True)
    test_drive_waived = models.CharField(max_length=200, blank=True)
    milestones = models.JSONField(default=dict, blank=True)
    opened_at = models.DateTimeField()
    last_contact_at = models.DateTimeField(null=True, blank=True)
    last_valid_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True)
    visit_at = models.DateTimeField(null=True, blank=True)
    appointment_id = models.BigIntegerField(null=True, blank=True)
    pooled_at = models.DateTimeField(null=True, blank=True)
    pool_reason = models.CharField(max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(OpportunityQuerySet)()

    class Meta(StoreRecord.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "store", "brand"],
                name="leads_opportunity_one_open",
                condition=Q(state__in=[str(s) for s in UNFINISHED]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_at", "id"],
                name="leads_opportunity_desk",
                condition=Q(state__in=[str(s) for s in WORKED]),
            ),
            models.Index(fields=["store", "state", "id"], name="leads_opportunity_states"),
            models.Index(fields=["team_id", "state", "id"], name="leads_opportunity_team"),
            models.Index(fields=["group", "-opened_at", "-id"], name="leads_opportunity_group"),
            models.Index(fields=["store", "-opened_at", "-id"], name="leads_opportunity_recent"),
            models.Index(fields=["owner", "-opened_at", "-id"], name="leads_opportunity_owner"),
            models.Index(fields=["customer", "-opened_at"], name="leads_opportunity_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.level}".strip()

    def get_absolute_url(self) -> str:
        return reverse("leads:opportunity", args=[self.pk])

    @property
    def number(self) -> str:
        return f"O{self.pk:07d}"

    @property
    def party_id(self) -> int:
        return self.customer_id

    @property
    def is_worked(self) -> bool:
        return self.state in WORKED

    @property
    def budget_known(self) -> bool:
        return self.budget_low is not None or self.budget_high is not None


class LevelChange(StoreRecord):
    """Why a customer has the level they have: one line per change."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, db_index=False, related_name="level_changes")
    before = models.CharField(max_length=4, blank=True)
    after = models.CharField(max_length=4)
    suggested = models.CharField(max_length=4, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    by_label = models.CharField(max_length=120)
    by_id = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta(StoreRecord.Meta):
        indexes = [models.Index(fields=["opportunity", "-at"], name="leads_level_change_list")]
