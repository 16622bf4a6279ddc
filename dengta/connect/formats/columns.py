"""Which column means what: by its name in Chinese or English, else by what stands in it."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dengta.connect.formats import values

# What a column can be mapped to; `budget` is one column with a range. Everything else goes to `extra` by its name.
TARGETS = (
    "external_id", "at", "name", "phone", "wechat", "email", "city", "series", "budget", "budget_low", "budget_high",
    "purchase_within_days", "campaign", "message", "consent", "gender", "trade_in", "test_drive",
)  # fmt: skip
_MANY = {"phone", "message"}

_NAMES: dict[str, str] = {
    "external_id": "线索id 线索编号 线索号 外部编号 订单号 编号 id leadid externalid clueid 序列号",
    "at": (
        "留资时间 线索时间 创建时间 提交时间 时间 日期 登记日期 首次询价时间 date time createdat "
        "createtime submittedat at requestdate"
    ),
    "name": "姓名 客户姓名 客户名称 客户 联系人 称呼 名字 name fullname customer customername contact",
    "phone": (
        "手机 手机号 手机号码 电话 联系电话 电话号码 联系方式 移动电话 备用电话 telephone tel phone "
        "mobile mobilephone phonenumber cell telphone"
    ),
    "wechat": "微信 微信号 wechat weixin wechatid",
    "email": "邮箱 电子邮箱 邮件 email mail emailaddress",
    "city": "城市 所在城市 地区 所在地 市 上牌城市 city location",
    "series": ("车系 意向车系 意向车型 车型 意向 感兴趣车型 咨询车型 series model vehicle car vehicleofinterest"),
    "budget": "预算 购车预算 价格区间 预算区间 budget pricerange",
    "budget_low": "预算下限 最低预算 budgetlow budgetmin minbudget",
    "budget_high": "预算上限 最高预算 budgethigh budgetmax maxbudget",
    "purchase_within_days": (
        "购车时间 预计购车时间 购车周期 计划购车时间 购买周期 purchasewithindays timeframe purchasetime buyingtime"
    ),
    "campaign": "活动 活动名称 活动编码 推广计划 广告计划 campaign campaigncode promotion",
    "message": "留言 备注 说明 咨询内容 客户留言 内容 message comment comments remark note notes",
    "consent": "同意 授权 隐私授权 consent optin",
    "gender": "性别 gender sex",
    "trade_in": "置换 是否置换 tradein",
    "test_drive": "试驾 是否试驾 预约试驾 testdrive",
}
_BY_NAME = {name: target for target, names in _NAMES.items() for name in names.split()}
_LONGEST_FIRST = sorted(_BY_NAME, key=len, reverse=True)
_PHONE = re.compile(r"(?:\+?0{0,2}86)?1[3-9]\d{9}|0\d{9,11}")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏"
    "魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵"
    "万钱严覃武戴莫孔向汤"
)
_PERSON = re.compile(f"^[{_SURNAMES}][\u4e00-\u9fff]{{1,3}}$|^[\u4e00-\u9fff]{{1,3}}(?:先生|女士|小姐|总)$")
_CITIES = (
    "北京 上海 广州 深圳 天津 重庆 成都 武汉 杭州 南京 苏州 西安 郑州 长沙 青岛 沈阳 大连 宁波 "
    "无锡 厦门 济南 合肥 福州 昆明 哈尔滨 长春 石家庄 太原 南昌 南宁 贵阳 佛山 东莞"
)
_CITY = re.compile(f"^(?:.{{2,8}}[市县区州盟]|{_CITIES.replace(' ', '|')})$")
_MONEY = re.compile(
    r"^[¥￥]?\d+(?:\.\d+)?\s*(?:[-~至到]\s*\d+(?:\.\d+)?\s*)?(?:万|w)(?:元|以内|左右|以上)?$", re.IGNORECASE
)


@dataclass(frozen=True)
class Guess:
    """A proposal for one column; `target` is empty when we do not know."""

    index: int
    header: str
    target: str
    confidence: float
    by: str
    samples: tuple[str, ...]


def recognise(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    remembered: Mapping[str, str] | None = None,
    known: Mapping[str, Callable[[str], bool]] | None = None,
) -> list[Guess]:
    """A guess for each column. `remembered` is the mapping used last time for this source (header → target);
    `known` adds tests of the caller's own, such as the store's series."""
    sampled = list(rows)
    guesses = []
    for index, name in enumerate(header):
        cells = [row[index] for row in sampled if index < len(row) and row[index]]
        target, confidence, by = _one(name, cells, remembered or {}, known or {})
        guesses.append(Guess(index, name, target, confidence, by, tuple(dict.fromkeys(cells))[:3]))
    return _without_rivals(guesses)


def as_mapping(guesses: Iterable[Guess]) -> dict[int, str]:
    return {guess.index: guess.target for guess in guesses if guess.target}


def to_message(header: Sequence[str], cells: Sequence[str], mapping: Mapping[int, str]) -> dict[str, Any]:
    """A row as a message with the contract's field names; unmapped columns are kept in `extra`."""
    message: dict[str, Any] = {}
    extra: dict[str, str] = {}
    for index, written in enumerate(cells):
        if not written:
            continue
        target = mapping.get(index, "")
        if not target:
            extra[header[index]] = written
        elif target in _MANY:
            message.setdefault(target, []).append(written)
        else:
            message.setdefault(target, written)
    if "message" in message:
        message["message"] = "\n".join(message["message"])
    if extra:
        message["extra"] = extra
    return message


def _one(name: str, cells: list[str], remembered: Mapping, known: Mapping) -> tuple[str, float, str]:
    if name in remembered:
        target = remembered[name]
        return (target if target in TARGETS else "", 1.0, "remembered")
    plain = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", re.sub(r"[(（].*?[)）]", "", name)).lower())
    by_content, share = _by_content(cells, known)
    if plain in _BY_NAME:
        return _BY_NAME[plain], 0.98, "name"
    if by_content and share >= 0.8:
        return by_content, round(0.5 + 0.4 * share, 2), "content"
    for word in _LONGEST_FIRST:
        if len(word) >= (2 if not word.isascii() else 4) and word in plain:
            return _BY_NAME[word], 0.8, "name"
    return (by_content, round(0.4 + 0.4 * share, 2), "content") if share >= 0.6 else ("", 0.0, "")


def _by_content(cells: list[str], known: Mapping[str, Callable[[str], bool]]) -> tuple[str, float]:
    if not cells:
        return "", 0.0
    tests: dict[str, Callable[[str], Any]] = {
        "phone": lambda c: _PHONE.fullmatch(re.sub(r"[\s\-()（）]", "", unicodedata.normalize("NFKC", c))),
        "email": values.email,
        "at": lambda c: len(c) >= 8 and not c.isdigit() and values.when(c),
        "gender": lambda c: c in ("男", "女", "male", "female", "M", "F"),
        "city": _CITY.match,
        "budget": _MONEY.match,
        "name": _PERSON.match,
    } | dict(known)
    shares = {target: sum(1 for c in cells if test(c)) / len(cells) for target, test in tests.items()}
    best = max(shares, key=shares.get)
    return (best, shares[best]) if shares[best] >= 0.6 else ("", shares[best])


def _without_rivals(guesses: list[Guess]) -> list[Guess]:
    """One column per target, except where several make sense."""
    best: dict[str, Guess] = {}
    for guess in guesses:
        if guess.target and guess.target not in _MANY:
            rival = best.get(guess.target)
            if rival is None or guess.confidence > rival.confidence:
                best[guess.target] = guess
    return [
        guess if not guess.target or guess.target in _MANY or best[guess.target] is guess
        else Guess(guess.index, guess.header, "", 0.0, "", guess.samples)
        for guess in guesses
    ]  # fmt: skip
