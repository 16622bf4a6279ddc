"""Who sees which leads and opportunities, and who may do what with them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from dengta.core.actors import Actor, covered
from dengta.leads.types import LeadState, OpportunityState


# -- who sees which rows -------------------------------------------------------------------------------------------
def leads_seen(by: Actor) -> Q:
    """One's own, the team's, the store's; and the pool of one's store."""
    return covered(by.reach("leads.lead.see"), by, pool=Q(state=LeadState.POOL))


def opportunities_seen(by: Actor) -> Q:
    """Whoever invited the customer keeps sight of what becomes of it."""
    reach = by.reach("leads.opportunity.see")
    seen = covered(reach, by, pool=Q(state=OpportunityState.POOL))
    if reach.own and not reach.everything and by.employee_id is not None:
        return seen | Q(co_owner_id=by.employee_id)
    return seen


def messages_seen(by: Actor) -> Q:
    return covered(by.reach("leads.inboxmessage.see"), by, team=None, owner=None)


def imports_seen(by: Actor) -> Q:
    return covered(by.reach("leads.importrun.see"), by, team=None, owner="made_by_id")


def transfers_seen(by: Actor) -> Q:
    """Both stores see what was asked."""
    reach = by.reach("leads.leadtransfer.see")
    if reach.everything:
        return Q()
    return Q(to_store_id__in=reach.stores) | Q(from_store_id__in=reach.stores)


def promises_seen(by: Actor) -> Q:
    """Rules of the whole group: seen by those who lead."""
    return Q() if by.may("leads.slarule.see") else Q(pk__in=[])


def levels_seen(by: Actor) -> Q:
    return Q() if by.may("leads.lead.see") or by.may("leads.opportunity.see") else Q(pk__in=[])


# -- who may do what -----------------------------------------------------------------------------------------------
def may_claim(lead: Any, by: Actor) -> bool | str:
    """Only people claim, and only what lies in the pool; who came second reads who was first."""
    if by.employee_id is None:
        return _("Only a person can claim a lead.")
    if lead.state == LeadState.POOL or getattr(lead, "pk", None) is None:
        return True
    if lead.owner_id == by.employee_id:
        return _("You have this lead already.")
    if lead.owner_id is not None:
        return _("This lead was taken by %(name)s. Choose another one, or ask for a transfer.") % {
            "name": lead.owner.name
        }
    return _("This lead is no longer in the pool. Choose another one.")


def may_claim_opportunity(row: Any, by: Actor) -> bool | str:
    if by.employee_id is None:
        return _("Only a person can claim a customer.")
    if row.state == OpportunityState.POOL:
        return True
    if row.owner_id is not None:
        return _("This customer was taken by %(name)s. Choose another one.") % {"name": row.owner.name}
    return _("This customer is no longer in the pool. Choose another one.")


def may_decide_transfer(transfer: Any, by: Actor) -> bool | str:
    """The store that is asked decides."""
    if by.stores is not None and transfer.to_store_id not in by.stores:
        return _("The other store decides on this.")
    return True


def is_person(row: Any, by: Actor) -> bool | str:
    return True if by.employee_id is not None else _("Only a person can do this.")
