"""Who gets in through the door of a channel, and what the others are told."""

from datetime import timedelta

import pytest
from django.test import RequestFactory, override_settings
from django.utils import timezone

from dengta.connect import limits, signatures
from dengta.core.testing import assert_queries
from dengta.market.models import ChannelKey
from dengta.market.operations import admit, admit_form
from dengta.market.tests.factories import make_campaign, make_channel
from dengta.market.types import ChannelKind, NotAdmitted

BODY = '{"name": "王"}'.encode()


@pytest.fixture(autouse=True)
def no_leases():
    limits.forget()
    yield
    limits.forget()


@pytest.fixture
def channel(house):
    return make_channel(house.north)


def knock(channel, body=BODY, bearer=None, path="", **headers):
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"
    path = path or channel.path
    request = RequestFactory().post(path, body, content_type="application/json", headers=headers)
    return admit(request, path.rsplit("/", 1)[1].partition("?")[0])


def refusal(*args, **options) -> tuple[int, str]:
    with pytest.raises(NotAdmitted) as refused:
        knock(*args, **options)
    return refused.value.status, refused.value.code


def test_the_bearer_key_opens(channel):
    path = channel.path
    with assert_queries(2):
        door, body = knock(channel, bearer=channel.issued.bearer, path=path)

    assert (door.channel_id, body) == (channel.pk, BODY)
    with assert_queries(1):
        knock(channel, bearer=channel.issued.bearer, path=path)


def test_a_signature_opens_once(channel):
    headers = signatures.signed_headers(
        channel.issued.secret, method="POST", path=channel.path, body=BODY, nonce="nonce-0001"
    )

    assert knock(channel, **headers)[0].key == channel.door.key
    assert refusal(channel, **headers) == (401, "replayed")


def test_a_wrong_signature_is_not_saved_by_a_right_bearer(channel):
    headers = signatures.signed_headers("other", method="POST", path=channel.path, body=BODY, nonce="nonce-0001")

    assert refusal(channel, bearer=channel.issued.bearer, **headers) == (401, "bad_signature")


@pytest.mark.parametrize("bearer", [None, "", "x", "dgk_00000000_x", "é", "\x7f"])
def test_without_the_key_nobody_gets_in(channel, bearer):
    assert refusal(channel, bearer=bearer) == (401, "unauthorized")


def test_an_unknown_channel_answers_like_a_wrong_key(channel):
    assert refusal(channel, bearer=channel.issued.bearer, path="/api/v1/intake/000000000000") == (401, "unauthorized")


def test_a_channel_without_a_key_yet_lets_nobody_in(channel):
    ChannelKey.objects.update(bearer_hash="", sealed_secret="")

    assert refusal(channel, bearer="") == (401, "unauthorized")
    headers = signatures.signed_headers("", method="POST", path=channel.path, body=BODY, nonce="nonce-0001")
    assert refusal(channel, **headers) == (401, "bad_signature")


def test_the_previous_key_works_until_its_time(channel, group_scope, system):
    old = channel.issued
    channel.rotate_key(by=system, hours=1)

    assert knock(channel, bearer=old.bearer)
    assert knock(channel, bearer=channel.issued.bearer)
    ChannelKey.objects.update(previous_until=timezone.now() - timedelta(seconds=1))
    assert refusal(channel, bearer=old.bearer) == (401, "unauthorized")
    headers = signatures.signed_headers(old.secret, method="POST", path=channel.path, body=BODY, nonce="nonce-0002")
    assert refusal(channel, **headers) == (401, "bad_signature")


def test_bodies_over_the_limit_are_413_before_anything_is_read(channel, group_scope, system):
    channel.set_limits(by=system, per_minute=1000, max_bytes=1024)

    assert refusal(channel, body=b"x" * 1025, bearer=channel.issued.bearer) == (413, "too_large")
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10):
        assert refusal(channel, body=b"x" * 1000, bearer=channel.issued.bearer) == (413, "too_large")


def test_too_many_requests_are_429_with_the_time_to_wait(channel, group_scope, system):
    channel.set_limits(by=system, per_minute=3)

    for _ in range(3):
        knock(channel, bearer=channel.issued.bearer)
    with pytest.raises(NotAdmitted) as refused:
        knock(channel, bearer=channel.issued.bearer)

    assert refused.value.status == 429 and 1 <= refused.value.retry_after <= 60


def test_a_paused_channel_says_so_to_its_sender_only(channel, group_scope, system):
    channel.pause(by=system)

    assert refusal(channel, bearer=channel.issued.bearer) == (401, "channel_paused")
    assert refusal(channel, bearer="wrong") == (401, "unauthorized")


def test_endless_guessing_is_slowed_down(channel):
    answers = [refusal(channel, bearer=f"guess-{n}")[0] for n in range(305)]

    assert answers[0] == 401 and answers[-1] == 429


def test_forms_have_their_own_door(house):
    campaign = make_campaign(make_channel(house.north, ChannelKind.FORM))
    request = RequestFactory().get(campaign.path)

    assert admit_form(request, campaign.door.key).campaign_id == campaign.pk
    with pytest.raises(NotAdmitted) as refused:
        admit(request, campaign.door.key)
    assert refused.value.status == 401
    with pytest.raises(NotAdmitted) as refused:
        admit_form(request, "0" * 24)
    assert refused.value.status == 404


def test_one_address_cannot_send_forms_without_end(house):
    key = make_channel(house.north, ChannelKind.FORM).door.key
    request = RequestFactory().post(f"/f/{key}", {})

    for _ in range(20):
        admit_form(request, key)
    with pytest.raises(NotAdmitted) as refused:
        admit_form(request, key)

    assert refused.value.status == 429
