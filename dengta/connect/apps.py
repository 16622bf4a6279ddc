"""Messages of other systems: formats, signatures, limits, kept secrets."""

from django.apps import AppConfig


class ConnectConfig(AppConfig):
    name = "dengta.connect"
    label = "connect"
