"""Work that may take its time: jobs kept in the same database, queued in the same transaction.

A job takes ids only, opens the scope of its group, calls verbs and may safely run twice. High volumes (leads, clocks,
events) do not go through here but through pumps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from dengta.core.events import make_partitions
from dengta.core.registry import registry


@dataclass(frozen=True)
class Job:
    """The registry's entry of a job; `cron` is its timetable in UTC, empty for on demand."""

    key: str
    label: Any
    task: Any
    cron: str = ""


def job(name: str, *, label: Any = "", cron: str = "", queue: str = "default", retries: int = 5) -> Callable:
    """Declare a job. Queue it with `later(name, **ids)`; a job with `cron` gets `timestamp` as its only argument."""

    def declare(run: Callable) -> Callable:
        strategy = RetryStrategy(max_attempts=retries, exponential_wait=4)
        task = app.task(name=name, queue=queue, retry=strategy, pass_context=False)(run)
        if cron:
            app.periodic(cron=cron, periodic_id=name)(task)
        registry.add(Job(key=name, label=label or name, task=task, cron=cron))
        return run

    return declare


def later(name: str, *, once: str = "", **ids: Any) -> None:
    """Queue a job in the current transaction; jobs that share `once` never run at the same time."""
    task = registry.get(Job, name).task
    (task.configure(lock=once) if once else task).defer(**ids)


@job("core.months", label=_("Make room for the events of the coming months"), cron="17 3 * * *")
def make_months(timestamp: int) -> None:
    """The event log has a partition for each month; nothing is lost without one, it only has to be moved later."""
    today = timezone.now().date()
    make_partitions(today, today + timedelta(days=62))
