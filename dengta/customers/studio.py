"""The plug of the customers room: nouns, who sees them, what moves on a merge, places in the menu."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dengta.core.access import noun_of, visible
from dengta.core.actors import Actor
from dengta.core.handlers import verb_url
from dengta.core.registry import MenuEntry, Noun, Panel, Permission, SearchSource, registry
from dengta.core.verbs import VerbEntry
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
from dengta.customers.operations import merging, passing
from dengta.customers.types import Advice, ForgetPart, MergePart, NextStep, Purpose
from dengta.org.types import Handover
from dengta.work.models import Appointment, Clock, Task


def customer_api(row: Customer, by: Actor) -> dict[str, Any]:
    """A customer as programs see it: masked. Hobbies only while the consent to a profile stands."""
    found = {"id": row.pk, "code": row.code, "kind": row.kind, "name": row.name, "gender": row.gender,
             "birth_on": row.birth_on, "city": row.city, "phone": row.phone_shown, "restriction": row.restriction,
             "preferred_channel": row.preferred_channel, "created_at": row.created_at,
             "last_dealing_at": row.last_dealing_at, "merged_into": row.merged_into_id}
    if row.hobbies and (row.is_profiled if hasattr(row, "is_profiled") else row.has_profiling):
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
                  plural=_("Customers"), icon="users", url=Customer.get_absolute_url, api=customer_api,
                  explain=rules.explain))
registry.add(Noun("customers.contactpoint", ContactPoint, pgettext_lazy("number", "Contact"),
                  rules.seen_through(Dealing, "customer_id"), SEEN, plural=pgettext_lazy("number", "Contacts"),
                  icon="phone", api=contact_api))
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
registry.add(Permission("customers.customer.export", _("Export customers, numbers masked")))
registry.add(Permission("customers.contactpoint.reveal", _("See full numbers, with purpose and daily limit")))
registry.add(SearchSource("customers.customer", "customers.customer", order=10))

registry.add(MenuEntry("customers.list", _("Customers"), "customers:list", "users", "customers", 10, SEEN))
registry.add(MenuEntry("customers.new", _("New customer"), "customers:new", "user-plus", "new", 30,
                       "customers.customer.register"))
registry.add(MenuEntry("customers.duplicates", _("Duplicates"), "customers:duplicates", "copy", "customers", 40,
                       "customers.customer.merge"))
registry.add(MenuEntry("customers.tags", _("Tags"), "customers:tags", "tag", "customers", 50, "customers.tag.create"))
registry.add(MenuEntry("customers.stoplist", _("Stop list"), "customers:stoplist", "phone-off", "customers", 60,
                       "customers.stopentry.add"))

registry.add(MergePart("customers.contactpoint", pgettext_lazy("number", "Contacts"), merging.count_contacts,
                       merging.move_contacts, merging.unmove_contacts, 10))
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
registry.add(merging.moving("customers.task", _("Tasks"), Task, "party_id", order=80))
registry.add(merging.moving("customers.clock", _("Deadlines"), Clock, "party_id", order=81))
registry.add(merging.moving("customers.appointment", _("Appointments"), Appointment, "party_id", order=82))
registry.add(ForgetPart("customers.work", passing.blank_names))
registry.add(Handover("customers.dealing", _("Customers without a lead"), passing.count_held, passing.pass_on, 90))


# -- on the profile ------------------------------------------------------------------------------------------------
def open_tasks(row: Customer, by: Actor) -> dict[str, Any] | None:
    rows = visible(Task, by).filter(party_id=row.pk, state="open").select_related("owner")
    found = list(rows.order_by("due_at")[:10])
    return {"rows": found} if found else None


def coming_visits(row: Customer, by: Actor) -> dict[str, Any] | None:
    rows = visible(Appointment, by).filter(party_id=row.pk).select_related("owner").order_by("-starts_at")
    found = list(rows[:5])
    for visit in found:
        visit.shown_url = noun_of(visit).url(visit)
    return {"rows": found} if found else None


registry.add(Panel("customers.tasks", "customers.customer", "customers/panels/tasks.html", open_tasks, order=10))
registry.add(Panel("customers.visits", "customers.customer", "customers/panels/visits.html", coming_visits, order=20))


def missing_number(row: Customer, by: Actor) -> Advice | None:
    if row.phone_shown or not by.may("customers.customer.add_contact"):
        return None
    return Advice(_("Ask for a phone number"), _("Nobody can call this customer."), icon="phone",
                  verb_url=_verb_url(row, "add_contact"))


def missing_consent(row: Customer, by: Actor) -> Advice | None:
    if not by.may("customers.consent.give") or row.consents.valid().filter(purpose=Purpose.INQUIRY).exists():
        return None
    entry = registry.get(VerbEntry, "customers.consent.give")
    return Advice(_("Ask for consent to be contacted"), _("There is no consent on file yet."), icon="shield-check",
                  verb_url=f"{verb_url(entry)}?customer={row.pk}&purpose={Purpose.INQUIRY.value}")


def missing_name(row: Customer, by: Actor) -> Advice | None:
    if row.name or not by.may("customers.customer.change"):
        return None
    return Advice(_("Ask for the name"), _("The file has no name yet."), icon="user",
                  verb_url=_verb_url(row, "change"))


def _verb_url(row: Customer, name: str) -> str:
    return verb_url(registry.get(VerbEntry, f"customers.customer.{name}"), row)


registry.add(NextStep("customers.number", missing_number, order=300))
registry.add(NextStep("customers.name", missing_name, order=310))
registry.add(NextStep("customers.consent", missing_consent, order=320))
