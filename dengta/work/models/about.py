"""What every row of this room is about: any record, named by noun and id, and the customer behind it."""

from django.db import models

from dengta.core.records import StoreRecord


class About(StoreRecord):
    """`party_id` ties the row to a customer's timeline without this room knowing customers."""

    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    party_id = models.BigIntegerField(null=True, blank=True)
    party_name = models.CharField(max_length=80, blank=True)

    class Meta(StoreRecord.Meta):
        abstract = True
