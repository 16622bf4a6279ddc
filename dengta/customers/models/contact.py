"""How a customer can be reached. The value is sealed; it is found by its fingerprint and shown masked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dengta.core.records import GroupRecord, ScopedManager
from dengta.customers.models.customer import Customer
from dengta.customers.queries import ContactPointQuerySet
from dengta.customers.types import OWNED_KINDS, SHARED_KINDS, ContactKind
from dengta.customers.types.sealing import unseal
from dengta.customers.verbs.contacting import ContactVerbs


class ContactPoint(ContactVerbs, GroupRecord):
    """One number or id. Mobile and WeChat values belong to one live customer of the group; others may be shared."""

    customer = models.ForeignKey(Customer, models.PROTECT, db_index=False, related_name="contact_points")
    kind = models.CharField(max_length=8, choices=ContactKind)
    value_hash = models.BinaryField(max_length=16)
    sealed = models.BinaryField(null=True)
    shown = models.CharField(max_length=48)
    remark = models.CharField(max_length=60, blank=True)
    is_virtual = models.BooleanField(default=False)
    is_primary = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(ContactPointQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "value_hash"], name="customers_contact_owned_once",
                condition=Q(removed_at__isnull=True, kind__in=[kind.value for kind in OWNED_KINDS]),
            ),
            models.UniqueConstraint(
                fields=["group", "value_hash", "customer"], name="customers_contact_shared_once",
                condition=Q(removed_at__isnull=True, kind__in=[kind.value for kind in SHARED_KINDS]),
            ),
        ]
        indexes = [models.Index(fields=["customer", "kind"], name="customers_contact_of")]

    def __str__(self) -> str:
        return self.shown

    @property
    def value(self) -> str:
        """The clear value. Only verbs that leave a trace, and machines that dial or send, may ask for it."""
        return unseal(self.sealed)

    @property
    def party_id(self) -> int:
        return self.customer_id
