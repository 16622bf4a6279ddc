"""Typed readers of the environment that fail loudly, and the folder where state lives."""

import hashlib
import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent.parent


class BadSetting(Exception):
    """A variable of the environment has a value that cannot be used."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def number(name: str, default: int) -> int:
    raw = text(name)
    if not raw:
        return default
    try:
        return int(raw)
    except ValueError:
        raise BadSetting(f"{name} must be a whole number, not {raw!r}.") from None


def flag(name: str, default: bool) -> bool:
    raw = text(name).lower()
    if not raw:
        return default
    if raw in ("1", "true", "yes", "on"):
        return True
    if raw in ("0", "false", "no", "off"):
        return False
    raise BadSetting(f"{name} must be 1 or 0, not {raw!r}.")


def home() -> Path:
    """The folder with everything this installation remembers; created private to its owner."""
    folder = Path(text("DENGTA_HOME", str(ROOT / "var"))).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret(name: str, file: str, size: int = 50) -> str:
    """A secret from the environment, else generated once and kept in a file only its owner may read."""
    if given := text(name):
        return given
    path = home() / file
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(size))
    except FileExistsError:
        pass
    value = path.read_text(encoding="ascii").strip()
    if not value:
        raise BadSetting(f"{path} is empty. Remove it, or set {name}.")
    return value


def database(url: str) -> dict:
    """The parts of a postgresql:// address as Django names them."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise BadSetting("DATABASE_URL must begin with postgresql://, for example "
                         "postgresql://dengta:secret@localhost:5432/dengta.")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "dengta",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": query.pop("port", "") or str(parts.port or ""),
        "OPTIONS": dict(query),
    }


def digest(pattern: str) -> str:
    """Ten letters that change when the content of any matching file of the checkout changes."""
    seen = hashlib.sha256()
    for path in sorted(ROOT.glob(pattern)):
        if path.is_file():
            seen.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()[:10]
