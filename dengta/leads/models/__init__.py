"""The tables of the leads room."""

from dengta.leads.models.importing import ImportRow, ImportRun
from dengta.leads.models.inbox import InboxMessage, Touchpoint
from dengta.leads.models.lead import Lead
from dengta.leads.models.ledger import AgentRecord, FollowUp, LeadAssignment
from dengta.leads.models.opportunity import LevelChange, Opportunity
from dengta.leads.models.promises import IntentLevel, LeadTransfer, SlaRule

__all__ = [
    "AgentRecord",
    "FollowUp",
    "ImportRow",
    "ImportRun",
    "InboxMessage",
    "IntentLevel",
    "Lead",
    "LeadAssignment",
    "LeadTransfer",
    "LevelChange",
    "Opportunity",
    "SlaRule",
    "Touchpoint",
]
