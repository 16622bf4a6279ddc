"""Timetabled work of the org room."""

from django.utils.translation import gettext_lazy as _

from dengta.core import scope
from dengta.core.jobs import job
from dengta.org.models import Group
from dengta.org.operations import refresh_main_positions
from dengta.org.types import today


@job(
    "org.refresh_positions", label=_("Let planned moves take effect"), cron="5 16 * * *"
)  # just after midnight in China
def refresh_positions(timestamp: int) -> None:
    for group_id in Group.objects.values_list("pk", flat=True):
        with scope.open(group_id):
            refresh_main_positions(today())
