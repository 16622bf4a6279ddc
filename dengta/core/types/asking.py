"""What a person who types into a search box may mean, as a question over the keys of `names.search_keys`.

`王伟`, `ww`, `wangw`, `wang wei`, `5678`, `138****5678`, `沪A12345`, `R2012345`, `张三 5678`, `SO-2026-001`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from dengta.core.types.names import HAN, WINDOW
from dengta.core.types.phone import BadPhone, parse_phone, phone_keys
from dengta.core.types.plate import clean_plate

LONGEST = 60
MOST_PARTS = 6
MOST_READINGS = 3


@dataclass(frozen=True)
class All:
    """Every one of these keys."""

    parts: tuple[str | All | Either, ...]


@dataclass(frozen=True)
class Either:
    """At least one of these keys."""

    parts: tuple[str | All | Either, ...]


Tree = str | All | Either


@dataclass(frozen=True)
class Question:
    """`tree` is answered by an index. Where keys allow too much, each check asks (exact keys or pattern of words)."""

    text: str
    tree: Tree
    checks: tuple[tuple[Tree | None, str], ...] = ()

    @property
    def is_broad(self) -> bool:
        """One Chinese character or two letters: matches very many."""
        return len(self.text) == 1 or (len(self.text) == 2 and self.text.isascii())


@dataclass(frozen=True)
class _Meaning:
    """One way to read a part; with a pattern when its keys alone would let in others."""

    tree: Tree
    pattern: str = ""


_PARTS = re.compile(rf"[{HAN}〇]+|[a-z0-9]+")
_ONLY_NUMBER = re.compile(r"[0-9\s\-+().#]{7,}")
_MASKED = re.compile(r"[0-9]{3}\*+([0-9]{4})")


def understand(text: str) -> Question | None:
    """None when there is nothing to search by: too short, or only signs."""
    plain = " ".join(unicodedata.normalize("NFKC", text or "")[:LONGEST].lower().split())
    if _ONLY_NUMBER.fullmatch(plain):
        return Question(plain, _number(plain))
    if masked := _MASKED.fullmatch(plain):
        return Question(plain, "t" + masked[1])
    chunks = plain.split(" ")[:MOST_PARTS]
    if len(chunks) > 1 and all(chunk.isascii() and chunk.isalpha() for chunk in chunks):
        return _spelled(plain, chunks)
    trees: list[Tree] = []
    checks: list[tuple[Tree | None, str]] = []
    for chunk in chunks:
        parts = [meanings for part in _PARTS.findall(chunk) if (meanings := _meanings(part))][:MOST_PARTS]
        ways = [_all([_any([meaning.tree for meaning in meanings]) for meanings in parts])] if parts else []
        if parts and _PARTS.fullmatch(chunk):
            checks.extend(_check(parts[0]))
        elif parts:  # 沪A12345, SO-2026-001
            ways += ["c" + chunk, "r" + clean_plate(chunk).lower()]
        if ways:
            trees.append(_any(ways))
    return Question(plain, _all(trees), tuple(checks)) if trees else None


def _spelled(plain: str, chunks: list[str]) -> Question:
    """`wang wei` is one name in pinyin, or the words of a Latin name."""
    meanings = _latin("".join(chunks))
    if words := tuple("w" + chunk[:8] for chunk in chunks if len(chunk) > 1):
        meanings.append(_Meaning(_all(words)))
    return Question(plain, _any([meaning.tree for meaning in meanings]), tuple(_check(meanings)))


def _check(meanings: list[_Meaning]) -> Iterator[tuple[Tree | None, str]]:
    """Some readings are exact by their keys; the others must also match their pattern."""
    loose = [meaning.pattern for meaning in meanings if meaning.pattern]
    if loose:
        exact = [meaning.tree for meaning in meanings if not meaning.pattern]
        yield _any(exact) if exact else None, "|".join(loose)


def _meanings(part: str) -> list[_Meaning]:
    if part.isdigit() and part.isascii():
        return [_Meaning(kind + part) for kind in "trvcw"] if len(part) > 2 else [_Meaning("w" + part)]
    if part.isascii():
        return _latin(part) if len(part) > 1 else []
    if len(part) == 1:
        return [_Meaning("n" + part)]
    pairs = _all(["n" + part[place : place + 2] for place in range(len(part) - 1)])
    return [_Meaning(pairs, re.escape(part) if len(part) > 2 else "")]


def _number(text: str) -> Tree:
    digits = re.sub(r"[^0-9]", "", text)
    keys = [kind + digits for kind in "trvc"]
    with suppress(BadPhone):
        keys.append("t" + phone_keys(parse_phone(text).e164)[0])
    return _any(keys)


def _latin(word: str) -> list[_Meaning]:
    found = [_Meaning(kind + word) for kind in ("c" if word.isalpha() else "rvc")]
    found.append(
        _Meaning("w" + word) if len(word) <= 8 else _Meaning(Either(("w" + word, "w" + word[:8])), re.escape(word))
    )
    if not word.isalpha():
        return found
    word = word.replace("lyu", "lv").replace("nyu", "nv")
    found.append(_Meaning("p" + word))
    if len(word) <= WINDOW:
        found.append(_Meaning("i" + word))
    for units in list(_readings(word))[:MOST_READINGS]:
        found.append(_reading(units))
    return found


def _reading(units: tuple[tuple[str, bool], ...]) -> _Meaning:
    """`zhang s` is the initials zs with the syllable zhang before a syllable that begins with s."""
    letters = "".join(unit[0] for unit, _whole in units)
    keys: list[Tree] = [*_windows("i", list(letters))]
    run: list[str] = []
    for unit, whole in (*units, ("", False)):
        if whole:
            run.append(unit)
        elif run:
            keys.extend(_windows("p", run))
            run = []
    *before, (last, whole) = units
    pattern = "".join(unit + " " if whole else unit + "[a-z]* " for unit, whole in before)
    return _Meaning(_all(keys), f"[| ]{pattern}{last}{' ' if whole else ''}")


def _windows(kind: str, parts: list[str]) -> list[str]:
    if len(parts) <= WINDOW:
        return [kind + "".join(parts)]
    return [kind + "".join(parts[place : place + WINDOW]) for place in range(len(parts) - WINDOW + 1)]


def _all(trees: Sequence[Tree]) -> Tree:
    return trees[0] if len(trees) == 1 else All(tuple(dict.fromkeys(trees)))


def _any(trees: Sequence[Tree]) -> Tree:
    return trees[0] if len(trees) == 1 else Either(tuple(dict.fromkeys(trees)))


# -- syllables -----------------------------------------------------------------------------------------------------
_SPELLED = (
    "a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao ce cen "
    "ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun chuo ci "
    "cong cou cu cuan cui cun cuo da dai dan dang dao de den deng di dian diao die ding diu dong dou du duan dui "
    "dun duo e ei en er fa fan fang fei fen feng fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua "
    "guai guan guang gui gun guo ha hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo "
    "ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue jun ka kai kan kang kao ke ken keng kong kou ku "
    "kua kuai kuan kuang kui kun kuo la lai lan lang lao le lei leng li lia lian liang liao lie lin ling liu long "
    "lou lu luan lun luo lv lve ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu na "
    "nai nan nang nao ne nei nen neng ni nian niang niao nie nin ning niu nong nou nu nuan nuo nv nve o ou pa pai "
    "pan pang pao pei pen peng pi pian piao pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu "
    "qu quan que qun ran rang rao re ren reng ri rong rou ru ruan rui run ruo sa sai san sang sao se sen seng sha "
    "shai shan shang shao she shen sheng shi shou shu shua shuai shuan shuang shui shun shuo si song sou su suan "
    "sui sun suo ta tai tan tang tao te teng ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang "
    "wei wen weng wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin "
    "ying yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhen zheng "
    "zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo "
)
SYLLABLES = frozenset(_SPELLED.split())
INITIALS = frozenset("b p m f d t n l g k h j q x zh ch sh r z c s y w a o e".split())  # noqa: SIM905
BEGINNINGS = frozenset(spelled[:size] for spelled in SYLLABLES for size in range(1, len(spelled)))


@lru_cache(maxsize=2_000)
def _readings(word: str) -> tuple[tuple[tuple[str, bool], ...], ...]:
    """Ways to cut a word into syllables and beginnings of syllables, fewest units first.

    Where the joined word is a key itself (all syllables whole, all units single letters), only what it may become.
    """
    found: list[tuple[tuple[str, bool], ...]] = []
    _cut(word, (), found)
    whole = [units for units in found if len(units) <= WINDOW and all(is_whole for _unit, is_whole in units)]
    if whole:  # `xia` may be on the way to `xiao`
        shortest = min(map(len, whole))
        ways = ((*units[:-1], (units[-1][0], False)) for units in whole if len(units) == shortest > 1)
        return tuple(units for units in ways if units[-1][0] in BEGINNINGS)
    useful = [
        units for units in found if len(units) > 1 and (len(units) > WINDOW or any(len(u) > 1 for u, _w in units))
    ]
    shortest = min(map(len, useful), default=0)
    return tuple(sorted((units for units in useful if len(units) <= shortest + 1), key=len))


def _cut(rest: str, units: tuple[tuple[str, bool], ...], found: list) -> None:
    if not rest:
        found.append(units)
        return
    if len(units) >= 12 or len(found) >= 40:
        return
    for size in range(min(6, len(rest)), 0, -1):
        head = rest[:size]
        if head in SYLLABLES:
            _cut(rest[size:], (*units, (head, True)), found)
        if (head in INITIALS and head not in SYLLABLES) or (size == len(rest) and head in BEGINNINGS and units):
            _cut(rest[size:], (*units, (head, False)), found)
