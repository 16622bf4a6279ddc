"""Events reach the reactions of other rooms: after commit, in order, once when all goes well, never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dengta.core import scope
from dengta.core.events import Reaction
from dengta.core.models import DeadReaction
from dengta.core.pumps import pump_until_idle
from dengta.core.reactions import retry_dead
from dengta.core.registry import registry
from dengta.work.models import Task


@pytest.fixture
def heard(north_consultant):
    """What a reaction to new tasks was given; it stumbles over notes that say so."""
    notes: list[str] = []
    stumble = {"over": "bad"}

    def run(rows):
        for row in rows:
            if row.payload["note"] == stumble["over"]:
                raise ValueError("stumbled")
        notes.extend(row.payload["note"] for row in rows)

    with registry.temporarily(Reaction("test.hear", ("work.task.added",), run)):
        yield notes, stumble


def add(member, note):
    with scope.open(member.employee.group_id):
        Task.add(by=member.actor, note=note, due_at=timezone.now() + timedelta(hours=1))


def pump(member):
    return pump_until_idle("core.reactions", group_id=member.employee.group_id)


def test_reactions_hear_committed_events_in_order_and_once(heard, north_consultant):
    notes, _stumble = heard
    for note in ("one", "two", "three"):
        add(north_consultant, note)

    pump(north_consultant)
    pump(north_consultant)

    assert notes == ["one", "two", "three"]


def test_nothing_is_heard_of_what_was_rolled_back(heard, north_consultant):
    notes, _stumble = heard
    with pytest.raises(RuntimeError), scope.open(north_consultant.employee.group_id):
        Task.add(by=north_consultant.actor, note="never", due_at=timezone.now())
        raise RuntimeError

    pump(north_consultant)

    assert notes == []


def test_a_bad_event_does_not_hold_the_others_and_can_be_tried_again(heard, north_consultant):
    notes, stumble = heard
    for note in ("one", "bad", "three"):
        add(north_consultant, note)

    pump(north_consultant)
    assert notes == ["one", "three"]
    with scope.open(north_consultant.employee.group_id):
        assert DeadReaction.objects.get().error == "stumbled"

    stumble["over"] = ""
    assert retry_dead(north_consultant.employee.group_id) == 1
    assert notes == ["one", "three", "bad"]
    with scope.open(north_consultant.employee.group_id):
        assert not DeadReaction.objects.exists()
