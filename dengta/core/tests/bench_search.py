"""How fast are search and its writing at a million entries? Needs its own database:

DATABASE_URL=… python -m dengta.core.tests.bench_search [entries]
"""

# ruff: noqa: E402, T201 - a command: Django is set up before its models are imported, and figures are printed

from __future__ import annotations

import os
import random
import re
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta

import django

SURNAMES = (
    "王7.2 李7.1 张6.8 刘5.4 陈4.5 杨3.1 黄2.2 赵2.3 吴2.0 周2.1 徐1.6 孙1.5 马1.3 朱1.3 胡1.3 "
    "郭1.2 何1.1 林1.1 高1.0 罗1.0 郑0.9 梁0.9 谢0.8 宋0.7 唐0.7 许0.7 韩0.7 邓0.6 冯0.6 曹0.6 "
    "彭0.6 曾0.6 肖0.5 田0.5 董0.5 潘0.5 袁0.5 蔡0.5 蒋0.4 余0.4 于0.4 杜0.4 叶0.4 程0.4 苏0.4 "
    "魏0.4 吕0.4 丁0.4 任0.4 沈0.3 欧阳0.1 上官0.05 尉迟0.02 "
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华建国文斌玲红梅宇浩轩欣怡子涵梓萱博雅晨曦雨泽佳琪志鹏海燕"
    "春晓东南思远家豪俊凯婷雪莹慧颖倩琳丹蕾鑫淼森林峰岩亮飞龙虎彬健康乐安宁静怡然若曦一诺可馨语嫣"
)
PLATES = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
STORES, OWNERS_PER_STORE = 50, 10


def docs(count: int, first: int = 0):
    rng = random.Random(7 + first)
    pairs = [re.fullmatch(r"(\D+)([\d.]+)", word).groups() for word in SURNAMES.split()]
    surnames, weights = [name for name, _share in pairs], [float(share) for _name, share in pairs]
    born = datetime(2026, 11, 1, tzinfo=UTC)
    for number in range(first, first + count):
        name = rng.choices(surnames, weights)[0] + "".join(rng.choices(GIVEN, k=1 if rng.random() < 0.25 else 2))
        phone = f"+861{rng.choice('3578')}{rng.randrange(10**9):09d}"
        store = rng.randrange(STORES) + 1
        plate = (
            "沪" + "".join(rng.choices(PLATES[:24], k=1)) + f"{rng.randrange(10**5):05d}" if rng.random() < 0.3 else ""
        )
        yield SearchDoc(
            noun="core.searchentry", row_id=number + 1, group_id=1, title=name, subtitle=mask_phone(phone),
            stores=(store,), teams=(store * 10 + 1,), owners=(store * 100 + rng.randrange(OWNERS_PER_STORE),),
            phones=(phone,), plates=(plate,) if plate else (),
            updated_at=born - timedelta(seconds=37 * (10**6 - number)),
        )  # fmt: skip


def fill(entries: int) -> None:
    known = SearchEntry.objects.count()
    if known >= entries:
        return
    begin = time.perf_counter()
    for first in range(known, entries, 20_000):
        search.index_rows(docs(min(20_000, entries - first), first))
    took = time.perf_counter() - begin
    print(f"written: {entries - known:,} entries in {took:.0f} s, {(entries - known) / took:,.0f}/s")
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze core_searchentry")


def ask(name: str, actor: Actor, texts: list[str]) -> None:
    sought = {"core.searchentry": NOUN}
    times, hits = [], []
    for text in texts * 3:
        begin = time.perf_counter()
        found = search._candidates(actor, understand(text), sought)
        times.append((time.perf_counter() - begin) * 1000)
        hits.append(len(found))
    times = sorted(times[len(texts) :])
    print(
        f"  {name:34} median {statistics.median(times):6.1f} ms   p95 {times[int(len(times) * 0.95)]:6.1f} ms   "
        f"max {times[-1]:6.1f} ms   hits {min(hits)}–{max(hits)}"
    )


def main() -> None:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    fill(entries)
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_size_pretty(pg_relation_size('core_searchentry')), "
            "pg_size_pretty(pg_relation_size('core_search_entry_tokens'))"
        )
        print("table {}, index of keys {}".format(*cursor.fetchone()))
    some = list(docs(200, entries // 40_000 * 20_000))  # as they were written
    reach = {
        "group": Reach(everything=True),
        "store": Reach(stores=frozenset({3})),
        "own": Reach(own=True),
    }
    for who, far in reach.items():
        print(f"reach {who}:")
        actor = Actor("employee", 1, who, 1, employee_id=305, grants={"core.see": far})
        two = [doc.title for doc in some if len(doc.title) == 2]
        three = [doc.title for doc in some if len(doc.title) == 3][:40]
        ask("2-character name", actor, two[:40])
        ask("3-character name", actor, three)
        ask("pinyin initials, 2 letters", actor, [initials(name) for name in two[:20]])
        ask("pinyin initials, 3 letters", actor, [initials(name) for name in three[:20]])
        ask("pinyin of 2", actor, [pinyin(name) for name in two[:20]])
        ask("pinyin, partly (wangx)", actor, [pinyin(name[0]) + initials(name[1:]) for name in three[:20]])
        ask("last 4 digits", actor, [doc.phones[0][-4:] for doc in some[:40]])
        ask("whole number", actor, [doc.phones[0] for doc in some[:40]])
        ask("surname and last 4", actor, [f"{doc.title[0]} {doc.phones[0][-4:]}" for doc in some[:40]])
        ask("plate", actor, [doc.plates[0] for doc in some if doc.plates][:40])
        ask("one character (王)", actor, ["王", "李", "张"])
        ask("nothing there", actor, ["魑魅", "zzzz", "0000000"])
    begin = time.perf_counter()
    changed = [replace(doc, owners=(9999,)) for doc in docs(10_000, entries // 2)]
    built = time.perf_counter()
    search.index_rows(changed)
    took = time.perf_counter() - built
    print(f"10,000 entries to another owner: {took:.1f} s ({10_000 / took:,.0f}/s) and {built - begin:.1f} s to build")
    begin = time.perf_counter()
    search.index_rows(changed)
    print(f"the same again, nothing changed: {time.perf_counter() - begin:.1f} s")
    search.index_rows(docs(10_000, entries // 2))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dengta.config.settings")
    django.setup()

from dataclasses import replace

from django.db import connection
from django.db.models import Q

from dengta.core import search
from dengta.core.actors import Actor, Reach
from dengta.core.models import SearchEntry
from dengta.core.registry import Noun
from dengta.core.search import SearchDoc
from dengta.core.types.asking import understand
from dengta.core.types.names import initials, pinyin
from dengta.core.types.phone import mask_phone

NOUN = Noun("core.searchentry", SearchEntry, "Entry", lambda actor: Q(), "core.see")

if __name__ == "__main__":
    main()
