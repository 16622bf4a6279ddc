"""One message on its way through the pipeline: what came, what was understood, what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dengta.leads.types import InboxState


@dataclass(slots=True)
class Incoming:
    """`key` is the id of the source row (inbox message or import row). The rest is filled step by step."""

    key: int
    raw: dict[str, Any]
    channel_id: int
    received_at: datetime
    external_id: str = ""
    campaign_id: int | None = None
    ip: str = ""
    together: int = 1
    lead_id: int | None = None  # of an earlier revision: this one corrects it
    inbox_id: int | None = None
    by_hand: bool = False
    owner: Any = None  # entered by hand for somebody

    # understood
    fields: dict[str, Any] = field(default_factory=dict)
    phones: list[Any] = field(default_factory=list)
    candidate: Any = None
    customer_id: int | None = None
    is_known: bool = False
    series: Any = None
    brand_id: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    # became
    state: str = ""
    code: str = ""
    reason: str = ""
    stop: str = ""
    lead: Any = None
    touch: Any = None
    surviving_lead_id: int | None = None
    opportunity_id: int | None = None
    changed: dict[str, Any] = field(default_factory=dict)

    def quarantine(self, code: str, reason: Any) -> None:
        self.state, self.code, self.reason = InboxState.QUARANTINED.value, code, str(reason)[:500]

    @property
    def is_settled(self) -> bool:
        return bool(self.state)

    @property
    def outcome_lead_id(self) -> int | None:
        """The lead in which this inquiry lives."""
        return self.surviving_lead_id or (self.lead.pk if self.lead is not None else self.lead_id)
