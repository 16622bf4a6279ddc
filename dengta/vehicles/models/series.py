"""Car series: what customers ask for."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from dengta.core.records import GroupRecord, ScopedManager
from dengta.vehicles.queries import SeriesQuerySet
from dengta.vehicles.types import Energy
from dengta.vehicles.verbs.introducing import Introducing


class Series(Introducing, GroupRecord):
    """A series of one of the group's brands, with the names by which people mean it."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    brand = models.ForeignKey("org.Brand", models.PROTECT, related_name="series")
    energy = models.CharField(max_length=8, choices=Energy, default=Energy.ICE)
    aliases = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager.from_queryset(SeriesQuerySet)()

    class Meta(GroupRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["group", "code"], name="vehicles_series_code_once")]
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return self.name


def recognise(text: str) -> Series | None:
    """The series on sale in the open scope that the text means; for many texts use `Series.objects.recogniser()`."""
    found = Series.objects.recogniser().find(text)
    return Series.objects.for_list().get(pk=found) if found else None
