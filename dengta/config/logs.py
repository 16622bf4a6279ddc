"""Structured logs: one JSON object per line, each with the id of the request it belongs to."""

import logging.config
import re
import time
import uuid

import structlog
from prometheus_client import Counter, Histogram

REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
QUIET = ("/healthz", "/metrics", "/static/")

REQUESTS = Counter("dengta_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram("dengta_request_seconds", "Time to answer", ["method", "route"],
                    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10))

log = structlog.get_logger("dengta.request")


def configuration(level: str) -> dict:
    """The logging dictionary: standard library records and ours leave in the same form."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            "foreign_pre_chain": before(),
        }},
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["out"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["out"], "level": "WARNING", "propagate": False},
            "django.request": {"level": "ERROR"},
            "procrastinate": {"level": "WARNING"},
            "psycopg.pool": {"level": "ERROR"},
        },
    }


def before() -> list:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def configure(config: dict) -> None:
    """Called by Django at start-up (LOGGING_CONFIG)."""
    structlog.configure(
        processors=[*before(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(config)


class RequestLog:
    """Gives each request an id (a proxy's when it looks sane), counts it and writes one line about it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.headers.get("X-Request-ID", "")
        request.id = given if REQUEST_ID.match(given) else uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.id)
        started = time.perf_counter()
        response = self.get_response(request)
        took = time.perf_counter() - started
        response["X-Request-ID"] = request.id
        match = request.resolver_match
        route = match.route if match else "none"
        method = request.method if request.method in METHODS else "OTHER"
        REQUESTS.labels(method, route, f"{response.status_code // 100}xx").inc()
        SECONDS.labels(method, route).observe(took)
        if not request.path.startswith(QUIET):
            log.info("request", method=request.method, path=request.path, status=response.status_code,
                     ms=round(took * 1000, 1))
        return response
