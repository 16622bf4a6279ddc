"""The org room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrgConfig(AppConfig):
    name = "dengta.org"
    label = "org"
    verbose_name = _("Organisation")
