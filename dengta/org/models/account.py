"""Ways in: a person's login and a machine's token. The login is found before any group is known."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from dengta.core.records import GroupRecord, ScopedManager
from dengta.org.models.employee import Employee
from dengta.org.models.structure import Group
from dengta.org.queries import TokenQuerySet
from dengta.org.types import Language, Theme
from dengta.org.verbs.keying import Keying


class AccountManager(BaseUserManager):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username__iexact=username)

    def create_user(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> Account:
        """For allauth and the command line; pages create accounts by `Employee.create_account`."""
        account = self.model(username=username.strip().lower(), email=email or "", **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """One login of one person. Not under row-level security: it is what tells the group."""

    username = models.CharField(max_length=60, unique=True)
    email = models.EmailField(blank=True)
    mobile = models.CharField(max_length=20, blank=True)
    group = models.ForeignKey(Group, models.CASCADE, related_name="accounts")
    employee = models.OneToOneField(Employee, models.CASCADE, null=True, blank=True, related_name="account")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    failed_logins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=10, choices=Language, default=Language.ZH_HANS)
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.AUTO)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AccountManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mobile"], condition=~Q(mobile="") & Q(is_active=True), name="org_account_mobile_once"
            )
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_locked(self) -> bool:
        return self.locked_until is not None and self.locked_until > timezone.now()

    def forget_failures(self) -> None:
        """A right password clears what went wrong before."""
        type(self).objects.filter(pk=self.pk).update(failed_logins=0, locked_until=None)

    def count_failure(self, most: int, lock_time: timedelta) -> None:
        """One more failed login; the last allowed one locks. Counted in the database, whichever process sees it."""
        rows = type(self).objects.filter(pk=self.pk)
        rows.update(failed_logins=F("failed_logins") + 1)
        rows.filter(failed_logins__gte=most).update(failed_logins=0, locked_until=timezone.now() + lock_time)


def new_prefix() -> str:
    return secrets.token_hex(4)


class ApiToken(Keying, GroupRecord):
    """A key for a program. Acts with its own scopes, never with more than its employee has. Nothing by default."""

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16, default=new_prefix, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    employee = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="api_tokens")
    store_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    created_by = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(TokenQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["group", "-created_at"], name="org_api_token_list")]

    def __str__(self) -> str:
        return self.name
