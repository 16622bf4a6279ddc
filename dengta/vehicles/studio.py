"""The plug of the vehicles room."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dengta.core.actors import Actor
from dengta.core.registry import MenuEntry, Noun, Permission, registry
from dengta.vehicles import rules
from dengta.vehicles.models import Series

registry.add(Permission("vehicles.series.see", _("See car series")))


def series_json(row: Series, actor: Actor) -> dict:
    return {
        "id": row.pk,
        "code": row.code,
        "name": row.name,
        "brand": row.brand.code,
        "energy": row.energy,
        "aliases": row.aliases,
        "active": row.is_active,
    }


registry.add(
    Noun(
        "vehicles.series",
        Series,
        _("Car series"),
        rules.series_seen,
        "vehicles.series.see",
        plural=_("Car series"),
        icon="car",
        title=lambda row: row.name,
        url=lambda row: reverse("vehicles:series_list") + f"#row-{row.pk}",
        api=series_json,
    )
)
registry.add(
    MenuEntry("vehicles.series", _("Car series"), "vehicles:series_list", "car", "admin", 60, "vehicles.series.change")
)
