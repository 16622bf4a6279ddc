"""The table of addresses: each room brings its own."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

from dengta.config import health
from dengta.core.api import api


def has(module: str) -> bool:
    return find_spec(f"dengta.{module}") is not None


rooms = [room for room in settings.ROOMS if room != "core"]
for room in rooms:
    if has(f"{room}.api"):
        import_module(f"dengta.{room}.api")  # adds what the generic API cannot do

handler404, handler500 = "dengta.core.api.not_found", "dengta.core.api.broken"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
    path("accounts/", include("allauth.urls")),
    path("", include("dengta.core.urls")),
    path("api/v1/", api.urls),
    *(path("", include(f"dengta.{room}.urls")) for room in rooms if has(f"{room}.urls")),
]
