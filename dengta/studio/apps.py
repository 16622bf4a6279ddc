"""The studio: what business users build. In this version: conditions and decision tables."""

from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "dengta.studio"
    label = "studio"
