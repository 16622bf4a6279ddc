"""The worker: pumps that carry volume (intake, clocks, reactions), each in its own lane, and the job runner.

A pump is a function of a group's id that does one batch in transactions of its own and returns how much it did. Any
number of workers may run; pumps share work with SKIP LOCKED and advisory locks, never with memory.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from django.apps import apps
from django.conf import settings
from django.db import close_old_connections, connection, connections
from django.utils import timezone
from procrastinate.contrib.django import app as jobs_app

from dengta.core.models import Pulse
from dengta.core.registry import registry

log = structlog.get_logger(__name__)
IDLE_SECONDS = 0.15
BEAT_SECONDS = 5.0


@dataclass(frozen=True)
class Pump:
    """The registry's entry. `every` is the least time between two idle looks, in seconds."""

    key: str
    run: Callable[[int], int]
    every: float = IDLE_SECONDS
    order: int = 100


def pump(name: str, *, every: float = IDLE_SECONDS, order: int = 100) -> Callable:
    """Declare a pump: `run(group_id) -> count`; 0 means that there is nothing to do now."""

    def declare(run: Callable[[int], int]) -> Callable[[int], int]:
        registry.add(Pump(key=name, run=run, every=every, order=order))
        return run

    return declare


def groups() -> list[int]:
    """The groups this worker serves; groups are outside the wall."""
    return list(apps.get_model(settings.DENGTA_GROUP).objects.order_by("pk").values_list("pk", flat=True))


def pump_until_idle(*names: str, group_id: int | None = None, rounds: int = 1000) -> int:
    """Run pumps in this process until nothing is left: for tests, commands and seeds."""
    chosen = [p for p in registry.all(Pump) if not names or p.key in names]
    total = 0
    for _round in range(rounds):
        done = sum(p.run(g) for p in chosen for g in ([group_id] if group_id else groups()))
        total += done
        if not done:
            return total
    raise RuntimeError(f"Pumps {names or 'all'} never came to rest")


class Worker:
    """One worker process: a thread per pump, one for jobs, one for the pulse."""

    def __init__(self, *, jobs: bool = True) -> None:
        self.stopping = threading.Event()
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.started_at = timezone.now()
        self.jobs = jobs
        self._loop: asyncio.AbstractEventLoop | None = None
        self._jobs_task: asyncio.Task | None = None

    def run(self) -> None:
        """Work until told to stop; a second signal is not needed, batches are short."""
        lanes = [threading.Thread(target=self._lane, args=(p,), name=p.key) for p in registry.all(Pump)]
        if self.jobs:
            lanes.append(threading.Thread(target=self._run_jobs, name="jobs"))
        for lane in lanes:
            lane.start()
        log.info("worker_started", worker=self.name, lanes=[lane.name for lane in lanes])
        while not self.stopping.is_set():
            self._beat()
            self.stopping.wait(BEAT_SECONDS)
        self._stop_jobs()
        for lane in lanes:
            lane.join(timeout=30)
        Pulse.objects.filter(name=self.name).delete()
        connections.close_all()
        log.info("worker_stopped", worker=self.name)

    def stop(self, *_signal: Any) -> None:
        self.stopping.set()

    def _beat(self) -> None:
        try:
            Pulse.objects.update_or_create(
                name=self.name, defaults={"beat_at": timezone.now(), "started_at": self.started_at}
            )
        except Exception:
            log.exception("pulse_failed")
            connection.close()

    def _lane(self, one: Pump) -> None:
        wait = one.every
        while not self.stopping.is_set():
            try:
                done = sum(one.run(group_id) for group_id in groups())
                wait = 0.0 if done else one.every
            except Exception:
                log.exception("pump_failed", pump=one.key)
                close_old_connections()
                connection.close()
                wait = min(max(wait, one.every) * 2 or 1.0, 30.0)
            self.stopping.wait(wait) if wait else None
        connections.close_all()

    def _run_jobs(self) -> None:
        while not self.stopping.is_set():
            try:
                asyncio.run(self._jobs_forever())
            except Exception:
                log.exception("job_runner_failed")
                self.stopping.wait(3)
        connections.close_all()

    async def _jobs_forever(self) -> None:
        self._loop = asyncio.get_running_loop()
        connector: Any = jobs_app.connector
        runner = jobs_app.with_connector(connector.get_worker_connector())
        async with runner.open_async():
            self._jobs_task = asyncio.create_task(
                runner.run_worker_async(
                    install_signal_handlers=False, concurrency=2, wait=True, fetch_job_polling_interval=1.0
                )
            )
            try:
                await self._jobs_task
            except asyncio.CancelledError:
                log.info("job_runner_stopped")

    def _stop_jobs(self) -> None:
        if self._loop and self._jobs_task and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._jobs_task.cancel)


def run_worker() -> None:
    """The `dengta worker` command."""
    worker = Worker()
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    worker.run()


def pulse_age() -> float | None:
    """Seconds since any worker gave a sign of life; None if none ever did."""
    latest = Pulse.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()
    return None if latest is None else max(0.0, time.time() - latest.timestamp())
