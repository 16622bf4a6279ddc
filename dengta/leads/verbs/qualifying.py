"""Is it a lead at all: invalid with approval, reopening, nurturing and coming back, correcting what was typed."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dengta.core.inputs import Amount, Choice, Integer, Ref, Text
from dengta.core.verbs import NotAllowed, batch_verb, verb
from dengta.leads.events import (
    LeadChanged,
    LeadInvalidApproved,
    LeadInvalidRejected,
    LeadInvalidWithdrawn,
    LeadMarkedInvalid,
    LeadNurtured,
    LeadPooled,
    LeadReopened,
    LeadRevived,
)
from dengta.leads.pipeline.work import take_off
from dengta.leads.queries import supervisors
from dengta.leads.types import GIVEN_REASONS, LEAD_MOVES, InvalidReason, LeadState, PoolReason
from dengta.leads.verbs.assigning import hand_over, to_pool
from dengta.leads.verbs.contacting import check_not_reachable
from dengta.org.models import Employee
from dengta.vehicles.models import Series
from dengta.work.operations import notify
from dengta.work.types import Note

TO_CHECK = "leads.to_check"
LONG_WINDOW = 90
LOW_SCORE = 50
REASONS = [(one.value, one.label) for one in GIVEN_REASONS]
CHANGED = ("name", "city", "wechat", "series", "budget_low", "budget_high", "within_days", "need")


def _from(name: str) -> dict:
    states, to = LEAD_MOVES[name]
    return {"from_states": states, "to_state": to}


class Qualifying:
    """People report, a supervisor decides; nothing leaves the list without a reason."""

    @verb(
        done=LeadMarkedInvalid,
        label=gettext_lazy("Report invalid"),
        icon="ban",
        undo="withdraw_invalid",
        **_from("mark_invalid"),
        inputs=[
            Choice("reason", label=gettext_lazy("Reason"), choices=REASONS),
            Text("note", label=gettext_lazy("Note"), required=False, max_length=300),
        ],
    )
    def mark_invalid(self, *, by: Any, reason: str, note: str = "") -> LeadMarkedInvalid:
        """Not a customer, for a reason. "Not reachable" needs three attempts; "other" needs words."""
        if reason == InvalidReason.NOT_REACHABLE:
            check_not_reachable(self.follow_ups.values_list("at", flat=True))
        if reason == InvalidReason.OTHER and not note.strip():
            raise NotAllowed(_("Say in a few words why this is not a customer."))
        self.state, self.invalid_reason, self.invalid_note = LeadState.INVALID_PENDING, reason, note
        self.save(update_fields=["state", "invalid_reason", "invalid_note"])
        take_off([self], why=str(InvalidReason(reason).label))
        told = supervisors(Employee.objects, [self.store_id]).get(self.store_id, [])
        notify(
            [
                Note(
                    person,
                    TO_CHECK,
                    f"{TO_CHECK}:{self.pk}:{self.attempts}",
                    {"name": self.name or self.phone_shown, "by": by.label},
                    f"/leads/{self.pk}/",
                    "leads.lead",
                    self.pk,
                )
                for person in told
            ]
        )
        return LeadMarkedInvalid(reason=reason, reason_label=str(InvalidReason(reason).label), note=note)

    @verb(
        done=LeadInvalidWithdrawn,
        label=gettext_lazy("Withdraw the report"),
        icon="arrow-back-up",
        permission="leads.lead.mark_invalid",
        **_from("withdraw_invalid"),
    )
    def withdraw_invalid(self, *, by: Any) -> LeadInvalidWithdrawn:
        """It was a mistake: the lead is worked on again."""
        _back_to_work(self)
        return LeadInvalidWithdrawn()

    @verb(
        done=LeadInvalidApproved,
        label=gettext_lazy("Confirm invalid"),
        icon="circle-x",
        bulk=True,
        **_from("approve_invalid"),
        inputs=[Text("note", label=gettext_lazy("Note"), required=False)],
    )
    def approve_invalid(self, *, by: Any, note: str = "") -> LeadInvalidApproved:
        """The supervisor agrees: the lead is closed and counted with its reason."""
        self.state, self.closed_at, self.due_at = LeadState.INVALID, timezone.now(), None
        self.save(update_fields=["state", "closed_at", "due_at"])
        take_off([self])
        return LeadInvalidApproved(
            reason=self.invalid_reason, note=note, reason_label=str(InvalidReason(self.invalid_reason).label)
        )

    @verb(
        done=LeadInvalidRejected,
        label=gettext_lazy("Not invalid"),
        icon="arrow-back",
        **_from("reject_invalid"),
        inputs=[
            Text("note", label=gettext_lazy("What should be done")),
            Ref(
                "to",
                to="org.employee",
                label=gettext_lazy("New owner"),
                required=False,
                narrow=lambda rows, _row: rows.working(),
            ),
        ],
    )
    def reject_invalid(self, *, by: Any, note: str, to: Any = None) -> list:
        """The supervisor sees a customer: back to the owner, or to somebody else."""
        _back_to_work(self)
        told = [LeadInvalidRejected(note=note, owner_id=to.pk if to else self.owner_id)]
        if to is not None and to.pk != self.owner_id:
            told += hand_over(type(self), [(self, to)], by=by, how="manual", reason=note)
        return told

    @batch_verb(
        done=LeadReopened,
        label=gettext_lazy("Reopen"),
        icon="rotate",
        from_states=LEAD_MOVES["reopen"][0],
        inputs=[Text("reason", label=gettext_lazy("Reason"))],
    )
    def reopen(cls, rows: list, *, by: Any, reason: str) -> list:
        """It was a customer after all: into the pool, where it is given out anew."""
        for row in rows:
            row.invalid_reason, row.closed_at, row.breached_at = "", None, None
        cls.objects.filter(pk__in=[row.pk for row in rows]).update(invalid_reason="", closed_at=None, breached_at=None)
        to_pool(cls, rows, by=by, how="reopen", reason=reason)
        return [LeadReopened(subject=row, reason=reason) for row in rows]

    @verb(
        done=LeadNurtured,
        label=gettext_lazy("Nurture"),
        icon="plant",
        undo="revive",
        **_from("nurture"),
        inputs=[Text("reason", label=gettext_lazy("Reason"))],
    )
    def nurture(self, *, by: Any, reason: str) -> LeadNurtured:
        """Reached, but the purchase is more than 90 days away or the score is low."""
        if self.first_contact_at is None:
            raise NotAllowed(_("Speak to the customer first: nobody has reached them yet."))
        if (self.within_days or 0) <= LONG_WINDOW and self.score >= LOW_SCORE:
            raise NotAllowed(
                _("This customer buys within %(days)d days or has a score of %(score)d or more: keep contacting.")
                % {"days": LONG_WINDOW, "score": LOW_SCORE}
            )
        self.state, self.due_at = LeadState.NURTURING, None
        self.save(update_fields=["state", "due_at"])
        take_off([self], why=reason)
        return LeadNurtured(reason=reason)

    @batch_verb(
        done=LeadRevived,
        label=gettext_lazy("Wake up"),
        icon="bolt",
        from_states=LEAD_MOVES["revive"][0],
        inputs=[Text("reason", label=gettext_lazy("Reason"), required=False)],
    )
    def revive(cls, rows: list, *, by: Any, reason: str = "") -> list:
        """Somebody who was nurtured has shown interest: back to the owner as a new promise, or into the pool."""
        people = Employee.objects.working().in_bulk({row.owner_id for row in rows if row.owner_id})
        mine = [(row, people[row.owner_id]) for row in rows if row.owner_id in people]
        orphans = [row for row in rows if row.owner_id not in people]
        for row in rows:
            row.first_contact_at, row.breached_at = None, None
        cls.objects.filter(pk__in=[row.pk for row in rows]).update(first_contact_at=None, breached_at=None)
        told = hand_over(cls, mine, by=by, how="revive", reason=reason, restart=True)
        if orphans:
            to_pool(cls, orphans, by=by, how="revive", reason=PoolReason.OWNER_LEFT.value)
        told += [LeadPooled(subject=row, reason=str(PoolReason.OWNER_LEFT.label), how="revive") for row in orphans]
        return [LeadRevived(subject=row, reason=reason, owner_id=row.owner_id) for row in rows] + told

    @verb(
        done=LeadChanged,
        label=gettext_lazy("Correct"),
        icon="pencil",
        inputs=[
            Text(
                "name",
                label=pgettext_lazy("person", "Name"),
                required=False,
                max_length=80,
                initial=lambda row: row and row.name,
            ),
            Text(
                "city", label=gettext_lazy("City"), required=False, max_length=60, initial=lambda row: row and row.city
            ),
            Text(
                "wechat",
                label=gettext_lazy("WeChat"),
                required=False,
                max_length=64,
                initial=lambda row: row and row.wechat,
            ),
            Ref(
                "series",
                to="vehicles.series",
                label=pgettext_lazy("vehicle", "Series"),
                required=False,
                initial=lambda row: row and row.series_id,
            ),
            Amount(
                "budget_low",
                label=gettext_lazy("Budget from"),
                required=False,
                initial=lambda row: row and row.budget_low,
            ),
            Amount(
                "budget_high",
                label=gettext_lazy("Budget up to"),
                required=False,
                initial=lambda row: row and row.budget_high,
            ),
            Integer(
                "within_days",
                label=gettext_lazy("Buys within days"),
                required=False,
                least=0,
                most=1000,
                initial=lambda row: row and row.within_days,
            ),
            Text(
                "need",
                label=gettext_lazy("Core need"),
                required=False,
                max_length=1000,
                initial=lambda row: row and row.need,
            ),
        ],
    )
    def change(self, *, by: Any, **given: Any) -> LeadChanged | None:
        """Correct what is known; the earlier values stay on the timeline."""
        before = {name: getattr(self, name) for name in given if getattr(self, name) != given[name]}
        for name in before:
            setattr(self, name, given[name])
        if not before:
            return None
        if isinstance(given.get("series"), Series) and "series" in before:
            self.series_text, self.brand_id = self.series.name, self.series.brand_id
        self.save(update_fields=[*before, "series_text", "brand"])
        labels = [str(self._meta.get_field(name).verbose_name) for name in before]
        return LeadChanged(
            changed=", ".join(labels),
            before={k: str(v or "") for k, v in before.items()},
            after={name: str(given[name] or "") for name in before},
        )


def _back_to_work(lead: Any) -> None:
    lead.state, lead.invalid_reason, lead.invalid_note = LeadState.CONTACTING, "", ""
    lead.due_at = lead.next_at or timezone.now()
    lead.save(update_fields=["state", "invalid_reason", "invalid_note", "due_at"])
