"""Money: Decimal with a currency, rounded in one place (`settle`), shown with separators, read as people type it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from dengta.core.types.errors import BadValue

DEFAULT_CURRENCY = "CNY"
PLACES = {"CNY": 2, "HKD": 2, "MOP": 2, "TWD": 0, "USD": 2, "EUR": 2, "GBP": 2, "JPY": 0}
SIGNS = {"CNY": "¥", "HKD": "HK$", "MOP": "MOP$", "TWD": "NT$", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥"}
UNITS = {"亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "w": 10**4, "千": 10**3, "k": 10**3, "m": 10**6, "": 1}
LARGEST = Decimal(10) ** 12


class BadMoney(BadValue):
    """Not an amount of money."""


class CurrencyMismatch(ArithmeticError):
    """Two currencies in one sum."""


def settle(amount: Decimal, currency: str = DEFAULT_CURRENCY) -> Decimal:
    """The one place where money is rounded: half up, to the smallest coin of the currency."""
    return amount.quantize(Decimal(1).scaleb(-PLACES.get(currency, 2)), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount that is exact until someone settles it."""

    amount: Decimal
    currency: str = DEFAULT_CURRENCY

    def __post_init__(self) -> None:
        if isinstance(self.amount, float):
            raise TypeError("Money is never a float")
        object.__setattr__(self, "amount", Decimal(self.amount))

    def settled(self) -> Money:
        return Money(settle(self.amount, self.currency), self.currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        if isinstance(factor, float):
            raise TypeError("Multiply money by a Decimal")
        return Money(self.amount * factor, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return format_money(self.amount, self.currency)

    def _same(self, other: Money) -> Decimal:
        if not isinstance(other, Money):
            raise TypeError("Money is added to and compared with money only")
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.amount

    def split(self, parts: int) -> list[Money]:
        """Equal parts to the smallest coin; the first ones carry the odd coins, and the sum is exact."""
        whole = self.settled().amount
        coin = Decimal(1).scaleb(-PLACES.get(self.currency, 2))
        share, odd = divmod(int(whole / coin), parts)
        return [Money(coin * (share + (place < odd)), self.currency) for place in range(parts)]


def format_money(amount: Decimal | int | None, currency: str = DEFAULT_CURRENCY, *, sign: bool = True) -> str:
    """`¥258,000`, `¥1,234.50`; whole amounts without decimals. None shows as nothing."""
    if amount is None:
        return ""
    value = settle(Decimal(amount), currency)
    places = PLACES.get(currency, 2) if value != value.to_integral_value() else 0
    text = f"{abs(value):,.{places}f}"
    return f"{'-' if value < 0 else ''}{SIGNS.get(currency, currency + ' ') if sign else ''}{text}"


def format_wan(amount: Decimal | int | None, places: int = 2) -> str:
    """`25.8万`, as prices of cars are spoken; amounts under ten thousand in full."""
    if amount is None:
        return ""
    value = Decimal(amount)
    if abs(value) < 10**4:
        return format_money(value, sign=False)
    unit, size = ("亿", 10**8) if abs(value) >= 10**8 else ("万", 10**4)
    number = (value / size).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{number:,f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}{unit}"


_AMOUNT = re.compile(
    r"(?P<minus>-)?(?:人民币|rmb|cny|hk\$|us\$|[¥$€£])?\s*(?P<minus2>-)?(?P<number>[0-9][0-9,，\s]*(?:\.[0-9]+)?|\.[0-9]+)"
    r"\s*(?P<unit>亿|千万|百万|万|千|[wkm])?\s*(?:人民币|元整?|块钱?|圆|rmb|cny)?(?:左右|上下|以内|多)?",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s*(?:-|~|〜|—|–|到|至|/)\s*")


def parse_amount(raw: str | int | Decimal) -> Decimal:
    """`258000`, `¥258,000.00`, `25.8万`, `25.8w`, `二十五万` is not read: digits only. Never rounds."""
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        return _within(Decimal(raw))
    text = _clean(raw)
    if not text:
        raise BadMoney(_("Enter an amount."), "empty")
    found = _AMOUNT.fullmatch(text)
    if not found or (found["minus"] and found["minus2"]):
        raise BadMoney(_("This is not an amount: write 258000 or 25.8万."), "invalid")
    return _within(_value(found, found["unit"]))


def parse_money(raw: str | int | Decimal, currency: str = DEFAULT_CURRENCY) -> Money:
    return Money(parse_amount(raw), currency)


def parse_budget(raw: str) -> tuple[Decimal | None, Decimal | None]:
    """A range as people write it: `20-25万`, `25万以内`, `30万以上`, `20万左右`; (low, high), None where open."""
    text = _clean(raw)
    if not text:
        raise BadMoney(_("Enter an amount."), "empty")
    below = re.search(r"(以内|以下|内)$|^(?:不超过|最多|小于|低于|<=?|≤)", text)
    above = re.search(r"(以上|起)$|^(?:至少|大于|高于|超过|>=?|≥)", text)
    bare = re.sub(r"(以内|以下|内|以上|起)$|^(不超过|最多|小于|低于|至少|大于|高于|超过|<=?|≤|>=?|≥)", "", text).strip()
    parts = [part for part in _JOINT.split(bare) if part]
    if len(parts) == 2:
        low, high = (_AMOUNT.fullmatch(part) for part in parts)
        if low and high:
            first, second = _within(_value(low, low["unit"] or high["unit"])), _within(_value(high, high["unit"]))
            if not low["unit"] and high["unit"] and first > second:
                first = _within(_value(low, None))
            return (first, second) if first <= second else (second, first)
    amount = parse_amount(bare)
    if below:
        return None, amount
    if above:
        return amount, None
    return amount, amount


def _clean(raw: object) -> str:
    return unicodedata.normalize("NFKC", str(raw if raw is not None else "")).strip()[:60]


def _value(found: re.Match, unit: str | None) -> Decimal:
    try:
        number = Decimal(re.sub(r"[,，\s]", "", found["number"]))
    except InvalidOperation:
        raise BadMoney(_("This is not an amount: write 258000 or 25.8万."), "invalid") from None
    value = number * UNITS[(unit or "").lower()]
    return -value if found["minus"] or found["minus2"] else value


def _within(amount: Decimal) -> Decimal:
    if not amount.is_finite():
        raise BadMoney(_("This is not an amount: write 258000 or 25.8万."), "invalid")
    if abs(amount) >= LARGEST:
        raise BadMoney(_("This amount is too large."), "too_large")
    return amount
