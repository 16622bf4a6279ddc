"""What the machine notes about leads: promises that were missed, scores that changed."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from dengta.core import bulk
from dengta.core.inputs import Choice
from dengta.core.verbs import batch_verb
from dengta.leads.events import LeadOverdue, LeadRescored
from dengta.leads.pipeline.facts import Surroundings
from dengta.leads.pipeline.promises import Promises
from dengta.leads.pipeline.rulebook import NOUN, SCORE, Rulebook
from dengta.leads.pipeline.tables import tables_of
from dengta.leads.pipeline.work import LEAD
from dengta.leads.queries import supervisors
from dengta.leads.types import HELD, OPEN, Clock, LeadState
from dengta.org.models import Employee
from dengta.studio.operations import tables_for
from dengta.studio.types import Moment
from dengta.work.operations import notify
from dengta.work.types import Note

OVERDUE = "leads.overdue"
WAITING = (LeadState.NEW, LeadState.POOL, *HELD)


class Watching:
    """Nobody presses these: clocks and published tables do."""

    @batch_verb(
        done=LeadOverdue,
        label=gettext_lazy("Promise missed"),
        hidden=True,
        from_states=WAITING,
        inputs=[Choice("clock", choices=Clock.choices)],
    )
    def miss_promise(cls, rows: list, *, by: Any, clock: str) -> list:
        """Marked as breached once, and exactly one alert to the owner and to each supervisor."""
        late = [row for row in rows if row.first_contact_at is None]
        now = timezone.now()
        fresh = [row for row in late if row.breached_at is None and clock == Clock.ANSWER]
        for row in fresh:
            row.breached_at = now
        bulk.update(cls, fresh, ["breached_at"])
        rules = Promises.of(tables_of(cls).sla_rule.objects.all())
        told = supervisors(Employee.objects, {row.store_id for row in late})
        notify([_note(row, person, clock) for row in late for person in _whom(row, clock, rules, told)])
        label = str(Clock(clock).label)
        return [LeadOverdue(subject=row, clock=clock, clock_label=label, owner_id=row.owner_id) for row in late]

    @batch_verb(done=LeadRescored, label=gettext_lazy("Score again"), hidden=True, from_states=OPEN)
    def rescore(cls, rows: list, *, by: Any) -> list:
        """The score and band that the tables give now; leads whose answer stays the same are left alone."""
        now, around = timezone.now(), Surroundings.of(rows)
        tables = tables_for(NOUN, SCORE, around.stores)
        told = []
        for row in rows:
            book = Rulebook(tables.get(row.store_id), None, Moment(now, around.hours[row.store_id].tz))
            score = book.score_of(around.facts(row))
            if (row.score, row.band) == (score.value, score.band):
                continue
            told.append(
                LeadRescored(
                    subject=row,
                    before=float(row.score),
                    score=float(score.value),
                    band=score.band,
                    band_before=row.band,
                    version=str(score.detail.get("version", "")),
                )
            )
            row.score, row.band, row.score_detail = score.value, score.band, score.detail
        bulk.update(cls, [event.subject for event in told], ["score", "band", "score_detail"])
        return told


def _whom(row: Any, clock: str, rules: Promises, told: dict[int, list[int]]) -> list[int]:
    rule = rules.rule(clock, row.band)
    owner = [row.owner_id] if row.owner_id and (rule is None or rule.tell_owner) else []
    others = told.get(row.store_id, []) if rule is None or rule.tell_supervisor else []
    return list(dict.fromkeys([*owner, *others]))


def _note(row: Any, person: int, clock: str) -> Note:
    return Note(
        person,
        OVERDUE,
        f"{OVERDUE}:{clock}:{row.pk}:{row.recalls}",
        {"name": row.name or row.phone_shown, "clock": str(Clock(clock).label)},
        f"/leads/{row.pk}/",
        LEAD,
        row.pk,
        urgent=True,
    )
