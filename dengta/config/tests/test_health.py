"""/healthz and /metrics."""

import pytest
from django.utils import timezone

from dengta.core.models import Pulse
from dengta.core.registry import Metric, registry

pytestmark = pytest.mark.django_db


def beat() -> None:
    Pulse.objects.create(name="here:1", beat_at=timezone.now(), started_at=timezone.now())


def test_health_is_well_with_a_worker(client):
    beat()

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_health_says_that_no_worker_runs(client):
    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["reason"] == {"worker": "no worker has ever run; run: dengta worker"}


def test_metrics_show_requests_jobs_and_what_rooms_registered(client):
    beat()
    client.get("/healthz")

    with registry.temporarily(Metric("test.depth", "How deep", lambda: [({"where": "north"}, 7)])):
        text = client.get("/metrics").content.decode()

    assert 'dengta_test_depth{where="north"} 7.0' in text
    assert 'dengta_requests_total{method="GET",route="healthz",status="2xx"}' in text
    assert 'dengta_jobs{state="todo"} 0.0' in text
    assert "dengta_broken_metrics 0.0" in text


def test_a_broken_gauge_does_not_hide_the_others(client):
    def broken():
        raise ValueError("no")

    with registry.temporarily(Metric("test.broken", "Broken", broken)):
        text = client.get("/metrics").content.decode()

    assert "dengta_broken_metrics 1.0" in text
    assert "dengta_worker_pulse_age_seconds" in text


def test_metrics_are_hidden_from_others(client, settings):
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.5").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.5"}).status_code == 404

    settings.METRICS_TOKEN = "a-token"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer a-token"}).status_code == 200


def test_a_request_keeps_the_id_of_the_proxy_if_it_is_sane(client):
    assert client.get("/healthz", headers={"X-Request-ID": "abc-12345678"})["X-Request-ID"] == "abc-12345678"
    assert client.get("/healthz", headers={"X-Request-ID": "x\" onload="})["X-Request-ID"] != "x\" onload="


def test_pages_have_a_policy_without_inline_and_eval(client):
    policy = client.get("/accounts/login/")["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
