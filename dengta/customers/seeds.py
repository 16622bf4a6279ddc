"""What every dealer starts with: the tags of the trade (domain 7.2). Safe to repeat."""

from __future__ import annotations

from dengta.core.actors import Actor
from dengta.core.registry import GroupStart, registry
from dengta.customers.models import Tag
from dengta.customers.types import TagFamily

# code, Chinese name (the vocabulary is data and Chinese dealers read it), family, exclusive set, fades after days
TAGS = [
    ("sales-diamond", "销售钻石客户", TagFamily.OWNER, "", None),
    ("service-diamond", "售后钻石客户", TagFamily.OWNER, "", None),
    ("active-service", "售后活跃客户", TagFamily.OWNER, "service-activity", None),
    ("dormant-service", "售后休眠客户", TagFamily.OWNER, "service-activity", None),
    ("lapsed-service", "售后流失客户", TagFamily.OWNER, "service-activity", None),
    ("first-service-12m", "12个月内首保", TagFamily.OWNER, "last-service", 365),
    ("back-12m", "12个月内回厂", TagFamily.OWNER, "last-service", 365),
    ("back-24m", "13-24个月回厂", TagFamily.OWNER, "last-service", 365),
    ("add-on", "购买过附加产品", TagFamily.OWNER, "", None),
    ("referred", "转介绍过客户", TagFamily.OWNER, "", None),
    ("repurchase", "增购/换购", TagFamily.OWNER, "", None),
    ("event", "参加过活动", TagFamily.BEHAVIOUR, "", 365),
    ("complained-6m", "6个月内投诉", TagFamily.BEHAVIOUR, "", 180),
    ("maintains", "定期保养", TagFamily.BEHAVIOUR, "", 365),
    ("finance", "有贷款需求", TagFamily.NEED, "", 180),
    ("trade-in", "有置换需求", TagFamily.NEED, "", 180),
    ("test-drive", "已试驾", TagFamily.INTERACTION, "", 180),
    ("family", "家庭用户", TagFamily.MANUAL, "", None),
    ("technology", "科技爱好者", TagFamily.MANUAL, "", None),
    ("price-sensitive", "价格敏感", TagFamily.MANUAL, "", None),
]
COLOURS = {TagFamily.OWNER: "green", TagFamily.BEHAVIOUR: "orange", TagFamily.NEED: "purple"}


def reference(by: Actor) -> list[Tag]:
    """The shipped tags, made through their verb; codes that exist are left as they are."""
    known = {tag.code: tag for tag in Tag.objects.all()}
    return [
        known.get(code) or Tag.create(by=by, code=code, name=name, family=family, exclusive_set=together,
                                      expires_days=days, colour=COLOURS.get(family, "blue"))
        for code, name, family, together, days in TAGS
    ]


registry.add(GroupStart("customers.tags", reference, 10))
