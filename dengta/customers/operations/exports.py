"""Files that leave the house leave a trace."""

from __future__ import annotations

from dengta.core import events
from dengta.core.actors import Actor
from dengta.customers.events import CustomersExported
from dengta.org.models import Group


def tell_export(*, by: Actor, file: str, query: str) -> None:
    """Somebody took a list of customers out: who, which filter, which kind of file."""
    events.store([CustomersExported(subject=Group(pk=by.group_id), file=file, query=query)], by)
