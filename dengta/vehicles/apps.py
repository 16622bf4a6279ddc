"""The vehicle catalogue; so far the series."""

from django.apps import AppConfig


class VehiclesConfig(AppConfig):
    name = "dengta.vehicles"
    label = "vehicles"
