"""Numbers and ids: added, removed, confirmed, chosen, and looked at with a purpose."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.core.inputs import BadInput, Choice, Text
from dengta.core.types.errors import BadValue
from dengta.core.verbs import NotAllowed, verb
from dengta.customers import rules
from dengta.customers.events import ContactAdded, ContactPreferred, ContactRemoved, ContactRevealed, ContactVerified
from dengta.customers.types import PHONE_KINDS, ContactKind, RevealPurpose
from dengta.customers.types.masks import parse_contact, shown
from dengta.customers.types.sealing import fingerprint, seal
from dengta.org.models import Position

COUNT = """
    insert into customers_dailycount as c (group_id, actor_kind, actor_id, what, on_date, count)
    values (%(group)s, %(kind)s, %(id)s, %(what)s, %(day)s, 1)
    on conflict (group_id, actor_kind, actor_id, what, on_date) do update set count = c.count + 1
        where c.count < %(most)s
    returning count
"""
REVEALS_OF_A_PROGRAM = 200


class Reachable:
    """How a customer can be reached."""

    @verb(done=ContactAdded, label=gettext_lazy("Add contact"), icon="plus", to_state=None,
          allow=rules.within("customers.customer.add_contact"),
          inputs=[Choice("kind", gettext_lazy("Kind"), choices=ContactKind.choices, initial=ContactKind.MOBILE),
                  Text("value", gettext_lazy("Number or id"), max_length=120),
                  Text("remark", gettext_lazy("Remark"), required=False, max_length=60)])
    def add_contact(self, *, by: Actor, kind: str, value: str, remark: str = "") -> ContactAdded:
        """Add a number or id. One that another customer holds is refused: they are the same person, or one is wrong."""
        point = self.keep_contact(kind, value, remark)
        self.refresh_main()
        return _added(point)

    def keep_contact(self, kind: str, value: str, remark: str = "", field: str = "value") -> Any:
        """The row behind a typed value; nothing else is told or changed."""
        try:
            kind, clean, is_virtual, said = parse_contact(kind, value)
        except BadValue as bad:
            raise BadInput({field: [str(bad)]}) from None
        point = self.contact_points.model(
            group_id=self.group_id, customer_id=self.pk, kind=kind, sealed=seal(clean), shown=shown(kind, clean),
            value_hash=fingerprint(self.group_id, kind, clean), is_virtual=is_virtual, remark=(remark or said)[:60])
        try:
            with transaction.atomic():
                point.save()
        except IntegrityError:
            raise NotAllowed(_("%(shown)s is known already: on this customer or another one of the group. "
                               "Search for it, or merge the two.") % {"shown": point.shown}, "known") from None
        return point

    def refresh_main(self) -> None:
        """`phone_shown` follows the main number; a number becomes main when there is no other."""
        phones = list(self.contact_points.live().filter(kind__in=PHONE_KINDS)
                      .order_by("-is_primary", "-kind", "pk").defer("sealed"))
        if phones and not phones[0].is_primary:
            phones[0].is_primary = True
            phones[0].save(update_fields=["is_primary"])
        self.phone_shown = phones[0].shown if phones else ""
        self.save(update_fields=["phone_shown"])
        self.make_findable()


def _added(point: Any) -> ContactAdded:
    return ContactAdded(subject=point, kind=point.kind, shown=point.shown)


class ContactVerbs:
    """What can be done with one number or id."""

    @verb(done=ContactVerified, label=pgettext_lazy("number", "Confirm"), icon="check",
          allow=rules.within("customers.contactpoint.verify"))
    def verify(self, *, by: Actor) -> ContactVerified | None:
        """The customer was reached here."""
        if self.verified_at:
            return None
        self.verified_at = timezone.now()
        self.save(update_fields=["verified_at"])
        return ContactVerified(shown=self.shown)

    @verb(done=ContactPreferred, label=gettext_lazy("Make main number"), icon="star",
          allow=rules.within("customers.contactpoint.prefer"))
    def prefer(self, *, by: Actor) -> ContactPreferred | None:
        """This is the number to call first."""
        if self.kind not in PHONE_KINDS:
            raise NotAllowed(_("Only a phone number can be the main number."))
        if self.removed_at:
            raise NotAllowed(_("This number was removed."))
        if self.is_primary:
            return None
        self.customer.contact_points.filter(is_primary=True).update(is_primary=False)
        self.is_primary = True
        self.save(update_fields=["is_primary"])
        self.customer.refresh_main()
        return ContactPreferred(shown=self.shown)

    @verb(done=ContactRemoved, label=gettext_lazy("Remove"), icon="trash",
          confirm=gettext_lazy("The number is kept in the history but no longer used or found."),
          allow=rules.within("customers.contactpoint.remove"),
          inputs=[Text("reason", gettext_lazy("Reason"), required=False)])
    def remove(self, *, by: Actor, reason: str = "") -> ContactRemoved | None:
        """The number is wrong or no longer theirs; somebody else may have it from now on."""
        if self.removed_at:
            return None
        self.removed_at, self.is_primary = timezone.now(), False
        self.save(update_fields=["removed_at", "is_primary"])
        self.customer.refresh_main()
        return ContactRemoved(kind=self.kind, shown=self.shown, reason=reason)

    @verb(done=ContactRevealed, label=pgettext_lazy("number", "Show"), icon="eye", hidden=True,
          allow=rules.within("customers.contactpoint.reveal"),
          inputs=[Choice("purpose", gettext_lazy("What for"), choices=RevealPurpose.choices,
                         initial=RevealPurpose.CALL.value),
                  Text("note", gettext_lazy("Note"), required=False)])
    def reveal(self, *, by: Actor, purpose: str, note: str = "") -> ContactRevealed:
        """See the full value. Leaves a trace and counts against the role's daily number."""
        if self.removed_at or not self.sealed:
            raise NotAllowed(_("This number was removed."))
        if not count_today(by, "reveal", reveals_a_day(by)):
            raise NotAllowed(_("You have looked at as many full numbers as your role allows in one day. "
                               "Ask your manager, or go on tomorrow."), "quota")
        return ContactRevealed(shown=self.shown, purpose=purpose, note=note)


def reveals_a_day(by: Actor) -> int | None:
    """The largest number among the roles held today; None for Dengta itself."""
    if by.all_powerful:
        return None
    if by.employee_id is None:
        return REVEALS_OF_A_PROGRAM
    held = Position.objects.filter(employee_id=by.employee_id, role__is_active=True).active_on(timezone.localdate())
    return held.aggregate(most=Max("role__reveal_quota"))["most"] or 0


def count_today(by: Actor, what: str, most: int | None) -> bool:
    """Count one more of this actor's today; False, and nothing counted, when there were enough."""
    if most is None:
        return True
    if most <= 0:
        return False
    with connection.cursor() as cursor:
        who = ("employee", by.employee_id) if by.employee_id else (by.kind, by.id or 0)
        cursor.execute(COUNT, {"group": scope.current().group_id, "kind": who[0], "id": who[1], "what": what,
                               "day": timezone.localdate(), "most": most})
        return cursor.fetchone() is not None
