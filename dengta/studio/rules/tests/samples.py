"""A table of awkward records, and random conditions about them. No room's model: the engine is tested by itself."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from hypothesis import strategies as st

from dengta.studio.rules.kinds import KINDS
from dengta.studio.types import Field, FieldSet, Moment

CODES = ["douyin", "autohome", "walk_in", "referral", "Douyin"]
TEXTS = ["a", "A", "ab", "Ab", "上海", "上海市", "上海 ", " 上海", "ß", "ss", "ẞ", "İ", "i", "ı", "é", "e\u0301", "😀",
         "%", "_", "\\", "'", '"', "{}", "%s", "Ａ", "\u200b", "\n", "x" * 400, "null", "NaN", "0"]
NUMBERS = [0, 1, -1, 7, 30, Decimal("79.9"), Decimal("79.900001"), 80, Decimal("49.9"), 50, 10**15, -(10**15),
           Decimal("0.1"), Decimal("0.3"), Decimal("-0.000001"), 2**63 - 1, 200000, Decimal("199999.99")]
ZONES = ["Asia/Shanghai", "UTC", "America/New_York", "Pacific/Apia", "Africa/Cairo", "Asia/Kathmandu",
         "Pacific/Kiritimati"]
NOWS = [datetime(2026, 1, 1, 0, 0, tzinfo=UTC), datetime(2025, 12, 31, 15, 59, 59, 999999, UTC),
        datetime(2025, 12, 31, 16, 0, tzinfo=UTC), datetime(2026, 3, 8, 6, 59, 59, tzinfo=UTC),
        datetime(2026, 3, 8, 7, 0, tzinfo=UTC), datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
        datetime(2026, 4, 23, 22, 0, tzinfo=UTC), datetime(2024, 2, 29, 12, 0, tzinfo=UTC),
        datetime(1991, 4, 13, 18, 0, tzinfo=UTC)]
DAYS = sorted({(now + timedelta(days=shift)).date() for now in NOWS for shift in (-31, -7, -1, 0, 1, 7)}
              | {date(1900, 1, 1), date(2199, 12, 31)})


class Records(list):
    """Hypothesis prints arguments; hundreds of records help nobody."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self)} records>"


class Sample(models.Model):
    name = models.TextField(null=True)
    code = models.CharField(max_length=40, null=True)
    amount = models.DecimalField(max_digits=22, decimal_places=6, null=True)
    count = models.BigIntegerField(null=True)
    day = models.DateField(null=True)
    at = models.DateTimeField(null=True)
    flag = models.BooleanField(null=True)
    tags = ArrayField(models.TextField(null=True), null=True)
    marks = models.JSONField(null=True)
    owner = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        app_label = "studio_samples"
        db_table = "studio_sample"


COLUMNS = """id bigserial primary key, name text, code varchar(40), amount numeric(22, 6), count bigint, day date,
             at timestamptz, flag boolean, tags text[], marks jsonb, owner bigint"""

FIELDS = FieldSet("studio_samples.sample", [
    Field("name", "Name", "text"), Field("code", "Code", "choice", choices=[(code, code) for code in CODES]),
    Field("amount", "Amount", "money"), Field("count", "Count", "number"), Field("day", "Day", "date"),
    Field("at", "Moment", "datetime"), Field("flag", "Flag", "boolean"),
    Field("tags", "Tags", "choices", choices=[(code, code) for code in CODES]),
    Field("marks", "Marks", "choices", choices=[(code, code) for code in CODES]), Field("owner", "Owner", "ref")])


def records(count: int, seed: int) -> list[dict]:
    """Records around every edge: nulls, empties, unicode, extremes, moments next to midnights and clock changes."""
    rng = random.Random(seed)
    return [_record(rng) for _ in range(count)]


def fill(count: int = 1500, seed: int = 7) -> Records:
    """Make the table for this transaction and return its records with their ids."""
    with connection.cursor() as cursor:
        cursor.execute(f"create temporary table studio_sample ({COLUMNS}) on commit drop")
    rows = Sample.objects.bulk_create([Sample(**record) for record in records(count, seed)])
    return Records({"id": row.pk, **{one.code: getattr(row, one.code) for one in FIELDS.fields}} for row in rows)


def _record(rng: random.Random) -> dict:
    def perhaps(make):
        return None if rng.random() < 0.15 else make()

    def some_moment():
        base = rng.choice([*NOWS, datetime.combine(rng.choice(DAYS), datetime.min.time(), ZoneInfo(rng.choice(ZONES)))])
        shift = rng.choice([timedelta(0), timedelta(microseconds=1), -timedelta(microseconds=1), timedelta(hours=1),
                            timedelta(days=rng.randrange(-40, 40), seconds=rng.randrange(86400))])
        extreme = [datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)]
        return rng.choice(extreme) if rng.random() < 0.03 else (base + shift).astimezone(UTC)

    texts = lambda: rng.choice(["", *TEXTS, "".join(rng.choices(TEXTS[:20], k=3))])  # noqa: E731
    some_codes = lambda: rng.sample(CODES, rng.randrange(0, 4))  # noqa: E731
    return {
        "name": perhaps(texts), "code": perhaps(lambda: rng.choice(["", "gone", *CODES])),
        "amount": perhaps(lambda: Decimal(rng.choice([n for n in NUMBERS if n != 2**63 - 1]))),
        "count": perhaps(lambda: rng.choice([n for n in NUMBERS if isinstance(n, int)])),
        "day": perhaps(lambda: rng.choice([*DAYS, date.min, date.max])), "at": perhaps(some_moment),
        "flag": perhaps(lambda: rng.random() < 0.5),
        "tags": perhaps(lambda: [*some_codes(), *rng.choice([[], [None]])]),
        "marks": perhaps(lambda: rng.choice([some_codes(), {}, "douyin", {"douyin": 1}, [1], [["douyin"]], ["", 3]])),
        "owner": perhaps(lambda: rng.choice([1, 2, 3, 2**63 - 1])),
    }


def values(field: Field) -> st.SearchStrategy:
    """One legal value of a rule about this field."""
    return {
        "text": st.one_of(st.sampled_from(TEXTS), st.text(
            st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), min_size=1, max_size=5)),
        "choice": st.sampled_from(CODES), "choices": st.sampled_from(CODES), "boolean": st.booleans(),
        "number": _numbers(), "money": _numbers(), "ref": st.sampled_from([1, 2, 2**63 - 1]),
        "date": st.sampled_from(DAYS).map(date.isoformat), "datetime": st.sampled_from(DAYS).map(date.isoformat),
    }[field.kind]


@st.composite
def leaves(draw) -> dict:
    field = draw(st.sampled_from(FIELDS.fields))
    operator = draw(st.sampled_from(KINDS[field.kind].operators))
    leaf = {"f": field.code, "op": operator.key}
    if operator.takes == "one":
        leaf["v"] = draw(values(field))
        if field.kind == "datetime" and operator.key in {"before", "after"} and draw(st.booleans()):
            leaf["v"] += draw(st.sampled_from(["T00:00", "T02:30", "T23:59:59"]))
    elif operator.takes == "two":
        leaf["v"] = sorted([draw(values(field)), draw(values(field))], key=_order)
    elif operator.takes == "many":
        leaf["v"] = draw(st.lists(values(field), min_size=1, max_size=4))
    elif operator.takes == "days":
        leaf["v"] = draw(st.sampled_from([0, 1, 7, 31, 3660]))
    return leaf


def conditions() -> st.SearchStrategy:
    def group(parts):
        return st.one_of(st.lists(parts, max_size=4).map(lambda found: {"all": found}),
                         st.lists(parts, min_size=1, max_size=4).map(lambda found: {"any": found}))
    return st.one_of(leaves(), st.recursive(group(leaves()), lambda inner: group(st.one_of(leaves(), inner)),
                                            max_leaves=8))


def moments() -> st.SearchStrategy:
    return st.builds(Moment, st.sampled_from(NOWS), st.sampled_from(ZONES).map(ZoneInfo))


def _numbers() -> st.SearchStrategy:
    known = [n if isinstance(n, int) else float(n) for n in NUMBERS if abs(n) <= 10**15]
    return st.one_of(st.sampled_from(known), st.integers(-100, 100),
                     st.decimals(-1000, 1000, places=2, allow_nan=False).map(str))


def _order(value):
    return value if isinstance(value, str) and len(value) == 10 and value[4] == "-" else Decimal(str(value))
