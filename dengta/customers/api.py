"""What the generic API cannot do: who is calling, and the full value of a contact."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from dengta.core.access import fetch
from dengta.core.api import PROBLEMS, api
from dengta.customers.models import ContactPoint
from dengta.customers.operations import who_has
from dengta.customers.rules import SEE
from dengta.customers.types import RevealPurpose

router = Router(tags=["customers"])


class Caller(Schema):
    """One customer with this number."""

    id: int
    code: str
    name: str
    phone: str
    restriction: str
    url: str


class Callers(Schema):
    """`elsewhere`: the group knows the number, but this token may not see who it is."""

    customers: list[Caller]
    elsewhere: bool


class Purpose(Schema):
    purpose: RevealPurpose
    note: str = ""


class Revealed(Schema):
    id: int
    kind: str
    value: str


@router.get("/customers/caller", response={200: Callers, **PROBLEMS}, operation_id="customers_caller")
def caller(request: HttpRequest, phone: str) -> dict[str, Any]:
    """The customers with this phone, in whatever way it is written. One indexed statement."""
    if not request.actor.may(SEE):
        raise Http404
    known = who_has(request.actor, phone[:60])
    found = [{"id": row.pk, "code": row.code, "name": row.name, "phone": row.phone_shown,
              "restriction": row.restriction, "url": row.get_absolute_url()} for row in known.customers]
    return {"customers": found, "elsewhere": known.elsewhere}


@router.post("/customers/contacts/{int:pk}/reveal", response={200: Revealed, **PROBLEMS},
             operation_id="customers_reveal")
def reveal(request: HttpRequest, pk: int, body: Purpose) -> dict[str, Any]:
    """The full value of a contact. Leaves a trace and counts against the day's limit."""
    point = fetch(ContactPoint, request.actor, pk)
    point.reveal(by=request.actor, purpose=body.purpose.value, note=body.note[:200])
    return {"id": point.pk, "kind": point.kind, "value": point.value}


api.add_router("", router)
