"""The pump of clocks: what is due is breached, each exactly once, whatever the number of workers."""

from __future__ import annotations

from django.utils import timezone

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.core.pumps import pump
from dengta.work.models import Clock

BATCH = 2000


@pump("work.clocks", every=1.0, order=20)
def breach_due_clocks(group_id: int) -> int:
    """One batch of due clocks; a fixed number of statements, costing O(due)."""
    with scope.open(group_id):
        due = Clock.objects.due(timezone.now()).select_for_update(skip_locked=True).order_by("due_at")
        ids = list(due.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return 0
        return len(Clock.breach.many(ids, by=Actor.system(group_id)).done)
