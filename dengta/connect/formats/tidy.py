"""A message with the contract's field names → the same with typed, bounded values.

Nothing is dropped in silence: what cannot be read is named in `problems`, what is not in the contract goes to
`extra`."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from django.utils.translation import gettext_lazy

from dengta.connect.formats import values
from dengta.connect.types import EXTERNAL_ID_LENGTH, FIELDS, Tidied

MAX_EXTRA = 60
_TEXT_LIMITS = {
    "external_id": EXTERNAL_ID_LENGTH,
    "name": 80,
    "wechat": 64,
    "city": 60,
    "series": 120,
    "campaign": 100,
    "status": 20,
}
_SENTENCES = {
    "at": gettext_lazy("The time could not be read."),
    "phone": gettext_lazy("There is no phone number in it."),
    "email": gettext_lazy("This is not an e-mail address."),
    "budget_low": gettext_lazy("The amount could not be read."),
    "budget_high": gettext_lazy("The amount could not be read."),
    "purchase_within_days": gettext_lazy("The period could not be read."),
    "consent": gettext_lazy("The consent could not be read."),
}
_EMPTY: dict[str, Any] = dict.fromkeys(FIELDS) | dict.fromkeys((*_TEXT_LIMITS, "message", "email", "gender"), "")
_MONEY = {"budget", "budget_low", "budget_high"}
_FUTURE = timedelta(days=1)


def tidy(raw: dict[str, Any], tz: tzinfo = values.SHANGHAI, now: datetime | None = None) -> Tidied:
    """Typed fields. `phone` is always a list of candidates as written; `at` is aware; amounts are yuan."""
    fields: dict[str, Any] = _EMPTY | {"phone": values.phones(raw.get("phone")), "extra": _extra(raw)}
    for name in raw.keys() & _TEXT_LIMITS.keys():
        fields[name] = values.text(raw[name], _TEXT_LIMITS[name])
    for name in raw.keys() & _READERS.keys():
        fields[name] = _READERS[name](raw[name])
    if "at" in raw:
        fields["at"] = _when(raw["at"], tz, now or datetime.now(UTC))
    if not _MONEY.isdisjoint(raw):
        fields["budget_low"], fields["budget_high"] = _budget(raw)
    result = Tidied(fields)
    for name in raw.keys() & _SENTENCES.keys():
        if fields[name] in (None, "", []) and _is_written(raw[name]):
            result.problems[name] = str(_SENTENCES[name])
    if result.problems:
        fields["extra"]["unread"] = {name: values.lines(str(raw[name]), 300) for name in sorted(result.problems)}
    return result


def _trade_in(value: Any) -> Any:
    return value if isinstance(value, dict) else values.yes_no(value)


_READERS: dict[str, Callable[[Any], Any]] = {
    "message": values.lines,
    "email": values.email,
    "purchase_within_days": values.days,
    "consent": values.consent,
    "gender": values.gender,
    "test_drive": values.yes_no,
    "trade_in": _trade_in,
}


def _budget(raw: dict[str, Any]) -> tuple[int | None, int | None]:
    low_of_low, high_of_low = values.budget(raw.get("budget_low"))
    low_of_high, high_of_high = values.budget(raw.get("budget_high"))
    low = low_of_low
    high = high_of_high if high_of_high is not None else low_of_high
    if high is None and high_of_low != low_of_low:
        high = high_of_low
    if low is None and low_of_high != high_of_high:
        low = low_of_high
    if low is None and high is None:
        return values.budget(raw.get("budget"))
    return (high, low) if low is not None and high is not None and low > high else (low, high)


def _when(value: Any, tz: tzinfo, now: datetime) -> datetime | None:
    moment = values.when(value, tz)
    return moment if moment and moment.year >= 2000 and moment <= now + _FUTURE else None


def _is_written(value: Any) -> bool:
    return value is not None and value != [] and value != {} and values.lines(str(value), 50) != ""


def _extra(raw: dict[str, Any]) -> dict[str, Any]:
    """The sender's `extra`, and every field that the contract does not know beside it."""
    given = raw.get("extra")
    extra = dict(list(given.items())[:MAX_EXTRA]) if isinstance(given, dict) else {}
    if given is not None and not isinstance(given, dict):
        extra["extra"] = given
    for name, value in raw.items():
        if name not in FIELDS and name not in ("extra", "budget") and len(extra) < MAX_EXTRA:
            extra.setdefault(name, value)
    return {values.text(name, 80): _bounded(value) for name, value in extra.items()} if extra else extra


def _bounded(value: Any) -> Any:
    return value[:2000] if isinstance(value, str) else value
