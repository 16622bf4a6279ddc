"""The public form of a campaign: what strangers may send, and how we know that a person filled it in."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dengta.core.access import visible
from dengta.core.actors import Actor
from dengta.core.types.phone import BadPhone, parse_phone
from dengta.market.models import Campaign, Channel
from dengta.market.types import ChannelKind, FormField
from dengta.org.models import Store

SALT = "leads.public_form"
LEAST_SECONDS = 2
MOST_SECONDS = 24 * 3600
WINDOWS = [
    ("", "—"),
    ("7", gettext_lazy("Within a week")),
    ("15", gettext_lazy("Within two weeks")),
    ("30", gettext_lazy("Within a month")),
    ("90", gettext_lazy("Within three months")),
    ("365", pgettext_lazy("purchase", "Later")),
]


class PublicForm(forms.Form):
    """Name, phone, what the campaign asks beside them, and consent. `website` is a trap that people do not see."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=80)
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "type": "tel", "autocomplete": "tel"}),
    )
    website = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    opened = forms.CharField(widget=forms.HiddenInput, max_length=200)
    consent = forms.BooleanField(
        label=gettext_lazy("I agree"),
        error_messages={"required": gettext_lazy("Please agree, or we may not call you.")},
    )

    def __init__(self, campaign: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in campaign.form_fields:
            if code in FormField.values:
                self.fields[code] = self._field(code, campaign)
        self.fields["consent"].label = campaign.consent_text
        self.order_fields(["name", "phone", *campaign.form_fields, "website", "consent", "opened"])
        if not self.is_bound:
            self.initial["opened"] = sign()

    def _field(self, code: str, campaign: Any) -> forms.Field:
        label = FormField(code).label
        if code == FormField.SERIES and campaign.form_series:
            return forms.ChoiceField(
                label=label, required=False, choices=[("", "—"), *((name, name) for name in campaign.form_series)]
            )
        if code == FormField.WINDOW:
            return forms.ChoiceField(label=label, required=False, choices=WINDOWS)
        if code == FormField.TEST_DRIVE:
            return forms.BooleanField(label=label, required=False)
        if code == FormField.MESSAGE:
            return forms.CharField(
                label=label, required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
            )
        return (
            forms.EmailField(label=label, required=False)
            if code == FormField.EMAIL
            else forms.CharField(label=label, required=False, max_length=120)
        )

    def clean_phone(self) -> str:
        try:
            return parse_phone(self.cleaned_data["phone"]).e164
        except BadPhone as bad:
            raise forms.ValidationError(str(bad)) from bad

    def clean_opened(self) -> str:
        """A form that was open for less than two seconds was not filled in by hand; after a day it is stale."""
        written = self.cleaned_data["opened"]
        try:
            signing.loads(written, salt=SALT, max_age=MOST_SECONDS)
        except signing.BadSignature:
            raise forms.ValidationError(_("This page was open for too long. Please send it again.")) from None
        try:
            signing.loads(written, salt=SALT, max_age=LEAST_SECONDS)
        except signing.SignatureExpired:
            return written
        raise forms.ValidationError(_("That was very fast. Please check what you wrote and send it again."))

    @property
    def is_trapped(self) -> bool:
        return bool(self.data.get("website"))

    def message(self, campaign: Any) -> dict[str, Any]:
        """The contract's fields; the consent names the version of the text."""
        found = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("website", "opened", "consent") and value not in (None, "", False)
        }
        extra = {"consent_text": campaign.consent_label, "form": campaign.code}
        return found | {"consent": True, "campaign": campaign.code, "extra": extra}


def sign() -> str:
    """When the form was opened, and a number that makes it one of its kind: sending twice counts once."""
    return signing.dumps(secrets.token_hex(8), salt=SALT)


def identity_of(opened: str) -> str:
    return f"form-{signing.loads(opened, salt=SALT)}"


class UploadForm(forms.Form):
    """A file of leads: for which store, and where its leads come from."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("XLSX, XLS or CSV, up to 100 MB. The first row names the columns."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.txt"}),
    )
    store = forms.ModelChoiceField(None, label=gettext_lazy("Store"), empty_label=None)
    channel = forms.ModelChoiceField(
        None, label=gettext_lazy("Channel"), required=False,
        help_text=gettext_lazy("Columns are recognised as in the last file of this channel."),
    )
    campaign = forms.ModelChoiceField(None, label=gettext_lazy("Campaign"), required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {"store": visible(Store, actor), "channel": visible(Channel, actor).filter(kind=ChannelKind.IMPORT),
                   "campaign": visible(Campaign, actor).running()}
        for name, rows in choices.items():
            self.fields[name].queryset = rows.order_by("pk")
        for name in ("channel", "campaign"):
            self.fields[name].empty_label = _("None in particular")

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        for name in ("channel", "campaign"):
            if found.get(name) and found.get("store") and found[name].store_id != found["store"].pk:
                self.add_error(name, _("This belongs to another store."))
        return found

    def given(self) -> dict[str, Any]:
        """The arguments of `importing.files.upload`."""
        found = self.cleaned_data
        return {"file": found["file"], "name": found["file"].name, "store": found["store"], "channel": found["channel"],
                "campaign": found["campaign"]}
