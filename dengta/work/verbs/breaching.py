"""Clocks: missing a deadline."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from dengta.core.verbs import batch_verb
from dengta.work.events import ClockBreached
from dengta.work.types import ClockState


class Breaching:
    """A clock that nobody stopped in time is breached, once."""

    @batch_verb(
        done=ClockBreached,
        label=gettext_lazy("Miss the deadline"),
        hidden=True,
        from_states=(ClockState.RUNNING,),
        to_state=ClockState.BREACHED,
    )
    def breach(cls, rows: list, *, by: Any) -> list[ClockBreached]:
        """The deadline passed; rooms above react to the event."""
        cls.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=ClockState.BREACHED, ended_at=timezone.now()
        )
        return [
            ClockBreached(
                subject=row,
                party_id=row.party_id,
                clock_kind=row.kind,
                about_type=row.subject_type,
                about_id=row.subject_id,
                owner_id=row.owner_id,
                due_at=row.due_at.isoformat(),
            )
            for row in rows
        ]
