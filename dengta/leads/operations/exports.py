"""Files that leave the house leave a trace."""

from __future__ import annotations

from dengta.core import events
from dengta.core.actors import Actor
from dengta.leads.events import LeadsExported, OpportunitiesExported
from dengta.org.models import Group

EXPORTED = {"leads.lead": LeadsExported, "leads.opportunity": OpportunitiesExported}


def tell_export(noun: str, *, by: Actor, file: str, query: str) -> None:
    """Somebody took a list out: who, which filter, which kind of file."""
    events.store([EXPORTED[noun](subject=Group(pk=by.group_id), file=file, query=query)], by)
