"""What every row of this room is about: any record, named by noun and id, and the customer behind it."""

from django.db import models

from dengta.core.records import StoreRecord
from dengta.core.registry import Noun, registry


class About(StoreRecord):
    """`party_id` ties the row to a customer's timeline without this room knowing customers."""

    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    party_id = models.BigIntegerField(null=True, blank=True)
    party_name = models.CharField(max_length=80, blank=True)

    class Meta(StoreRecord.Meta):
        abstract = True

    @property
    def url(self) -> str:
        """Where the record lives that this is about."""
        if not self.subject_id or not registry.has(Noun, self.subject_type):
            return ""
        noun = registry.get(Noun, self.subject_type)
        return noun.url(noun.model(pk=self.subject_id)) if noun.url else ""
