from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "dengta.org"
    label = "org"
