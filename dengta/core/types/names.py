"""Names of people and companies: surname and title, pinyin and initials, masks, and the keys they are found by.

A search key is one letter for its kind and the value: n张三 (characters), pzhangsan (pinyin), izs (initials),
wjohn (Latin word or its beginning), t… (telephone), r… (plate), v… (VIN), c… (codes such as an order number),
f… (whole name).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from pypinyin import lazy_pinyin

from dengta.core.types.phone import phone_keys
from dengta.core.types.plate import plate_keys
from dengta.core.types.vin import vin_keys

_COMPOUND = (
    "欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 令狐 慕容 司徒 夏侯 长孙 宇文 端木 轩辕 南宫 独孤 西门 百里 东郭 "
    "申屠 公羊 濮阳 淳于 单于 太叔 仲孙 钟离 澹台 闻人 赫连 万俟 呼延 拓跋 第五 梁丘 左丘 东门 公冶 宗政 鲜于 "
    "闾丘 司空 亓官 司寇 子车 颛孙 巫马 公西 漆雕 乐正 壤驷 公良 夹谷 宰父 谷梁 段干 羊舌 微生 欧陽 司馬 諸葛 "
    "東方 尉遲 公孫 司徒 長孫 軒轅 南宮 獨孤 西門 鐘離 單于"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
# Surnames that are not read as the same character elsewhere.
SURNAME_READINGS = {
    "曾": "zeng", "单": "shan", "單": "shan", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "區": "ou",
    "朴": "piao",
    "盖": "ge", "蓋": "ge", "任": "ren", "华": "hua", "華": "hua", "繁": "po", "缪": "miao", "繆": "miao", "翟": "zhai",
    "乐": "yue", "樂": "yue", "员": "yun", "員": "yun", "尉": "wei", "覃": "qin", "种": "chong", "冼": "xian",
    "洗": "xian",
    "召": "shao", "折": "she", "黑": "he", "秘": "bi", "句": "gou", "宓": "mi", "逄": "pang", "不": "fou", "乜": "nie",
    "盛": "sheng", "臧": "zang", "隗": "wei", "瞿": "qu", "芮": "rui", "卜": "bu", "佴": "nai", "应": "ying",
    "應": "ying",
    "晁": "chao", "谌": "chen", "郗": "xi", "葛": "ge", "哈": "ha", "过": "guo", "车": "che", "車": "che",
    "柏": "bai", "薄": "bo", "重": "chong", "褚": "chu", "干": "gan", "阚": "kan", "宁": "ning", "寧": "ning",
    "牟": "mou",
    "那": "na", "石": "shi", "沈": "shen", "腾": "teng", "行": "xing", "要": "yao", "殷": "yin", "於": "yu",
    "咎": "zan", "昝": "zan", "占": "zhan", "长": "zhang", "祭": "zhai", "幺": "yao", "呙": "guo", "都": "du",
    "降": "jiang",
    "尉迟": "yu chi", "尉遲": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "長孫": "zhang sun", "澹台": "tan tai",
    "单于": "chan yu", "單于": "chan yu", "鲜于": "xian yu", "亓官": "qi guan", "令狐": "ling hu", "乐正": "yue zheng",
}  # fmt: skip
# Said after a name: who the person is, as far as it tells.
TITLES = {
    "先生": "male", "小姐": "female", "女士": "female", "太太": "female", "夫人": "female", "师傅": "", "老师": "",
    "总": "",
    "经理": "", "老板": "", "医生": "", "哥": "male", "姐": "female", "阿姨": "female", "叔": "male", "大哥": "male",
    "大姐": "female", "女生": "female", "男士": "male", "同学": "", "主任": "", "董": "",
}  # fmt: skip
_TITLE = re.compile(rf"^(.{{1,4}}?)[\s(]*({'|'.join(sorted(TITLES, key=len, reverse=True))})\)?$")
_COMPANY = re.compile(
    r"公司|集团|中心|厂$|店$|学校|医院|银行|协会|委员会|政府|合作社|事务所|工作室|局$|\bltd\b|\binc\b|\bco\.|gmbh",
    re.IGNORECASE,
)
HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
_HAN_RUN = re.compile(f"[{HAN}〇]+")
_WORD = re.compile(r"[^\W_]+")
_PLAIN = re.compile(f"[{HAN}〇]+|[a-z]+|[0-9]+")
LONGEST_NAME = 40  # characters of one name that are indexed
WINDOW = 4  # syllables joined in one pinyin or initials key


class Name(NamedTuple):
    """`王先生` is surname 王, title 先生, gender male; `欧阳娜娜` is surname 欧阳, given 娜娜."""

    surname: str
    given: str
    title: str = ""
    gender: str = ""

    @property
    def bare(self) -> str:
        return self.surname + self.given


def clean_name(raw: object) -> str:
    """Full-width letters, invisible characters and doubled spaces put right; no spaces between Chinese characters."""
    text = unicodedata.normalize("NFKC", str(raw if raw is not None else ""))
    text = "".join(" " if letter != "\u200d" and unicodedata.category(letter)[0] in "CZ" else letter for letter in text)
    text = re.sub(f"(?<=[{HAN}])\\s+(?=[{HAN}])", "", text)
    return " ".join(text.split())


def parse_name(raw: object) -> Name:
    """Surname, given name, title and gender of a person's name, as far as they can be told."""
    text = clean_name(raw)
    title = gender = ""
    if (found := _TITLE.match(text)) and _HAN_RUN.match(text):
        title, gender, text = found[2], TITLES[found[2]], found[1].strip()
    if not _HAN_RUN.fullmatch(text):
        first, _space, last = text.rpartition(" ")
        return Name(last, first, title, gender) if first else Name(text, "", title, gender)
    surname, given = _split_han(text)
    return Name(surname, given, title, gender)


def is_company(name: str) -> bool:
    return len(name) > 4 and bool(_COMPANY.search(name))


def _split_han(text: str) -> tuple[str, str]:
    size = 2 if text[:2] in COMPOUND_SURNAMES and len(text) > 1 else 1
    return text[:size], text[size:]


# -- pinyin --------------------------------------------------------------------------------------------------------
def syllables(name: str) -> list[str]:
    """`曾小明` → zeng xiao ming: surnames are read as surnames, Latin words stay as they are, all lower case."""
    found: list[str] = []
    company = is_company(name)
    for place, run in enumerate(_PLAIN.findall(clean_name(name).lower())):
        if not _HAN_RUN.fullmatch(run):
            found.append(run)
        elif place or company:
            found.extend(_read(run))
        else:
            found.extend(_read_person(run))
    return found


def pinyin(name: str) -> str:
    """`zengxiaoming`."""
    return "".join(syllables(name))


def initials(name: str) -> str:
    """`zxm`."""
    return "".join(part[0] for part in syllables(name))


@lru_cache(maxsize=20_000)
def _read(run: str) -> tuple[str, ...]:
    plain = (re.sub("[^a-z]", "", part.replace("ü", "v")) for part in lazy_pinyin(run, errors="ignore"))
    return tuple(part for part in plain if part)


def _read_person(run: str) -> list[str]:
    surname, given = _split_han(run)
    reading = SURNAME_READINGS.get(surname)
    return [*(reading.split() if reading else _read(surname)), *(_read(given) if given else ())]


# -- masks ---------------------------------------------------------------------------------------------------------
def mask_name(name: str | None) -> str:
    """`王**`, `欧阳**`; a company keeps its first two and last two characters."""
    text = clean_name(name)
    if not text:
        return ""
    if is_company(text):
        return f"{text[:2]}****{text[-2:]}"
    if _HAN_RUN.fullmatch(text):
        surname, given = _split_han(text)
        return surname + "*" * max(len(given), 1)
    return text[0] + "***"


# -- search keys ---------------------------------------------------------------------------------------------------
def grams(run: str) -> set[str]:
    """Single characters and neighbouring pairs."""
    return {*run, *(run[place : place + 2] for place in range(len(run) - 1))}


@lru_cache(maxsize=20_000)
def name_keys(name: str) -> frozenset[str]:
    text = clean_name(name).lower()[:LONGEST_NAME]
    keys = {"f" + text.replace(" ", "")} if text else set()
    for run in _HAN_RUN.findall(text):
        keys.update("n" + gram for gram in grams(run))
    readings = [syllables(text)]
    if _HAN_RUN.fullmatch(text) and SURNAME_READINGS.get(text[:1]) not in (None, *_read(text[:1])):
        readings.append(list(_read(text)))  # many people type the common reading of a rare surname
    for parts in readings:
        keys.update(_reading_keys(parts))
    for word in _WORD.findall(text):
        if word.isascii():
            keys.update("w" + word[:size] for size in range(2, min(len(word), 8) + 1))
            keys.add("w" + word)
    return frozenset(keys)


def _reading_keys(parts: list[str]) -> set[str]:
    keys: set[str] = set()
    for start in range(len(parts)):
        joined, first = "", ""
        for part in parts[start : start + WINDOW]:
            joined += part
            first += part[0]
            keys.add("p" + joined)
            if len(first) > 1:
                keys.add("i" + first)
    return keys


def words_of(names: Iterable[str]) -> str:
    """What a search compares a partly typed name with: the names and their syllables, `张三|zhang san `."""
    found: list[str] = []
    for name in names:
        text = clean_name(name).lower()[:LONGEST_NAME]
        if text:
            found.append(f"|{text}|{' '.join(syllables(text))} ")
    return "".join(found)


def search_keys(
    name: str | Iterable[str] = "",
    phones: Iterable[str] = (),
    plates: Iterable[str] = (),
    vins: Iterable[str] = (),
    codes: Iterable[str] = (),
) -> str:
    """Every key a record is found by, separated by spaces. Phones are E.164, plates and VINs clean."""
    keys: set[str] = set()
    for one in [name] if isinstance(name, str) else name:
        if one:
            keys |= name_keys(one)
    keys.update("t" + key for phone in phones if phone for key in phone_keys(phone))
    keys.update("r" + key.lower() for plate in plates if plate for key in plate_keys(plate))
    keys.update("v" + key.lower() for vin in vins if vin for key in vin_keys(vin))
    cleaned = (clean_name(code).lower().replace(" ", "") for code in codes)
    keys.update("c" + code for code in cleaned if code)
    return " ".join(sorted(keys))
