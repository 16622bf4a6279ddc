"""Bytes to text. Senders declare one encoding and write another, so the bytes have the last word."""

import codecs
import re

from django.utils.translation import gettext as _

from dengta.connect.types import FormatRefused

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHINESE = {"gb2312", "gbk", "gb18030", "cp936", "hz"}
# An allow-list: utf-7 and the escape codecs turn harmless bytes into markup.
_ALLOWED = re.compile(
    r"^(utf-8|utf-16(-le|-be)?|utf-32(-le|-be)?|ascii|gb2312|gbk|gb18030|big5(hkscs)?|cp950"
    r"|iso8859-\d+|cp125\d|koi8-[ru]|shift_jis|euc_jp|euc_kr|mac-roman)$"
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=?\s*["']([A-Za-z0-9._:-]{1,40})["']""", re.IGNORECASE)


def normal_name(declared: str) -> str:
    """The codec for a declared charset, or "" when it is unknown or not allowed."""
    try:
        name = codecs.lookup(declared.strip().strip("\"'")).name
    except LookupError:
        return ""
    return name if _ALLOWED.match(name) else ""


def declared_in_xml(body: bytes) -> str:
    found = _DECLARED.search(body[:2000])
    return found.group(1).decode("ascii") if found else ""


def decode(body: bytes, declared: str = "") -> tuple[str, str]:
    """Text and the encoding that was really used. `declared` may be wrong or empty."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return _strict(body[len(bom) :], name), name
    wide = _wide_encoding(body)
    if wide:
        return _strict(body, wide), wide
    return _decode_narrow(body, normal_name(declared) if declared else "")


def plausibility(text: str) -> float:
    """How much of the text beyond ASCII is what people write in Chinese: 0 to 1."""
    beyond = [c for c in text if c > "\x7f"]
    if not beyond:
        return 1.0
    return sum(1 for c in beyond if _is_usual(c)) / len(beyond)


def _wide_encoding(body: bytes) -> str:
    head = body[:400]
    if len(head) < 4 or b"\0" not in head:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if head[:4].count(0) == 3:
        return "utf-32-be" if head[0] == 0 else "utf-32-le"
    if odd > even:
        return "utf-16-le"
    return "utf-16-be" if even > odd else ""


def _decode_narrow(body: bytes, declared: str) -> tuple[str, str]:
    try:
        as_utf8 = body.decode("utf-8")
    except UnicodeDecodeError:
        as_utf8 = None
    if as_utf8 is not None and (len(as_utf8) == len(body) or declared in ("", "utf-8", "ascii")):
        return as_utf8, "utf-8"
    if as_utf8 is not None and not (declared in _CHINESE and _beats(body, as_utf8)):
        return as_utf8, "utf-8"
    for name in _candidates(declared):
        try:
            text = body.decode(name)
        except UnicodeDecodeError:
            continue
        if name != "gb18030" or declared in _CHINESE or plausibility(text) >= 0.9:
            return text, name
    raise FormatRefused("bad_encoding", _("The text is in no encoding we can read. Please send UTF-8."))


def _beats(body: bytes, as_utf8: str) -> bool:
    """Valid as UTF-8, declared as Chinese: is the Chinese reading clearly the better one?"""
    try:
        as_chinese = body.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return plausibility(as_chinese) > plausibility(as_utf8)


def _candidates(declared: str) -> list[str]:
    """What to try once UTF-8 is out. Single-byte codecs accept anything, so they come last."""
    if declared in _CHINESE:
        return ["gb18030"]
    wide_or_utf8 = declared.startswith(("utf", "ascii")) or not declared
    names = ["gb18030"] if wide_or_utf8 or declared.startswith(("iso8859", "cp125", "mac")) else []
    if declared and not wide_or_utf8:
        names.append("cp1252" if declared == "iso8859-1" else declared)
        if declared == "iso8859-1":
            names.append("iso8859-1")
    elif declared:
        names.append("cp1252")
    return names


def _strict(body: bytes, name: str) -> str:
    try:
        return body.decode(name)
    except UnicodeDecodeError as error:
        raise FormatRefused("bad_encoding", _("The text is not valid %(name)s.") % {"name": name.upper()}) from error


def _is_usual(char: str) -> bool:
    if "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uffef" or char in "“”‘’—…·¥":
        return True
    if not "\u4e00" <= char <= "\u9fff":
        return False
    try:
        return 0xB0 <= char.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False
