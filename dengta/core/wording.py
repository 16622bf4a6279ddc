"""How moments, money and people are said on a page. Plain text; the tags in `templatetags/dengta.py` wrap it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

SIGNS = {"CNY": "¥", "HKD": "HK$", "USD": "$", "EUR": "€", "TWD": "NT$", "JPY": "¥"}


def weekday(day: date) -> str:
    """Short, as beside a date; rooms may say the same English word longer elsewhere."""
    return (
        pgettext("beside a date", "Monday"),
        pgettext("beside a date", "Tuesday"),
        pgettext("beside a date", "Wednesday"),
        pgettext("beside a date", "Thursday"),
        pgettext("beside a date", "Friday"),
        pgettext("beside a date", "Saturday"),
        pgettext("beside a date", "Sunday"),
    )[day.weekday()]


def local(at: datetime) -> datetime:
    """In the store's time zone, which the request has activated."""
    return timezone.localtime(at) if timezone.is_aware(at) else at


def full_moment(at: date | datetime) -> str:
    """The whole truth, for the tooltip."""
    if not isinstance(at, datetime):
        return f"{full_day(at)} {weekday(at)}"
    at = local(at)
    return f"{full_day(at)} {weekday(at)} {at:%H:%M:%S}"


def full_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if is_chinese() else date_format(day, "j M Y")


def short_day(day: date, today: date) -> str:
    """A day as people say it: today, yesterday, 3 days ago, Friday, 4 March, 4 March 2024."""
    away = (day - today).days
    if away in (0, -1, 1):
        return {0: _("Today"), -1: _("Yesterday"), 1: _("Tomorrow")}[away]
    if -7 < away < 0:
        return ngettext("%(n)d day ago", "%(n)d days ago", -away) % {"n": -away}
    if 0 < away < 7:
        return weekday(day)
    if day.year == today.year:
        return f"{day.month}月{day.day}日" if is_chinese() else date_format(day, "j M")
    return full_day(day)


def say_moment(at: date | datetime, now: datetime | None = None) -> str:
    """今天 14:30, 昨天 09:05, 3 天前, 3月4日. Nearby days say the time, far ones do not need it."""
    today = local(now or timezone.now()).date()
    if not isinstance(at, datetime):
        return short_day(at, today)
    at = local(at)
    away = (at.date() - today).days
    said = short_day(at.date(), today)
    return said if away < -1 else f"{said} {at:%H:%M}"


def say_length(seconds: float) -> str:
    """A length of time in its two biggest units: 04:10, 2:05:00, 3 天 4 小时."""
    whole = abs(int(seconds))
    days, hours = whole // 86400, whole // 3600 % 24
    if days:
        return _("%(d)d d %(h)d h") % {"d": days, "h": hours}
    clock = f"{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{hours}:{clock}" if hours else clock


def say_due(due: datetime, now: datetime | None = None, soon: int = 300) -> tuple[str, str]:
    """What a clock says and its state: calm, soon or late."""
    left = (due - (now or timezone.now())).total_seconds()
    state = "late" if left < 0 else "soon" if left <= soon else "calm"
    text = _("over by %(t)s") if left < 0 else _("%(t)s left")
    return text % {"t": say_length(left)}, state


def say_money(amount: Any, currency: str = "CNY") -> str:
    """With thousands separators; cents only when there are some."""
    if amount is None or amount == "":
        return ""
    if hasattr(amount, "amount"):
        amount, currency = amount.amount, getattr(amount, "currency", currency)
    value = Decimal(str(amount))
    sign = SIGNS.get(str(currency), f"{currency} ")
    digits = f"{abs(value):,.0f}" if value == value.to_integral_value() else f"{abs(value):,.2f}"
    return f"{'−' if value < 0 else ''}{sign}{digits}"


def say_count(count: int, cap: int = 1000) -> str:
    """A capped count: beyond the cap nobody counts on."""
    return f"{cap:,}+" if count > cap else f"{count:,}"


def monogram(name: str) -> str:
    """One or two letters for a round picture: the family name in Chinese, initials otherwise."""
    name = str(name or "").strip()
    if not name:
        return "?"
    if not name[0].isascii():
        return name[0]
    return "".join(part[0] for part in name.split()[:2]).upper()


def day_key(at: date | datetime) -> date:
    return local(at).date() if isinstance(at, datetime) else at


def is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def attributes(given: dict[str, Any]) -> SafeString:
    """HTML attributes, escaped; empty ones are left out, True ones stand alone."""
    parts = []
    for name, value in given.items():
        if value in (None, False, ""):
            continue
        parts.append(name if value is True else f'{name}="{escape(value)}"')
    return mark_safe("".join(f" {part}" for part in parts))
