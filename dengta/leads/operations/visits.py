"""Visits whose day is over."""

from __future__ import annotations

from django.utils import timezone

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.org.operations import calendars_of
from dengta.work.models import Appointment

OPPORTUNITY = "leads.opportunity"
BATCH = 500


def close_missed_visits(group_id: int) -> int:
    """T-O4: after closing time whoever was expected and did not come is marked; the reaction invites them again."""
    now = timezone.now()
    with scope.open(group_id):
        due = list(
            Appointment.objects.expected().filter(subject_type=OPPORTUNITY, ends_at__lt=now).order_by("ends_at")[:BATCH]
        )
        hours = calendars_of(row.store_id for row in due)
        over = [row.pk for row in due if _is_over(row, hours[row.store_id], now)]
        return len(Appointment.mark_no_show.many(over, by=Actor.system(group_id, "leads.visits")).done) if over else 0


def _is_over(row: Appointment, hours, now) -> bool:
    today = hours.local_day(now)
    return hours.local_day(row.starts_at) < today or not hours.is_open(now)
