"""Base classes of every business table, and the manager that refuses to work without a scope."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from dengta.core import scope


class ScopedManager(models.Manager):
    """The door to a table: raises without an open scope, else filters by its group and stores."""

    def get_queryset(self) -> models.QuerySet:
        rows = super().get_queryset()
        wall = scope.current()
        if wall.off:
            return rows
        rows = rows.filter(group_id=wall.group_id)
        if wall.stores is not None and issubclass(self.model, StoreRecord):
            rows = rows.filter(store_id__in=wall.stores)
        return rows


class GroupRecord(models.Model):
    """A row that belongs to the whole group: a customer, an employee, a role."""

    group_id: int | None
    group = models.ForeignKey(settings.DENGTA_GROUP, models.PROTECT, db_index=False, related_name="+")

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "unscoped"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._stand_inside_the_wall()
        super().save(*args, **kwargs)
        scope.forget(self._meta.label_lower)

    def _stand_inside_the_wall(self) -> None:
        wall = scope.current()
        if wall.off:
            return
        if self.group_id is None:
            self.group_id = wall.group_id
        if self.group_id != wall.group_id:
            raise scope.ForeignRow(
                f"{self._meta.label} of group {self.group_id} in a scope of {wall.group_id}"
            )


class StoreRecord(GroupRecord):
    """A row that belongs to one store of the group."""

    store_id: int | None
    store = models.ForeignKey(settings.DENGTA_STORE, models.PROTECT, db_index=False, related_name="+")

    class Meta(GroupRecord.Meta):
        abstract = True

    def _stand_inside_the_wall(self) -> None:
        super()._stand_inside_the_wall()
        stores = scope.current().stores
        if self.store_id is None and stores is not None and len(stores) == 1:
            (self.store_id,) = stores
        if stores is not None and self.store_id not in stores:
            raise scope.ForeignRow(f"{self._meta.label} of store {self.store_id} outside of the scope")
