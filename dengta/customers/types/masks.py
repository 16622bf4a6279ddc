"""How a contact value is shown to people who did not ask for the full one, and how it is written down."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dengta.core.types.contacts import mask_email, mask_wechat, parse_email, parse_wechat
from dengta.core.types.errors import BadValue
from dengta.core.types.phone import format_phone, mask_phone, parse_phone
from dengta.customers.types.candidates import number_of
from dengta.customers.types.words import PHONE_KINDS, ContactKind


def shown(kind: str, value: str) -> str:
    """The mask: `138****5678`, `l***@163.com`, `wx***90`."""
    if kind in PHONE_KINDS:
        number, _mark, extension = value.partition(";")
        return mask_phone(number) + (f" {'*' * len(extension)}" if extension else "")
    return mask_email(value) if kind == ContactKind.EMAIL else mask_wechat(value)


def spoken(kind: str, value: str) -> str:
    """The clear value as people read it aloud or type it."""
    if kind not in PHONE_KINDS:
        return value
    number, _mark, extension = value.partition(";")
    return format_phone(number) + (f" {extension}" if extension else "")


def parse_contact(kind: str, raw: str) -> tuple[str, str, bool, str]:
    """(kind, value, is_virtual, remark) of what somebody typed; raises `BadValue` with a sentence.

    A landline typed as a mobile and the other way round is put right.
    """
    if kind in PHONE_KINDS:
        phone = parse_phone(raw)
        found = ContactKind.MOBILE if phone.is_mobile else ContactKind.LANDLINE
        return found.value, number_of(phone), phone.is_virtual, phone.remark[:60]
    if kind == ContactKind.EMAIL:
        return kind, parse_email(raw), False, ""
    if kind == ContactKind.WECHAT:
        return kind, parse_wechat(raw), False, ""
    value = raw.strip()
    if not value or len(value) > 64 or any(letter.isspace() or not letter.isprintable() for letter in value):
        raise BadValue(_("This is not an id of WeChat or WeCom."), "invalid")
    return kind, value, False, ""
