"""Sweeping out what connections remembered for a few minutes."""

from django.utils.translation import gettext_lazy as _

from dengta.connect import limits, signatures
from dengta.core.jobs import job


@job("connect.sweep", label=_("Forget old nonces and counters"), cron="*/10 * * * *")
def sweep(timestamp: int = 0) -> None:
    signatures.sweep()
    limits.sweep()
