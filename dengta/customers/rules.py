"""Who sees which customers, and who may do what with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from dengta.core import scope
from dengta.core.actors import NOTHING, Actor, Reach, covered

SEE = "customers.customer.see"


def seen_through(dealings: Any, key: str = "pk") -> Callable[[Actor], Q]:
    """Customers (by `key`) with a dealing that the actor's reach covers: of their own, their team, their stores."""

    def seen(by: Actor) -> Q:
        reach = by.reach(SEE)
        if reach.everything:
            return Q()
        mine = _within_wall(reach, by, scope.current().stores)
        if mine == NOTHING:
            return NOTHING
        return Q(**{f"{key}__in": dealings.unscoped.filter(mine).values("customer_id")})

    return seen


def _within_wall(reach: Reach, by: Actor, wall: frozenset[int] | None) -> Q:
    """What `covered` says, inside the wall, and without saying a store twice: the planner would take it for rarer."""
    stores = reach.stores if wall is None else reach.stores & wall
    rest = covered(Reach(teams=reach.teams, own=reach.own), by)
    if rest == NOTHING or (wall is not None and wall <= stores):
        return Q(store_id__in=stores) if stores else NOTHING
    if wall is not None:
        rest &= Q(store_id__in=wall)
    return Q(store_id__in=stores) | rest if stores else rest


def pair_seen_through(dealings: Any) -> Callable[[Actor], Q]:
    """Pairs are shown to those who see both of them."""
    first, second = seen_through(dealings, "first_id"), seen_through(dealings, "second_id")
    return lambda by: first(by) & second(by)


def seen_by_all(permission: str) -> Callable[[Actor], Q]:
    """Vocabulary of the whole group: seen wholly or not at all."""
    return lambda by: Q() if by.may(permission) else NOTHING


def within(permission: str) -> Callable[[Any, Actor], bool | str]:
    """The verb's own reach covers one of the customer's dealings, and the customer is still one."""

    def allowed(row: Any, by: Actor) -> bool | str:
        customer = getattr(row, "customer", row)
        if customer.merged_into_id:
            return _("This customer was merged into another one. Work there.")
        if customer.forgotten_at:
            return _("The personal data of this customer was erased.")
        reach = by.reach(permission)
        if reach.everything or reach == by.reach(SEE):
            return True
        return customer.dealings.filter(covered(reach, by)).exists()

    return allowed


def wide(permission: str) -> Callable[[Any, Actor], bool | str]:
    """For what concerns everybody: more than the rights over one's own customers is needed."""

    def allowed(_row: Any, by: Actor) -> bool | str:
        reach = by.reach(permission)
        return bool(by.all_powerful or reach.everything or reach.stores)

    return allowed


def explain(row: Any, by: Actor) -> list[str]:
    """Why the actor sees this customer: the dealings that make them visible."""
    reach = by.reach(SEE)
    if reach.everything:
        return [_("Your role sees all customers of the group.")]
    found = row.dealings.filter(covered(reach, by)).select_related("store", "owner").order_by("-at")[:10]
    said = []
    for one in found:
        if one.owner_id == by.employee_id:
            said.append(_("You deal with this customer in %(store)s.") % {"store": one.store.name})
        elif one.owner_id:
            said.append(_("%(name)s of %(store)s deals with this customer, and your role sees that.")
                        % {"name": one.owner.name, "store": one.store.name})
        else:
            said.append(_("%(store)s deals with this customer, and your role sees that.") % {"store": one.store.name})
    return list(dict.fromkeys(said))
