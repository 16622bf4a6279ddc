"""Customers for tests of this room and those above. Each steps into the scope of the group itself."""

from __future__ import annotations

from itertools import count
from typing import Any

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.customers import operations
from dengta.customers.models import ContactPoint, Customer, Tag
from dengta.customers.types import Candidate, Link
from dengta.org.models import Employee, Group, Store

numbers = count(1)


def fresh_phone() -> str:
    return f"+86136{next(numbers):08d}"


def make_customer(group: Group, name: str = "", phone: str | None = None, *, store: Store | None = None,
                  owner: Employee | None = None, **values: Any) -> Customer:
    """A customer with a mobile; `store` and `owner` make a dealing, without which only the group sees it."""
    by = Actor.system(group.pk)
    phones = [fresh_phone() if phone is None else phone] if phone != "" else []
    with scope.open(group.pk):
        candidate = Candidate(name=name or f"Customer {next(numbers)}", phones=phones, **values)
        made = operations.register([candidate], store_id=store.pk if store else None, by=by)[0]
        if store or owner:
            deal(made.customer_id, store or owner.store, owner)
        return Customer.objects.get(pk=made.customer_id)


def deal(customer: Customer | int, store: Store, owner: Employee | None = None, source: str = "tests.dealing") -> int:
    """A dealing of a store (and a person) with a customer; gives its source id."""
    source_id = next(numbers)
    with scope.open(store.group_id):
        operations.link([Link(getattr(customer, "pk", customer), store.pk, source, source_id,
                              owner_id=owner.pk if owner else None, team_id=owner.team_id if owner else None)])
    return source_id


def point_of(customer: Customer) -> ContactPoint:
    """The mobile, or whatever there is; ids follow keyed hashes and so differ between installations."""
    with scope.open(customer.group_id):
        points = customer.contact_points.live().order_by("pk")
        return points.filter(kind="mobile").first() or points.first()


def make_tag(group: Group, code: str = "", **values: Any) -> Tag:
    with scope.open(group.pk):
        code = code or f"tag-{next(numbers)}"
        return Tag.objects.create(code=code, **{"name": code.title(), **values})
