"""Opportunities passing between people, into the pool and out of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.core import bulk
from dengta.core.inputs import Ref, Text
from dengta.core.verbs import NotAllowed, batch_verb, verb
from dengta.customers.operations import relink
from dengta.leads import rules
from dengta.leads.events import OpportunityClaimed, OpportunityPooled, OpportunityReassigned
from dengta.leads.pipeline.policy import read_policy
from dengta.leads.pipeline.rhythm import begin_rhythm, end_rhythm
from dengta.leads.types import OPPORTUNITY_MOVES, UNFINISHED, OpportunityState
from dengta.org.models import Employee
from dengta.work.operations import move_clocks, move_tasks, notify
from dengta.work.types import Note

OPPORTUNITY, HANDED = "leads.opportunity", "leads.new_opportunity"
BARRED = timedelta(days=7)


class Handing:
    """The first owner stays known, whoever has the customer now."""

    @batch_verb(
        done=OpportunityReassigned,
        label=gettext_lazy("Reassign"),
        icon="user-plus",
        from_states=OPPORTUNITY_MOVES["reassign"][0],
        inputs=[
            Ref("to", to="org.employee", label=gettext_lazy("New owner"), narrow=lambda rows, _row: rows.working()),
            Text("reason", label=gettext_lazy("Reason"), required=False),
        ],
    )
    def reassign(cls, rows: list, *, by: Any, to: Any, reason: str = "") -> list:
        """Give customers to a colleague of the same store; their tasks and clocks go along."""
        fresh = [row for row in rows if row.owner_id != to.pk or row.state == OpportunityState.POOL]
        if not to.is_working:
            raise NotAllowed(_("%(name)s is not at work at present. Choose somebody else.") % {"name": to.name})
        check_room(cls, to, len([row for row in fresh if row.owner_id != to.pk]))
        before = take(cls, fresh, to)
        notify(
            [
                Note(
                    to.pk,
                    HANDED,
                    f"{HANDED}:{row.pk}:{int(timezone.now().timestamp())}",
                    {"name": row.name or row.phone_shown, "level": row.level},
                    f"/leads/opportunities/{row.pk}/",
                    OPPORTUNITY,
                    row.pk,
                )
                for row in fresh
                if to.pk != by.employee_id
            ]
        )
        return [
            OpportunityReassigned(subject=row, to_id=to.pk, to_name=to.name, from_id=before[row.pk], reason=reason)
            for row in fresh
        ]

    @batch_verb(
        done=OpportunityPooled,
        label=gettext_lazy("Into the pool"),
        icon="database",
        from_states=OPPORTUNITY_MOVES["to_pool"][0],
        to_state=OpportunityState.POOL,
        inputs=[Text("reason", label=gettext_lazy("Reason"))],
    )
    def to_pool(cls, rows: list, *, by: Any, reason: str = "") -> list:
        """Nobody follows these customers: others may claim them."""
        before, now = {row.pk: row.owner_id for row in rows}, timezone.now()
        for row in rows:
            row.last_owner_id = row.owner_id
            row.state, row.owner, row.team_id, row.due_at = OpportunityState.POOL, None, None, None
            row.pooled_at, row.pool_reason = now, reason[:200]
        bulk.update(cls, rows, ["state", "owner", "last_owner", "team_id", "due_at", "pooled_at", "pool_reason"])
        end_rhythm(rows)
        relink(OPPORTUNITY, {row.pk: (None, None) for row in rows})
        return [OpportunityPooled(subject=row, from_id=before[row.pk], reason=reason) for row in rows]

    @verb(
        done=OpportunityClaimed,
        label=gettext_lazy("Claim"),
        icon="hand-grab",
        allow=rules.may_claim_opportunity,
        bulk=True,
        undo="to_pool",
    )
    def claim(self, *, by: Any) -> OpportunityClaimed:
        """Take a customer from the pool; not one that was taken from you within a week."""
        me = Employee.objects.get(pk=by.employee_id)
        check_room(type(self), me, 1)
        if self.pooled_at and self.pooled_at > timezone.now() - BARRED and self.last_owner_id == me.pk:
            raise NotAllowed(_("This customer was yours until recently. For a week it is for your colleagues."))
        take(type(self), [self], me)
        return OpportunityClaimed(to_id=me.pk, to_name=me.name)


def take(model: Any, rows: Sequence[Any], to: Any) -> dict[int, int | None]:
    """The rows belong to somebody now; returns who had them before."""
    before, now = {row.pk: row.owner_id for row in rows}, timezone.now()
    was_pooled = [row for row in rows if row.state == OpportunityState.POOL]
    for row in rows:
        row.owner, row.team_id = to, to.team_id
    for row in was_pooled:
        row.state, row.last_valid_at, row.next_at, row.due_at = OpportunityState.FOLLOWING, now, now, now
        row.pooled_at, row.pool_reason = None, ""
    bulk.update(
        model, rows, ["owner", "team_id", "state", "last_valid_at", "next_at", "due_at", "pooled_at", "pool_reason"]
    )
    owners = {row.pk: (row.owner_id, row.team_id) for row in rows}
    move_tasks(OPPORTUNITY, owners)
    move_clocks(OPPORTUNITY, owners)
    relink(OPPORTUNITY, owners)
    begin_rhythm(was_pooled, now=now)
    return before


def check_room(model: Any, to: Any, number: int) -> None:
    most = read_policy(to.group_id).open_opportunities
    held = model.objects.filter(owner_id=to.pk, state__in=UNFINISHED).count()
    if number and held + number > most:
        raise NotAllowed(
            _("%(name)s follows %(held)d customers already (limit %(most)d). Choose fewer, or somebody else.")
            % {"name": to.name, "held": held, "most": most}
        )
