"""A lead that belongs to another store: one asks, the other decides (T-L16)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.core import scope
from dengta.core.inputs import Ref, Text
from dengta.core.verbs import NotAllowed, verb
from dengta.customers.operations import link
from dengta.customers.types import Link
from dengta.leads import rules
from dengta.leads.events import TransferAccepted, TransferAsked, TransferRefused
from dengta.leads.pipeline.tables import tables_of
from dengta.leads.pipeline.work import LEAD, put_down, take_off
from dengta.leads.queries import supervisors
from dengta.leads.types import LEAD_MOVES, LeadState, TransferState
from dengta.org.models import Employee
from dengta.work.operations import notify
from dengta.work.types import Note

ASKED, DECIDED = "leads.transfer_asked", "leads.transfer_decided"


class Transferring:
    """The side that gives a lead away."""

    @verb(
        done=TransferAsked,
        label=gettext_lazy("Ask for a transfer"),
        icon="transfer",
        from_states=LEAD_MOVES["ask_transfer"][0],
        inputs=[
            Ref(
                "to_store",
                to="org.store",
                label=gettext_lazy("To the store"),
                narrow=lambda rows, row: rows.exclude(pk=row.store_id) if row else rows,
            ),
            Text("reason", label=gettext_lazy("Reason")),
        ],
    )
    def ask_transfer(self, *, by: Any, to_store: Any, reason: str) -> TransferAsked:
        """The customer lives elsewhere or wants another brand. The other store decides; until then nothing runs."""
        if to_store.pk == self.store_id:
            raise NotAllowed(_("The lead is in that store already."))
        transfers = self._meta.get_field("transfers").related_model
        transfers.objects.create(
            lead=self,
            from_store_id=self.store_id,
            to_store=to_store,
            reason=reason,
            lead_name=self.name,
            series_text=self.series_text,
            state_before=self.state,
            asked_by_id=by.employee_id,
            asked_at=timezone.now(),
        )
        self.state, self.due_at = LeadState.TRANSFER_PENDING, None
        self.save(update_fields=["state", "due_at"])
        take_off([self], why=reason)
        with scope.off(reason="the supervisor of the other store has to be told"):
            told = supervisors(Employee.objects, [to_store.pk]).get(to_store.pk, [])
        notify(
            [
                Note(
                    person,
                    ASKED,
                    f"{ASKED}:{self.pk}:{self.transfers.count()}",
                    {"name": self.name or self.phone_shown, "store": self.store.name},
                    "/leads/transfers/",
                )
                for person in told
            ]
        )
        return TransferAsked(to_store_id=to_store.pk, to_store=to_store.name, reason=reason)


class Deciding:
    """The side that is asked. The lead moves outside of both walls, so it is done here and nowhere else."""

    @verb(
        done=TransferAccepted,
        label=gettext_lazy("Take over"),
        icon="transfer-in",
        allow=rules.may_decide_transfer,
        from_states=(TransferState.ASKED,),
        to_state=TransferState.ACCEPTED,
    )
    def accept(self, *, by: Any) -> TransferAccepted:
        """The lead and its history move to this store, into its pool."""
        self._decide(TransferState.ACCEPTED, by, "")
        with scope.off(reason="a lead moves between two stores of the group"):
            lead = self._lead()
            lead.store_id, lead.team_id, lead.owner = self.to_store_id, None, None
            lead.state, lead.pooled_at, lead.pool_reason = LeadState.POOL, timezone.now(), str(self.reason)
            lead.save(update_fields=["store", "team_id", "owner", "state", "pooled_at", "pool_reason"])
            tables = tables_of(type(lead))
            tables.assignment(
                group_id=lead.group_id,
                store_id=lead.store_id,
                lead=lead,
                how="transfer",
                from_owner_id=self.asked_by_id,
                reason=self.reason[:200],
                by_label=by.label[:120],
                by_id=by.employee_id,
                at=timezone.now(),
            ).save()
            put_down([lead])
            if lead.customer_id:
                link([Link(lead.customer_id, lead.store_id, LEAD, lead.pk, None, None, timezone.now())])
            self._tell(_("accepted"))
            name = self.to_store.name
        return TransferAccepted(
            lead_id=self.lead_id,
            to_store_id=self.to_store_id,
            to_store=name,
            store_id=self.to_store_id,
            party_id=lead.customer_id,
        )

    @verb(
        done=TransferRefused,
        label=gettext_lazy("Refuse"),
        icon="transfer-out",
        allow=rules.may_decide_transfer,
        from_states=(TransferState.ASKED,),
        to_state=TransferState.REFUSED,
        inputs=[Text("reason", label=gettext_lazy("Reason"))],
    )
    def refuse(self, *, by: Any, reason: str) -> TransferRefused:
        """The lead goes back to where it was."""
        self._decide(TransferState.REFUSED, by, reason)
        with scope.off(reason="the lead lies in the store that asked"):
            lead = self._lead()
            lead.state = self.state_before if lead.owner_id or self.state_before == LeadState.POOL else LeadState.POOL
            lead.due_at = lead.next_at or timezone.now()
            lead.save(update_fields=["state", "due_at"])
            self._tell(_("refused"))
        return TransferRefused(
            lead_id=self.lead_id, reason=reason, store_id=self.from_store_id, party_id=lead.customer_id
        )

    def _lead(self) -> Any:
        lead = self._meta.get_field("lead").related_model.objects.select_for_update(of=("self",)).get(pk=self.lead_id)
        if lead.state != LeadState.TRANSFER_PENDING:
            raise NotAllowed(_("This lead is no longer waiting for a transfer."))
        return lead

    def _decide(self, state: str, by: Any, note: str) -> None:
        self.state, self.decided_by_id, self.decided_at, self.note = state, by.employee_id, timezone.now(), note
        self.save(update_fields=["state", "decided_by", "decided_at", "note"])

    def _tell(self, verdict: str) -> None:
        if self.asked_by_id:
            notify(
                [
                    Note(
                        self.asked_by_id,
                        DECIDED,
                        f"{DECIDED}:{self.pk}",
                        {"name": self.lead_name, "verdict": verdict},
                        f"/leads/{self.lead_id}/",
                    )
                ]
            )
