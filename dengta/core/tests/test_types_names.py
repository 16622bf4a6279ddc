"""Names: surnames, pinyin, masks and search keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dengta.core.types import names
from dengta.core.types.names import clean_name, initials, is_company, mask_name, parse_name, search_keys, syllables


@pytest.mark.parametrize(
    ("name", "surname", "given_name", "title", "gender"),
    [
        ("张三丰", "张", "三丰", "", ""), ("欧阳娜娜", "欧阳", "娜娜", "", ""), ("王先生", "王", "", "先生", "male"),
        ("欧阳小姐", "欧阳", "", "小姐", "female"), ("李总", "李", "", "总", ""),
        ("王小明（先生）", "王", "小明", "先生", "male"),
        ("John Smith", "Smith", "John", "", ""), ("", "", "", "", ""),
    ],
)  # fmt: skip
def test_surname_title_and_gender(name, surname, given_name, title, gender):
    assert parse_name(name) == (surname, given_name, title, gender)


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("曾国藩", "zeng guo fan"), ("单雄信", "shan xiong xin"), ("仇英", "qiu ying"), ("尉迟恭", "yu chi gong"),
        ("万俟雪", "mo qi xue"),
        ("解晓东", "xie xiao dong"), ("区志明", "ou zhi ming"), ("查良镛", "zha liang yong"), ("吕布", "lv bu"),
        ("重庆长安汽车公司", "chong qing chang an qi che gong si"),
        ("王Lily", "wang lily"), ("張偉", "zhang wei"),
    ],
)  # fmt: skip
def test_surnames_are_read_as_surnames(name, spelled):
    assert " ".join(syllables(name)) == spelled


def test_pinyin_and_initials():
    assert (names.pinyin("张三丰"), initials("张三丰")) == ("zhangsanfeng", "zsf")


def test_names_are_cleaned():
    assert clean_name(" 张　三\u200b ") == "张三"
    assert clean_name("Ｊohn\t Smith") == "John Smith"


def test_masked_names():
    assert mask_name("王小明") == "王**" and mask_name("欧阳娜娜") == "欧阳**" and mask_name("王") == "王*"
    assert mask_name("上海大众汽车有限公司") == "上海****公司" and mask_name("John") == "J***" and mask_name(None) == ""


def test_companies_are_told_from_people():
    assert is_company("上海大众汽车有限公司") and not is_company("张三丰")


def test_search_keys_of_a_person():
    keys = search_keys("张三丰", ["+8613812345678"], ["沪A12345"]).split()

    assert {"n张", "n三", "n丰", "n张三", "n三丰", "pzhang", "pzhangsan", "pzhangsanfeng", "psanfeng"} <= set(keys)
    assert {"izs", "izsf", "isf", "t5678", "t12345678", "t13812345678", "r沪a12345", "ra12345", "r12345"} <= set(keys)
    assert "t3812" not in keys and len(keys) == len(set(keys)) < 30


def test_a_rare_surname_is_found_by_its_common_reading_too():
    assert {"pzengxiaoming", "pcengxiaoming"} <= set(search_keys("曾小明").split())


@given(st.text(max_size=60), st.text(max_size=30))
def test_keys_have_no_space_inside_and_are_never_empty(name, code):
    keys = search_keys(name, codes=[code])

    assert all(len(key) > 1 for key in keys.split(" ") if keys)
