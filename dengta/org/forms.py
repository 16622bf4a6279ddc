"""Forms of the org room's pages."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django import forms
from django.utils.translation import gettext_lazy as _

from dengta.core.inputs import BadInput
from dengta.core.types.phone import BadPhone, parse_phone
from dengta.org.models import Account, Role, Store
from dengta.org.types import EmployeeStatus


class LoginForm(allauth_forms.LoginForm):
    """User name or phone, in any habit of writing it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name or phone")
        self.fields["login"].widget.attrs["placeholder"] = ""
        self.fields["password"].widget.attrs["placeholder"] = ""
        self.fields["password"].help_text = ""

    def clean_login(self) -> str:
        login = super().clean_login().lower()
        if Account.objects.filter(username=login).exists():
            return login
        try:
            mobile = parse_phone(login).e164
        except BadPhone:
            return login
        known = Account.objects.filter(mobile=mobile, is_active=True).first()
        return known.username if known else login


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    """The new password may not be the old one: a first password must really be replaced."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        old, new = cleaned.get("oldpassword"), cleaned.get("password1")
        if old and old == new:
            self.add_error("password1", get_adapter().validation_error("same_as_current"))
        return cleaned


class HoursForm(forms.Form):
    """Seven days with two times each; empty means closed."""

    closed_on_holidays = forms.BooleanField(
        label=_("Closed on public holidays, open on swapped working days"), required=False
    )

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["closed_on_holidays"].initial = store.closed_on_holidays
        for number, day in enumerate(store.hours):
            for name, value in (("opens", day and day[0]), ("closes", day and day[1])):
                self.fields[f"{name}_{number}"] = forms.TimeField(
                    required=False, initial=value, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
                )

    def days(self) -> list[tuple[Any, Any]]:
        return [(self[f"opens_{number}"], self[f"closes_{number}"]) for number in range(7)]

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        spans = [(given[f"opens_{number}"], given[f"closes_{number}"]) for number in range(7)]
        hours = [[f"{first:%H:%M}", f"{last:%H:%M}"] if first and last else None for first, last in spans]
        return {"hours": hours, "closed_on_holidays": given["closed_on_holidays"]}

    def take(self, bad: BadInput) -> None:
        self.add_error(None, str(bad))


class PeopleFilter(forms.Form):
    """What the list of people can be narrowed to; lives in the address."""

    q = forms.CharField(required=False, max_length=100)
    store = forms.ModelChoiceField(Store.unscoped.none(), required=False, label=_("Store"), empty_label=_("All stores"))
    role = forms.ModelChoiceField(Role.unscoped.none(), required=False, label=_("Role"), empty_label=_("All roles"))
    status = forms.ChoiceField(
        required=False, label=_("Status"), choices=[("", _("Everybody here")), *EmployeeStatus.choices]
    )

    def __init__(self, *args: Any, stores: Any, roles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["store"].queryset = stores
        self.fields["role"].queryset = roles

    def narrow(self, people: Any) -> Any:
        given = self.cleaned_data if self.is_valid() else {}
        people = people.filter(status=given["status"]) if given.get("status") else people.employed()
        if given.get("store"):
            people = people.filter(store=given["store"])
        if given.get("role"):
            people = people.filter(role=given["role"])
        return people.search(given["q"]) if given.get("q") else people


class AccountForm(forms.Form):
    username = forms.CharField(
        label=_("User name"), max_length=60, help_text=_("Small letters, digits, dots or dashes. The phone also works.")
    )


class RoleForm(forms.Form):
    """What a role is called and what else it limits; the rights are the matrix below it."""

    name = forms.CharField(label=_("Name"), max_length=60, required=False, help_text=_("Empty: the name of the trade."))
    description = forms.CharField(label=_("Description"), max_length=300, required=False)
    reveal_quota = forms.IntegerField(label=_("Reveals of personal data a day"), min_value=0, max_value=10_000)
    needs_second_factor = forms.BooleanField(label=_("Requires a second factor"), required=False)

    def __init__(self, *args: Any, role: Role, **kwargs: Any) -> None:
        first = {name: getattr(role, name) for name in ("name", "description", "reveal_quota", "needs_second_factor")}
        super().__init__(*args, initial=first, **kwargs)

    def plain(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
