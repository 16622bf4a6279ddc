"""What a leaver holds of customers, and what the work room remembers of the forgotten."""

from __future__ import annotations

from typing import Any

from dengta.core.actors import Actor
from dengta.customers.models import Dealing
from dengta.customers.operations.dealings import relink
from dengta.org import rules as org_rules
from dengta.work.models import Appointment, Task

OWN = "customers.customer"  # dealings that come from opening a file; those of leads move with the leads


def count_held(employee: Any) -> int:
    return Dealing.objects.filter(owner_id=employee.pk, source=OWN).count()


def pass_on(employee: Any, receivers: list[Any], rule: str, by: Actor) -> int:
    """Files somebody opened go to their successors."""
    ids = list(Dealing.objects.filter(owner_id=employee.pk, source=OWN).order_by("pk")
               .values_list("source_id", flat=True))
    for receiver, mine in org_rules.share(ids, receivers, rule):
        relink(OWN, dict.fromkeys(mine, (receiver.pk, receiver.team_id)))
    return len(ids)


def blank_names(customer_id: int) -> None:
    """Tasks and appointments stay, the name on them goes."""
    for model in (Task, Appointment):
        model.unscoped.filter(party_id=customer_id).update(party_name="")
