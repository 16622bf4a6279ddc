"""What a customer agreed to, when, how, and when they took it back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from dengta.core.records import GroupRecord, ScopedManager
from dengta.customers.models.customer import Customer
from dengta.customers.queries import ConsentQuerySet
from dengta.customers.types import Purpose
from dengta.customers.verbs.consenting import Consenting


class Consent(Consenting, GroupRecord):
    """One consent to one purpose; a row is never changed but closed, so that the history stays."""

    customer = models.ForeignKey(Customer, models.PROTECT, db_index=False, related_name="consents")
    purpose = models.CharField(max_length=3, choices=Purpose)
    text_version = models.CharField(max_length=60)
    channel = models.CharField(max_length=40)
    proof = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.CharField(max_length=80, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=80, blank=True)

    objects = ScopedManager.from_queryset(ConsentQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "purpose"], condition=Q(withdrawn_at__isnull=True),
                                    name="customers_consent_once"),
        ]
        indexes = [models.Index(fields=["customer", "-given_at"], name="customers_consent_of")]

    def __str__(self) -> str:
        return str(self.get_purpose_display())

    @property
    def party_id(self) -> int:
        return self.customer_id

    @property
    def is_valid(self) -> bool:
        return self.withdrawn_at is None and (self.expires_at is None or self.expires_at > timezone.now())
