"""Tasks, clocks, appointments and notifications: what has to be done, by whom, until when."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "dengta.work"
    label = "work"
