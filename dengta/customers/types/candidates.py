"""What rooms above hand in and get back when they ask who somebody is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dengta.core.types.phone import Phone, parse_phone
from dengta.customers.types.words import ContactKind


@dataclass(slots=True)
class Candidate:
    """Somebody who came in. Values are normalised already (`core.types`); phones are `Phone`s or E.164 texts."""

    name: str = ""
    phones: Sequence[Phone | str] = ()
    unionid: str = ""
    wecom: str = ""
    wechat: str = ""
    email: str = ""
    city: str = ""
    gender: str = ""
    kind: str = ""
    _found: list[tuple[str, str, bool]] | None = field(default=None, init=False, repr=False, compare=False)

    def values(self) -> list[tuple[str, str, bool]]:
        """(kind, value, is_virtual) of every contact point, in the order in which they identify; worked out once."""
        if self._found is None:
            self._found = self._work_out()
        return self._found

    def _work_out(self) -> list[tuple[str, str, bool]]:
        phones = [p if isinstance(p, Phone) else parse_phone(p) for p in self.phones]
        mobiles = [(ContactKind.MOBILE.value, number_of(p), p.is_virtual) for p in phones if p.is_mobile]
        lines = [(ContactKind.LANDLINE.value, number_of(p), False) for p in phones if not p.is_mobile]
        rest = ((ContactKind.UNIONID, self.unionid), (ContactKind.WECOM, self.wecom),
                (ContactKind.WECHAT, self.wechat))
        found = [*mobiles, *((kind.value, value, False) for kind, value in rest if value), *lines]
        if self.email:
            found.append((ContactKind.EMAIL.value, self.email, False))
        return list(dict.fromkeys(found))


def number_of(phone: Phone) -> str:
    """What is kept of a number: a privacy number is another one with another extension."""
    return f"{phone.e164};{phone.extension}" if phone.extension else phone.e164


@dataclass(slots=True)
class Match:
    """Who a candidate is: a known customer and by what, or nobody; and whom else they may be."""

    customer_id: int | None = None
    how: str = ""
    hints: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Registered:
    """The customer of a candidate, and whether they are new."""

    customer_id: int
    is_new: bool
    how: str = ""


@dataclass(slots=True)
class Link:
    """A dealing of a store with a customer: what makes the customer visible to its owner, team and store.

    `source` and `source_id` name the record behind it, such as "leads.lead" and its id.
    """

    customer_id: int
    store_id: int
    source: str
    source_id: int
    owner_id: int | None = None
    team_id: int | None = None
    at: datetime | None = None


@dataclass(slots=True)
class ConsentGrant:
    """Consent as it came in with a form or a message."""

    customer_id: int
    purpose: str
    text_version: str
    channel: str
    at: datetime | None = None
    proof: str = ""


