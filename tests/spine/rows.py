"""One row of every noun, for tests that walk the registry. A room that adds a noun adds its maker here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.customers.models import Consent, MergeRecord, StopEntry, Suggestion
from dengta.customers.tests import factories as customers
from dengta.leads.models import ImportRun, InboxMessage, IntentLevel, Lead, LeadTransfer, Opportunity, SlaRule
from dengta.market.tests import factories as market
from dengta.org.models import ApiToken, Employee, Group, LegalEntity, Store
from dengta.org.tests import factories as org
from dengta.studio.tests import factories as studio
from dengta.vehicles.tests import factories as vehicles
from dengta.work.tests import factories as work

HOUR = timedelta(hours=1)
Maker = Callable[[Group, Store, Employee], Model]


def make_customer(group: Group, store: Store, owner: Employee | None) -> Any:
    return customers.make_customer(group, store=store, owner=owner)


def make_consent(group: Group, store: Store, owner: Employee) -> Consent:
    return Consent.objects.create(customer=make_customer(group, store, owner), purpose="P1", text_version="v1",
                                  channel="form", given_at=timezone.now())


def make_merge(group: Group, store: Store, owner: Employee) -> MergeRecord:
    keep, drop = make_customer(group, store, owner), make_customer(group, store, owner)
    keep.merge(by=Actor.system(group.pk), other=drop)
    return MergeRecord.objects.get(keep=keep)


def make_suggestion(group: Group, store: Store, owner: Employee) -> Suggestion:
    first, second = make_customer(group, store, owner), make_customer(group, store, owner)
    return Suggestion.objects.create(first=first, second=second, why="email")


def make_lead(group: Group, store: Store, owner: Employee | None, **fields: Any) -> Lead:
    """On the owner's list; without an owner and with `state="pool"` in the pool of the store."""
    return Lead.objects.create(
        store=store, owner=owner, team_id=owner.team_id if owner else None, name="Somebody",
        customer=make_customer(group, store, owner), channel=market.make_channel(store), asked_at=timezone.now(),
        received_at=timezone.now(), **{"state": "assigned", "invalid_reason": "wrong_number", **fields})


def make_opportunity(group: Group, store: Store, owner: Employee) -> Opportunity:
    return Opportunity.objects.create(store=store, owner=owner, team_id=owner.team_id, name="Somebody",
                                      customer=make_customer(group, store, owner), brand=org.make_brand(group),
                                      opened_at=timezone.now())


def make_transfer(group: Group, store: Store, owner: Employee) -> LeadTransfer:
    """Between this store and one that none of the cast works in."""
    lead = make_lead(group, store, owner, state="transfer_pending")
    return LeadTransfer.objects.create(lead=lead, from_store=store, to_store=org.make_store(group), reason="moved",
                                       state_before="assigned", asked_by=owner, asked_at=timezone.now())


def make_message(group: Group, store: Store, owner: Employee) -> InboxMessage:
    return InboxMessage.objects.create(store=store, channel=market.make_channel(store), received_at=timezone.now(),
                                       state="quarantined", fields={"name": "No number"})


def make_import(group: Group, store: Store, owner: Employee) -> ImportRun:
    return ImportRun.objects.create(store=store, channel=market.make_channel(store, "file"), made_by=owner,
                                    file_name="leads.csv", file_path="imports/leads.csv", columns=["phone"],
                                    mapping={"0": "phone"})


ROWS: dict[str, Maker] = {
    "org.group": lambda group, store, owner: group,
    "org.store": lambda group, store, owner: store,
    "org.employee": lambda group, store, owner: owner,
    "org.brand": lambda group, store, owner: org.make_brand(group),
    "org.department": lambda group, store, owner: org.make_department(store),
    "org.team": lambda group, store, owner: org.make_team(store),
    "org.role": lambda group, store, owner: org.make_role(group, "store_gm"),
    "org.legalentity": lambda group, store, owner: LegalEntity.objects.create(
        name="Company", credit_code=f"91X{store.pk}"),
    "org.apitoken": lambda group, store, owner: ApiToken.objects.create(
        group=group, name="Token", prefix=f"p{store.pk}", secret_hash="h"),
    "org.shift": lambda group, store, owner: org.make_shift(owner, timezone.now(), timezone.now() + HOUR),
    "studio.definition": lambda group, store, owner: studio.make_definition(
        Actor.system(group.pk), code="spine", store=store, published=False),
    "work.task": lambda group, store, owner: work.make_task(store, owner),
    "work.clock": lambda group, store, owner: work.make_clock(store, owner),
    "work.appointment": lambda group, store, owner: work.make_appointment(store, owner),
    "work.notification": lambda group, store, owner: work.make_notification(owner),
    "customers.customer": make_customer,
    "customers.contactpoint": lambda group, store, owner: customers.point_of(make_customer(group, store, owner)),
    "customers.consent": make_consent,
    "customers.mergerecord": make_merge,
    "customers.suggestion": make_suggestion,
    "customers.stopentry": lambda group, store, owner: StopEntry.objects.create(
        kind="competitor", value_hash=store.pk.to_bytes(16), shown="138****"),
    "customers.tag": lambda group, store, owner: customers.make_tag(group),
    "market.channel": lambda group, store, owner: market.make_channel(store),
    "market.campaign": lambda group, store, owner: market.make_campaign(market.make_channel(store, "form")),
    "vehicles.series": lambda group, store, owner: vehicles.make_series(org.make_brand(group)),
    "leads.lead": make_lead,
    "leads.opportunity": make_opportunity,
    "leads.leadtransfer": make_transfer,
    "leads.inboxmessage": make_message,
    "leads.importrun": make_import,
    "leads.slarule": lambda group, store, owner: SlaRule.objects.create(
        clock="leads.recall", band="low", channel_kind=str(store.pk), minutes=7),
    "leads.intentlevel": lambda group, store, owner: IntentLevel.objects.create(
        brand=org.make_brand(group), code="X", interval_hours=7),
}
# Rows of the group whose sight hangs on dealings of a store: as invisible to another store as its own rows are.
THROUGH_A_STORE = {"customers.customer", "customers.contactpoint", "customers.consent", "customers.mergerecord",
                   "customers.suggestion", "leads.leadtransfer"}


def make_rows(group: Group, store: Store, owner: Employee) -> dict[str, Any]:
    with scope.open(group.pk):
        return {key: make(group, store, owner) for key, make in ROWS.items()}
