"""Every verb is posted every field of its model: only what it declares may arrive."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.db import models

from dengta.core import access, scope
from dengta.core.registry import registry
from dengta.core.verbs import VerbEntry
from tests.spine.rows import make_rows

VERBS = [entry for entry in registry.all(VerbEntry) if not entry.verb.hidden]
NUMBER, WORD = 987_654_321, "smuggled-4711"
DAY = date(2041, 7, 13)


def smuggled(field: models.Field) -> Any:
    """A value nobody would choose, of the field's type; None where any value could be honest."""
    if field.is_relation or isinstance(field, models.BigIntegerField):
        return NUMBER
    if isinstance(field, models.DateTimeField):
        return "2041-07-13T04:05"
    if isinstance(field, models.DateField):
        return DAY.isoformat()
    if isinstance(field, (models.CharField, models.TextField)):
        return WORD[: field.max_length or 99]
    if isinstance(field, models.IntegerField):
        return 4711
    return None


def arrived(field: models.Field, value: Any, posted: Any) -> bool:
    if isinstance(value, datetime):
        return value.date() == DAY
    return str(value) == str(posted)


@pytest.mark.parametrize("noun", sorted({access.key_of(entry.model) for entry in VERBS}))
def test_undeclared_fields_never_arrive(cast, noun):
    rows = make_rows(cast.house.group, cast.house.north, cast.north_consultant.employee)
    client = cast.group_admin.client
    for entry in VERBS:
        if access.key_of(entry.model) == noun:
            post_everything(cast.house.group.pk, client, entry, rows[noun])


def post_everything(group_id, client, entry, row):
    declared = {one.name for one in entry.verb.inputs}
    fields = [f for f in entry.model._meta.concrete_fields if not {f.name, f.attname} & declared]
    posted = {f.attname: value for f in fields if (value := smuggled(f)) is not None}
    posted |= {f.name: value for f in fields if (value := smuggled(f)) is not None}
    app, model, verb = entry.key.split(".")
    where = f"/v/{app}/{model}/{verb}/" if entry.verb.shape == "birth" else f"/v/{app}/{model}/{row.pk}/{verb}/"

    answer = client.post(where, posted)

    assert answer.status_code < 500, entry.key
    with scope.open(group_id):
        for found in entry.model._base_manager.all():
            for field in fields:
                if field.attname in posted:
                    value = getattr(found, field.attname)
                    assert not arrived(field, value, posted[field.attname]), f"{entry.key} let {field.name} in"
