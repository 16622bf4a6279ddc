"""VIN, number plates, money, e-mail and WeChat."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dengta.core.types.contacts import BadEmail, BadWechat, mask_email, mask_wechat, parse_email, parse_wechat
from dengta.core.types.money import (
    BadMoney,
    CurrencyMismatch,
    Money,
    format_money,
    format_wan,
    parse_amount,
    parse_budget,
    settle,
)
from dengta.core.types.plate import BadPlate, format_plate, mask_plate, parse_plate, plate_keys
from dengta.core.types.vin import BadVin, check_digit, mask_vin, parse_vin, vin_keys

GOOD_VINS = (
    "1M8GDM9AXKP042788", "WBAAF931XMEE68337", "11111111111111111", "LSVAA49J0R2012345", "LFV3A28K3R3000123",
    "LGXC16DF4R0123456", "LRWYGCEK7RC000001", "5GZCZ43D13S812715",
)  # fmt: skip


# -- VIN -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("vin", GOOD_VINS)
def test_a_vin_with_the_right_check_digit_is_taken(vin):
    assert parse_vin(vin).value == parse_vin(f" {vin[:8].lower()}-{vin[8:]} ").value == vin


@pytest.mark.parametrize(("vin", "expected"), [("SGZCZ43D13S812715", "X"), ("LFV3A28K0R3000123", "3")])
def test_a_wrong_check_digit_is_refused_for_new_cars_and_noted_for_others(vin, expected):
    with pytest.raises(BadVin) as refused:
        parse_vin(vin)

    assert refused.value.code == "check_digit" and expected in str(refused.value)
    assert parse_vin(vin, strict=False) == (vin, False)


@pytest.mark.parametrize("typed", ["LFV3A28K3R3OOO123", "LFV3A28K3R300OI23", "lfv3a28k3r3qoo123"])
def test_letters_typed_for_digits_bring_a_suggestion(typed):
    with pytest.raises(BadVin) as refused:
        parse_vin(typed)

    assert refused.value.suggestion == "LFV3A28K3R3000123"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("LSVAA49J0R201234", "length"), ("LSVAA49J0R20123456", "length"), ("", "empty"), (None, "empty"),
     ("LSVAA49J0R201234车", "characters"), ("OOOOOOOOIIIIQQQQQ", "letters")],
)  # fmt: skip
def test_other_faults_of_a_vin_are_named(typed, code):
    with pytest.raises(BadVin) as refused:
        parse_vin(typed)

    assert (refused.value.code, refused.value.suggestion) == (code, "")


@given(st.text(alphabet="ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=17, max_size=17))
def test_any_seventeen_characters_become_a_vin_with_their_check_digit(text):
    made = text[:8] + check_digit(text) + text[9:]

    assert parse_vin(made).check_ok


def test_a_vin_tells_its_year_and_is_masked_and_found_by_its_end():
    vin = parse_vin("LSVAA49J0R2012345")

    assert vin.year(2026) == 2024 and parse_vin("5GZCZ43D13S812715").year(2026) == 2003
    assert mask_vin(vin.value) == "LSV********012345"
    assert vin_keys(vin.value) == ("LSVAA49J0R2012345", "R2012345", "012345")


# -- plates --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "plate", "green"),
    [
        ("沪A12345", "沪A12345", False), ("沪a·12345", "沪A12345", False), ("沪 A-12345", "沪A12345", False),
        ("沪ＡＦ１２３４５", "沪AF12345", True), ("沪AD12345", "沪AD12345", True), ("粤B12345D", "粤B12345D", True),
        ("京AO1I23", "京A01123", False), ("粤Z1234港", "粤Z1234港", False), ("沪A1234学", "沪A1234学", False),
        ("京O1234警", "京O1234警", False), ("014578使", "014578使", False), ("川AB12C3", "川AB12C3", False),
    ],
)  # fmt: skip
def test_plates_are_read(typed, plate, green):
    assert parse_plate(typed) == (plate, green)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("ABC", "province"),
        ("12345", "length"),
        ("沪A123456", "invalid"),
        ("沪AABCD1", "invalid"),
        ("沪112345", "invalid"),
    ],
)
def test_faults_of_a_plate_are_named(typed, code):
    with pytest.raises(BadPlate) as refused:
        parse_plate(typed)

    assert refused.value.code == code


def test_plates_are_shown_masked_and_found():
    assert format_plate("沪A12345") == "沪A·12345"
    assert mask_plate("沪A12345") == "沪A***45" and mask_plate("沪AD12345") == "沪A****45"
    assert plate_keys("沪A12345") == ("沪A12345", "A12345", "12345", "2345")


# -- money ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("258000", 258000), ("¥258,000.00", 258000), ("25.8万", 258000), ("25.8w", 258000), ("２５．８万元", 258000),
        ("1.2亿", 120_000_000),
        ("-3000", -3000), ("25.8万左右", 258000), ("3千", 3000), ("RMB 12", 12), ("0.5", Decimal("0.5")), (12, 12),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_type_them(typed, amount):
    assert parse_amount(typed) == amount


@pytest.mark.parametrize(
    "typed", ["", "abc", "1e5", "NaN", "--5", "1.2.3", "万", Decimal("NaN"), Decimal("1e13"), "99999999亿"]
)
def test_other_texts_are_no_amounts(typed):
    with pytest.raises(BadMoney):
        parse_amount(typed)


@pytest.mark.parametrize(
    ("typed", "low", "high"),
    [
        ("20-25万", 200000, 250000), ("20万到25万", 200000, 250000), ("200000~250000", 200000, 250000),
        ("25万以内", None, 250000),
        ("30万以上", 300000, None), ("不超过30万", None, 300000), ("8000-1万", 8000, 10000),
        ("20万左右", 200000, 200000),
    ],
)  # fmt: skip
def test_budgets_are_read_as_ranges(typed, low, high):
    assert parse_budget(typed) == (low, high)


def test_money_is_rounded_half_up_in_one_place():
    assert settle(Decimal("0.125")) == Decimal("0.13") and settle(Decimal("-0.125")) == Decimal("-0.13")
    assert settle(Decimal("0.5"), "JPY") == 1
    assert Money(Decimal("1.005")).settled() == Money(Decimal("1.01"))


def test_money_is_shown_with_separators():
    assert format_money(258000) == "¥258,000" and format_money(Decimal("-1234.5")) == "-¥1,234.50"
    assert format_money(None) == "" and format_money(5, "USD") == "$5"
    assert format_wan(258000) == "25.8万" and format_wan(3000) == "3,000" and format_wan(10**6) == "100万"


def test_currencies_and_floats_do_not_mix():
    with pytest.raises(CurrencyMismatch):
        Money(1) + Money(1, "USD")
    with pytest.raises(TypeError):
        Money(1.5)
    with pytest.raises(TypeError):
        Money(1) * 0.5
    with pytest.raises(TypeError):
        Money(1) < 2  # noqa: B015


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.integers(min_value=1, max_value=60))
def test_parts_of_money_add_up(amount, parts):
    shares = Money(amount).split(parts)

    assert sum(share.amount for share in shares) == settle(amount)
    assert max(shares, key=lambda s: s.amount).amount - min(shares, key=lambda s: s.amount).amount <= Decimal("0.01")


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_what_is_shown_can_be_read_again(amount):
    assert parse_amount(format_money(amount)) == amount


# -- e-mail and WeChat ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "typed",
    [
        "li.si@163.com",
        " Li.Si@163.COM ",
        "<li.si@163.com>",
        "李四 <LI.SI@163.com>",
        "mailto:li.si@163.com",
        "li.si＠163.com",
    ],
)
def test_equal_addresses_become_equal_text(typed):
    assert parse_email(typed) == "li.si@163.com"


@pytest.mark.parametrize("typed", ["", "x@", "@x.cn", "a b", "a@b@c.cn"])
def test_other_texts_are_no_addresses(typed):
    with pytest.raises(BadEmail):
        parse_email(typed)


@pytest.mark.parametrize(
    ("typed", "kept"), [("WX:Wang_123", "wang_123"), ("微信：lisi-2020", "lisi-2020"), ("13812345678", "13812345678")]
)
def test_wechat_ids_are_lower_case_without_label(typed, kept):
    assert parse_wechat(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"), [("微信同号", "same_as_phone"), ("", "empty"), ("王先生", "invalid"), ("ab", "invalid")]
)
def test_other_texts_are_no_wechat_ids(typed, code):
    with pytest.raises(BadWechat) as refused:
        parse_wechat(typed)

    assert refused.value.code == code


def test_addresses_are_masked():
    assert mask_email("li.si@163.com") == "l***@163.com" and mask_wechat("wang_123") == "wa***23"
