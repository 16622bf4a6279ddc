"""The room's pumps and timetable. The work itself is in `operations` and `importing`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dengta.core.jobs import job
from dengta.core.pumps import groups, pump
from dengta.leads.importing.running import advance, busy
from dengta.leads.operations import close_missed_visits, refresh_records, rescore_open_leads, take_in


@pump("leads.intake", order=10)
def take_messages_in(group_id: int) -> int:
    """One batch per store that has messages waiting."""
    return take_in(group_id)


@pump("leads.imports", every=1.0, order=60)
def go_on_with_imports(group_id: int) -> int:
    """One batch of every import that runs."""
    return sum(advance(group_id, run_id) for run_id in busy(group_id))


@job("leads.refresh_records", label=_("Refresh what people achieved"), cron="*/15 * * * *")
def refresh_all_records(timestamp: int = 0) -> None:
    """The assignment weighs conversion and speed of the last 90 days."""
    for group_id in groups():
        refresh_records(group_id)


@job("leads.rescore", label=_("Score open leads again"))
def rescore(group_id: int, store_id: int | None = None) -> None:
    """A table was published: open leads get the score and band they would have now."""
    rescore_open_leads(group_id, store_id)


@job("leads.missed_visits", label=_("Mark visits that nobody came to"), cron="7,37 * * * *")
def mark_missed_visits(timestamp: int = 0) -> None:
    """At the end of a store's day."""
    for group_id in groups():
        close_missed_visits(group_id)
