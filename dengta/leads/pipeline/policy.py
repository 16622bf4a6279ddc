"""What a dealer may change about leads without code: settings of the group, with shipped defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dengta.leads.types import LeadSetting, SisterPolicy
from dengta.org.models import Group

DEFAULTS: dict[str, Any] = {
    LeadSetting.CLAIMS_PER_DAY: 20,
    LeadSetting.SISTER_STORE: SisterPolicy.NOTIFY.value,
    LeadSetting.SISTER_DAYS: 30,
    LeadSetting.OPEN_OPPORTUNITIES: 150,
    LeadSetting.TEST_MARKERS: "测试线索,广告预览,advert preview,advertisement preview,test lead,测试数据",
}


@dataclass(frozen=True)
class Policy:
    values: Mapping[str, Any]

    def _get(self, key: str) -> Any:
        value = self.values.get(key)
        return DEFAULTS[key] if value in (None, "") else value

    @property
    def claims_per_day(self) -> int:
        return int(self._get(LeadSetting.CLAIMS_PER_DAY))

    @property
    def sister_store(self) -> str:
        return str(self._get(LeadSetting.SISTER_STORE))

    @property
    def sister_days(self) -> int:
        return int(self._get(LeadSetting.SISTER_DAYS))

    @property
    def open_opportunities(self) -> int:
        return int(self._get(LeadSetting.OPEN_OPPORTUNITIES))

    @property
    def test_markers(self) -> tuple[str, ...]:
        written = str(self._get(LeadSetting.TEST_MARKERS)).replace("，", ",")
        return tuple(word.strip().casefold() for word in written.split(",") if word.strip())


def read_policy(group_id: int) -> Policy:
    """One statement."""
    return Policy(Group.objects.values_list("settings", flat=True).get(pk=group_id) or {})
