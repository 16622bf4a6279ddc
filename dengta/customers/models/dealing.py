"""Which stores and people deal with a customer: the reason why somebody sees them."""

from __future__ import annotations

from django.db import models

from dengta.core.records import StoreRecord
from dengta.customers.models.customer import Customer
from dengta.org.models import Employee, Team


class Dealing(StoreRecord):
    """One record of a room above (a lead, an opportunity) seen from the customer. Kept by `operations.link`."""

    customer = models.ForeignKey(Customer, models.CASCADE, db_index=False, related_name="dealings")
    source = models.CharField(max_length=40)
    source_id = models.BigIntegerField()
    owner = models.ForeignKey(Employee, models.PROTECT, null=True, db_index=False, db_constraint=False,
                              related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "source_id"], name="customers_dealing_once")]
        indexes = [
            models.Index(fields=["customer", "store"], name="customers_dealing_of"),
            models.Index(fields=["store", "customer"], name="customers_dealing_store"),
            models.Index(fields=["owner", "customer"], name="customers_dealing_owner"),
            models.Index(fields=["team", "customer"], name="customers_dealing_team",
                         condition=models.Q(team__isnull=False)),
        ]
