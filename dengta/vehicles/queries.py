"""Reading the catalogue."""

from django.db import models

from dengta.vehicles.types import Recogniser


class SeriesQuerySet(models.QuerySet):
    def on_sale(self) -> "SeriesQuerySet":
        return self.filter(is_active=True)

    def for_list(self) -> "SeriesQuerySet":
        return self.select_related("brand")

    def recogniser(self) -> Recogniser:
        """One query; then any number of texts."""
        return Recogniser.of(self.on_sale().values_list("pk", "name", "brand__name", "aliases"))
