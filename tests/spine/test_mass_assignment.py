"""Every verb is posted every field of its model, beside honest inputs: only what it declares may arrive."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.db import models, transaction

from dengta.core import access, scope
from dengta.core.registry import registry
from dengta.core.verbs import VerbEntry
from tests.spine.given import honest_values, make_ready
from tests.spine.rows import make_rows

VERBS = [entry for entry in registry.all(VerbEntry) if not entry.verb.hidden]
NOUNS = sorted({access.key_of(entry.model) for entry in VERBS})
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


@pytest.mark.parametrize("noun", NOUNS)
def test_undeclared_fields_never_arrive(cast, almighty, noun):
    rows = make_rows(cast.house.group, cast.house.north, almighty.employee)
    rows["org.employee"] = cast.north_consultant.employee  # nobody does much to themselves
    client, actor = almighty.client, almighty.actor
    ran = []
    for entry in VERBS:
        if access.key_of(entry.model) == noun:
            with transaction.atomic():  # each verb meets the row as it was made
                ran.append(post_everything(cast.house.group.pk, client, actor, entry, rows[noun]))
                transaction.set_rollback(True)

    assert any(ran), f"no verb of {noun} accepts the honest values of tests/spine/given.py"


def post_everything(group_id, client, actor, entry, row) -> bool:
    """True if the verb was really carried out."""
    declared = {one.name for one in entry.verb.inputs}
    fields = [f for f in entry.model._meta.concrete_fields if not {f.name, f.attname} & declared]
    posted = {f.attname: value for f in fields if (value := smuggled(f)) is not None}
    posted |= {f.name: value for f in fields if (value := smuggled(f)) is not None}
    app, model, verb = entry.key.split(".")
    born = entry.verb.shape == "birth"
    where = f"/v/{app}/{model}/{verb}/" if born else f"/v/{app}/{model}/{row.pk}/{verb}/"
    with scope.open(group_id):
        honest = honest_values(entry, actor, None if born else row)
        if not born:
            make_ready(entry, row)

    answer = client.post(where, posted | honest, headers={"HX-Request": "true"})

    assert answer.status_code in (204, 409, 422), entry.key
    with scope.open(group_id):
        for found in entry.model._base_manager.all():
            for field in fields:
                if field.attname in posted:
                    value = getattr(found, field.attname)
                    assert not arrived(field, value, posted[field.attname]), f"{entry.key} let {field.name} in"
    return answer.status_code == 204
