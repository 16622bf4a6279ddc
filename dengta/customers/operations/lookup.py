"""Is this number known? For duplicate hints while typing and for callers: one indexed statement each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from dengta.core import access, search
from dengta.core.actors import Actor
from dengta.core.types.errors import BadValue
from dengta.customers.models import ContactPoint, Customer
from dengta.customers.operations.screening import stopped
from dengta.customers.types import Candidate, ContactKind, StopReason
from dengta.customers.types.masks import parse_contact
from dengta.customers.types.sealing import fingerprint
from dengta.customers.verbs.contacting import count_today

STRANGERS_A_DAY = 100
MOST_NAMESAKES = 3


@dataclass
class Known:
    """What may be said about a number. `customers` are visible; `elsewhere`: known, but not to this actor."""

    customers: list[Customer] = field(default_factory=list)
    elsewhere: bool = False
    too_often: bool = False
    stop: str = ""
    namesakes: list[Any] = field(default_factory=list)

    @property
    def stop_label(self) -> str:
        return str(StopReason(self.stop).label) if self.stop else ""

    def __bool__(self) -> bool:
        return bool(self.customers or self.elsewhere or self.too_often or self.stop or self.namesakes)


def who_has(actor: Actor, raw: str) -> Known:
    """The customers with this phone. Whoever asks too often about strangers learns nothing more that day."""
    try:
        kind, value, _virtual, _said = parse_contact(ContactKind.MOBILE, raw)
    except BadValue:
        return Known()
    seen = access.visible(Customer, actor).filter(pk=OuterRef("customer_id"))
    points = ContactPoint.objects.live().filter(kind=kind, value_hash=fingerprint(actor.group_id, kind, value))
    points = points.defer("sealed").select_related("customer").annotate(seen=Exists(seen))
    rows = list(points.order_by("customer_id")[:5])
    known = Known([row.customer for row in rows if row.seen], elsewhere=any(not row.seen for row in rows))
    if known.elsewhere and not known.customers and not count_today(actor, "hint", STRANGERS_A_DAY):
        return Known(too_often=True)
    return known


def hint(actor: Actor, phone: str = "", name: str = "") -> Known:
    """While somebody types a new customer or lead: who it may be already."""
    known = who_has(actor, phone) if len(phone) >= 7 else Known()
    if phone and not known.customers and len(phone) >= 7:
        known.stop = _stopped(phone)
    if not known.customers and len(name.strip()) >= 2:
        known.namesakes = search.find(actor, name, ["customers.customer"], limit=MOST_NAMESAKES)
    return known


def _stopped(phone: str) -> str:
    try:
        kind, value, _virtual, _said = parse_contact(ContactKind.MOBILE, phone)
    except BadValue:
        return ""
    return stopped([Candidate(phones=[value])])[0] if kind == ContactKind.MOBILE and ";" not in value else ""


def hint_url() -> str:
    """Where a form asks for hints: `?phone=…&name=…` gives a fragment."""
    return reverse("customers:hint")
