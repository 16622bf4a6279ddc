"""What the pages of this room read across several nouns: a person's desk, a record, the supervisor's board, a file."""

from dengta.leads.reports.board import Board, Speed, crew, watch_of
from dengta.leads.reports.desk import Desk, next_lead, today_of, waiting
from dengta.leads.reports.files import Mapping, Preview, Result
from dengta.leads.reports.records import ContactForm, Slots, explain, steps_of

__all__ = [
    "Board",
    "ContactForm",
    "Desk",
    "Mapping",
    "Preview",
    "Result",
    "Slots",
    "Speed",
    "crew",
    "explain",
    "next_lead",
    "steps_of",
    "today_of",
    "waiting",
    "watch_of",
]
