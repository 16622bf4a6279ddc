"""Secrets that must be read again (to check signatures) are kept encrypted; those that need not are kept hashed.

The keys come from Django's SECRET_KEY; to change it, move the old one to SECRET_KEY_FALLBACKS and reseal."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

BEARER_MARK = "dgk"


class CannotUnseal(Exception):
    """The secret was sealed with a key that is no longer known."""


@dataclass(frozen=True)
class Bearer:
    """A fresh bearer key: `plain` is shown once, the rest is kept."""

    plain: str
    prefix: str
    hashed: str


def new_bearer() -> Bearer:
    prefix = secrets.token_hex(4)
    plain = f"{BEARER_MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    return Bearer(plain, prefix, hash_bearer(plain))


def hash_bearer(plain: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def bearer_matches(given: str, *hashes: str) -> bool:
    """Compared in constant time with each of the valid hashes; empty hashes match nothing."""
    hashed = hash_bearer(given)
    found = False
    for known in hashes:
        found |= bool(known) and hmac.compare_digest(hashed, known)
    return found


def new_secret() -> str:
    """A signing secret for a sender."""
    return secrets.token_urlsafe(32)


def new_path_token() -> str:
    """A public name in an address: not secret, but not guessable either."""
    return secrets.token_hex(12)


def seal(plain: str) -> str:
    return _fernet().encrypt(plain.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    try:
        return _fernet().decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, UnicodeError) as error:
        raise CannotUnseal("The secret was sealed with another SECRET_KEY.") from error


def reseal(sealed: str) -> str:
    """The same secret under the newest key."""
    try:
        return _fernet().rotate(sealed.encode("ascii")).decode("ascii")
    except InvalidToken as error:
        raise CannotUnseal("The secret was sealed with another SECRET_KEY.") from error


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _derived(key: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"dengta.connect.secrets").derive(str(key).encode())
    return base64.urlsafe_b64encode(derived)
