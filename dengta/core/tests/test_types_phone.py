"""Phone numbers in every habit people have."""

import time

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dengta.core.types import areas
from dengta.core.types.areas import area_of
from dengta.core.types.phone import BadPhone, format_phone, mask_phone, parse_phone, phone_keys

MOBILE = "+8613812345678"


@pytest.mark.parametrize(
    "raw",
    [
        "13812345678", "１３８１２３４５６７８", "+86 138 1234 5678", "+8613812345678", "0086-138-1234-5678",
        "008613812345678",
        "8613812345678", "86 (0)13812345678", "013812345678", "086-13812345678", "+86+8613812345678", "138.1234.5678",
        "(138)1234-5678", "（138）1234－5678", "138–1234–5678", "138\u00a01234\u00a05678", "\u202d13812345678\u202c",
        " 13812345678\n",
        "13812345678 (王先生)", "手机:13812345678", "手机号码：138 1234 5678", "tel. 13812345678", "13812345678.0",
        "1.3812345678E10",
        "'13812345678", "一三八一二三四五六七八", "幺三八 一二三四 五六七八", "客户138 1234 5678要求下午3点后联系",
        "微信同号 13812345678",
        13812345678, 13812345678.0,
    ],
)  # fmt: skip
def test_a_mobile_is_read_however_it_is_written(raw):
    phone = parse_phone(raw)

    assert (phone.e164, phone.national, phone.is_mobile, phone.extension) == (MOBILE, "13812345678", True, "")


@pytest.mark.parametrize(
    ("raw", "e164", "extension"),
    [
        ("021-58888888", "+862158888888", ""),
        ("(021)58888888", "+862158888888", ""),
        ("02158888888", "+862158888888", ""),
        ("+86 21 5888 8888", "+862158888888", ""),
        ("0086 021 58888888", "+862158888888", ""),
        ("0512-6812345", "+865126812345", ""),
        ("0755 2812 3456 转 8012", "+8675528123456", "8012"),
        ("010-88886666-801", "+861088886666", "801"),
        ("010-88886666 ext. 801", "+861088886666", "801"),
    ],
)
def test_landlines_keep_area_code_and_extension(raw, e164, extension):
    phone = parse_phone(raw)

    assert (phone.e164, phone.extension, phone.is_mobile, phone.is_virtual) == (e164, extension, False, False)


@pytest.mark.parametrize(
    ("raw", "e164"),
    [
        ("+852 9123 4567", "+85291234567"),
        ("00852-91234567", "+85291234567"),
        ("+886 912 345 678", "+886912345678"),
        ("+1 (650) 253-0000", "+16502530000"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_foreign_numbers_need_their_country(raw, e164):
    phone = parse_phone(raw)

    assert phone.e164 == e164
    assert phone.city is None


@pytest.mark.parametrize("prefix", ["162", "165", "167", "170", "171"])
def test_numbers_of_virtual_operators_are_flagged(prefix):
    assert parse_phone(prefix + "12345678").is_virtual
    assert parse_phone("+86" + prefix + "12345678").is_virtual
    assert not parse_phone("13812345678").is_virtual


@pytest.mark.parametrize("raw", ["13812345678-1234", "13812345678转1234", "13812345678,,1234", "138 1234 5678#1234"])
def test_a_mobile_with_extension_is_a_privacy_number(raw):
    phone = parse_phone(raw)

    assert (phone.e164, phone.extension, phone.is_virtual) == (MOBILE, "1234", True)


def test_what_else_stands_in_the_cell_becomes_the_remark():
    assert parse_phone("手机：138 1234 5678 王女士").remark == "王女士"
    assert parse_phone("13812345678 (王先生)").remark == "王先生"
    assert parse_phone("13812345678").remark == ""


@pytest.mark.parametrize("joint", ["/", " ", "、", "-", ";", "\n", "，", " 或 "])
def test_of_two_numbers_the_first_is_taken_and_the_other_listed(joint):
    phone = parse_phone(f"13812345678{joint}13912345678")

    assert (phone.e164, phone.others) == (MOBILE, ("+8613912345678",))


def test_an_unusable_number_before_a_good_one_is_passed_over():
    assert parse_phone("1234567/13812345678").e164 == MOBILE
    assert parse_phone("110101199003078515 13812345678").e164 == MOBILE


def test_a_local_number_is_completed_with_the_area_code_of_the_store():
    assert parse_phone("5888 8888", area_code="021").e164 == "+862158888888"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "empty"), (None, "empty"), ("  ", "empty"), ("abc", "none"), ("微信联系", "none"), ("138123456", "length"),
        ("138123456789", "length"), ("+861381234567", "length"), ("12812345678", "invalid"),
        ("110101199003078515", "length"),
        ("58888888", "area_code"), ("400-820-8888", "hotline"), ("+999 123456", "foreign"), ("1.38123E+10", "rounded"),
        ("0000000", "invalid"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_is_wrong(raw, code):
    with pytest.raises(BadPhone) as refused:
        parse_phone(raw)

    assert refused.value.code == code
    assert len(str(refused.value)) > 5


@given(st.text(max_size=60))
def test_any_text_is_either_a_number_or_a_refusal(raw):
    try:
        phone = parse_phone(raw)
    except BadPhone as refused:
        assert str(refused)
    else:
        assert phone.e164.startswith("+") and phone.e164[1:].isascii() and phone.e164[1:].isdigit()
        assert parse_phone(phone.e164).e164 == phone.e164


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["", "+86", "0086", "86", "+86 ", "86-", "手机:"]),
    st.sampled_from(["", " ", "-", "."]),
    st.sampled_from(["", " 王", "(备用)", " "]),
)
def test_no_habit_changes_the_number(number, prefix, joint, remark):
    written = prefix + joint.join((number[:3], number[3:7], number[7:])) + remark

    assert parse_phone(written).e164 == "+86" + number


def test_masks_hide_the_middle():
    assert mask_phone(MOBILE) == "138****5678"
    assert mask_phone("+862158888888") == "021-****8888"
    assert mask_phone("+865126812345") == "0512-***2345"
    assert mask_phone("+85291234567") == "+852 ****4567"
    assert mask_phone("") == mask_phone(None) == ""


def test_numbers_are_shown_in_groups():
    assert format_phone(MOBILE) == "138 1234 5678"
    assert format_phone("+862158888888") == "021-5888 8888"
    assert format_phone("+85291234567") == "+852 9123 4567"


def test_a_number_is_found_by_its_end_but_not_by_its_middle():
    assert phone_keys(MOBILE) == ("8613812345678", "13812345678", "12345678", "5678")
    assert "58888888" in phone_keys("+862158888888") and "02158888888" in phone_keys("+862158888888")


def test_the_place_of_issue_is_known_in_chinese_and_english():
    assert parse_phone("13812345678").city == "连云港"
    assert area_of(MOBILE).english == "Lianyungang, Jiangsu"
    assert area_of("+862158888888").province == area_of("+862158888888").city == "上海"
    assert parse_phone("17012345678").city is None


def test_the_table_of_places_was_built_from_the_installed_library():
    assert areas.is_current(), f"python -m dengta.core.types.areas (phonenumbers {phonenumbers.__version__})"


def test_plain_mobiles_are_read_at_more_than_a_hundred_thousand_a_second():
    numbers = [f"138{tail:08d}" for tail in range(20_000)]
    best = 0.0

    for _round in range(3):
        begin = time.process_time()
        for number in numbers:
            parse_phone(number)
        best = max(best, len(numbers) / (time.process_time() - begin))

    assert best > 100_000
