"""Consent: given for one purpose at a time, taken back as easily."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.core.actors import Actor
from dengta.core.inputs import BadInput, Choice, Day, Ref, Text
from dengta.core.verbs import NotAllowed, birth, verb
from dengta.customers import rules
from dengta.customers.events import ConsentGiven, ConsentWithdrawn
from dengta.customers.types import Purpose

TEXT_VERSION = "2026-1"


class Consenting:
    """Giving and withdrawing."""

    @birth(done=ConsentGiven, label=gettext_lazy("Record consent"), icon="shield-check",
           inputs=[Ref("customer", gettext_lazy("Customer"), to="customers.customer"),
                   Choice("purpose", gettext_lazy("Purpose"), choices=Purpose.choices),
                   Text("text_version", gettext_lazy("Version of the text"), max_length=40, initial=TEXT_VERSION),
                   Text("channel", gettext_lazy("How it was given"), max_length=40),
                   Text("proof", gettext_lazy("Proof: document or recording"), required=False),
                   Day("expires_on", gettext_lazy("Valid until"), required=False)])
    def give(cls, *, by: Actor, customer: Any, purpose: str, text_version: str, channel: str, proof: str = "",
             expires_on: date | None = None) -> tuple:
        """Record that the customer agreed to one purpose, to which text and how. An older consent is closed."""
        verdict = rules.within("customers.consent.give")(customer, by)
        if verdict is not True and not by.all_powerful:
            raise NotAllowed(verdict or _("You may not record consent for this customer."))
        if expires_on and expires_on < timezone.localdate():
            raise BadInput({"expires_on": [_("This day is over.")]})
        now = timezone.now()
        customer.consents.filter(purpose=purpose, withdrawn_at__isnull=True).update(
            withdrawn_at=now, withdrawn_by=by.label[:80])
        row = cls(customer=customer, purpose=purpose, text_version=text_version, channel=channel, proof=proof,
                  given_at=now, expires_at=_end_of(expires_on), recorded_by=by.label[:80])
        row.save()
        return row, ConsentGiven(purpose=purpose, text_version=text_version, channel=channel)

    @verb(done=ConsentWithdrawn, label=gettext_lazy("Withdraw"), icon="shield-off",
          allow=rules.within("customers.consent.withdraw"),
          inputs=[Text("reason", gettext_lazy("Reason"), required=False)])
    def withdraw(self, *, by: Actor, reason: str = "") -> ConsentWithdrawn | None:
        """The customer takes the consent back: what it allowed stops now."""
        if self.withdrawn_at:
            return None
        self.withdrawn_at, self.withdrawn_by = timezone.now(), by.label[:80]
        self.save(update_fields=["withdrawn_at", "withdrawn_by"])
        return ConsentWithdrawn(purpose=self.purpose, reason=reason)


def _end_of(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59))) if day else None
