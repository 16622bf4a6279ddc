"""The plug of the customers room: nouns, who sees them, what moves on a merge, places in the menu."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dengta.core.actors import Actor
from dengta.core.registry import MenuEntry, Noun, Permission, SearchSource, registry
from dengta.customers import rules
from dengta.customers.models import (
    Consent,
    ContactPoint,
    Customer,
    Dealing,
    MergeRecord,
    StopEntry,
    Suggestion,
    Tag,
)
from dengta.customers.operations import merging
from dengta.customers.types import MergePart, Purpose


def customer_api(row: Customer, by: Actor) -> dict[str, Any]:
    """A customer as programs see it: masked. Hobbies only while the consent to a profile stands."""
    found = {"id": row.pk, "code": row.code, "kind": row.kind, "name": row.name, "gender": row.gender,
             "birth_on": row.birth_on, "city": row.city, "phone": row.phone_shown, "restriction": row.restriction,
             "preferred_channel": row.preferred_channel, "created_at": row.created_at,
             "last_dealing_at": row.last_dealing_at, "merged_into": row.merged_into_id}
    if row.hobbies and row.consents.valid().filter(purpose=Purpose.PROFILING).exists():
        found["hobbies"] = row.hobbies
    return found


def contact_api(row: ContactPoint, by: Actor) -> dict[str, Any]:
    return {"id": row.pk, "customer": row.customer_id, "kind": row.kind, "shown": row.shown, "main": row.is_primary,
            "virtual": row.is_virtual, "verified_at": row.verified_at, "removed_at": row.removed_at}


def consent_api(row: Consent, by: Actor) -> dict[str, Any]:
    return {"id": row.pk, "customer": row.customer_id, "purpose": row.purpose, "text_version": row.text_version,
            "channel": row.channel, "given_at": row.given_at, "expires_at": row.expires_at,
            "withdrawn_at": row.withdrawn_at, "valid": row.is_valid}


def tag_api(row: Tag, by: Actor) -> dict[str, Any]:
    return {"id": row.pk, "code": row.code, "name": row.name, "family": row.family, "active": row.is_active}


SEEN = rules.SEE
registry.add(Permission(SEEN, _("See customers")))
registry.add(Permission("customers.tag.see", _("See the vocabulary of tags")))
registry.add(Permission("customers.stopentry.see", _("See the stop list")))
registry.add(Noun("customers.customer", Customer, _("Customer"), rules.seen_through(Dealing), SEEN,
                  plural=_("Customers"), icon="users", url=Customer.get_absolute_url, api=customer_api))
registry.add(Noun("customers.contactpoint", ContactPoint, _("Contact"), rules.seen_through(Dealing, "customer_id"),
                  SEEN, plural=_("Contacts"), icon="phone", api=contact_api))
registry.add(Noun("customers.consent", Consent, _("Consent"), rules.seen_through(Dealing, "customer_id"), SEEN,
                  plural=_("Consents"), icon="shield-check", api=consent_api))
registry.add(Noun("customers.suggestion", Suggestion, _("Possible duplicate"), rules.pair_seen_through(Dealing), SEEN,
                  plural=_("Possible duplicates"), icon="copy"))
registry.add(Noun("customers.mergerecord", MergeRecord, _("Merge"), rules.seen_through(Dealing, "keep_id"), SEEN,
                  plural=_("Merges"), icon="git-merge"))
registry.add(Noun("customers.tag", Tag, _("Tag"), rules.seen_by_all(SEEN), SEEN, plural=_("Tags"), icon="tag",
                  api=tag_api))
registry.add(Noun("customers.stopentry", StopEntry, _("Stopped number"), rules.seen_by_all("customers.stopentry.see"),
                  "customers.stopentry.see", plural=_("Stop list"), icon="phone-off"))
registry.add(SearchSource("customers.customer", "customers.customer", order=10))

registry.add(MenuEntry("customers.list", _("Customers"), "customers:list", "users", "customers", 10, SEEN))
registry.add(MenuEntry("customers.duplicates", _("Duplicates"), "customers:duplicates", "copy", "customers", 40,
                       "customers.customer.merge"))
registry.add(MenuEntry("customers.tags", _("Tags"), "customers:tags", "tag", "customers", 50, "customers.tag.create"))
registry.add(MenuEntry("customers.stoplist", _("Stop list"), "customers:stoplist", "phone-off", "customers", 60,
                       "customers.stopentry.add"))

registry.add(MergePart("customers.contactpoint", _("Contacts"), merging.count_contacts, merging.move_contacts,
                       merging.unmove_contacts, 10))
registry.add(MergePart("customers.consent", _("Consents"), merging.count_consents, merging.move_consents,
                       merging.unmove_consents, 20))
registry.add(MergePart("customers.tag", _("Tags"), merging.count_tags, merging.move_tags, merging.unmove_tags, 30))
registry.add(MergePart("customers.relation", _("Relations"), merging.count_relations, merging.move_relations,
                       merging.unmove_relations, 40))
registry.add(MergePart("customers.suggestion", _("Possible duplicates"), merging.count_nothing, merging.move_suspicion,
                       merging.unmove_suspicion, 50))
registry.add(MergePart("customers.earlier", _("Files merged earlier"), merging.count_nothing, merging.move_earlier,
                       merging.unmove_earlier, 60))
registry.add(merging.moving("customers.dealing", _("Dealings"), Dealing, order=70))
