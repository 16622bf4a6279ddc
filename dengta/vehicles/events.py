"""What happens to the catalogue."""

from django.utils.translation import gettext_lazy as _

from dengta.core.events import Event


class SeriesIntroduced(Event):
    key = "vehicles.series.introduced"
    label = _("Car series introduced")
    sentence = _("introduced the series {name}")
    icon = "car"
    name: str
    code: str


class SeriesChanged(Event):
    key = "vehicles.series.changed"
    label = _("Car series changed")
    sentence = _("changed the series: {fields}")
    icon = "edit"
    changes: dict[str, list]
    fields: str = ""


class SeriesRetired(Event):
    key = "vehicles.series.retired"
    label = _("Car series taken off sale")
    sentence = _("took the series {name} off sale")
    icon = "archive"
    name: str


class SeriesRevived(Event):
    key = "vehicles.series.revived"
    label = _("Car series on sale again")
    sentence = _("put the series {name} on sale again")
    icon = "refresh"
    name: str
