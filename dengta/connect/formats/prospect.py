"""What an ADF prospect means: contact, vehicles, trade-in, timeframe, money. Order and completeness do not matter."""

import re
from typing import Any
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from dengta.connect.formats.values import SHANGHAI, amount, days, lines, text, when
from dengta.connect.formats.xml import local

MAX_PARTS = 50
_CJK = re.compile("[\u3400-\u9fff]")
_PHONE_RANK = {"mobile": 0, "cell": 0, "cellphone": 0, "cellular": 0, "手机": 0, "fax": 9, "pager": 9}
_WECHAT = re.compile("wechat|weixin|微信", re.IGNORECASE)
_KNOWN = {"id", "requestdate", "vehicle", "customer", "vendor", "provider"}
_CUSTOMER_KNOWN = {"contact", "id", "timeframe", "comments"}
_CONTACT_KNOWN = {"name", "email", "phone", "address"}
_CONSENT = {"consent", "optin", "opt-in", "permission"}


class ProspectRefused(Exception):
    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code, self.message = code, message


def identity_of(prospect: Element) -> tuple[str, str]:
    """The first id, and that id with its source: two sources may count from 1 both."""
    for element in _all(prospect, "id"):
        value = _text(element) or _own_sequence(element)
        if value:
            source = _attribute(element, "source")
            return value, f"{value}@{source}" if source else value
    return "", ""


def fields_of(prospect: Element) -> dict[str, Any]:
    customers = _all(prospect, "customer")
    contact = _contact(prospect, customers)
    vehicles = _all(prospect, "vehicle")
    if contact is None and not vehicles:
        raise ProspectRefused("empty", _("The prospect has neither a customer nor a vehicle."))
    fields: dict[str, Any] = {"status": (_attribute(prospect, "status") or "new").lower()}
    extra: dict[str, Any] = {}
    _put(fields, "at", _child_text(prospect, "requestdate"))
    if contact is not None:
        _read_contact(contact, fields, extra)
    for customer in customers[:1]:
        _read_timeframe(customer, fields, extra)
    _read_vehicles(vehicles, fields, extra)
    _read_comments(customers, vehicles, fields)
    _read_others(prospect, customers, extra)
    _read_unknown(prospect, customers, contact, fields, extra)
    if extra:
        fields["extra"] = extra
    return fields


def _contact(prospect: Element, customers: list[Element]) -> Element | None:
    """Senders put the contact into the customer, flatten it, or forget the customer."""
    for customer in customers:
        inner = _child(customer, "contact")
        if inner is not None:
            return inner
        if any(local(e) in _CONTACT_KNOWN for e in customer):
            return customer
    return _child(prospect, "contact")


def _read_contact(contact: Element, fields: dict, extra: dict) -> None:
    _put(fields, "name", _name(contact, "individual"))
    company = _name(contact, "business")
    if company and company != fields.get("name"):
        _put(extra, "company", company)
    _put(fields, "email", next((t for e in _preferred(_all(contact, "email")) if (t := _text(e))), ""))
    numbers, faxes = [], []
    for phone in sorted(_preferred(_all(contact, "phone")), key=_phone_rank):
        number, kind = _text(phone), _attribute(phone, "type")
        if not number:
            continue
        if _WECHAT.search(kind):
            fields.setdefault("wechat", number)
        else:
            (faxes if kind.lower() in ("fax", "pager") else numbers).append(number)
    _put(fields, "phone", list(dict.fromkeys(numbers)))
    _put(extra, "fax", ", ".join(faxes))
    best_time = next((_attribute(e, "time") for e in _all(contact, "phone") if _attribute(e, "time")), "")
    _put(extra, "best_time", "" if best_time == "nopreference" else best_time)
    _read_address(contact, fields, extra)


def _read_address(contact: Element, fields: dict, extra: dict) -> None:
    address = _child(contact, "address")
    for place in (address, contact):
        if place is not None:
            _put(fields, "city", fields.get("city") or _child_text(place, "city"))
    if address is None:
        return
    street = " ".join(t for e in _all(address, "street") if (t := _text(e)))
    parts = {name: _child_text(address, name) for name in ("apartment", "regioncode", "postalcode", "country")}
    _put(extra, "address", {k: v for k, v in ({"street": street} | parts).items() if v})


def _name(contact: Element, kind: str) -> str:
    """`full`, or first/middle/last/suffix; Chinese parts are family name first and without a space."""
    parts: dict[str, str] = {}
    for element in _all(contact, "name"):
        is_business = _attribute(element, "type").lower() == "business"
        if is_business == (kind == "business"):
            part = _attribute(element, "part").lower() or "full"
            parts.setdefault(part, _text(element) or _nested_name(element))
    if parts.get("full"):
        return parts["full"]
    first, middle, last = (parts.get(k, "") for k in ("first", "middle", "last"))
    if _CJK.search(last + first):
        return f"{last}{middle}{first}"
    return " ".join(p for p in (first, middle, last, parts.get("suffix", "")) if p) or next(
        (p for p in parts.values() if p), ""
    )


def _nested_name(element: Element) -> str:
    """<name><first>…</first><last>…</last></name>"""
    first, last = _child_text(element, "first"), _child_text(element, "last")
    if _CJK.search(first + last):
        return f"{last}{first}"
    return _child_text(element, "full") or f"{first} {last}".strip()


def _read_timeframe(customer: Element, fields: dict, extra: dict) -> None:
    frame = _child(customer, "timeframe")
    if frame is None:
        return
    written = {n: _child_text(frame, n) for n in ("description", "earliestdate", "latestdate")}
    within = days(written["description"] or _text(frame))
    if within is None:
        start = when(fields.get("at"), SHANGHAI)
        end = when(written["latestdate"] or written["earliestdate"], SHANGHAI)
        within = max(0, (end - start).days) if start and end else None
    _put(fields, "purchase_within_days", within)
    _put(extra, "timeframe", {k: v for k, v in written.items() if v} or _text(frame))


def _read_vehicles(vehicles: list[Element], fields: dict, extra: dict) -> None:
    wanted, traded = [], []
    for vehicle in vehicles[:MAX_PARTS]:
        interest = re.sub(r"[\s_]+", "-", _attribute(vehicle, "interest").lower()) or "buy"
        (traded if interest in ("trade-in", "tradein", "trade", "sell") else wanted).append((interest, vehicle))
    if any(interest in ("test-drive", "testdrive") for interest, _ in wanted):
        fields["test_drive"] = True
    if wanted:
        _put(fields, "series", _series(wanted[0][1]))
        _read_money(wanted[0][1], fields, extra)
    if traded:
        fields["trade_in"] = _vehicle(*traded[0])
    described = [v for v in (_vehicle(*pair) for pair in wanted + traded) if v]
    _put(extra, "vehicles", described)


def _series(vehicle: Element) -> str:
    make, model, trim = (_child_text(vehicle, n) for n in ("make", "model", "trim"))
    if make and model.lower().startswith(make.lower()):
        make = ""
    return " ".join(p for p in (make, model, trim) if p)


def _vehicle(interest: str, vehicle: Element) -> dict[str, Any]:
    """All simple parts of a vehicle, the unknown ones too."""
    described: dict[str, Any] = {"interest": interest}
    _put(described, "status", _attribute(vehicle, "status"))
    for part in list(vehicle)[:MAX_PARTS]:
        name, value = local(part), _deep(part)
        if name and value and name not in described:
            described[name] = value
    return described


def _read_money(vehicle: Element, fields: dict, extra: dict) -> None:
    """What the customer offers or can pay is a budget; list prices are not."""
    prices = []
    for price in _all(vehicle, "price"):
        kind, currency = _attribute(price, "type").lower(), _attribute(price, "currency").upper()
        prices.append({"type": kind, "amount": _text(price), "currency": currency})
        if kind in ("offer", "quote", "") and currency in ("", "CNY", "RMB"):
            _put(fields, "budget_high", fields.get("budget_high") or amount(_text(price)))
    _put(extra, "prices", prices)
    finance = _child(vehicle, "finance")
    if finance is not None:
        amounts = [
            {"type": _attribute(a, "type").lower(), "limit": _attribute(a, "limit").lower(), "amount": _text(a)}
            for a in _all(finance, "amount")
        ]
        _put(extra, "finance", {"method": _child_text(finance, "method"), "amounts": amounts})


def _read_comments(customers: list[Element], vehicles: list[Element], fields: dict) -> None:
    said = [
        lines(_whole(e)) for owner in customers + vehicles for e in _all(owner, "comments") + _all(owner, "comment")
    ]
    _put(fields, "message", "\n".join(dict.fromkeys(s for s in said if s))[:5000])


def _read_others(prospect: Element, customers: list[Element], extra: dict) -> None:
    ids = [{"id": _text(e), "source": _attribute(e, "source")} for e in _all(prospect, "id") if _text(e)]
    if len(ids) > 1 or any(i["source"] for i in ids):
        extra["ids"] = ids
    others = []
    for customer in customers[1:]:
        other: dict[str, Any] = {}
        contact = _child(customer, "contact")
        _read_contact(contact if contact is not None else customer, other, {})
        others.append(other)
    _put(extra, "other_customers", [o for o in others if o])
    vendor, provider = _child(prospect, "vendor"), _child(prospect, "provider")
    if vendor is not None:
        _put(extra, "vendor", _child_text(vendor, "vendorname") or _party_name(vendor))
    if provider is not None:
        _put(extra, "provider", _child_text(provider, "name") or _party_name(provider))
        _put(extra, "service", _child_text(provider, "service"))


def _party_name(party: Element) -> str:
    contact = _child(party, "contact")
    return _name(contact, "business") or _name(contact, "individual") if contact is not None else ""


def _read_unknown(
    prospect: Element, customers: list[Element], contact: Element | None, fields: dict, extra: dict
) -> None:
    """Elements of the sender's own: wechat, campaign and consent are understood, the rest is kept."""
    unknown: dict[str, Any] = {}
    places = [(prospect, _KNOWN | {"contact"}), *((c, _CUSTOMER_KNOWN | _CONTACT_KNOWN) for c in customers[:1])]
    if contact is not None:
        places.append((contact, _CONTACT_KNOWN | _CUSTOMER_KNOWN))
    for owner, known in places:
        for element in list(owner)[:MAX_PARTS]:
            name = local(element)
            if not name or name in known or name == "city":
                continue
            if _WECHAT.fullmatch(name) or name == "campaign":
                _put(fields, "campaign" if name == "campaign" else "wechat", _text(element))
            elif name in _CONSENT:
                _put(fields, "consent", _text(element) or _deep(element))
            else:
                unknown.setdefault(name, _deep(element))
    _put(extra, "unknown", {k: v for k, v in unknown.items() if v})


def _deep(element: Element, depth: int = 0) -> Any:
    children = list(element)[:MAX_PARTS]
    if not children or depth > 4:
        return lines(_whole(element), 2000)
    return {local(c): value for c in children if (value := _deep(c, depth + 1))}


def _own_sequence(element: Element) -> str:
    """Some senders write their id into the sequence attribute; a plain counter is no id."""
    sequence = _attribute(element, "sequence")
    return "" if sequence.isdigit() and len(sequence) < 4 else sequence


def _phone_rank(phone: Element) -> int:
    if _attribute(phone, "preferredcontact") in ("1", "true", "yes"):
        return -1
    return _PHONE_RANK.get(_attribute(phone, "type").lower(), 5)


def _preferred(elements: list[Element]) -> list[Element]:
    return sorted(elements, key=lambda e: _attribute(e, "preferredcontact") not in ("1", "true", "yes"))


def _attribute(element: Element, name: str) -> str:
    for key, value in element.attrib.items():
        if key.rpartition("}")[2].lower() == name:
            return text(value, 300)
    return ""


def _all(element: Element, name: str) -> list[Element]:
    return [child for child in element if local(child) == name][:MAX_PARTS]


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if local(child) == name), None)


def _child_text(element: Element, name: str) -> str:
    return next((t for child in _all(element, name) if (t := _text(child))), "")


def _text(element: Element) -> str:
    return text(element.text, 500)


def _whole(element: Element) -> str:
    return "".join(element.itertext())


def _put(target: dict, name: str, value: Any) -> None:
    if value not in (None, "", [], {}):
        target[name] = value
