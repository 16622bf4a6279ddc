"""The environment is read loudly."""

import pytest

from dengta.config import env


def test_bad_values_are_named(monkeypatch):
    monkeypatch.setenv("PORT", "eighty")
    monkeypatch.setenv("DENGTA_DEBUG", "maybe")

    with pytest.raises(env.BadSetting, match="PORT must be a whole number"):
        env.number("PORT", 8000)
    with pytest.raises(env.BadSetting, match="DENGTA_DEBUG must be 1 or 0"):
        env.flag("DENGTA_DEBUG", False)
    with pytest.raises(env.BadSetting, match="DATABASE_URL must begin with"):
        env.database("mysql://somewhere/db")


def test_database_address_is_taken_apart():
    found = env.database("postgresql://me:p%40ss@db.example:6432/crm?sslmode=require")
    local = env.database("postgresql://me@/crm?host=%2Frun%2Fpg&port=5432")

    assert found | {"OPTIONS": None} == {
        "ENGINE": "django.db.backends.postgresql", "NAME": "crm", "USER": "me", "PASSWORD": "p@ss",
        "HOST": "db.example", "PORT": "6432", "OPTIONS": None}
    assert found["OPTIONS"] == {"sslmode": "require"}
    assert (local["HOST"], local["PORT"], local["OPTIONS"]) == ("/run/pg", "5432", {})


def test_a_secret_is_made_once_and_private(monkeypatch, tmp_path):
    monkeypatch.setenv("DENGTA_HOME", str(tmp_path))
    monkeypatch.delenv("DENGTA_SECRET_KEY", raising=False)

    first, second = env.secret("DENGTA_SECRET_KEY", "secret_key"), env.secret("DENGTA_SECRET_KEY", "secret_key")

    assert first == second and len(first) > 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
