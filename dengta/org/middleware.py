"""How a request becomes a person or a program: the scope is opened, the actor computed, the language set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from dengta.core import scope
from dengta.core.access import visible
from dengta.org import rules
from dengta.org.models import Account, Position, Store
from dengta.org.operations import token_scope
from dengta.org.types import HOUSE_ZONE, StoreStatus
from dengta.org.verbs.entering import failures_key

# Never need to know who asks. The intake answers by channel key and must stay fast.
OPEN_PATHS = ("/static/", "/healthz", "/metrics", "/api/v1/intake/")
# What somebody with a first password, or without a required second factor, may still reach.
FORCED_PATHS = ("/accounts/", "/static/", "/language", "/theme")
STORE_KEY = "store_id"  # written by the store switch of the frame
MOST_FAILURES = 5
LOCK_TIME = timedelta(minutes=15)


class OpenScope:
    """Authenticates by session or bearer token and puts up the wall for the length of the request."""

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None
        timezone.activate(HOUSE_ZONE)
        if request.path.startswith(OPEN_PATHS):
            return self.get_response(request)
        header = request.headers.get("Authorization", "")
        if request.path.startswith("/api/"):
            return self._as_program(request, header)
        account = request.user
        if not account.is_authenticated:
            return self.get_response(request)
        return self._as_person(request, account)

    def _as_program(self, request: HttpRequest, header: str) -> HttpResponse:
        """The API knows tokens only, so that no browser can be tricked into using it."""
        kind, _sep, text = header.partition(" ")
        if kind.lower() != "bearer":
            return self.get_response(request)
        with token_scope(text) as request.actor:
            return rolled_back_on_failure(self.get_response(request))

    def _as_person(self, request: HttpRequest, account: Account) -> HttpResponse:
        with scope.open(account.group_id):
            held = rules.positions_of(account.employee_id, Position.objects) if account.employee_id else []
            if not held:
                return self._without_position(request)
            chosen = request.session.get(STORE_KEY)
            request.actor = rules.actor_of(held[0].employee, held, store_id=chosen, language=account.language)
            request.stores = SimpleLazyObject(lambda: store_choices(request))
            timezone.activate(held[0].store.timezone if held[0].store else HOUSE_ZONE)
            translation.activate(account.language)
            request.LANGUAGE_CODE = translation.get_language()
            if (detour := self._detour(request, account, held)) is not None:
                return detour
            with scope.narrow(request.actor.stores):
                return rolled_back_on_failure(self.get_response(request))

    def _without_position(self, request: HttpRequest) -> HttpResponse:
        """Somebody with a login but without a position today, such as before the first day, may only go away."""
        if request.path.startswith(FORCED_PATHS):
            return self.get_response(request)
        return render(request, "org/no_position.html", status=403)

    def _detour(self, request: HttpRequest, account: Account, held: list[Any]) -> HttpResponse | None:
        """First a password of one's own, then the second factor that a role requires."""
        if request.path.startswith(FORCED_PATHS):
            return None
        if account.must_change_password:
            return detour(request, "account_change_password")
        if any(one.role.needs_second_factor for one in held) and not has_second_factor(account):
            return detour(request, "mfa_activate_totp")
        return None


def rolled_back_on_failure(response: HttpResponse) -> HttpResponse:
    """A page that broke leaves nothing behind."""
    if response.status_code >= 500:
        transaction.set_rollback(True)
    return response


def detour(request: HttpRequest, name: str) -> HttpResponse:
    target = reverse(name)
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = target
        return response
    return redirect(target)


def has_second_factor(account: Account) -> bool:
    return Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists()


def store_choices(request: HttpRequest) -> list[Store]:
    """The stores the store switch offers; the chosen wall does not narrow the choice."""
    with scope.narrow(None):
        return list(visible(Store, request.actor).filter(status=StoreStatus.OPEN).order_by("name"))


class LoginAdapter(DefaultAccountAdapter):
    """House rules for allauth: nobody signs up, five failures lock a login for a quarter of an hour."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _(
            "Too many failed attempts. Try again in 15 minutes, or ask your administrator to unlock your login."
        ),
        "username_password_mismatch": _("The user name or the password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        login = credentials.get("username", "")
        account = Account.objects.filter(username__iexact=login).first()
        locked = account.is_locked if account else cache.get(failures_key(login), 0) >= MOST_FAILURES
        if locked:
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        account = super().authenticate(request, **credentials)
        if account is not None and account.failed_logins:
            account.forget_failures()
        return account

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Names that do not exist are counted too, so that the answer does not tell which do."""
        login = credentials.get("username", "")
        account = Account.objects.filter(username__iexact=login).first()
        if account is None:
            key = failures_key(login)
            cache.set(key, cache.get(key, 0) + 1, LOCK_TIME.total_seconds())
            return
        account.count_failure(MOST_FAILURES, LOCK_TIME)

    def set_password(self, user: Account, password: str) -> None:
        """Changing the password lifts the duty to change it."""
        user.must_change_password = False
        super().set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/"
