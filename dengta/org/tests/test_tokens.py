"""API tokens: nothing by default, never more than their person, dead at once when revoked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dengta.core.verbs import NotAllowed
from dengta.org.models import ApiToken
from dengta.org.operations import token_scope


def seen_by(text):
    with token_scope(text) as actor:
        return actor


def make(cast, **fields):
    return ApiToken.create(by=cast.group_admin.actor, **{"name": "DMS", **fields})


def test_a_token_may_nothing_by_default(cast, group_scope):
    actor = seen_by(make(cast).plain)

    assert actor.kind == "token"
    assert actor.grants == {}
    assert not actor.may("leads.lead.see")


def test_a_token_of_a_person_never_has_more_than_the_person(cast, group_scope):
    token = make(cast, scopes=["org.*"], employee=cast.north_consultant.employee)

    actor = seen_by(token.plain)

    assert actor.reach("org.employee.see").stores == frozenset({cast.house.north.pk})
    assert not actor.may("org.employee.suspend")
    assert not actor.may("leads.lead.see")
    assert actor.stores == frozenset({cast.house.north.pk})


def test_a_service_token_can_be_held_to_stores(cast, group_scope):
    token = make(cast, scopes=["org.store.see"], store_ids=[cast.house.north.pk])

    assert seen_by(token.plain).stores == frozenset({cast.house.north.pk})


SPOILS = [lambda t: t + "0", lambda t: t[:-1], lambda t: "x", lambda t: t.replace("dgt_", "dgt_9")]


@pytest.mark.parametrize("spoil", SPOILS)
def test_a_wrong_token_is_nobody(cast, group_scope, spoil):
    assert seen_by(spoil(make(cast).plain)) is None


def test_revoked_and_expired_tokens_stop_at_once(cast, group_scope):
    first, second = make(cast), make(cast, days=1)
    first.revoke(by=cast.group_admin.actor)
    ApiToken.objects.filter(pk=second.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    assert [seen_by(first.plain), seen_by(second.plain)] == [None, None]


def test_a_token_dies_with_the_employment(cast, group_scope):
    token = make(cast, scopes=["org.employee.see"], employee=cast.north_consultant.employee)

    cast.north_consultant.employee.suspend(by=cast.north_gm.actor, reason="x")

    assert seen_by(token.plain) is None


def test_nobody_puts_more_into_a_token_than_they_have(cast, group_scope):
    with pytest.raises(NotAllowed):
        ApiToken.create(by=cast.north_consultant.actor, name="X", scopes=["org.employee.see"])
    cast.north_gm.employee.role.grants |= {"org.apitoken.create": "store"}
    cast.north_gm.employee.role.save()
    with pytest.raises(NotAllowed):
        ApiToken.create(by=cast.north_gm.actor, name="X", scopes=["*"])

    assert not ApiToken.objects.exists()


def test_the_api_answers_to_a_token_and_not_to_a_cookie(cast, group_scope, client):
    token = make(cast, scopes=["org.shift.plan"])
    url = "/api/v1/org.store/1/reopen"

    assert cast.group_admin.client.post(url).status_code == 401
    assert client.post(url, headers={"authorization": "Bearer nonsense"}).status_code == 401
    assert client.post(url, headers={"authorization": f"Bearer {token.plain}"}).status_code == 404
