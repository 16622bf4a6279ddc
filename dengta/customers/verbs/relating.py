"""Families, employers, drivers, payers."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.core.actors import Actor
from dengta.core.inputs import Choice, Ref
from dengta.core.verbs import NotAllowed, verb
from dengta.customers import rules
from dengta.customers.events import CustomersRelated, RelationRemoved
from dengta.customers.types import INVERSE, RelationKind

MOST_RELATIONS = 50


class Relating:
    """Who belongs to this customer."""

    @verb(done=CustomersRelated, label=gettext_lazy("Add relation"), icon="users-plus",
          allow=rules.within("customers.customer.relate"),
          inputs=[Ref("other", gettext_lazy("Other customer"), to="customers.customer"),
                  Choice("kind", gettext_lazy("Is the customer's"), choices=RelationKind.choices)])
    def relate(self, *, by: Actor, other: Any, kind: str) -> list[CustomersRelated] | None:
        """Record what another customer is to this one; the other's file shows it too."""
        if other.pk == self.pk:
            raise NotAllowed(_("Choose another customer."))
        if not other.is_live:
            raise NotAllowed(_("The other customer was merged or erased."))
        if self.relations.count() >= MOST_RELATIONS:
            raise NotAllowed(_("There are too many relations already."))
        known = self.relations.model.objects.filter(_same(self, other, kind))
        if known.exists():
            return None
        self.relations.create(group_id=self.group_id, other=other, kind=kind)
        return [CustomersRelated(kind=kind, other_id=other.pk, other_code=other.code),
                CustomersRelated(subject=other, kind=INVERSE.get(kind, kind), other_id=self.pk, other_code=self.code)]

    @verb(done=RelationRemoved, label=gettext_lazy("Remove relation"), icon="users-minus",
          allow=rules.within("customers.customer.unrelate"),
          inputs=[Ref("other", gettext_lazy("Other customer"), to="customers.customer"),
                  Choice("kind", gettext_lazy("Is the customer's"), choices=RelationKind.choices)])
    def unrelate(self, *, by: Actor, other: Any, kind: str) -> RelationRemoved | None:
        """The relation is over or was wrong."""
        gone, _rows = self.relations.model.objects.filter(_same(self, other, kind)).delete()
        return RelationRemoved(kind=kind, other_id=other.pk, other_code=other.code) if gone else None


def _same(one: Any, other: Any, kind: str) -> Q:
    """The relation as it stands on one file or, the other way round, on the other."""
    straight = Q(customer=one, other=other, kind=kind)
    return straight | Q(customer=other, other=one, kind=INVERSE[kind]) if kind in INVERSE else straight
