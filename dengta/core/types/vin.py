"""Vehicle identification numbers: 17 characters, check digit by ISO 3779 / GB 16735, year code, suffixes."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dengta.core.types.errors import BadValue

VALUES = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
YEAR_CODES = "ABCDEFGHJKLMNPRSTVWXY123456789"  # 1980 = A, 2010 = A again
LOOKALIKES = str.maketrans("OQI", "001")
_SEPARATORS = re.compile(r"[\s\-_.·*]+")


class BadVin(BadValue):
    """Not a VIN. `suggestion` holds what was probably meant."""


class Vin(NamedTuple):
    """`check_ok` is False only where a wrong check digit was allowed: imported and trade-in cars often have none."""

    value: str
    check_ok: bool = True

    @property
    def maker(self) -> str:
        """World manufacturer identifier, positions 1 to 3."""
        return self.value[:3]

    @property
    def serial(self) -> str:
        return self.value[-6:]

    @property
    def keys(self) -> tuple[str, ...]:
        return vin_keys(self.value)

    def year(self, latest: int) -> int | None:
        """Model year of position 10: the youngest that is not after `latest`."""
        place = YEAR_CODES.find(self.value[9])
        if place < 0:
            return None
        year = 1980 + place
        while year + 30 <= latest:
            year += 30
        return year

    def __str__(self) -> str:
        return self.value


def parse_vin(raw: str, strict: bool = True) -> Vin:
    """A clean VIN. `strict` refuses a wrong check digit (domestic new cars); otherwise it is only noted."""
    value = clean_vin(raw)
    if not value:
        raise BadVin(_("Enter the VIN."), "empty")
    if not value.isascii() or not value.isalnum():
        raise BadVin(_("A VIN has only letters and digits."), "characters")
    if len(value) != 17:
        raise BadVin(format_lazy(_("A VIN has 17 characters, this one has {count}."), count=len(value)), "length")
    if any(letter in value for letter in "IOQ"):
        meant = value.translate(LOOKALIKES)
        if check_digit(meant) == meant[8]:
            sentence = format_lazy(_("A VIN never has the letters I, O or Q. Did you mean {vin}?"), vin=meant)
            raise BadVin(sentence, "letters", meant)
        raise BadVin(_("A VIN never has the letters I, O or Q: they are the digits 1 and 0."), "letters")
    expected = check_digit(value)
    if expected == value[8]:
        return Vin(value)
    if strict:
        sentence = _("The check digit (9th character) is {found} but should be {expected}. Please compare once more.")
        raise BadVin(format_lazy(sentence, found=value[8], expected=expected), "check_digit")
    return Vin(value, check_ok=False)


def clean_vin(raw: str | None) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", str(raw or ""))).upper()


def check_digit(value: str) -> str:
    """What position 9 should be; nothing for a text that cannot be a VIN."""
    if len(value) != 17 or not all(letter in VALUES for letter in value):
        return ""
    rest = sum(VALUES[letter] * weight for letter, weight in zip(value, WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def mask_vin(value: str | None) -> str:
    """Maker and last six: `LSVAA49****012345` without its middle."""
    if not value:
        return ""
    return f"{value[:3]}{'*' * max(len(value) - 9, 3)}{value[-6:]}" if len(value) > 9 else "*" * len(value)


def vin_keys(value: str) -> tuple[str, ...]:
    """What a VIN is found by: all of it, its last eight and its last six characters."""
    return tuple(dict.fromkeys((value, value[-8:], value[-6:])))
