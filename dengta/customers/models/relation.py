"""Who belongs to whom: families, employers, drivers, payers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from dengta.core.records import GroupRecord
from dengta.customers.models.customer import Customer
from dengta.customers.types import RelationKind


class Relation(GroupRecord):
    """`other` is the `kind` of `customer`: Li is the spouse of Wang."""

    customer = models.ForeignKey(Customer, models.CASCADE, db_index=False, related_name="relations")
    other = models.ForeignKey(Customer, models.CASCADE, related_name="inverse_relations")
    kind = models.CharField(max_length=10, choices=RelationKind)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "other", "kind"], name="customers_relation_once"),
            models.CheckConstraint(condition=~Q(customer=F("other")), name="customers_relation_other"),
        ]
