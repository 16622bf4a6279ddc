"""Contact values at rest: sealed with AES-GCM, found again by a keyed hash, shown masked.

Both keys come from DATA_KEY. Without it nothing can be read or found: back it up apart from the database.
"""

from __future__ import annotations

import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = b"\x01"
NONCE = 12
HASH = 16  # 128 of the 256 bits: collisions stay out of reach and the index stays half the size


class Unreadable(ValueError):
    """A sealed value cannot be opened: the data key has changed or the value was damaged."""


@lru_cache(maxsize=4)
def _key(purpose: bytes, secret: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"dengta.customers." + purpose).derive(secret.encode())


@lru_cache(maxsize=2)
def _cipher(secret: str) -> AESGCM:
    return AESGCM(_key(b"seal", secret))


def seal(value: str) -> bytes:
    nonce = os.urandom(NONCE)
    return VERSION + nonce + _cipher(settings.DATA_KEY).encrypt(nonce, value.encode(), None)


def unseal(sealed: bytes | memoryview | None) -> str:
    if not sealed:
        return ""
    sealed = bytes(sealed)
    try:
        return _cipher(settings.DATA_KEY).decrypt(sealed[1 : NONCE + 1], sealed[NONCE + 1 :], None).decode()
    except InvalidTag:
        raise Unreadable("The value was sealed with another DENGTA_DATA_KEY") from None


def fingerprint(group_id: int, kind: str, value: str) -> bytes:
    """What equal values of one group and kind share, and nobody can compute without the key."""
    return hmac.digest(_key(b"find", settings.DATA_KEY), f"{group_id}:{kind}:{value}".encode(), "sha256")[:HASH]
