"""One generic test walks the registry: every verb, tried by every member of the cast on rows that are not theirs."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client

from dengta.core import access, scope
from dengta.core.actors import Actor
from dengta.core.registry import Noun, registry
from dengta.core.verbs import NotAllowed, VerbEntry
from dengta.org.models import ApiToken
from tests.spine.given import honest_values
from tests.spine.rows import ROWS, THROUGH_A_STORE, make_lead, make_rows

ROW_VERBS = [entry for entry in registry.all(VerbEntry) if entry.verb.shape != "birth"]
SHOWN_VERBS = [entry for entry in ROW_VERBS if not entry.verb.hidden]
BIRTHS = [entry for entry in registry.all(VerbEntry) if entry.verb.shape == "birth" and not entry.verb.hidden]
NOUNS_OF_THE_API = [noun for noun in registry.all(Noun) if noun.api is not None]
NORTH = ["north_consultant", "north_manager", "north_gm", "north_dcc_agent", "north_dcc_supervisor", "receptionist",
         "marketer"]
# What the same shop's colleague of one's own rank sees nothing of.
OF_A_COLLEAGUE = {"leads.lead", "leads.opportunity", "leads.inboxmessage", "leads.importrun", "leads.leadtransfer",
                  "work.task", "work.notification", "org.apitoken", *THROUGH_A_STORE}


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


def changed(before: dict[str, tuple]) -> list[str]:
    after = fingerprint()
    return [table for table, content in after.items() if content != before[table]]


def address(entry: VerbEntry, pk: int) -> str:
    app, model, verb = entry.key.split(".")
    return f"/v/{app}/{model}/{pk}/{verb}/"


@pytest.fixture
def foreign_rows(cast):
    """One row of every noun in a store and team that none of the tried members belongs to."""
    return make_rows(cast.house.other_group, cast.house.other_store, cast.outsider.employee)


def south_rows(cast):
    return make_rows(cast.house.group, cast.house.south, cast.south_consultant.employee)


def _is_store_bound(model) -> bool:
    return any(field.attname == "store_id" and not field.null for field in model._meta.concrete_fields)


def _hidden_from_other_stores(model) -> bool:
    return _is_store_bound(model) or access.key_of(model) in THROUGH_A_STORE


def test_every_noun_with_verbs_has_a_row_to_try(cast):
    wanted = {access.key_of(entry.model) for entry in ROW_VERBS}

    assert wanted <= set(ROWS), f"tests/spine/rows.py makes no row of {sorted(wanted - set(ROWS))}"


@pytest.mark.django_db
def test_every_table_of_a_group_stands_behind_the_wall():
    """Row-level security, and forced, so that it holds for the owner of the tables too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'group_id' "
            "where c.relkind in ('r', 'p') and c.relname !~ '^auth_' and not c.relispartition "
            "and not (c.relrowsecurity and c.relforcerowsecurity)"
        )
        bare = {name for (name,) in cursor.fetchall()}

    assert bare == {
        "core_searchentry", "core_reactioncursor", "core_deadreaction",  # kept by the core, which filters itself
        "market_channelkey", "org_account",  # asked before anybody knows the group
    }


@pytest.mark.parametrize("name", [*NORTH, "group_admin", "group_exec", "auditor"])
def test_no_verb_touches_a_row_of_another_group(cast, foreign_rows, name):
    actor = cast.members()[name].actor
    with scope.open(cast.house.group.pk, actor.stores):
        before = fingerprint()
        for entry in ROW_VERBS:
            row = foreign_rows[access.key_of(entry.model)]
            with pytest.raises((Http404, NotAllowed)):
                access.fetch(entry.model, actor, row.pk)
                pytest.fail(f"{name} can see {entry.key} of another group")
            outcome = getattr(entry.model, entry.verb.name).many([row.pk], by=actor)
            assert outcome.done == outcome.quiet == [], f"{name} did {entry.key}"
        assert changed(before) == []


@pytest.mark.parametrize("name", NORTH)
def test_no_verb_touches_a_row_of_another_store(cast, name):
    rows = south_rows(cast)
    actor = cast.members()[name].actor
    tried = 0
    with scope.open(cast.house.group.pk, actor.stores):
        before = fingerprint()
        for entry in ROW_VERBS:
            row = rows[access.key_of(entry.model)]
            if not _hidden_from_other_stores(entry.model):
                continue
            tried += 1
            with pytest.raises(Http404):
                access.fetch(entry.model, actor, row.pk)
            outcome = getattr(entry.model, entry.verb.name).many([row.pk], by=actor)
            assert outcome.done == outcome.quiet == outcome.refused == [], f"{name} reached {entry.key}"
        assert changed(before) == []
    assert tried > 60


@pytest.mark.parametrize(("whose", "name"), [
    *(("another store's", name) for name in NORTH),
    *(("a colleague's", name) for name in ("north_consultant", "north_dcc_agent", "receptionist")),
    *(("another group's", name) for name in ("north_gm", "group_admin"))])
def test_posting_a_verb_to_an_invisible_record_is_not_found_and_changes_nothing(cast, whose, name):
    """Whatever somebody may not see is a 404 for every verb."""
    house = cast.house
    if whose == "a colleague's":
        rows = make_rows(house.group, house.north, cast.north_consultant_b.employee)
    elif whose == "another store's":
        rows = south_rows(cast)
    else:
        rows = make_rows(house.other_group, house.other_store, cast.outsider.employee)
    member = cast.members()[name]
    client, actor = member.client, member.actor
    client.get("/")
    with scope.open(cast.house.group.pk, actor.stores):
        unseen = {key for key, row in rows.items() if not access.visible(type(row), actor).filter(pk=row.pk).exists()}
    with scope.open(cast.house.group.pk):
        before = fingerprint()

    for entry in SHOWN_VERBS:
        key = access.key_of(entry.model)
        if key in unseen:
            values = {one.name: "1" for one in entry.verb.inputs}
            assert client.post(address(entry, rows[key].pk), values).status_code == 404, f"{entry.key} ({whose})"

    with scope.open(cast.house.group.pk):
        assert changed(before) == []
    if whose != "a colleague's":
        assert unseen >= {access.key_of(e.model) for e in ROW_VERBS if _hidden_from_other_stores(e.model)}
    elif name == "north_consultant":
        assert unseen >= OF_A_COLLEAGUE


@pytest.mark.parametrize("name", ["north_consultant", "north_gm", "north_dcc_supervisor", "group_exec", "auditor"])
def test_a_batch_over_foreign_rows_reaches_none_of_them(cast, name):
    """The generic address for many rows never tells a foreign row apart from one that does not exist."""
    rows = south_rows(cast)
    with scope.open(cast.house.group.pk):
        rows["leads.lead"] = make_lead(cast.house.group, cast.house.south, None, state="pool")
    member = cast.members()[name]
    actor = member.actor
    with scope.open(cast.house.group.pk, actor.stores):
        unseen = {key for key, row in rows.items() if not access.visible(type(row), actor).filter(pk=row.pk).exists()}
        values = {e.key: honest_values(e, actor, None) for e in SHOWN_VERBS if e.verb.bulk}
    client = member.client
    client.get("/")
    with scope.open(cast.house.group.pk):
        before = fingerprint()

    for entry in SHOWN_VERBS:
        key = access.key_of(entry.model)
        if entry.verb.bulk and key in unseen:
            app, model, verb = entry.key.split(".")
            answer = client.post(f"/v/{app}/{model}/{verb}/", values[entry.key] | {"ids": [rows[key].pk, 999_999_999]})
            assert answer.status_code < 500, entry.key

    with scope.open(cast.house.group.pk):
        assert changed(before) == []


def test_strangers_are_sent_to_the_login_and_change_nothing(cast):
    rows = make_rows(cast.house.group, cast.house.north, cast.north_consultant.employee)
    client = Client()
    with scope.open(cast.house.group.pk):
        before = fingerprint()

    for entry in SHOWN_VERBS:
        where = address(entry, rows[access.key_of(entry.model)].pk)
        answer = client.post(where, {"reason": "x"})
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/login/"), entry.key
        key = access.key_of(entry.model)
        answer = client.post(f"/api/v1/{key}/{rows[key].pk}/{entry.verb.name}", "{}", content_type="application/json")
        assert answer.status_code == 401, entry.key
    for entry in BIRTHS:
        app, model, verb = entry.key.split(".")
        assert client.post(f"/v/{app}/{model}/{verb}/", {}).status_code == 302, entry.key
        answer = client.post(f"/api/v1/{app}.{model}/{verb}", "{}", content_type="application/json")
        assert answer.status_code == 401, entry.key
    for noun in NOUNS_OF_THE_API:
        assert client.get(f"/api/v1/{noun.key}").status_code == 401, noun.key

    with scope.open(cast.house.group.pk):
        assert changed(before) == []


def program(cast, *scopes: str, **more) -> dict[str, str]:
    """The header of a token with just these rights."""
    with scope.open(cast.house.group.pk):
        made = ApiToken.create(by=Actor.system(cast.house.group.pk), name="Program", scopes=list(scopes), **more)
    return {"authorization": f"Bearer {made.plain}"}


@pytest.mark.parametrize("whose", ["a token without rights", "a token of another store", "a token of another group"])
def test_programs_meet_the_same_walls(cast, whose):
    south = south_rows(cast)
    if whose == "a token without rights":
        headers = program(cast)
    elif whose == "a token of another store":
        headers = program(cast, "*", store_ids=[cast.house.north.pk])
    else:
        south = make_rows(cast.house.other_group, cast.house.other_store, cast.outsider.employee)
        headers = program(cast, "*")
    client = Client(headers=headers)
    client.get("/api/v1/leads.lead")
    with scope.open(cast.house.group.pk):
        before = fingerprint()

    for entry in SHOWN_VERBS:
        key = access.key_of(entry.model)
        if whose == "a token of another store" and not _hidden_from_other_stores(entry.model):
            continue
        body = json.dumps({one.name: 1 for one in entry.verb.inputs})
        answer = client.post(f"/api/v1/{key}/{south[key].pk}/{entry.verb.name}", body, content_type="application/json")
        assert answer.status_code == 404, entry.key
        assert answer.json()["error"]["code"] == "not_found", entry.key
    for noun in NOUNS_OF_THE_API:
        row = south.get(noun.key)
        if row is not None and (whose != "a token of another store" or _hidden_from_other_stores(noun.model)):
            assert client.get(f"/api/v1/{noun.key}/{row.pk}").status_code == 404, noun.key
            assert client.get(f"/api/v1/{noun.key}/{row.pk}/events").status_code == 404, noun.key
            assert row.pk not in [one["id"] for one in client.get(f"/api/v1/{noun.key}").json()["items"]], noun.key

    with scope.open(cast.house.group.pk):
        assert changed(before) == []


@pytest.mark.parametrize("name", [*NORTH, "group_admin", "auditor"])
def test_what_a_list_shows_is_what_opens(cast, name):
    """One rule decides both: the rows that are visible are exactly those that can be fetched, one by one."""
    made = [south_rows(cast), make_rows(cast.house.group, cast.house.north, cast.north_consultant.employee)]
    actor = cast.members()[name].actor
    with scope.open(cast.house.group.pk, actor.stores):
        for noun in registry.all(Noun):
            listed = set(access.visible(noun.model, actor).values_list("pk", flat=True))
            assert len(listed) == access.visible(noun.model, actor).count()
            for row in (rows[noun.key] for rows in made if noun.key in rows):
                try:
                    opens = access.fetch(noun.model, actor, row.pk).pk == row.pk
                except Http404:
                    opens = False
                assert opens == (row.pk in listed), noun.key


def test_a_system_actor_of_one_group_cannot_reach_another(cast, foreign_rows):
    actor = Actor.system(cast.house.group.pk)
    with scope.open(cast.house.group.pk):
        for noun in registry.all(Noun):
            row = foreign_rows.get(noun.key)
            if row is not None and any(f.attname == "group_id" for f in noun.model._meta.concrete_fields):
                assert not access.visible(noun.model, actor).filter(pk=row.pk).exists(), noun.key
                assert not noun.model._base_manager.filter(pk=row.pk).exists(), f"no wall around {noun.key}"
