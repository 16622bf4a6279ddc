"""Tables of the customers room."""

from dengta.customers.models.consent import Consent
from dengta.customers.models.contact import ContactPoint
from dengta.customers.models.customer import Customer
from dengta.customers.models.dealing import Dealing
from dengta.customers.models.finding import code_of, id_of
from dengta.customers.models.limits import DailyCount, StopEntry
from dengta.customers.models.merging import MergeRecord, Suggestion
from dengta.customers.models.relation import Relation
from dengta.customers.models.tag import Tag, TagAssignment

__all__ = [
    "Consent", "ContactPoint", "Customer", "DailyCount", "Dealing", "MergeRecord", "Relation", "StopEntry",
    "Suggestion", "Tag", "TagAssignment", "code_of", "id_of",
]
