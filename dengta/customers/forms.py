"""The form of a merge: for each field that differs, this file's value or the other's."""

from __future__ import annotations

from typing import Any

from django import forms

from dengta.customers.types import CHOSEN, FIELD_LABELS


class MergeForm(forms.Form):
    """One radio pair per field in which both files say something different; the rest is taken where it stands."""

    def __init__(self, keep: Any, other: Any, data: Any = None) -> None:
        super().__init__(data, auto_id="merge_%s")
        self.keep, self.other = keep, other
        for name in CHOSEN if other else ():
            mine, theirs = said(keep, name), said(other, name)
            if mine and theirs and mine != theirs:
                self.fields[name] = forms.ChoiceField(
                    label=FIELD_LABELS[name], choices=[("this", mine), ("other", theirs)], initial="this",
                    widget=forms.RadioSelect)

    @property
    def choices(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if value == "other"}


def said(row: Any, name: str) -> str:
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display and getattr(row, name) else getattr(row, name)
    return "" if value is None else str(value)
