"""The table of addresses: each room brings its own."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

from dengta.config import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
    path("accounts/", include("allauth.urls")),
]


def has(module: str) -> bool:
    return "core" in settings.ROOMS and find_spec(f"dengta.{module}") is not None


if has("core.urls"):
    urlpatterns.append(path("", include("dengta.core.urls")))
if has("core.api"):
    from dengta.core.api import api  # noqa: PLC0415 - until core is complete

    urlpatterns.append(path("api/v1/", api.urls))
for room in settings.ROOMS:
    if room != "core" and has(f"{room}.urls"):
        urlpatterns.append(path("", include(f"dengta.{room}.urls")))
