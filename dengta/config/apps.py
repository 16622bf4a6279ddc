"""The frame as a Django app, for its checks and commands only."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "dengta.config"
    label = "config"
