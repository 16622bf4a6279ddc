"""Phone numbers in every habit people have, to E.164; masks; the keys a number is found by.

`parse_phone` takes a plain Chinese mobile without any library; all else goes through cleaning, and foreign
numbers are judged by the phonenumbers library.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import phonenumbers
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dengta.core.types.areas import Area, area_of
from dengta.core.types.errors import BadValue

VIRTUAL_PREFIXES = frozenset({"162", "165", "167", "170", "171"})
LONGEST = 200  # characters of raw text that are looked at


class BadPhone(BadValue):
    """No usable phone number in the text."""


class Phone(NamedTuple):
    """One number. `is_virtual` means a virtual operator or a privacy number: it may stop working."""

    e164: str
    national: str
    is_mobile: bool
    is_virtual: bool = False
    extension: str = ""
    remark: str = ""
    others: tuple[str, ...] = ()

    @property
    def area(self) -> Area | None:
        return area_of(self.e164)

    @property
    def city(self) -> str | None:
        """City of issue in Chinese; `area` has the province and the English name."""
        area = area_of(self.e164)
        return area.city if area else None

    @property
    def is_chinese(self) -> bool:
        return self.e164.startswith("+86")

    @property
    def keys(self) -> tuple[str, ...]:
        return phone_keys(self.e164)

    def __str__(self) -> str:
        return self.e164


_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def parse_phone(raw: str, area_code: str = "") -> Phone:
    """The first usable number in the text; the rest of the text is its remark, further numbers are `others`.

    `area_code` (such as "021") completes landlines that were written without one.
    """
    if isinstance(raw, str) and len(raw) == 11 and raw.isascii() and _MOBILE.fullmatch(raw):
        return Phone("+86" + raw, raw, True, raw[:3] in VIRTUAL_PREFIXES)
    if isinstance(raw, str) and len(raw) == 14 and raw.startswith("+861") and _MOBILE.fullmatch(raw, 3):
        return Phone(raw, raw[3:], True, raw[3:6] in VIRTUAL_PREFIXES)
    text = _clean(raw)
    found: list[Phone] = []
    rest: list[str] = []
    place = 0
    for start, end, phone in _numbers(text, area_code):
        rest.append(text[place:start])
        place = end
        if phone.e164 not in [other.e164 for other in found]:
            found.append(phone)
    if not found:
        raise _why_not(text)
    rest.append(text[place:])
    return found[0]._replace(remark=_remark(rest), others=tuple(other.e164 for other in found[1:]))


# -- cleaning ------------------------------------------------------------------------------------------------------
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff]")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー─﹣·•・_", "-") | {"【": "(", "】": ")"})
_HAN_DIGITS = str.maketrans("〇零一幺二两三四五六七八九", "0011223456789")
_HAN_RUN = re.compile("[〇零一幺二两三四五六七八九][〇零一幺二两三四五六七八九 -]{6,}")
_SPREADSHEET_FLOAT = re.compile(r"^'?([0-9]{7,13})\.0+$")
_SPREADSHEET_POWER = re.compile(r"^'?([0-9](?:\.[0-9]+)?)[eE]\+?(1[0-2])$")


def _clean(raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = unicodedata.normalize("NFKC", str(raw)[:LONGEST]).translate(_DASHES)
    text = " ".join(_INVISIBLE.sub("", text).split())
    if whole := _SPREADSHEET_FLOAT.match(text):
        return whole[1]
    if power := _SPREADSHEET_POWER.match(text):
        digits = power[1].replace(".", "")
        if len(digits) == int(power[2]) + 1:  # all digits are still there
            return digits
    return _HAN_RUN.sub(lambda run: run[0].translate(_HAN_DIGITS), text)


# -- finding -------------------------------------------------------------------------------------------------------
_EXTENSION = r"(?:\s*(?:转分机|转|分机号?|-|,+|;+|\#|\*|ext\.?|x)\s*([0-9]{1,6})(?![0-9]))?"
_COUNTRY = r"(?:(?:\+|0{1,2})?\s*86[\s\-.)]*){0,2}(?:\(?0\)?[\s\-.]*)?"
_NUMBER = re.compile(
    rf"""
    (?<![0-9+])\(?{_COUNTRY}\(?(?P<mobile>1[3-9][0-9](?:[\s\-.)(]*[0-9]){{8}})(?![0-9])(?P<mobile_ext>{_EXTENSION})
  | (?<![0-9+])\(?(?:(?:\+|00)\s*86[\s\-.)]*\(?0?|86[\s\-.)]*\(?0|0)(?P<area>10|2[0-9]|[3-9][0-9]{{2}})[\s\-.)]*
      (?P<line>[2-9](?:[\s\-.]?[0-9]){{6,7}})(?![0-9])(?P<line_ext>{_EXTENSION})
  | (?<![0-9])(?P<foreign>(?:\+|00)\s?(?!\s*86)[1-9](?:[\s\-.()]*[0-9]){{6,14}})(?![0-9])(?P<foreign_ext>{_EXTENSION})
  | (?<![0-9])(?P<local>[2-9][0-9]{{2,3}}[\s\-.]?[0-9]{{4}})(?![0-9])(?P<local_ext>{_EXTENSION})
    """,
    re.VERBOSE | re.IGNORECASE,
)
_AREA = re.compile(r"10|2[0-9]|[3-9][0-9]{2}")
_NOT_DIGITS = re.compile(r"[^0-9]")


def _numbers(text: str, area_code: str) -> Iterator[tuple[int, int, Phone]]:
    for match in _NUMBER.finditer(text):
        kind = match.lastgroup.removesuffix("_ext") if match.lastgroup else ""
        extension = _NOT_DIGITS.sub("", match[f"{kind}_ext"] or "")
        phone = None
        if kind == "mobile":
            number = _NOT_DIGITS.sub("", match["mobile"])
            phone = Phone("+86" + number, number, True, number[:3] in VIRTUAL_PREFIXES or bool(extension), extension)
        elif kind == "line":
            phone = _landline(match["area"], match["line"], extension)
        elif kind == "local" and area_code:
            phone = _landline(area_code.lstrip("0"), match["local"], extension)
        elif kind == "foreign":
            phone = _foreign(match["foreign"], extension)
        if phone:
            yield match.start(), match.end(), phone


def _landline(area: str, line: str, extension: str) -> Phone | None:
    line = _NOT_DIGITS.sub("", line)
    if not _AREA.fullmatch(area) or len(line) not in (7, 8):
        return None
    return Phone(f"+86{area}{line}", f"0{area}-{line}", False, False, extension)


def _foreign(text: str, extension: str) -> Phone | None:
    digits = _NOT_DIGITS.sub("", text)
    if not text.startswith("+"):
        digits = digits[2:]
    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    kind = phonenumbers.number_type(number)
    mobile = kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(e164, national, mobile, kind == phonenumbers.PhoneNumberType.VOIP, extension)


_LABELS = re.compile(
    r"(?:手机号码?|手机|移动电话|联系电话|联系方式|电话号码|电话|座机|固话|号码|tel(?:ephone)?|mobile|mob|phone|cell)"
    r"\s*[:：]?",
    re.IGNORECASE,
)
_EDGES = " \t,，;；:：/\\|、.。-+()[]{}<>《》'\"“”"


def _remark(parts: list[str]) -> str:
    words = [_LABELS.sub(" ", part).strip(_EDGES) for part in parts]
    return " ".join(" ".join(word for word in words if word).split())


def _why_not(text: str) -> BadPhone:
    digits = _NOT_DIGITS.sub("", text)
    if not text:
        return BadPhone(_("Enter a phone number."), "empty")
    if not digits:
        return BadPhone(_("There is no phone number in this text."), "none")
    if re.match(r"'?[0-9.]+[eE]\+?[0-9]+$", text):
        return BadPhone(_("The spreadsheet has rounded this number. Format the column as text."), "rounded")
    if ("+" in text or re.match("00[1-9]", digits)) and not digits.removeprefix("00").startswith("86"):
        return BadPhone(_("This is not a valid number of that country."), "foreign")
    digits = re.sub(r"^(?:0{0,2}86)(?=1)", "", digits)
    if re.match(r"[48]00", digits) and len(digits) == 10:
        return BadPhone(_("This is a service hotline, not a person's number."), "hotline")
    if digits.startswith("1") and len(digits) != 11:
        return BadPhone(
            format_lazy(_("A mobile number has 11 digits, this one has {count}."), count=len(digits)), "length"
        )
    if len(digits) in (7, 8) and digits[0] in "23456789":
        return BadPhone(_("The area code is missing: write it as 021-58888888."), "area_code")
    return BadPhone(_("This is not a valid phone number."), "invalid")


# -- showing and finding again -------------------------------------------------------------------------------------
def _split(e164: str) -> tuple[str, str]:
    """Area or country part and subscriber part of a number that is not a Chinese mobile."""
    if e164.startswith("+86"):
        digits = e164[3:]
        area = digits[:2] if digits[:2] == "10" or digits[:1] == "2" else digits[:3]
        return "0" + area, digits[len(area) :]
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return "", _NOT_DIGITS.sub("", e164)
    return f"+{number.country_code}", e164[1 + len(str(number.country_code)) :]


def is_chinese_mobile(e164: str) -> bool:
    return len(e164) == 14 and e164.startswith("+861") and e164[4] in "3456789"


def mask_phone(e164: str | None) -> str:
    """`138****5678`, `021-****8888`, `+852 ****4567`."""
    if not e164:
        return ""
    if is_chinese_mobile(e164):
        return f"{e164[3:6]}****{e164[-4:]}"
    area, line = _split(e164)
    shown = line[-4:] if len(line) > 6 else line[-2:] if len(line) > 3 else ""
    joint = "-" if area.startswith("0") else " " if area else ""
    return f"{area}{joint}{'*' * max(len(line) - len(shown), 3)}{shown}"


def format_phone(e164: str | None) -> str:
    """The number as people read it aloud: `138 1234 5678`, `021-5888 8888`, `+852 9123 4567`."""
    if not e164:
        return ""
    if is_chinese_mobile(e164):
        return f"{e164[3:6]} {e164[6:10]} {e164[10:]}"
    area, line = _split(e164)
    if area.startswith("0"):
        return f"{area}-{line[:-4]} {line[-4:]}"
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def phone_keys(e164: str) -> tuple[str, ...]:
    """What a number is found by: all of it, its last eight and its last four digits; a landline also by its own part.

    Not by any fragment: with a masked number on the screen, fragments would let its middle be guessed digit by digit.
    """
    digits = e164.removeprefix("+")
    national = digits[2:] if e164.startswith("+86") else digits
    keys = [digits, national, national[-8:], national[-4:]]
    if not is_chinese_mobile(e164):
        keys.append(_split(e164)[1])
        if e164.startswith("+86"):
            keys.append("0" + national)
    return tuple(dict.fromkeys(keys))
