"""Logins of people: opened, locked, closed. A generated password is shown once and never stored in the clear."""

from __future__ import annotations

import re
import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dengta.core.inputs import BadInput, Choice, Text
from dengta.core.verbs import NotAllowed, verb
from dengta.org import events, rules
from dengta.org.types import EmployeeStatus, Language, Theme

USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,59}")
LETTERS = "abcdefghjkmnpqrstuvwxyz"
DIGITS = "23456789"


def new_password() -> str:
    """Three groups that can be read out over the phone, about 60 bits."""
    groups = ["".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(2)]
    return "-".join([*groups, "".join(secrets.choice(DIGITS) for _ in range(5))])


def failures_key(login: str) -> str:
    return f"org.login.{login.strip().lower()[:60]}"


class Entering:
    """The login of an employee. After `open_account` and `reset_password`, `new_password` holds it this once."""

    new_password: str = ""

    @verb(
        done=events.AccountOpened,
        label=_("Open a login"),
        icon="lock-open",
        hidden=True,
        allow=rules.outranks,
        inputs=[Text("username", _("User name"), required=False, max_length=60)],
    )
    def open_account(self, *, by: Any, username: str = "", password: str = "", must_change: bool = True) -> Any:
        """A login with a generated password that must be changed at the first entry."""
        if self.status == EmployeeStatus.LEFT:
            raise NotAllowed(gettext("%(name)s has left. Hire again first.") % {"name": self.name})
        if self.account_rows().exists():
            raise NotAllowed(gettext("%(name)s already has a login. Reset the password instead.") % {"name": self.name})
        accounts = self.account_model().objects
        username = (username or self.mobile.removeprefix("+86") or self.number).strip().lower()
        if not USERNAME.fullmatch(username):
            raise BadInput({"username": [gettext("Use 2 to 60 small letters, digits, dots or dashes.")]})
        if accounts.filter(username=username).exists():
            raise BadInput({"username": [gettext("This user name is already taken. Choose another.")]})
        self.new_password = password or new_password()
        mobile = "" if accounts.filter(mobile=self.mobile, is_active=True).exists() else self.mobile
        accounts.create_user(
            username,
            self.email,
            self.new_password,
            group_id=self.group_id,
            employee=self,
            mobile=mobile,
            must_change_password=must_change,
        )
        return events.AccountOpened(username=username)

    @verb(done=events.PasswordReset, label=_("Reset password"), icon="lock", hidden=True, allow=rules.outranks)
    def reset_password(self, *, by: Any) -> Any:
        """A new generated password; whoever is logged in as this person is logged out."""
        account = self.account_or_refuse()
        self.new_password = new_password()
        account.set_password(self.new_password)
        account.must_change_password = True
        account.failed_logins, account.locked_until = 0, None
        account.save(update_fields=["password", "must_change_password", "failed_logins", "locked_until"])
        self.end_all_sessions()
        return events.PasswordReset()

    @verb(done=events.AccountUnlocked, label=_("Unlock login"), icon="lock-open", allow=rules.outranks)
    def unlock(self, *, by: Any) -> Any:
        """Failed attempts are forgotten, so that the person may try again now."""
        account = self.account_or_refuse()
        cache.delete_many([failures_key(account.username), failures_key(account.mobile)])
        if not account.failed_logins and account.locked_until is None:
            return None
        account.failed_logins, account.locked_until = 0, None
        account.save(update_fields=["failed_logins", "locked_until"])
        return events.AccountUnlocked()

    @verb(
        done=events.SessionsEnded,
        label=_("End all sessions"),
        icon="logout",
        allow=rules.outranks,
        confirm=_("Log this person out everywhere?"),
    )
    def end_sessions(self, *, by: Any) -> Any:
        self.account_or_refuse()
        return events.SessionsEnded() if self.end_all_sessions() else None

    @verb(
        done=events.SecondFactorRemoved,
        label=_("Remove second factor"),
        icon="device-mobile",
        allow=rules.outranks,
        confirm=_("Only after you have made sure who is asking. Remove the second factor?"),
    )
    def remove_second_factor(self, *, by: Any) -> Any:
        """For a lost phone. If the role requires a second factor, a new one is set up at the next login."""
        account = self.account_or_refuse()
        gone, _each = Authenticator.objects.filter(user=account).delete()
        if not gone:
            return None
        self.end_all_sessions()
        return events.SecondFactorRemoved()

    @verb(
        label=_("Set language and appearance"),
        icon="language",
        allow=rules.oneself,
        inputs=[
            Choice("language", _("Language"), required=False, choices=Language.choices),
            Choice("theme", _("Appearance"), required=False, choices=Theme.choices),
        ],
    )
    def prefer(self, *, by: Any, language: str = "", theme: str = "") -> None:
        """A taste of one's own; nobody needs to read about it in a timeline."""
        given = {key: value for key, value in (("language", language), ("theme", theme)) if value}
        if given:
            self.account_rows().update(**given)

    def account_model(self) -> Any:
        return self._meta.get_field("account").related_model

    def account_rows(self) -> Any:
        return self.account_model().objects.filter(employee_id=self.pk)

    def account_or_refuse(self) -> Any:
        account = self.account_rows().select_for_update().first()
        if account is None:
            raise NotAllowed(gettext("%(name)s has no login yet.") % {"name": self.name})
        return account

    def set_login(self, *, open_it: bool) -> None:
        """Let in or shut out; shutting out acts at once, also on open sessions."""
        self.account_rows().update(is_active=open_it)
        if not open_it:
            self.end_all_sessions()

    def end_all_sessions(self) -> int:
        sessions = list(UserSession.objects.filter(user__employee_id=self.pk))
        for session in sessions:
            session.end()
        return len(sessions)
