"""The promises and levels every group begins with, as rows that a dealer edits afterwards by verbs."""

from __future__ import annotations

from dengta.core.actors import Actor
from dengta.leads.models import IntentLevel, SlaRule
from dengta.leads.pipeline.promises import SHIPPED as PROMISES
from dengta.leads.pipeline.rhythm import SHIPPED as LEVELS


def put_promises(by: Actor) -> None:
    """In the open scope of the group; doing it again changes nothing."""
    known = set(SlaRule.objects.values_list("clock", "band", "channel_kind"))
    SlaRule.objects.bulk_create(
        [
            SlaRule(
                group_id=by.group_id,
                clock=one.clock,
                band=one.band,
                channel_kind=one.channel_kind,
                minutes=one.minutes,
                calendar=one.calendar,
                tell_owner=one.tell_owner,
                tell_supervisor=one.tell_supervisor,
            )
            for one in PROMISES
            if (one.clock, one.band, one.channel_kind) not in known
        ]
    )
    levels = set(IntentLevel.objects.filter(brand=None).values_list("code", flat=True))
    IntentLevel.objects.bulk_create(
        [
            IntentLevel(
                group_id=by.group_id,
                code=one.code,
                window_days=one.window_days,
                interval_hours=one.interval_hours,
                owner_after_hours=one.owner_after_hours,
                manager_after_hours=one.manager_after_hours,
                pool_after_days=one.pool_after_days,
                needs_proof=one.needs_proof,
                position=one.position,
            )
            for one in LEVELS
            if one.code not in levels
        ]
    )
