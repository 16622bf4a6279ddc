"""One inquiry: who asked for what, how it was scored, who has it and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dengta.core.records import ScopedManager, StoreRecord
from dengta.leads.queries import LeadQuerySet
from dengta.leads.types import HELD, LOAD, OPEN, Band, InvalidReason, LeadState, pool_words
from dengta.leads.verbs.assigning import Assigning
from dengta.leads.verbs.closing import Closing
from dengta.leads.verbs.contacting import Contacting
from dengta.leads.verbs.qualifying import Qualifying
from dengta.leads.verbs.receiving import Receiving
from dengta.leads.verbs.transferring import Transferring
from dengta.leads.verbs.watching import Watching


class LeadContent(StoreRecord):
    """What was asked and what is known about it; the pipeline fills it, people may correct it."""

    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, blank=True, db_index=False, related_name="leads"
    )
    name = models.CharField(pgettext_lazy("person", "Name"), max_length=80, blank=True)
    gender = models.CharField(_("Gender"), max_length=10, blank=True)
    phone_shown = models.CharField(_("Phone"), max_length=40, blank=True)
    wechat = models.CharField(_("WeChat"), max_length=64, blank=True)
    email = models.CharField(_("E-mail"), max_length=254, blank=True)
    city = models.CharField(_("City"), max_length=60, blank=True)
    ip = models.CharField(max_length=45, blank=True)
    ip_city = models.CharField(max_length=60, blank=True)
    phone_city = models.CharField(max_length=60, blank=True)
    phone_virtual = models.BooleanField(default=False)
    phone_verified = models.BooleanField(default=False)
    channel = models.ForeignKey(
        "market.Channel", models.PROTECT, null=True, blank=True, db_index=False, related_name="leads"
    )
    campaign = models.ForeignKey(
        "market.Campaign", models.PROTECT, null=True, blank=True, db_index=False, related_name="leads"
    )
    external_id = models.CharField(max_length=200, blank=True)
    inbox_message = models.ForeignKey(
        "leads.InboxMessage",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    brand = models.ForeignKey("org.Brand", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    series = models.ForeignKey(
        "vehicles.Series", models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    series_text = models.CharField(_("Series as written"), max_length=120, blank=True)
    message = models.TextField(_("Message"), blank=True)
    budget_low = models.DecimalField(_("Budget from"), max_digits=12, decimal_places=2, null=True, blank=True)
    budget_high = models.DecimalField(_("Budget up to"), max_digits=12, decimal_places=2, null=True, blank=True)
    within_days = models.IntegerField(_("Buys within days"), null=True, blank=True)
    trade_in = models.BooleanField(default=False)
    finance_interest = models.BooleanField(default=False)
    test_drive = models.BooleanField(default=False)
    page_views = models.IntegerField(null=True, blank=True)
    configurator = models.BooleanField(default=False)
    consult_minutes = models.IntegerField(null=True, blank=True)
    night_bulk = models.BooleanField(default=False)
    is_known = models.BooleanField(default=False)
    consented = models.BooleanField(null=True, blank=True)
    need = models.TextField(_("Core need"), blank=True)
    extra = models.JSONField(default=dict, blank=True)
    asked_at = models.DateTimeField()
    received_at = models.DateTimeField()
    score = models.DecimalField(max_digits=5, decimal_places=1, default=0)
    score_detail = models.JSONField(default=dict, blank=True)
    band = models.CharField(max_length=10, choices=Band, default=Band.LOW)

    class Meta(StoreRecord.Meta):
        abstract = True


class Lead(Receiving, Assigning, Contacting, Qualifying, Closing, Transferring, Watching, LeadContent):
    """`due_at` is the next promise of this lead: first contact before it, the agreed next time after it."""

    STATE_TONES = {"new": "info", "assigned": "info", "contacting": "info", "invalid_pending": "soon",
                   "transfer_pending": "soon", "converted": "done"}
    BAND_TONES = {"high": "info"}

    state = models.CharField(max_length=20, choices=LeadState, default=LeadState.NEW)
    owner = models.ForeignKey("org.Employee", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    team_id = models.BigIntegerField(null=True, blank=True)
    assigned_at = models.DateTimeField(null=True, blank=True)
    calling_at = models.DateTimeField(null=True, blank=True)
    first_attempt_at = models.DateTimeField(null=True, blank=True)
    first_contact_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    recalls = models.PositiveIntegerField(default=0)
    pooled_at = models.DateTimeField(null=True, blank=True)
    pool_reason = models.CharField(max_length=200, blank=True)
    invalid_reason = models.CharField(max_length=20, choices=InvalidReason, blank=True)
    invalid_note = models.CharField(max_length=300, blank=True)
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    opportunity = models.ForeignKey(
        "leads.Opportunity", models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(LeadQuerySet)()

    class Meta(LeadContent.Meta):
        indexes = [
            models.Index(
                fields=["owner", "due_at", "id"], name="leads_lead_desk", condition=Q(state__in=[str(s) for s in HELD])
            ),
            models.Index(
                fields=["owner", "store"], name="leads_lead_load", condition=Q(state__in=[str(s) for s in LOAD])
            ),
            models.Index(
                fields=["store", "state", "id"], name="leads_lead_states", condition=Q(state__in=[str(s) for s in OPEN])
            ),
            models.Index(
                fields=["team_id", "state", "id"], name="leads_lead_team", condition=Q(state__in=[str(s) for s in OPEN])
            ),
            models.Index(
                fields=["store", "-pooled_at", "-id"], name="leads_lead_pool", condition=Q(state=LeadState.POOL.value)
            ),
            models.Index(
                fields=["store", "breached_at"],
                name="leads_lead_breached",
                condition=Q(breached_at__isnull=False, first_contact_at__isnull=True),
            ),
            models.Index(fields=["store", "-received_at", "-id"], name="leads_lead_recent"),
            models.Index(fields=["group", "-received_at", "-id"], name="leads_lead_group"),
            models.Index(fields=["owner", "-received_at", "-id"], name="leads_lead_owner"),
            models.Index(fields=["customer", "-received_at"], name="leads_lead_customer"),
            models.Index(fields=["channel", "external_id"], name="leads_lead_external", condition=~Q(external_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.phone_shown} {self.series_text}".strip()

    def get_absolute_url(self) -> str:
        return reverse("leads:lead", args=[self.pk])

    @property
    def number(self) -> str:
        return f"L{self.pk:07d}"

    @property
    def pool_reason_label(self) -> str:
        return pool_words(self.pool_reason)

    @property
    def party_id(self) -> int | None:
        """The customer whose timeline this lead's events belong to."""
        return self.customer_id

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_held(self) -> bool:
        return self.state in HELD
