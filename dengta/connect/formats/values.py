"""Single values as people and machines write them: text, times, money, periods, phones, consent.

Every function is tolerant and pure: it returns None (or an empty list) for what it cannot read."""

import math
import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

# Control and direction characters, zero-width space and byte order mark, lone surrogates.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_SPACES = re.compile(r"[\s\u3000\u00a0]+")
_CHINESE_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "俩": 2}
_CHINESE_NUMBER = re.compile("[零〇一二两俩三四五六七八九十百]+")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(亿|百万|十万|万|萬|千|w|k|m)?", re.IGNORECASE)
_UNITS = {
    "亿": 10**8,
    "百万": 10**6,
    "十万": 10**5,
    "万": 10**4,
    "萬": 10**4,
    "w": 10**4,
    "千": 10**3,
    "k": 10**3,
    "m": 10**6,
}
_UP_TO = re.compile(r"以内|以下|不超过|最多|最高|之内|内$|under|below|up to|less|max|<|≤", re.IGNORECASE)
_FROM = re.compile(r"以上|起$|起步|最低|至少|over|above|more|from|min|>|≥|\+$", re.IGNORECASE)
MAX_AMOUNT = 10**8

_PERIODS = (
    (re.compile(r"(?:年|years?|yrs?)", re.IGNORECASE), 365),
    (re.compile(r"(?:季度?|quarters?)", re.IGNORECASE), 90),
    (re.compile(r"(?:个?月|months?|mo\b)", re.IGNORECASE), 30),
    (re.compile(r"(?:周|星期|礼拜|weeks?|wks?)", re.IGNORECASE), 7),
    (re.compile(r"(?:天|日|days?|d\b)", re.IGNORECASE), 1),
    (re.compile(r"(?:小时|hours?|hrs?)", re.IGNORECASE), 1 / 24),
)
_PERIOD_WORDS = (
    (re.compile(r"不急|不确定|待定|看看|没想好|unknown|unsure|not sure|n/?a$|just looking", re.IGNORECASE), None),
    (re.compile(r"马上|立即|立刻|现在|尽快|今天|当天|近期|immediate|now|asap|today|urgent", re.IGNORECASE), 1),
    (re.compile(r"明天|tomorrow", re.IGNORECASE), 2),
    (re.compile(r"(?:本|这|这个)(?:周|星期|礼拜)|this week", re.IGNORECASE), 7),
    (re.compile(r"下(?:个)?(?:周|星期|礼拜)|next week", re.IGNORECASE), 14),
    (re.compile(r"(?:本|这个?|当)月|this month", re.IGNORECASE), 30),
    (re.compile(r"下个?月|next month", re.IGNORECASE), 60),
    (re.compile(r"半个月", re.IGNORECASE), 15),
    (re.compile(r"一年半", re.IGNORECASE), 545),
    (re.compile(r"半年|half a year", re.IGNORECASE), 180),
)
_WHEN = re.compile(
    r"^(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?"
    r"(?:[T\s]*(上午|下午|晚上|中午|早上|凌晨)?\s*(\d{1,2})[:时点](?:(\d{1,2})(?:[:分](\d{1,2})(?:[.,](\d{1,9}))?)?)?[秒分]?)?"
    r"\s*(Z|[+-]\d{1,2}(?::?\d{1,2})?)?$",
    re.IGNORECASE,
)
_WHEN_US = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(AM|PM)?)?$", re.IGNORECASE)
_COMPACT = re.compile(r"^(20\d{2})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?$")
_PHONE_SPLIT = re.compile(r"[/、;；|\n]|[,，]|或者|或|\bor\b", re.IGNORECASE)
_EMAIL = re.compile(r"^[^@\s<>\"'(),;:\\]{1,64}@[^@\s<>\"'(),;:\\]{1,190}\.[^@\s.<>\"'(),;:\\]{2,}$")
_YES = {
    "true",
    "yes",
    "y",
    "1",
    "on",
    "ok",
    "是",
    "有",
    "同意",
    "已同意",
    "需要",
    "要",
    "已授权",
    "授权",
    "√",
    "✓",
    "agree",
    "agreed",
}
_NO = {
    "false",
    "no",
    "n",
    "0",
    "off",
    "否",
    "无",
    "不同意",
    "不需要",
    "不要",
    "未授权",
    "拒绝",
    "×",
    "none",
    "disagree",
}
_GENDERS = {
    "male": {"m", "male", "man", "mr", "男", "男士", "先生", "1"},
    "female": {"f", "female", "woman", "ms", "mrs", "miss", "女", "女士", "小姐", "太太", "2"},
}


def text(value: Any, limit: int = 200) -> str:
    """One line without control characters."""
    if type(value) is str and value.isprintable() and "  " not in value:
        return value[: limit + 20].strip()[:limit]
    return _SPACES.sub(" ", lines(value, limit * 4))[:limit].strip()


def lines(value: Any, limit: int = 5000) -> str:
    """Text that may have several lines."""
    if type(value) is str and value.isprintable():
        return value.strip()[:limit]
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float):
        value = _plain_number(value)
    if isinstance(value, (list, tuple)):
        value = " ".join(lines(v, limit) for v in value[:50])
    elif isinstance(value, dict):
        return ""
    return _UNWANTED.sub("", str(value)).strip()[:limit]


def when(value: Any, tz: tzinfo = SHANGHAI) -> datetime | None:
    """An aware time. Times without a zone are the store's."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=tz)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return _from_epoch(float(value))
    written = _narrow(text(value, 60))
    if written[4:5] == "-" and len(written) >= 10:
        try:
            moment = datetime.fromisoformat(written)
        except ValueError:
            pass
        else:
            return moment if moment.tzinfo else moment.replace(tzinfo=tz)
    if re.fullmatch(r"\d{10}|\d{13}|\d{10}\.\d+", written):
        return _from_epoch(float(written))
    try:
        return _from_parts(written, tz) or _from_mail_date(written, tz)
    except (ValueError, OverflowError):
        return None


def amount(value: Any) -> int | None:
    """Yuan. "25.8万" is 258000; a bare number under 1,000 is meant in 万, as nobody has a budget of 25 yuan."""
    low, high = budget(value)
    return low if low is not None else high


def budget(value: Any) -> tuple[int | None, int | None]:
    """Lower and upper bound of what was written: "20-30万", "30万以内", "25w左右", 258000."""
    if isinstance(value, bool) or value is None:
        return None, None
    if isinstance(value, (int, float)):
        number = _yuan(float(value), "")
        return number, number
    return _written_budget(text(value, 100))


@lru_cache(maxsize=4096)
def _written_budget(written: str) -> tuple[int | None, int | None]:
    written = _numerals(_narrow(written)).replace(",", "")
    if re.match(r"^\s*[-−]", written):
        return None, None
    found = [(float(n), (u or "").lower()) for n, u in _AMOUNT.findall(written)]
    if not found:
        return None, None
    if len(found) >= 2 and re.search(r"[-~—–到至]|\bto\b|and", written):
        (a, unit_a), (b, unit_b) = found[:2]
        bounds = sorted(v for v in (_yuan(a, unit_a or unit_b), _yuan(b, unit_b)) if v is not None)
        return (bounds[0], bounds[-1]) if bounds else (None, None)
    number = _yuan(*found[0])
    if _UP_TO.search(written):
        return None, number
    if _FROM.search(written):
        return number, None
    return number, number


def days(value: Any) -> int | None:
    """A period in days: 30, "一周内", "3个月", "within 90 days", "1-3个月" (the far end counts)."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return int(value) if math.isfinite(value) and 0 <= value <= 3650 else None
    return _written_days(text(value, 100))


@lru_cache(maxsize=4096)
def _written_days(written: str) -> int | None:
    written = _narrow(written)
    for pattern, number in _PERIOD_WORDS:
        if pattern.search(written):
            return number
    numbers = re.findall(r"\d+(?:\.\d+)?", _numerals(written))
    if not numbers:
        return None
    for pattern, unit in _PERIODS:
        if pattern.search(written):
            return days(max(1, round(float(max(numbers, key=float)) * unit)))
    return days(float(numbers[-1])) if re.fullmatch(r"[\d\s.~-]+", written) else None


def yes_no(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    written = text(value, 20).lower()
    if written in _YES:
        return True
    return False if written in _NO else None


def gender(value: Any) -> str:
    if not value:
        return ""
    written = text(value, 20).lower().rstrip(".")
    return next((name for name, words in _GENDERS.items() if written in words), "")


def email(value: Any) -> str:
    if not value:
        return ""
    written = _narrow(text(value, 254))
    return written if _EMAIL.match(written) else ""


def phones(value: Any) -> list[str]:
    """Every number that may be meant, as written: remarks stay, extensions stay with their number."""
    if value is None or isinstance(value, bool):
        return []
    if type(value) is str and value.isdigit() and len(value) <= 60:
        return [value]
    if isinstance(value, dict):
        value = value.get("number") or value.get("phone") or value.get("value")
        return phones(value) if not isinstance(value, dict) else []
    if isinstance(value, (list, tuple)):
        found = [p for v in value[:20] for p in ([] if isinstance(v, (list, tuple)) else phones(v))]
        return list(dict.fromkeys(found))
    written = lines(value, 300)
    if not _PHONE_SPLIT.search(written):
        return [written[:60]] if written else []
    pieces: list[str] = []
    for piece in _PHONE_SPLIT.split(written):
        digits = sum(c.isdigit() for c in piece)
        if pieces and digits < 7:
            pieces[-1] = f"{pieces[-1]} {piece.strip()}".strip()
        elif piece.strip():
            pieces.append(piece.strip())
    return list(dict.fromkeys(p[:60] for p in pieces))[:10]


def consent(value: Any) -> dict | None:
    """{"given", "purposes", "text_version", "at", "proof"}; None when nothing readable was said."""
    if isinstance(value, dict):
        given = yes_no(next((value[k] for k in ("given", "agreed", "value", "consent") if k in value), None))
        purposes = _purposes(value.get("purposes") or value.get("purpose"))
        if given is None:
            given = True if purposes else None
        if given is None:
            return None
        return {
            "given": given,
            "purposes": purposes,
            "text_version": text(value.get("text_version") or value.get("version"), 60),
            "at": text(value.get("at"), 60),
            "proof": text(value.get("proof"), 500),
        }
    if isinstance(value, (list, tuple)):
        purposes = _purposes(value)
        return {"given": True, "purposes": purposes, "text_version": "", "at": "", "proof": ""} if purposes else None
    given = yes_no(value)
    if given is None:
        return None
    return {"given": given, "purposes": [], "text_version": "", "at": "", "proof": ""}


def _purposes(value: Any) -> list[str]:
    if isinstance(value, str):
        value = re.split(r"[,;，；、\s]+", value)
    return [t for v in (value[:20] if isinstance(value, (list, tuple)) else []) if (t := text(v, 40))]


def _plain_number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 10**18 else repr(value)


def _narrow(written: str) -> str:
    if written.isascii():
        return written.strip()
    return unicodedata.normalize("NFKC", written).strip()


def _numerals(written: str) -> str:
    """三个月 → 3个月, 二十五万 → 25万."""
    return _CHINESE_NUMBER.sub(lambda m: str(_chinese_number(m.group())), written)


def _chinese_number(written: str) -> int:
    total, current = 0, 0
    for char in written:
        if char in _CHINESE_DIGITS:
            current = _CHINESE_DIGITS[char]
        else:
            total += (current or 1) * (10 if char == "十" else 100)
            current = 0
    return total + current


def _yuan(number: float, unit: str) -> int | None:
    if not math.isfinite(number) or number <= 0:
        return None
    yuan = number * (_UNITS[unit] if unit else (10**4 if number < 1000 else 1))
    return round(yuan) if yuan <= MAX_AMOUNT else None


def _from_epoch(seconds: float) -> datetime | None:
    if not math.isfinite(seconds):
        return None
    if seconds > 10**11:
        seconds /= 1000
    return datetime.fromtimestamp(seconds, UTC) if 10**9 <= seconds < 4 * 10**9 else None


def _from_parts(written: str, tz: tzinfo) -> datetime | None:
    if found := _COMPACT.match(written):
        return datetime(*(int(g or 0) for g in found.groups()), tzinfo=tz)
    if found := _WHEN_US.match(written):
        a, b, year, hour, minute, second, half = found.groups()
        month, day = (int(a), int(b)) if int(a) <= 12 else (int(b), int(a))
        hour = _hour(int(hour or 0), (half or "").upper())
        return datetime(int(year), month, day, hour, int(minute or 0), int(second or 0), tzinfo=tz)
    found = _WHEN.match(written)
    if not found:
        return None
    year, month, day, half, hour, minute, second, fraction, offset = found.groups()
    hour = _hour(int(hour or 0), {"下午": "PM", "晚上": "PM", "中午": "PM"}.get(half or "", ""))
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    zone = _offset(offset) if offset else tz
    return datetime(int(year), int(month), int(day or 1), hour, int(minute or 0), int(second or 0), micro, tzinfo=zone)


def _hour(hour: int, half: str) -> int:
    if half == "PM" and hour < 12:
        return hour + 12
    return 0 if half == "AM" and hour == 12 else hour


def _offset(written: str) -> tzinfo:
    if written.upper() == "Z":
        return UTC
    hours, minutes = re.match(r"[+-](\d{1,2}):?(\d{1,2})?", written).groups()
    delta = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(delta if written[0] == "+" else -delta)


def _from_mail_date(written: str, tz: tzinfo) -> datetime | None:
    if not re.search(r"[A-Za-z]{3}", written):
        return None
    try:
        moment = parsedate_to_datetime(written)
    except (TypeError, ValueError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=tz)
