"""E-mail addresses and WeChat ids, normalised so that equal ones are equal text."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from dengta.core.types.errors import BadValue

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_WECHAT = re.compile(r"[a-z][a-z0-9_-]{5,19}")
_WECHAT_LABEL = re.compile(r"^(?:微信号?|wechat|weixin|wx|vx|v信)\s*[:：]\s*", re.IGNORECASE)
_check_email = EmailValidator()
SAME_AS_PHONE = frozenset({"同手机", "同手机号", "手机同号", "微信同号", "同号", "同电话", "同上"})


class BadEmail(BadValue):
    """Not an e-mail address."""


class BadWechat(BadValue):
    """Not a WeChat id."""


def _clean(raw: object) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", str(raw if raw is not None else ""))).strip()


def parse_email(raw: str) -> str:
    """Lower case, without spaces, `mailto:` and angle brackets."""
    value = re.sub(r"\s+", "", _clean(raw)[:320]).lower().removeprefix("mailto:")
    if found := re.search(r"<([^<>]+)>$", value):
        value = found[1]
    value = value.strip("<>,;。，；.")
    if not value:
        raise BadEmail(_("Enter an e-mail address."), "empty")
    try:
        _check_email(value)
    except ValidationError:
        raise BadEmail(_("This is not an e-mail address."), "invalid") from None
    return value


def parse_wechat(raw: str) -> str:
    """A WeChat id in lower case (WeChat ignores case); a phone number or QQ number used as id stays digits."""
    value = _WECHAT_LABEL.sub("", _clean(raw)[:80]).strip().lower()
    if not value:
        raise BadWechat(_("Enter a WeChat id."), "empty")
    if value in SAME_AS_PHONE:
        raise BadWechat(_("The WeChat id is the phone number: leave it empty."), "same_as_phone")
    if _WECHAT.fullmatch(value) or re.fullmatch(r"[0-9]{5,11}", value):
        return value
    raise BadWechat(_("A WeChat id has 6 to 20 letters, digits, - or _ and begins with a letter."), "invalid")


def mask_email(value: str | None) -> str:
    """`l***@163.com`."""
    if not value:
        return ""
    name, _at, host = value.partition("@")
    return f"{name[:1]}***@{host}" if host else f"{value[:1]}***"


def mask_wechat(value: str | None) -> str:
    """`wx***90`."""
    if not value:
        return ""
    return f"{value[:2]}***{value[-2:]}" if len(value) > 5 else f"{value[:1]}***"
