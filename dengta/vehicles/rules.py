"""Who sees the catalogue: it belongs to the group, so wholly or not at all."""

from django.db.models import Q

from dengta.core.actors import Actor


def series_seen(by: Actor) -> Q:
    return Q() if by.may("vehicles.series.see") else Q(pk__in=[])
