"""The level of an opportunity: suggested by the machine, chosen by people, with history."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.core import bulk
from dengta.core.inputs import Choice, Text
from dengta.core.verbs import NotAllowed, batch_verb, verb
from dengta.leads.events import OpportunityLevelSet, OpportunityOverdue
from dengta.leads.pipeline.rhythm import begin_rhythm, missing_proof, read_ladder, suggested_level
from dengta.leads.queries import SALES_SUPERVISORS, supervisors
from dengta.leads.types import OPPORTUNITY_MOVES, Clock, LevelCode
from dengta.org.models import Employee
from dengta.work.operations import notify
from dengta.work.types import Note

OVERDUE = "leads.follow_up_overdue"

PROOF = {
    "budget": gettext_lazy("the budget"),
    "decision_maker": gettext_lazy("who decides"),
    "colour": gettext_lazy("series and colour"),
    "test_drive": gettext_lazy("a test drive, or why not"),
    "quoted": gettext_lazy("a quotation"),
}


class Grading:
    """N, C, B, A, H: how soon the customer buys."""

    @verb(
        done=OpportunityLevelSet,
        label=gettext_lazy("Set level"),
        icon="stairs",
        from_states=OPPORTUNITY_MOVES["set_level"][0],
        inputs=[
            Choice(
                "level",
                label=gettext_lazy("Level"),
                choices=LevelCode.choices,
                initial=lambda row: row and row.suggested,
            ),
            Text("reason", label=gettext_lazy("Reason"), required=False),
            Text(
                "decision_maker",
                label=gettext_lazy("Decision maker"),
                required=False,
                max_length=60,
                initial=lambda row: row and row.decision_maker,
            ),
            Text(
                "colour",
                label=gettext_lazy("Colour"),
                required=False,
                max_length=40,
                initial=lambda row: row and row.colour,
            ),
            Text(
                "test_drive_waived",
                label=gettext_lazy("Why no test drive"),
                required=False,
                initial=lambda row: row and row.test_drive_waived,
            ),
        ],
    )
    def set_level(
        self,
        *,
        by: Any,
        level: str,
        reason: str = "",
        decision_maker: str = "",
        colour: str = "",
        test_drive_waived: str = "",
    ) -> OpportunityLevelSet | None:
        """Every change is kept with who, when and why. The top level needs proof that the customer is ready."""
        ladder = read_ladder(type(self))
        rule = ladder.level(level, self.brand_id)
        if rule is None:
            raise NotAllowed(_("The level %(level)s is not in use for this brand.") % {"level": level})
        self.decision_maker = decision_maker or self.decision_maker
        self.colour = colour or self.colour
        self.test_drive_waived = test_drive_waived or self.test_drive_waived
        missing = missing_proof(self) if rule.needs_proof and self.level != level else []
        if missing:
            words = _(", ").join(str(PROOF[name]) for name in missing)
            raise NotAllowed(_("Level %(level)s still needs: %(missing)s.") % {"level": level, "missing": words})
        before, now = self.level, timezone.now()
        suggested = suggested_level(self, now)
        self.save(update_fields=["decision_maker", "colour", "test_drive_waived"])
        if before == level:
            return None
        self.level, self.level_at = level, now
        self.save(update_fields=["level", "level_at"])
        self.keep_level(before=before, reason=reason, by=by)
        begin_rhythm([self], now=now, ladder=ladder)
        return OpportunityLevelSet(before=before, level=level, suggested=suggested, reason=reason)

    @batch_verb(
        done=OpportunityOverdue,
        label=gettext_lazy("Follow-up missed"),
        hidden=True,
        from_states=OPPORTUNITY_MOVES["set_level"][0],
        inputs=[Choice("clock", choices=Clock.choices)],
    )
    def miss_follow_up(cls, rows: list, *, by: Any, clock: str) -> list:
        """One reminder to the owner, one to the manager, each at the hour the level says."""
        now = timezone.now()
        fresh = [row for row in rows if row.overdue_at is None]
        for row in fresh:
            row.overdue_at = now
        bulk.update(cls, fresh, ["overdue_at"])
        managers = supervisors(Employee.objects, {row.store_id for row in rows}, order=SALES_SUPERVISORS)
        notify([_note(row, person, clock) for row in rows for person in _whom(row, clock, managers)])
        return [OpportunityOverdue(subject=row, level=row.level, owner_id=row.owner_id) for row in rows]

    def keep_level(self, *, before: str, reason: str, by: Any) -> None:
        """One line of history."""
        history = self._meta.get_field("level_changes").related_model
        history(
            store_id=self.store_id,
            opportunity=self,
            before=before,
            after=self.level,
            suggested=self.suggested,
            reason=reason,
            by_label=by.label[:120],
            by_id=by.employee_id,
            at=timezone.now(),
        ).save()

    @property
    def suggested(self) -> str:
        return suggested_level(self, timezone.now())


def _whom(row: Any, clock: str, managers: dict[int, list[int]]) -> list[int]:
    if clock == Clock.FOLLOW_UP:
        return [row.owner_id] if row.owner_id else []
    return managers.get(row.store_id, [])


def _note(row: Any, person: int, clock: str) -> Note:
    since = int(row.last_valid_at.timestamp()) if row.last_valid_at else 0
    return Note(
        person,
        OVERDUE,
        f"{OVERDUE}:{clock}:{row.pk}:{since}",
        {"name": row.name or row.phone_shown, "level": row.level},
        f"/leads/opportunities/{row.pk}/",
        "leads.opportunity",
        row.pk,
        urgent=True,
    )
