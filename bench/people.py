"""Who lives in the bench: names in the frequency they have in China, numbers that are given to machines only."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import psycopg

from dengta.core import scope
from dengta.customers.models.finding import index
from dengta.customers.types.masks import shown
from dengta.customers.types.sealing import fingerprint, seal

SURNAMES = (
    "王72 李71 张68 刘54 陈45 杨31 黄22 赵23 吴20 周21 徐16 孙15 马13 朱13 胡13 郭12 何11 林11 高10 罗10 郑9 梁9 谢8 宋7 "
    "唐7 许7 韩7 邓6 冯6 曹6 彭6 曾6 肖5 田5 董5 潘5 袁5 蔡5 蒋4 余4 于4 杜4 叶4 程4 苏4 魏4 吕4 丁4 任4 沈3"
)
SINGLE = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华建国文斌玲红梅宇浩轩欣怡博雅晨志鹏海燕春晓东思远家豪俊凯婷雪莹慧"
DOUBLE = ["子涵", "梓萱", "雨泽", "佳琪", "志鹏", "海燕", "春晓", "思远", "家豪", "俊凯", "雪莹", "慧颖", "浩然", "一诺", "若曦", "静怡", "可馨", "建国", "建军", "国强", "志强", "秀英", "桂兰", "玉兰", "晓东", "晓明", "文博", "宇轩", "嘉怡", "子轩", "欣怡", "诗涵", "明轩", "俊杰", "美玲", "丽华", "海涛", "永强", "春梅", "小红", "金凤", "德华", "国华", "立新", "新宇", "天佑", "佳怡", "雅婷"]
NUMBERS = 10_000_000  # 140 0xxx xxxx: China gives them to machines, never to people
STEP = 7_654_321  # coprime to NUMBERS: every person has a number of their own
BORN_CITIES = ("临江", "临江", "海宁", "湖州", "绍兴")
CHUNK = 1000


@dataclass(frozen=True)
class Person:
    name: str
    phone: str  # as people write it
    city: str

    @property
    def e164(self) -> str:
        return f"+86{self.phone}"


def phone_of(number: int) -> str:
    return f"1400{number * STEP % NUMBERS:07d}"


def person(number: int) -> Person:
    """The same for the same number, everywhere: whoever has a number up to the size of the bench is known."""
    chance = random.Random(number)
    surnames, weights, city = _tables()
    surname = chance.choices(surnames, cum_weights=weights)[0]
    given = chance.choice(SINGLE) if chance.random() < 0.25 else chance.choice(DOUBLE)
    return Person(surname + given, phone_of(number), chance.choice(city))


@cache
def _tables() -> tuple[list[str], list[int], tuple[str, ...]]:
    pairs = [(word[0], int(word[1:])) for word in SURNAMES.split()]
    sums, total = [], 0
    for _name, weight in pairs:
        total += weight
        sums.append(total)
    return [name for name, _weight in pairs], sums, BORN_CITIES


def copy_people(work: tuple[int, int, int]) -> None:
    """Customers with one sealed number each, for a range of numbers; a process of its own."""
    group_id, first, last = work
    now = datetime.now(UTC)
    with psycopg.connect(os.environ["DATABASE_URL"]) as link, link.cursor() as cursor:
        cursor.execute("select set_config('dengta.group', %s, false)", [str(group_id)])
        with cursor.copy("copy customers_customer (id, group_id, kind, name, gender, city, phone_shown, created_at, "
                         "last_dealing_at) from stdin") as copy:
            for number, one in _range(first, last):
                copy.write_row((number, group_id, "person", one.name, "", one.city, shown("mobile", one.e164),
                                now, now))
        with cursor.copy("copy customers_contactpoint (group_id, customer_id, kind, value_hash, sealed, shown, remark, "
                         "is_virtual, is_primary, created_at) from stdin") as copy:
            for number, one in _range(first, last):
                copy.write_row((group_id, number, "mobile", fingerprint(group_id, "mobile", one.e164), seal(one.e164),
                                shown("mobile", one.e164), "", False, True, now))


def _range(first: int, last: int) -> Iterator[tuple[int, Person]]:
    return ((number, person(number)) for number in range(first, last + 1))


def index_people(work: tuple[int, int, int]) -> None:
    """What makes customers findable, by the product's own function; a process of its own."""
    group_id, first, last = work
    for start in range(first, last + 1, CHUNK):
        with scope.open(group_id):
            index(range(start, min(start + CHUNK, last + 1)))
