"""Signed requests: HMAC-SHA256 over method, path, body, time and nonce, each accepted once.

What is signed, as bytes: METHOD, path with query, timestamp (seconds since 1970) and nonce, each ended by a line feed,
then the body as it is sent. The signature is the lower-case hex of HMAC-SHA256 with the channel's secret."""

import hashlib
import hmac
import re
import time
from collections.abc import Mapping

from django.db import connection

TIMESTAMP_HEADER = "X-Dengta-Timestamp"
NONCE_HEADER = "X-Dengta-Nonce"
SIGNATURE_HEADER = "X-Dengta-Signature"
WINDOW_SECONDS = 300

_NONCE = re.compile(r"[A-Za-z0-9_.:~+/=-]{8,100}")
_HEX = re.compile(r"[0-9a-f]{64}")
_REMEMBER = """
insert into connect_nonce (digest, expires_at) values (%s, now() + %s * interval '1 second')
on conflict (digest) do update set expires_at = excluded.expires_at where connect_nonce.expires_at < now()
"""


class BadSignature(Exception):
    """The request is not what it says; the code is for the sender's developer."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code, self.message = code, message


def sign(secret: str, *, method: str, path: str, body: bytes, timestamp: str, nonce: str) -> str:
    head = f"{method.upper()}\n{path}\n{timestamp}\n{nonce}\n".encode()
    return hmac.new(secret.encode(), head + body, hashlib.sha256).hexdigest()


def signed_headers(secret: str, *, method: str, path: str, body: bytes, nonce: str, now: float | None = None) -> dict:
    """What a sender adds to its request; for our own tests, examples and outgoing calls."""
    timestamp = str(int(time.time() if now is None else now))
    signature = sign(secret, method=method, path=path, body=body, timestamp=timestamp, nonce=nonce)
    return {TIMESTAMP_HEADER: timestamp, NONCE_HEADER: nonce, SIGNATURE_HEADER: signature}


def is_signed(headers: Mapping[str, str]) -> bool:
    return bool(headers.get(SIGNATURE_HEADER))


def check(
    secrets: tuple[str, ...],
    *,
    sender: str,
    headers: Mapping[str, str],
    method: str,
    path: str,
    body: bytes,
    now: float | None = None,
) -> None:
    """Raise BadSignature unless the request is fresh, rightly signed with one of the secrets, and not a replay.

    The nonce is remembered in the caller's transaction: if what follows fails, the sender may send the same again."""
    timestamp, nonce = headers.get(TIMESTAMP_HEADER, ""), headers.get(NONCE_HEADER, "")
    signature = headers.get(SIGNATURE_HEADER, "").strip().lower().removeprefix("sha256=")
    if not (timestamp and nonce and signature):
        raise BadSignature("signature_missing", f"Send {TIMESTAMP_HEADER}, {NONCE_HEADER} and {SIGNATURE_HEADER}.")
    if not re.fullmatch(r"[0-9]{9,11}", timestamp):
        raise BadSignature("bad_timestamp", "The timestamp must be in seconds since 1970.")
    if abs((time.time() if now is None else now) - int(timestamp)) > WINDOW_SECONDS:
        raise BadSignature("stale", f"The timestamp is more than {WINDOW_SECONDS} seconds from our time.")
    if not _NONCE.fullmatch(nonce):
        raise BadSignature("bad_nonce", "The nonce must be 8 to 100 letters, digits or ._:~+/=-")
    if not _HEX.fullmatch(signature) or not _signed_by_one(secrets, signature, method, path, body, timestamp, nonce):
        raise BadSignature("bad_signature", "The signature does not match the request.")
    if not first_use(sender, nonce):
        raise BadSignature("replayed", "This request was already received. Use a new nonce for each request.")


def first_use(sender: str, nonce: str, seconds: int = 2 * WINDOW_SECONDS) -> bool:
    """Remember the nonce; False if the sender used it already while it could still be valid."""
    digest = hashlib.sha256(f"{sender}\n{nonce}".encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, [digest, seconds])
        return cursor.rowcount == 1


def sweep() -> int:
    """Delete nonces that are too old to be accepted anyway."""
    with connection.cursor() as cursor:
        cursor.execute("delete from connect_nonce where expires_at < now()")
        return cursor.rowcount


def _signed_by_one(
    secrets: tuple[str, ...], signature: str, method: str, path: str, body: bytes, timestamp: str, nonce: str
) -> bool:
    found = False
    for secret in secrets:
        right = sign(secret, method=method, path=path, body=body, timestamp=timestamp, nonce=nonce)
        found |= hmac.compare_digest(right, signature)
    return found
