"""The mapping editor: one row per rule, words instead of JSON."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from dengta.connect.formats.mapping import MAX_RULES

TARGET_LABELS = {
    "external_id": _("Message's own number"),
    "at": _("Time of the inquiry"),
    "name": pgettext_lazy("person", "Name"),
    "phone": _("Phone"),
    "wechat": _("WeChat ID"),
    "email": _("E-mail"),
    "city": _("City"),
    "series": _("Car of interest"),
    "budget": _("Budget as a range"),
    "budget_low": _("Budget from"),
    "budget_high": _("Budget to"),
    "purchase_within_days": _("When to buy"),
    "campaign": _("Campaign code"),
    "message": _("Message"),
    "consent": _("Consent"),
    "gender": _("Gender"),
    "trade_in": _("Car to trade in"),
    "test_drive": _("Test drive wanted"),
    "status": _("Status of the message"),
}
TRANSFORM_LABELS = {
    "": _("As it is"),
    "wan": _("Number in ten thousands (万)"),
    "digits": _("Digits only"),
    "first": _("First of several"),
    "before_space": _("Text before the first space"),
    "json": _("JSON inside a text"),
}
SPARE_ROWS = 4
SAMPLE_LENGTH = 20_000


class RuleForm(forms.Form):
    source = forms.CharField(label=_("Their field"), max_length=100, required=False)
    target = forms.ChoiceField(label=_("Our field"), required=False)
    extra = forms.RegexField(r"^[\w-]{1,40}$", label=_("Name of the further field"), required=False, max_length=40)
    transform = forms.ChoiceField(label=_("Conversion"), choices=list(TRANSFORM_LABELS.items()), required=False)
    default = forms.CharField(label=_("If empty"), max_length=200, required=False)
    words = forms.CharField(
        label=_("Their word = our word"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 1})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = [("", "—"), *TARGET_LABELS.items(), ("extra", _("Further field …"))]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("source") and not given.get("target"):
            self.add_error("target", gettext("Choose which of our fields it is."))
        if given.get("target") and not given.get("source"):
            self.add_error("source", gettext("Write the sender's field name."))
        if given.get("target") == "extra" and not given.get("extra"):
            self.add_error("extra", gettext("Give the further field a name."))
        return given

    def rule(self) -> dict[str, Any] | None:
        given = self.cleaned_data
        if not given.get("source"):
            return None
        return {
            "from": given["source"],
            "to": f"extra.{given['extra']}" if given["target"] == "extra" else given["target"],
            "transform": given["transform"],
            "default": given["default"],
            "values": pairs(given["words"]),
        }


RuleFormSet = forms.formset_factory(RuleForm, extra=SPARE_ROWS, max_num=MAX_RULES, absolute_max=MAX_RULES)


class MappingForm(forms.Form):
    """What stands beside the rules."""

    id_field = forms.CharField(
        label=_("The sender's field for the message's own number"),
        max_length=100,
        help_text=_("The same number again is the same message, and is not taken twice."),
    )
    defaults = forms.CharField(
        label=_("Values where nothing is sent"),
        required=False,
        max_length=4000,
        help_text=_("One a line, such as city = 北京."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    sample = forms.CharField(
        label=_("A message of this sender, to try the mapping"),
        required=False,
        max_length=SAMPLE_LENGTH,
        help_text=_("JSON. Nothing is stored."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def clean_sample(self) -> dict[str, Any] | None:
        written = self.cleaned_data["sample"].strip()
        if not written:
            return None
        try:
            sample = json.loads(written)
        except (ValueError, RecursionError):
            raise forms.ValidationError(gettext("This is not valid JSON.")) from None
        if isinstance(sample, list) and sample:
            sample = sample[0]
        if not isinstance(sample, dict):
            raise forms.ValidationError(gettext("A message is a JSON object: { … }"))
        return sample


def rows_of(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stored rules as first values of the rows."""
    return [
        {
            "source": rule["from"],
            "target": "extra" if rule["to"].startswith("extra.") else rule["to"],
            "extra": rule["to"].partition(".")[2],
            "transform": rule.get("transform", ""),
            "default": rule.get("default", ""),
            "words": as_lines(rule.get("values") or {}),
        }
        for rule in rules
    ]


def pairs(written: str) -> dict[str, str]:
    """`1 = 男` line by line → a dictionary; lines without = are left out."""
    found = (line.partition("=") for line in written.splitlines())
    return {key.strip(): value.strip() for key, sign, value in found if sign and key.strip()}


def as_lines(values: dict[str, Any]) -> str:
    return "\n".join(f"{key} = {value}" for key, value in values.items())
