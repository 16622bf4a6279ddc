"""Where a Chinese number was issued: province and city in Chinese and English.

The table is a digest of the geocoder of the phonenumbers library, which itself needs 180 MB and several seconds to
load. Build it again after an upgrade of the library:  python -m dengta.core.types.areas
"""

import gzip
import json
import re
from array import array
from bisect import bisect_right
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import phonenumbers

TABLE = Path(__file__).with_name("areas.json.gz")
WIDTH = 7  # digits of the national number that decide
MUNICIPALITIES = ("北京", "上海", "天津", "重庆")
PROVINCE = re.compile(
    r"(内蒙古|新疆|西藏|宁夏|广西|云南|四川|甘肃|贵州|[^省]+?(?=省))(?:省|(?:维吾尔|壮族|回族)?自治区)?"
)
PEOPLES = (
    "维吾尔|哈萨克|蒙古族?|柯尔克孜|朝鲜族|土家族|苗族|壮族|布依族|侗族|藏族|羌族"
    "|彝族|回族|哈尼族|傣族|景颇族|傈僳族|白族"
)
PREFECTURE = re.compile(rf"(?:市|地区|盟|(?:{PEOPLES})*自治州)$")
RENAMED = {"襄樊": "襄阳", "株州": "株洲", "芒": "德宏", "香格里拉": "迪庆", "巢湖": "合肥", "莱芜": "济南"}


class Area(NamedTuple):
    province: str
    city: str
    english: str

    def __str__(self) -> str:
        return self.city or self.province


def area_of(e164: str) -> Area | None:
    """The area where a Chinese number was issued, or None (foreign and unplaced numbers)."""
    if not e164.startswith("+86"):
        return None
    digits = e164[3 : 3 + WIDTH]
    if len(digits) < WIDTH:
        return None
    areas, starts, indexes = _table()
    return areas[indexes[bisect_right(starts, int(digits)) - 1]]


def is_current() -> bool:
    """Whether the table was built from the installed library."""
    return _read()["source"] == phonenumbers.__version__


def _read() -> dict:
    with gzip.open(TABLE, "rt", encoding="utf-8") as file:
        return json.load(file)


@lru_cache(maxsize=1)
def _table() -> tuple[list[Area | None], array, array]:
    plain = _read()
    areas: list[Area | None] = [None, *(_area(zh, en) for zh, en in plain["areas"])]
    starts, place = array("L"), 0
    for step in plain["steps"]:
        place += step
        starts.append(place)
    return areas, starts, array("H", plain["indexes"])


def _area(chinese: str, english: str) -> Area:
    first = chinese.split("、")[0]
    city = first.removesuffix("市")
    if city in MUNICIPALITIES:
        return Area(city, city, english)
    found = PROVINCE.match(first)
    province = found[1] if found else ""
    city = first[found.end() :] if found else first
    city = PREFECTURE.sub("", city)
    return Area(province, RENAMED.get(city, city), english)


def build() -> None:
    """Write the table from the library's geocoder."""
    data = import_module("phonenumbers.geodata").GEOCODE_DATA
    names: dict[tuple[str, str], int] = {}
    paint = array("H", bytes(2 * 10**WIDTH))
    for prefix in sorted((key for key in data if key.startswith("86") and len(key) > 2), key=len):
        zh, en = data[prefix].get("zh", ""), data[prefix].get("en", "")
        index = names.setdefault((zh, en), len(names) + 1) if zh else 0
        digits = prefix[2:]
        span = 10 ** (WIDTH - len(digits))
        first = int(digits) * span
        paint[first : first + span] = array("H", [index]) * span
    starts: list[int] = []
    indexes: list[int] = []
    for place, index in enumerate(paint):
        if not indexes or indexes[-1] != index:
            starts.append(place)
            indexes.append(index)
    steps = [start - before for before, start in zip([0, *starts], starts, strict=False)]
    plain = {"source": phonenumbers.__version__, "areas": list(names), "steps": steps, "indexes": indexes}
    with open(TABLE, "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as file:
        file.write(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode())


if __name__ == "__main__":
    build()
