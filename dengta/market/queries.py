"""Reading channels, campaigns and, without a scope, the door of a key."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, models
from django.db.models.functions import Lower

from dengta.market.types import CampaignState, ChannelKind, ChannelState, Door

_DOOR = """
select key, kind, group_id, store_id, channel_id, campaign_id, is_open, bearer_hash, previous_hash, previous_until,
       sealed_secret, previous_secret, per_minute, max_bytes, id_field
from market_channelkey where key = %s
"""


class ChannelQuerySet(models.QuerySet):
    def open(self) -> ChannelQuerySet:
        return self.filter(state=ChannelState.ACTIVE)

    def for_list(self) -> ChannelQuerySet:
        return self.select_related("store", "owner_department").order_by("store_id", "-state", "name")

    def of_house(self, store_id: int, kind: ChannelKind) -> ChannelQuerySet:
        """The store's own channel for what people enter or import, if they name no other."""
        return self.filter(store_id=store_id, kind=kind).order_by("pk")


class CampaignQuerySet(models.QuerySet):
    def running(self) -> CampaignQuerySet:
        return self.filter(state=CampaignState.RUNNING)

    def for_list(self) -> CampaignQuerySet:
        return self.select_related("store", "channel").order_by("-starts_on", "-pk")

    def by_code(self, codes: Iterable[str]) -> dict[str, int]:
        """Lower-cased code → id, for a batch of messages."""
        wanted = {code.strip().lower() for code in codes if code.strip()}
        rows = self.annotate(low=Lower("code")).filter(low__in=wanted) if wanted else self.none()
        return dict(rows.values_list("low", "pk"))


def find_door(key: str) -> Door | None:
    """One primary key look-up outside of any scope; the group is in what it finds."""
    if not key.isalnum() or not key.isascii() or len(key) > 40:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_DOOR, [key])
        row = cursor.fetchone()
    return Door(*row) if row else None
