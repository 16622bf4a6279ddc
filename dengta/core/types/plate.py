"""Chinese number plates: ordinary (7 characters), new energy (8), police, coach, embassy, Hong Kong and Macao."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from dengta.core.types.errors import BadValue

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_L = "A-HJ-NP-Z"  # plates have no I and no O
_ORDINARY = re.compile(rf"[{PROVINCES}][{_L}](?=(?:[^A-Z]*[A-Z]){{0,2}}[^A-Z]*$)[{_L}0-9]{{5}}")
_NEW_ENERGY = re.compile(rf"[{PROVINCES}][{_L}](?:[A-HJK][{_L}0-9][0-9]{{4}}|[0-9]{{5}}[A-HJK])")
_SPECIAL = re.compile(
    rf"[{PROVINCES}][{_L}][{_L}0-9]{{4}}[学警挂试超]|[{PROVINCES}]O?[{_L}0-9]{{4,5}}警"
    rf"|粤Z[{_L}0-9]{{4}}[港澳]|[0-9]{{6}}使|使[0-9]{{6}}|[{PROVINCES}][{_L}][0-9]{{4}}领"
)
_SEPARATORS = re.compile(r"[\s\-_.·•・*]+")
LOOKALIKES = str.maketrans("OI", "01")


class BadPlate(BadValue):
    """Not a number plate."""


class Plate(NamedTuple):
    """`is_new_energy`: green plate of 8 characters."""

    value: str
    is_new_energy: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        return plate_keys(self.value)

    def __str__(self) -> str:
        return self.value


def parse_plate(raw: str) -> Plate:
    """A clean plate; O and I typed for 0 and 1 after the office letter are mended, for plates have no such letters."""
    value = clean_plate(raw)
    if not value:
        raise BadPlate(_("Enter the number plate."), "empty")
    if len(value) > 2 and value[0] in PROVINCES:
        value = value[:2] + value[2:].translate(LOOKALIKES)
    if _NEW_ENERGY.fullmatch(value):
        return Plate(value, is_new_energy=True)
    if _ORDINARY.fullmatch(value) or _SPECIAL.fullmatch(value):
        return Plate(value)
    if value[0] not in PROVINCES and value[0] not in "使0123456789":
        raise BadPlate(_("A number plate begins with the province, as in 沪A12345."), "province")
    if len(value) not in (7, 8):
        raise BadPlate(_("A number plate has 7 characters, a green one 8."), "length")
    raise BadPlate(_("This is not a valid number plate."), "invalid")


def clean_plate(raw: str | None) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", str(raw or ""))).upper()


def format_plate(value: str | None) -> str:
    """`沪A·12345`, as it stands on the car."""
    if not value or value[0] not in PROVINCES:
        return value or ""
    return f"{value[:2]}·{value[2:]}"


def mask_plate(value: str | None) -> str:
    """The middle hidden: `沪A***45`."""
    if not value:
        return ""
    return f"{value[:2]}{'*' * (len(value) - 4)}{value[-2:]}" if len(value) > 4 else "*" * len(value)


def plate_keys(value: str) -> tuple[str, ...]:
    """What a plate is found by: all of it, without the province, without the office letter, its last four."""
    return tuple(dict.fromkeys(key for key in (value, value[1:], value[2:], value[-4:]) if len(key) > 3))
