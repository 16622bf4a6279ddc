"""People and numbers we leave alone."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.core.inputs import BadInput, Choice, Phone, Text
from dengta.core.types.errors import BadValue
from dengta.core.verbs import NotAllowed, birth, verb
from dengta.customers import rules
from dengta.customers.events import CustomerRestricted, RestrictionLifted, StopEntryAdded, StopEntryRemoved
from dengta.customers.types import ContactKind, Restriction, StopReason
from dengta.customers.types.masks import parse_contact, shown
from dengta.customers.types.sealing import fingerprint


class Restricting:
    """Do not call, blacklist, competitor, media."""

    @verb(done=CustomerRestricted, label=gettext_lazy("Do not call / blacklist"), icon="ban",
          allow=rules.within("customers.customer.restrict"),
          inputs=[Choice("kind", gettext_lazy("Kind"), choices=Restriction.choices[1:],
                         initial=Restriction.DO_NOT_CALL.value),
                  Text("reason", gettext_lazy("Reason"))])
    def restrict(self, *, by: Actor, kind: str, reason: str) -> CustomerRestricted | None:
        """From now on inquiries with this customer's numbers become no leads and nobody is asked to call."""
        if self.restriction == kind and self.restriction_reason == reason:
            return None
        self.restriction, self.restriction_reason = kind, reason
        self.save(update_fields=["restriction", "restriction_reason"])
        return CustomerRestricted(kind=kind, reason=reason)

    @verb(done=RestrictionLifted, label=gettext_lazy("Lift the restriction"), icon="circle-check",
          allow=rules.within("customers.customer.lift_restriction"),
          inputs=[Text("reason", gettext_lazy("Reason"))])
    def lift_restriction(self, *, by: Actor, reason: str) -> RestrictionLifted | None:
        """The customer may be called again."""
        if not self.restriction:
            return None
        kind, self.restriction, self.restriction_reason = self.restriction, Restriction.NONE.value, ""
        self.save(update_fields=["restriction", "restriction_reason"])
        return RestrictionLifted(kind=kind, reason=reason)


class StopKeeping:
    """The stop list: numbers of people who are no customers."""

    @birth(done=StopEntryAdded, label=gettext_lazy("Stop a number"), icon="phone-off",
           inputs=[Phone("phone", gettext_lazy("Phone")),
                   Choice("kind", gettext_lazy("Reason"), choices=StopReason.choices[1:]),
                   Text("note", gettext_lazy("Note"), required=False)])
    def add(cls, *, by: Actor, phone: str, kind: str, note: str = "") -> tuple:
        """Inquiries with this number become no leads."""
        if not rules.wide("customers.stopentry.add")(None, by):
            raise NotAllowed(_("The stop list is kept by managers."), "forbidden")
        try:
            found, value, _virtual, _said = parse_contact(ContactKind.MOBILE, phone)
        except BadValue as bad:
            raise BadInput({"phone": [str(bad)]}) from None
        group_id = scope.current().group_id
        row = cls(kind=kind, note=note, shown=shown(found, value), added_by=by.label[:80],
                  value_hash=fingerprint(group_id, found, value))
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise NotAllowed(_("This number is on the stop list already."), "known") from None
        return row, StopEntryAdded(shown=row.shown, kind=kind)

    @verb(done=StopEntryRemoved, label=gettext_lazy("Take off the list"), icon="trash",
          allow=rules.wide("customers.stopentry.remove"),
          inputs=[Text("reason", gettext_lazy("Reason"), required=False)])
    def remove(self, *, by: Actor, reason: str = "") -> StopEntryRemoved | None:
        """Inquiries with this number are welcome again."""
        if self.removed_at:
            return None
        self.removed_at = timezone.now()
        self.save(update_fields=["removed_at"])
        return StopEntryRemoved(shown=self.shown, reason=reason)
