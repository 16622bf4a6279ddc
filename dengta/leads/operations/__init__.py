"""Changes over many leads that no single one owns; the doors for jobs and for rooms above."""

from dengta.leads.operations.exports import tell_export
from dengta.leads.operations.inbox import new_receipt, pipe, put, take_in
from dengta.leads.operations.recounting import refresh_records, rescore_open_leads
from dengta.leads.operations.shipping import put_promises
from dengta.leads.operations.visits import close_missed_visits

__all__ = [
    "close_missed_visits",
    "new_receipt",
    "pipe",
    "put",
    "put_promises",
    "refresh_records",
    "rescore_open_leads",
    "take_in",
    "tell_export",
]
