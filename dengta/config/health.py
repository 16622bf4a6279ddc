"""/healthz and /metrics: is the system well, and how much does it do."""

from django.db import connection
from django.http import HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest


def healthz(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def metrics(request):
    return HttpResponse(generate_latest(CollectorRegistry()), content_type=CONTENT_TYPE_LATEST)
