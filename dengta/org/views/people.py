"""Employees: the list, one person, the login with its once-shown password."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dengta.core.access import fetch, visible
from dengta.core.handlers import page
from dengta.core.inputs import BadInput
from dengta.core.models import EventRow
from dengta.core.registry import registry
from dengta.org import rules
from dengta.org.forms import AccountForm, PeopleFilter
from dengta.org.models import Account, Employee, Position, Role, Shift, Store
from dengta.org.types import Handover, today
from dengta.org.views.roles import readable_grants

PAGE = 50


@page("org.employee.see", methods=("GET", "HEAD"))
def people(request: HttpRequest) -> HttpResponse:
    """Everybody this person may see, with search, filters and bulk verbs."""
    form = PeopleFilter(request.GET, stores=visible(Store, request.actor), roles=Role.objects.filter(is_active=True))
    rows = form.narrow(visible(Employee, request.actor))
    count = rows.order_by()[:1001].count()
    if after := request.GET.get("after", ""):
        rows = rows.after(fetch(Employee, request.actor, after))
    shown = list(rows.for_list()[: PAGE + 1])
    older = shown[PAGE - 1].pk if len(shown) > PAGE else None
    return render(
        request,
        "org/people.html",
        {"people": shown[:PAGE], "older": older, "count": count, "form": form, "after": after},
    )


@page("org.employee.see", methods=("GET", "HEAD"))
def employee(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: place, positions over time, shifts, login, what is still open, what they may do and why."""
    rows = Employee.objects.select_related("store", "department", "team", "role")
    row = fetch(Employee, request.actor, pk, rows=rows)
    close = knows_closely(request, row)
    held = rules.positions_of(row.pk, Position.objects) if close else []
    return render(
        request,
        "org/employee.html",
        {
            "employee": row,
            "positions": row.positions.for_list(),
            "shifts": visible(Shift, request.actor)
            .filter(employee=row, on_date__gte=today())
            .select_related("store")
            .order_by("starts_at")[:7],
            "login": login_of(request, row),
            "handover": handover_of(row) if row.status != "left" else [],
            "rights": [(one, readable_grants(one.role.grants)) for one in held],
            "events": EventRow.objects.for_subject(row)[:30] if close else [],
            "close": close,
            "today": today(),
        },
    )


def knows_closely(request: HttpRequest, row: Employee) -> bool:
    """Colleagues see the directory; the career, rights and history of a person only who manages it, and oneself."""
    return request.actor.employee_id == row.pk or not Employee.change.verb.refusal(row, request.actor)


def login_of(request: HttpRequest, row: Employee) -> dict[str, Any] | None:
    """The login is shown to those who may reset it, and to oneself."""
    if not (request.actor.may("org.employee.reset_password") or request.actor.employee_id == row.pk):
        return None
    account = Account.objects.filter(employee=row).first()
    if account is None:
        return {"account": None}
    return {
        "account": account,
        "sessions": UserSession.objects.filter(user=account).order_by("-last_seen_at")[:10],
        "second_factor": Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists(),
    }


def handover_of(row: Employee) -> list[dict[str, Any]]:
    return [{"label": one.label, "count": one.count(row)} for one in registry.all(Handover)]


@page("org.employee.open_account", methods=("GET", "HEAD", "POST"))
def open_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a login; the generated password is shown on the answer and never again."""
    row = fetch(Employee, request.actor, pk)
    if Account.objects.filter(employee=row).exists():
        return redirect("org:employee", pk)
    form = AccountForm(request.POST or None, initial={"username": row.mobile.removeprefix("+86") or row.number})
    if request.method == "POST" and form.is_valid():
        try:
            row.open_account(by=request.actor, username=form.cleaned_data["username"])
        except BadInput as bad:
            form.add_error("username", "; ".join(bad.errors.get("username", [str(bad)])))
        else:
            return once(request, row)
    return render(
        request,
        "org/account_new.html",
        {"employee": row, "form": form, "employee_url": reverse("org:employee", args=[pk])},
        status=422 if form.errors else 200,
    )


@page("org.employee.reset_password", methods=("POST",))
def reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    row = fetch(Employee, request.actor, pk)
    row.reset_password(by=request.actor)
    return once(request, row)


def once(request: HttpRequest, row: Employee) -> HttpResponse:
    """A secret on a page that no cache may keep."""
    account = Account.objects.get(employee=row)
    response = render(request, "org/password_once.html", {"employee": row, "account": account})
    response["Cache-Control"] = "no-store"
    return response


@page(methods=("POST",))
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions."""
    session = UserSession.objects.filter(pk=pk, user=request.user).first()
    if session is None:
        raise Http404
    session.end()
    messages.success(request, _("The session was ended."))
    return redirect("org:employee", request.actor.employee_id)
