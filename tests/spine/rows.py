"""One row of every noun, for tests that walk the registry. A room that adds a noun adds its maker here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Model

from django.utils import timezone

from dengta.core import scope
from dengta.org.models import ApiToken, Employee, Group, LegalEntity, Store
from dengta.org.tests import factories as org
from dengta.work.tests import factories as work

HOUR = timedelta(hours=1)
Maker = Callable[[Group, Store, Employee], Model]
ROWS: dict[str, Maker] = {
    "org.group": lambda group, store, owner: group,
    "org.store": lambda group, store, owner: store,
    "org.employee": lambda group, store, owner: owner,
    "org.brand": lambda group, store, owner: org.make_brand(group),
    "org.department": lambda group, store, owner: org.make_department(store),
    "org.team": lambda group, store, owner: org.make_team(store),
    "org.role": lambda group, store, owner: org.make_role(group, "store_gm"),
    "org.legalentity": lambda group, store, owner: LegalEntity.objects.create(name="Company", credit_code="91X"),
    "org.apitoken": lambda group, store, owner: ApiToken.objects.create(group=group, name="Token", prefix=f"p{group.pk}", secret_hash="h"),
    "org.shift": lambda group, store, owner: org.make_shift(owner, timezone.now(), timezone.now() + HOUR),
    "work.task": lambda group, store, owner: work.make_task(store, owner),
    "work.clock": lambda group, store, owner: work.make_clock(store, owner),
    "work.appointment": lambda group, store, owner: work.make_appointment(store, owner),
    "work.notification": lambda group, store, owner: work.make_notification(owner),
}


def make_rows(group: Group, store: Store, owner: Employee) -> dict[str, Any]:
    with scope.open(group.pk):
        return {key: make(group, store, owner) for key, make in ROWS.items()}


