"""A customer: a person or a company, known once in the whole group."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dengta.core.records import GroupRecord, ScopedManager
from dengta.customers.models.finding import code_of, index
from dengta.customers.queries import CustomerQuerySet
from dengta.customers.types import Channel, CustomerKind, Gender, Purpose, Restriction
from dengta.customers.verbs.contacting import Reachable
from dengta.customers.verbs.keeping import Keeping
from dengta.customers.verbs.merging import Merging
from dengta.customers.verbs.relating import Relating
from dengta.customers.verbs.restricting import Restricting
from dengta.customers.verbs.tagging import Tagged
from dengta.org.models import Store


class Customer(Keeping, Reachable, Tagged, Restricting, Relating, Merging, GroupRecord):
    """`phone_shown` repeats the mask of the main number; `last_dealing_at` the latest of `dealings`."""

    kind = models.CharField(_("Kind"), max_length=8, choices=CustomerKind, default=CustomerKind.PERSON)
    name = models.CharField(pgettext_lazy("person", "Name"), max_length=80, blank=True)
    gender = models.CharField(_("Gender"), max_length=6, choices=Gender, default=Gender.UNKNOWN, blank=True)
    birth_on = models.DateField(_("Birth date"), null=True, blank=True)
    tax_number = models.CharField(_("Tax number"), max_length=20, blank=True, default="", db_default="")
    city = models.CharField(_("City"), max_length=40, blank=True)
    address = models.CharField(_("Address"), max_length=200, blank=True, default="", db_default="")
    preferred_channel = models.CharField(
        _("Preferred channel"), max_length=8, choices=Channel, default=Channel.ANY, db_default="", blank=True)
    quiet_from = models.TimeField(_("Quiet from"), null=True, blank=True)
    quiet_to = models.TimeField(_("Quiet until"), null=True, blank=True)
    hobbies = models.CharField(_("Hobbies"), max_length=400, blank=True, default="", db_default="")
    restriction = models.CharField(
        _("Restriction"), max_length=12, choices=Restriction, default=Restriction.NONE, db_default="", blank=True)
    restriction_reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    phone_shown = models.CharField(max_length=32, blank=True, editable=False)
    created_store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    last_dealing_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(CustomerQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["group", "-last_dealing_at", "-id"], name="customers_customer_recent"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False),
                         name="customers_customer_merged"),
            models.Index(fields=["group", "id"], condition=~Q(restriction=""), name="customers_customer_restricted"),
        ]

    def __str__(self) -> str:
        return self.name or self.phone_shown or self.code

    @property
    def code(self) -> str:
        return code_of(self.pk)

    @property
    def party_id(self) -> int:
        """Events about this customer are on this customer's timeline."""
        return self.pk

    @property
    def is_live(self) -> bool:
        return self.merged_into_id is None and self.forgotten_at is None

    @property
    def has_profiling(self) -> bool:
        """A consent to a personal profile stands."""
        return self.consents.valid().filter(purpose=Purpose.PROFILING).exists()

    @property
    def may_be_called(self) -> bool:
        return not self.restriction

    def make_findable(self) -> None:
        """Bring the search index up to date with this file."""
        index([self.pk])

    def get_absolute_url(self) -> str:
        return reverse("customers:profile", args=[self.pk])
