"""/healthz: is the system well? /metrics: how much does it do? In Prometheus' text form, for several processes."""

import hmac
import os
from collections.abc import Iterator

import psycopg
import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily

from dengta import __version__
from dengta.config import serving
from dengta.core.handlers import public
from dengta.core.pumps import pulse_age
from dengta.core.registry import Metric, registry

OLDEST_PULSE = 30.0
WORK_STATES = ("todo", "doing", "failed")
_migrated: set[str] = set()

log = structlog.get_logger(__name__)


@public
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 when database, migrations and worker are well, else 503 with the reason."""
    problems: dict[str, str] = {}
    for name, look in (("database", database_problem), ("migrations", migration_problem), ("worker", worker_problem)):
        try:
            trouble = look()
        except (DatabaseError, psycopg.Error) as error:
            trouble = f"the database does not answer ({type(error).__name__})"
        if trouble:
            problems[name] = trouble
            break  # what stands on it is not well either
    answer: dict[str, object] = {"status": "unwell" if problems else "ok", "version": __version__}
    if problems:
        answer["reason"] = problems
    return JsonResponse(answer, status=503 if problems else 200)


def database_problem() -> str:
    """A connection of its own, so that neither a full pool nor a dead server makes the answer wait."""
    params = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(**{name: params[name] for name in names if params.get(name)}, connect_timeout=2) as link:
        link.execute("select 1")
    return ""


def migration_problem() -> str:
    """Applied once is applied: asked again only in a new process."""
    name = connection.settings_dict["NAME"]
    if name not in _migrated:
        if missing := serving.pending_migrations():
            return f"{missing} are not applied; run: dengta migrate"
        _migrated.add(name)
    return ""


def worker_problem() -> str:
    age = pulse_age()
    if age is None:
        return "no worker has ever run; run: dengta worker"
    return f"no worker gave a sign of life for {age:.0f} s" if age > OLDEST_PULSE else ""


# -- metrics -------------------------------------------------------------------------------------------------------
@public
def metrics(request: HttpRequest) -> HttpResponse:
    """For this machine itself, or with the token of DENGTA_METRICS_TOKEN; others do not learn that it exists."""
    if not may_read(request):
        raise Http404
    shown = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.MultiProcessCollector(shown)
        counted = generate_latest(shown)
    else:
        counted = generate_latest(REGISTRY)
    state = CollectorRegistry()
    state.register(StateCollector())
    return HttpResponse(counted + generate_latest(state), content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    if token := settings.METRICS_TOKEN:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    local = request.META.get("REMOTE_ADDR", "") in ("127.0.0.1", "::1", "")
    return local and "X-Forwarded-For" not in request.headers


class StateCollector:
    """What stands in the database at this moment: jobs, worker, and the gauges that rooms registered."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self.of_jobs()
        age = pulse_age()
        yield GaugeMetricFamily("dengta_worker_pulse_age_seconds", "Seconds since a worker's last sign of life",
                                value=-1 if age is None else age)
        broken = 0
        for metric in registry.all(Metric):
            family = GaugeMetricFamily(f"dengta_{metric.key.replace('.', '_')}", str(metric.help))
            try:
                for labels, value in metric.collect():
                    family.add_sample(family.name, dict(labels), value)
            except Exception:
                log.exception("metric_failed", metric=metric.key)
                broken += 1
                continue
            yield family
        yield GaugeMetricFamily("dengta_broken_metrics", "Gauges that could not be read", value=broken)

    def of_jobs(self) -> Iterator[GaugeMetricFamily]:
        family = GaugeMetricFamily("dengta_jobs", "Background jobs by state", labels=["state"])
        with connection.cursor() as cursor:
            cursor.execute("select status::text, count(*) from procrastinate_jobs where status::text = any(%s) "
                           "group by status", [list(WORK_STATES)])
            found = dict(cursor.fetchall())
        for state in WORK_STATES:
            family.add_metric([state], found.get(state, 0))
        yield family
