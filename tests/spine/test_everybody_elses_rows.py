"""One generic test walks the registry: every verb, tried by every member of the cast on rows that are not theirs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import Http404

from dengta.core import access, scope
from dengta.core.actors import Actor
from dengta.core.registry import Noun, registry
from dengta.core.verbs import NotAllowed, VerbEntry
from tests.spine.rows import ROWS, make_rows

ROW_VERBS = [entry for entry in registry.all(VerbEntry) if entry.verb.shape != "birth"]


def fingerprint() -> dict[str, tuple]:
    """Number and content of every table of the business, to prove that nothing changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace "
            "and not relispartition and relname !~ '^(django_|auth_|procrastinate|account_|mfa_|usersessions)'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f'select count(*), md5(string_agg(t::text, chr(10) order by t::text)) from "{table}" t')
            found[table] = cursor.fetchone()
    return found


@pytest.fixture
def foreign_rows(cast):
    """One row of every noun in a store and team that none of the tried members belongs to."""
    return make_rows(cast.house.other_group, cast.house.other_store, cast.outsider.employee)


def test_every_noun_with_verbs_has_a_row_to_try(cast):
    wanted = {access.key_of(entry.model) for entry in ROW_VERBS}

    assert wanted <= set(ROWS), f"tests/spine/rows.py makes no row of {sorted(wanted - set(ROWS))}"


@pytest.mark.parametrize("name", ["north_consultant", "north_manager", "north_dcc_agent", "receptionist", "group_admin"])
def test_no_verb_touches_a_row_of_another_group(cast, foreign_rows, name):
    member = cast.members()[name]
    actor = member.actor
    with scope.open(cast.house.group.pk, actor.stores):
        before = fingerprint()
        for entry in ROW_VERBS:
            row = foreign_rows[access.key_of(entry.model)]
            with pytest.raises((Http404, NotAllowed)):
                access.fetch(entry.model, actor, row.pk)
                pytest.fail(f"{name} can see {entry.key} of another group")
            outcome = getattr(entry.model, entry.verb.name).many([row.pk], by=actor)
            assert outcome.done == outcome.quiet == [], f"{name} did {entry.key}"
        assert fingerprint() == before


@pytest.mark.parametrize("name", ["north_consultant", "north_manager", "north_dcc_agent", "receptionist"])
def test_no_verb_touches_a_row_of_another_store(cast, name):
    member = cast.members()[name]
    rows = make_rows(cast.house.group, cast.house.south, cast.south_consultant.employee)
    actor = member.actor
    tried = 0
    with scope.open(cast.house.group.pk, actor.stores):
        before = fingerprint()
        for entry in ROW_VERBS:
            row = rows[access.key_of(entry.model)]
            if not _is_store_bound(entry.model):
                continue
            tried += 1
            with pytest.raises(Http404):
                access.fetch(entry.model, actor, row.pk)
            outcome = getattr(entry.model, entry.verb.name).many([row.pk], by=actor)
            assert outcome.done == outcome.quiet == outcome.refused == [], f"{name} reached {entry.key}"
        assert fingerprint() == before
    assert tried > 5


def _is_store_bound(model) -> bool:
    return any(field.attname == "store_id" and not field.null for field in model._meta.concrete_fields)


@pytest.mark.parametrize("name", ["north_consultant", "north_dcc_agent", "receptionist"])
def test_posting_a_verb_to_an_invisible_record_is_not_found_and_changes_nothing(cast, name):
    rows = make_rows(cast.house.group, cast.house.south, cast.south_consultant.employee)
    client = cast.members()[name].client
    client.get("/")
    with scope.open(cast.house.group.pk):
        before = fingerprint()
    for entry in ROW_VERBS:
        if entry.verb.hidden or not _is_store_bound(entry.model):
            continue
        app, model, verb = entry.key.split(".")
        answer = client.post(f"/v/{app}/{model}/{rows[access.key_of(entry.model)].pk}/{verb}/", {"reason": "x"})
        assert answer.status_code == 404, entry.key
    with scope.open(cast.house.group.pk):
        after = fingerprint()
    assert {k: v for k, v in after.items() if v != before[k]} == {}


def test_a_system_actor_of_one_group_cannot_reach_another(cast, foreign_rows):
    actor = Actor.system(cast.house.group.pk)
    with scope.open(cast.house.group.pk):
        for noun in registry.all(Noun):
            row = foreign_rows.get(noun.key)
            if row is not None and any(f.attname == "group_id" for f in noun.model._meta.concrete_fields):
                assert not access.visible(noun.model, actor).filter(pk=row.pk).exists(), noun.key
                assert not noun.model._base_manager.filter(pk=row.pk).exists(), f"no wall around {noun.key}"
