"""Who sees which tasks, clocks, appointments and notifications."""

from __future__ import annotations

from django.db.models import Q

from dengta.core.actors import Actor, covered


def visible_tasks(actor: Actor) -> Q:
    return covered(actor.reach("work.task.see"), actor)


def visible_clocks(actor: Actor) -> Q:
    return covered(actor.reach("work.clock.see"), actor)


def visible_appointments(actor: Actor) -> Q:
    """One's own, the team's or the store's, and the visits one has invited to."""
    own = covered(actor.reach("work.appointment.see"), actor)
    if actor.reach("work.appointment.see").own and actor.employee_id is not None:
        return own | Q(invited_by_id=actor.employee_id)
    return own


def visible_notifications(actor: Actor) -> Q:
    """Only what was told to oneself, whatever the role."""
    return Q(employee_id=actor.employee_id) if actor.employee_id is not None else Q(pk__in=[])
