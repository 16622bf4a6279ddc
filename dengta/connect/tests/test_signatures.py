"""Who may speak for a channel: signatures, replays, bearer keys, kept secrets."""

from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from dengta.connect import secrets, signatures
from dengta.connect.models import Nonce

NOW = 1_800_000_000
REQUEST = {"method": "POST", "path": "/api/v1/intake/abc", "body": '{"name": "王"}'.encode()}


def signed(secret="s1", nonce="nonce-0001", now=NOW, **changes):
    return signatures.signed_headers(secret, **REQUEST | changes, nonce=nonce, now=now)


def check(headers, secrets_=("s1",), now=NOW, **changes):
    signatures.check(secrets_, sender="abc", headers=headers, **REQUEST | changes, now=now)


def refusal(headers, **options) -> str:
    with pytest.raises(signatures.BadSignature) as refused:
        check(headers, **options)
    return refused.value.code


@pytest.mark.django_db
def test_a_right_signature_is_accepted_once():
    headers = signed()

    check(headers)

    assert refusal(headers) == "replayed"
    check(signed(nonce="nonce-0002"))


@pytest.mark.django_db
def test_either_of_two_secrets_while_they_change():
    check(signed("old"), secrets_=("new", "old"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"body": b"{}"}, "bad_signature"),
        ({"path": "/api/v1/intake/abd"}, "bad_signature"),
        ({"method": "PUT"}, "bad_signature"),
        ({"now": NOW + 301}, "stale"),
        ({"now": NOW - 301}, "stale"),
        ({"secrets_": ("other",)}, "bad_signature"),
        ({"secrets_": ()}, "bad_signature"),
    ],
)
def test_anything_changed_is_refused_and_leaves_no_nonce(changes, code):
    assert refusal(signed(), **changes) == code
    assert Nonce.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        (signatures.TIMESTAMP_HEADER, "", "signature_missing"),
        (signatures.TIMESTAMP_HEADER, "soon", "bad_timestamp"),
        (signatures.TIMESTAMP_HEADER, "١٨٠٠٠٠٠٠٠٠", "bad_timestamp"),
        (signatures.NONCE_HEADER, "short", "bad_nonce"),
        (signatures.NONCE_HEADER, "x" * 101, "bad_nonce"),
        (signatures.NONCE_HEADER, "a\nb\nc\nd\ne\n", "bad_nonce"),
        (signatures.SIGNATURE_HEADER, "zz", "bad_signature"),
        (signatures.SIGNATURE_HEADER, "é" * 64, "bad_signature"),
    ],
)
def test_odd_headers_are_refused_in_words(header, value, code):
    assert refusal(signed() | {header: value}) == code


@pytest.mark.django_db
def test_nonces_are_swept_when_they_no_longer_matter():
    assert signatures.first_use("a", "n1")
    assert signatures.first_use("b", "n1")
    Nonce.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert signatures.first_use("a", "n1")
    assert signatures.sweep() == 1
    assert not signatures.first_use("a", "n1")


def test_bearer_keys_are_compared_by_hash():
    one, other = secrets.new_bearer(), secrets.new_bearer()

    assert one.plain.startswith(f"dgk_{one.prefix}_") and one.plain not in one.hashed
    assert secrets.bearer_matches(one.plain, one.hashed)
    assert secrets.bearer_matches(one.plain, other.hashed, one.hashed)
    assert not secrets.bearer_matches(other.plain, one.hashed, "")
    assert not secrets.bearer_matches("", "", "")
    assert not secrets.bearer_matches("\ud800", one.hashed)


def test_secrets_survive_a_change_of_the_key():
    with override_settings(SECRET_KEY="old", SECRET_KEY_FALLBACKS=[]):
        sealed = secrets.seal("geheim")
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"]):
        assert secrets.unseal(sealed) == "geheim"
        moved = secrets.reseal(sealed)
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[]):
        assert secrets.unseal(moved) == "geheim"
        with pytest.raises(secrets.CannotUnseal):
            secrets.unseal(sealed)
