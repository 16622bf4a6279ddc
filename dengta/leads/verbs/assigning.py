"""Who has a lead and how it passes from hand to hand. Every passing on is a line of the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.core import bulk
from dengta.core.inputs import Ref, Refs, Text
from dengta.core.verbs import NotAllowed, batch_verb, verb
from dengta.leads import rules
from dengta.leads.events import LeadAssigned, LeadClaimed, LeadPooled, LeadRecalled
from dengta.leads.pipeline.people import counts, midnight
from dengta.leads.pipeline.policy import read_policy
from dengta.leads.pipeline.promises import Promises
from dengta.leads.pipeline.tables import tables_of
from dengta.leads.pipeline.work import LEAD, begin_work, dues_of, is_waiting, pass_on, put_down, tell_owners
from dengta.leads.queries import supervisors
from dengta.leads.types import (
    BARRED_AFTER_RECALL,
    CALL_LASTS_AT_MOST,
    LEAD_MOVES,
    LeadState,
    PoolReason,
    TaskWord,
    pool_words,
)
from dengta.org.models import Employee, Position
from dengta.org.operations import calendars_of
from dengta.work.operations import cancel_tasks, notify, start_clocks
from dengta.work.types import ClockPlan, Note

OWNED = ["state", "owner", "team_id", "assigned_at", "due_at", "calling_at", "pooled_at", "pool_reason"]
RECALLED = "leads.recalled"


def _states(name: str) -> Sequence[str]:
    return LEAD_MOVES[name][0]


def _people(rows: Any, _row: Any) -> Any:
    return rows.working()


class Assigning:
    """From person to person, into the pool and out of it."""

    @batch_verb(
        done=LeadAssigned,
        label=gettext_lazy("Assign"),
        icon="user-plus",
        from_states=_states("assign"),
        inputs=[
            Ref("to", to="org.employee", label=gettext_lazy("New owner"), narrow=_people),
            Text("reason", label=gettext_lazy("Reason"), required=False),
        ],
    )
    def assign(cls, rows: list, *, by: Any, to: Any, reason: str = "") -> list:
        """Give leads to one person who works in the store and has room for them."""
        fresh = [row for row in rows if row.owner_id != to.pk or row.state == LeadState.NURTURING]
        _check_room(cls, {to: len([row for row in fresh if row.owner_id != to.pk])}, fresh)
        return hand_over(cls, [(row, to) for row in fresh], by=by, how="manual", reason=reason)

    @batch_verb(
        done=LeadAssigned,
        label=gettext_lazy("Distribute evenly"),
        icon="arrows-split",
        from_states=_states("distribute"),
        permission="leads.lead.assign",
        inputs=[
            Refs("to", to="org.employee", label=gettext_lazy("Among"), narrow=_people),
            Text("reason", label=gettext_lazy("Reason"), required=False),
        ],
    )
    def distribute(cls, rows: list, *, by: Any, to: Any, reason: str = "") -> list:
        """Deal leads out like cards, the oldest first, so that everybody gets the same number."""
        people = list(to)
        if not people:
            raise NotAllowed(_("Choose at least one person."))
        pairs = list(zip(sorted(rows, key=lambda row: (row.received_at, row.pk)), cycle(people), strict=False))
        fresh = [(row, person) for row, person in pairs if row.owner_id != person.pk]
        dealt = Counter(person.pk for _row, person in fresh)
        _check_room(cls, {person: dealt[person.pk] for person in people}, rows)
        return hand_over(cls, fresh, by=by, how="distribute", reason=reason)

    @verb(
        done=LeadClaimed,
        label=gettext_lazy("Claim"),
        icon="hand-grab",
        allow=rules.may_claim,
        bulk=True,
        undo="release",
    )
    def claim(self, *, by: Any) -> LeadClaimed:
        """Take a lead from the pool. Of two people at once exactly one gets it."""
        me = Employee.objects.select_related("store").get(pk=by.employee_id)
        now = timezone.now()
        _check_claim(type(self), self, me, now)
        _check_room(type(self), {me: 1}, [self])
        hand_over(type(self), [(self, me)], by=by, how="claim", reason="")
        return LeadClaimed(to_id=me.pk, to_name=me.name)

    @batch_verb(
        done=LeadRecalled,
        label=gettext_lazy("Recall"),
        icon="arrow-back-up",
        from_states=_states("recall"),
        to_state=LeadState.POOL,
        inputs=[Text("reason", label=gettext_lazy("Reason"), required=False)],
    )
    def recall(cls, rows: list, *, by: Any, reason: str = "") -> list:
        """Take leads back that nobody has contacted. Never during a call: the clock then asks again later."""
        now = timezone.now()
        calling = [row for row in rows if row.calling_at and row.calling_at > now - CALL_LASTS_AT_MOST]
        _ask_again(calling, now)
        free = [row for row in rows if row not in calling]
        return _recall(cls, free, by, reason or PoolReason.RECALLED.value, now)

    @batch_verb(
        done=LeadPooled,
        label=gettext_lazy("Into the pool"),
        icon="database",
        from_states=_states("release"),
        to_state=LeadState.POOL,
        inputs=[Text("reason", label=gettext_lazy("Reason"))],
    )
    def release(cls, rows: list, *, by: Any, reason: str = "") -> list:
        """Give leads back for others to claim."""
        before = {row.pk: row.owner_id for row in rows}
        to_pool(cls, rows, by=by, how="release", reason=reason)
        return [
            LeadPooled(subject=row, from_id=before[row.pk], reason=pool_words(reason), how="release") for row in rows
        ]


# -- guards --------------------------------------------------------------------------------------------------------
def _check_room(model: Any, wanted: Mapping[Any, int], rows: Sequence[Any]) -> None:
    """Everybody works in the stores of the leads and stays below their limit of open leads."""
    wanted = {person: number for person, number in wanted.items() if number}
    if not wanted:
        return
    stores = {row.store_id for row in rows}
    places = {(p.pk, p.store_id) for p in wanted}
    places |= set(
        Position.objects.active_on(timezone.localdate())
        .filter(employee__in=wanted)
        .values_list("employee_id", "store_id")
    )
    opened = counts(list(wanted), timezone.now())
    for person, number in wanted.items():
        if not person.is_working:
            raise NotAllowed(_("%(name)s is not at work at present. Choose somebody else.") % {"name": person.name})
        if any((person.pk, store) not in places for store in stores):
            raise NotAllowed(
                _("%(name)s does not work in that store. Ask for a transfer instead.") % {"name": person.name}
            )
        room = person.max_open_leads - opened[person.pk][0]
        if number > room:
            raise NotAllowed(
                _("%(name)s has room for %(n)d more leads (limit %(most)d). Choose fewer, or somebody else.")
                % {"name": person.name, "n": max(room, 0), "most": person.max_open_leads}
            )


def _check_claim(model: Any, lead: Any, me: Any, now: datetime) -> None:
    tables, policy = tables_of(model), read_policy(lead.group_id)
    hours = calendars_of([lead.store_id])[lead.store_id]
    today = tables.assignment.objects.claims_since(me.pk, midnight(hours, now)).count()
    if today >= policy.claims_per_day:
        raise NotAllowed(
            _("You have claimed %(n)d leads today, which is the limit. Tomorrow you may claim again.") % {"n": today}
        )
    lost = tables.assignment.objects.recalled_from(me.pk, now - BARRED_AFTER_RECALL).filter(lead_id=lead.pk).first()
    if lost is not None:
        until = timezone.localtime(lost.at + BARRED_AFTER_RECALL, hours.tz)
        raise NotAllowed(
            _(
                "This lead was recalled from you. You may claim it again from %(day)s; until then it is for "
                "your colleagues."
            )
            % {"day": f"{until:%Y-%m-%d %H:%M}"}
        )


# -- what assigning does -------------------------------------------------------------------------------------------
def hand_over(
    model: Any, pairs: Sequence[tuple[Any, Any]], *, by: Any, how: str, reason: str, restart: bool = False
) -> list:
    """The leads have new owners: ledger, tasks, clocks, sight of the customer, notices. Returns the events.

    A lead that was never reached begins anew with its new owner; `restart` also begins the promise to the customer.
    """
    if not pairs:
        return []
    now = timezone.now()
    tables = tables_of(model)
    hours = calendars_of({row.store_id for row, _to in pairs})
    promises = Promises.of(tables.sla_rule.objects.all())
    rows, before, dues = [row for row, _to in pairs], {}, {}
    for row, to in pairs:
        before[row.pk] = row.owner_id
        reached = row.first_contact_at is not None and not restart
        row.state = LeadState.CONTACTING if reached else LeadState.ASSIGNED
        row.owner, row.team_id, row.assigned_at = to, to.team_id, now
        row.calling_at, row.pooled_at, row.pool_reason = None, None, ""
        dues[row.pk] = dues_of(row, promises, hours[row.store_id], now)
        if not reached:
            row.due_at = dues[row.pk].first_call or dues[row.pk].answer
    bulk.update(model, rows, OWNED)
    ledger = _write_ledger(tables, pairs, before, by, how, reason, now)
    waiting = [row for row in rows if is_waiting(row)]
    cancel_tasks(LEAD, [row.pk for row in waiting], kinds=(TaskWord.FIRST_CONTACT,))
    pass_on(rows)
    begin_work(waiting, dues, now=now, is_new=restart)
    tell_owners(rows, ledger, but=by.employee_id)
    return [
        LeadAssigned(subject=row, to_id=to.pk, to_name=to.name, from_id=before[row.pk], reason=reason, how=how)
        for row, to in pairs
    ]


def to_pool(model: Any, rows: Sequence[Any], *, by: Any, how: str, reason: str) -> None:
    """The leads have no owner; the promise to the customer keeps running."""
    now, tables = timezone.now(), tables_of(model)
    before = {row.pk: row.owner_id for row in rows}
    for row in rows:
        row.state, row.owner, row.team_id, row.calling_at = LeadState.POOL, None, None, None
        row.pooled_at, row.pool_reason = now, reason[:200]
        row.recalls += how == "recall"
    bulk.update(model, rows, [*OWNED, "recalls"])
    _write_ledger(tables, [(row, None) for row in rows], before, by, how, reason, now)
    put_down(rows)


def _write_ledger(
    tables: Any,
    pairs: Sequence[tuple[Any, Any]],
    before: Mapping[int, int | None],
    by: Any,
    how: str,
    reason: str,
    now: datetime,
) -> dict[int, int]:
    lines = [
        tables.assignment(
            group_id=row.group_id,
            store_id=row.store_id,
            lead=row,
            from_owner_id=before[row.pk],
            to_owner=to,
            how=how,
            reason=reason[:200],
            by_label=by.label[:120],
            by_id=by.employee_id,
            at=now,
        )
        for row, to in pairs
    ]
    bulk.create(tables.assignment, lines)
    return {line.lead_id: line.pk for line in lines}


def _recall(model: Any, rows: list, by: Any, reason: str, now: datetime) -> list:
    people = Employee.objects.in_bulk({row.owner_id for row in rows if row.owner_id})
    before = {row.pk: row.owner_id for row in rows}
    if rows:
        to_pool(model, rows, by=by, how="recall", reason=reason)
    told = supervisors(Employee.objects, {row.store_id for row in rows})
    notify(
        [
            Note(
                person,
                RECALLED,
                f"{RECALLED}:{row.pk}:{row.recalls}",
                {"name": row.name or row.phone_shown, "from": people[before[row.pk]].name if before[row.pk] else ""},
                f"/leads/{row.pk}/",
                "leads.lead",
                row.pk,
            )
            for row in rows
            for person in told.get(row.store_id, ())
        ]
    )
    return [
        LeadRecalled(
            subject=row,
            from_id=before[row.pk],
            reason=pool_words(reason),
            recalls=row.recalls,
            from_name=people[before[row.pk]].name if before[row.pk] else "",
        )
        for row in rows
    ]


def _ask_again(rows: Sequence[Any], now: datetime) -> None:
    """Somebody is on the phone with the customer: look again in five minutes."""
    later = now + timedelta(minutes=5)
    start_clocks(
        [
            ClockPlan(
                "leads.recall",
                "leads.lead",
                row.pk,
                row.store_id,
                later,
                now,
                owner_id=row.owner_id,
                team_id=row.team_id,
                party_id=row.customer_id,
            )
            for row in rows
        ]
    )
