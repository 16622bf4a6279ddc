"""The file of a customer: opened, changed, erased on request."""

from __future__ import annotations

import os
import re
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dengta.core.actors import Actor
from dengta.core.inputs import BadInput, Choice, Day, LongText, Many, Phone, Ref, Text
from dengta.core.registry import registry
from dengta.core.types.names import clean_name, mask_name, parse_name
from dengta.core.verbs import NotAllowed, birth, verb
from dengta.customers import rules
from dengta.customers.events import CustomerChanged, CustomerForgotten, CustomerNoted, CustomerRegistered
from dengta.customers.types import CHOSEN, FIELD_LABELS, Channel, ContactKind, CustomerKind, ForgetPart, Gender, Purpose

CLEARABLE = ("gender", "birth_on", "tax_number", "city", "address", "preferred_channel", "quiet_from", "quiet_to")
PLAIN_IN_EVENTS = ("kind", "gender", "city", "preferred_channel", "quiet_from", "quiet_to")  # the others only masked


def _now(name: str) -> Any:
    return lambda row: getattr(row, name, None)


DETAILS = [
    Choice("kind", gettext_lazy("Kind"), required=False, choices=CustomerKind.choices, initial=_now("kind")),
    Text("name", pgettext_lazy("person", "Name"), required=False, max_length=80, initial=_now("name")),
    Choice("gender", gettext_lazy("Gender"), required=False, choices=Gender.choices[1:], initial=_now("gender")),
    Day("birth_on", gettext_lazy("Birth date"), required=False, initial=_now("birth_on")),
    Text("city", gettext_lazy("City"), required=False, max_length=40, initial=_now("city")),
    Text("address", gettext_lazy("Address"), required=False, initial=_now("address")),
    Choice("preferred_channel", gettext_lazy("Preferred channel"), required=False, choices=Channel.choices[1:],
           initial=_now("preferred_channel")),
]
QUIET = [f"{hour:02d}:{half}" for hour in range(24) for half in ("00", "30")]


def _time(name: str) -> Any:
    return lambda row: value.strftime("%H:%M") if (value := getattr(row, name, None)) else ""


class Keeping:
    """Opening, changing and erasing a file."""

    @birth(done=CustomerRegistered, label=gettext_lazy("New customer"), icon="user-plus",
           inputs=[Text("name", pgettext_lazy("person", "Name"), max_length=80),
                   Phone("phone", gettext_lazy("Phone"), required=False),
                   *[one for one in DETAILS if one.name != "name"],
                   Text("wechat", gettext_lazy("WeChat id"), required=False, max_length=60),
                   Text("email", gettext_lazy("E-mail"), required=False, max_length=120),
                   Ref("store", gettext_lazy("Store"), required=False, to="org.store")])
    def register(cls, *, by: Actor, name: str, phone: str = "", wechat: str = "", email: str = "", store: Any = None,
                 **details: Any) -> tuple:
        """Open the file of somebody new. A number that is known already is refused, so that nobody is kept twice."""
        if not (phone or wechat or email):
            raise BadInput({"phone": [_("Enter at least one way to reach the customer.")]})
        store_id = store.pk if store else _only_store(by)
        if store_id is None and not by.reach("customers.customer.register").everything:
            raise BadInput({"store": [_("Say for which store.")]})
        _check_birth(details.get("birth_on"))
        said = parse_name(name)
        details.setdefault("gender", said.gender)
        row = cls(name=clean_name(name)[:80], created_store_id=store_id, last_dealing_at=timezone.now(), **details)
        row.save()
        given = ((ContactKind.MOBILE, phone, "phone"), (ContactKind.WECHAT, wechat, "wechat"),
                 (ContactKind.EMAIL, email, "email"))
        for kind, value, field in given:
            if value:
                row.keep_contact(kind, value, field=field)
        if store_id is not None:
            row.dealings.create(group_id=row.group_id, store_id=store_id, source="customers.customer",
                                source_id=row.pk, owner_id=by.employee_id, at=row.last_dealing_at)
        row.refresh_main()
        return row, CustomerRegistered(store_id=store_id, code=row.code, phone=row.phone_shown)

    @verb(done=CustomerChanged, label=gettext_lazy("Edit"), icon="pencil",
          allow=rules.within("customers.customer.change"),
          inputs=[*DETAILS, Text("tax_number", gettext_lazy("Tax number"), required=False, max_length=20,
                                 initial=_now("tax_number")),
                  Choice("quiet_from", gettext_lazy("Quiet from"), required=False, initial=_time("quiet_from"),
                         choices=[(one, one) for one in QUIET]),
                  Choice("quiet_to", gettext_lazy("Quiet until"), required=False, initial=_time("quiet_to"),
                         choices=[(one, one) for one in QUIET]),
                  Many("clear", gettext_lazy("Empty these"), required=False,
                       choices=lambda: [(name, FIELD_LABELS[name]) for name in CLEARABLE])])
    def change(self, *, by: Actor, clear: list[str] = (), **details: Any) -> CustomerChanged | None:
        """Put the file right. What is not given stays; `clear` empties fields. The history shows who changed what."""
        _check_birth(details.get("birth_on"))
        wanted = {name: _typed(self, name, value) for name, value in details.items() if name in CHOSEN}
        wanted |= {name: _empty(self, name) for name in clear if name in CLEARABLE}
        changed = {name: value for name, value in wanted.items() if getattr(self, name) != value}
        if not changed:
            return None
        old = {name: _told(name, getattr(self, name)) for name in changed}
        for name, value in changed.items():
            setattr(self, name, value)
        self.save(update_fields=list(changed))
        self.make_findable()
        return CustomerChanged(fields=list(changed), old=old,
                               new={name: _told(name, value) for name, value in changed.items()})

    @verb(done=CustomerChanged, label=gettext_lazy("Hobbies"), icon="heart",
          allow=rules.within("customers.customer.note_hobbies"),
          inputs=[Text("hobbies", gettext_lazy("Hobbies, separated by commas"), required=False, max_length=400,
                       initial=_now("hobbies"))])
    def note_hobbies(self, *, by: Actor, hobbies: str = "") -> CustomerChanged | None:
        """Keep hobbies for personal offers. Only with the customer's consent to a personal profile."""
        if hobbies and not self.consents.valid().filter(purpose=Purpose.PROFILING).exists():
            raise NotAllowed(_("Hobbies may be kept only with consent to “%(purpose)s”. Record the consent first.")
                             % {"purpose": Purpose.PROFILING.label})
        parts = re.split("[,，、;；]", hobbies)
        found = "、".join(dict.fromkeys(one.strip()[:40] for one in parts if one.strip()))[:400]
        if found == self.hobbies:
            return None
        self.hobbies = found
        self.save(update_fields=["hobbies"])
        return CustomerChanged(fields=["hobbies"], old={}, new={})

    @verb(done=CustomerNoted, label=gettext_lazy("Note"), icon="notes", allow=rules.within("customers.customer.note"),
          inputs=[LongText("text", gettext_lazy("Note"), max_length=2000)])
    def note(self, *, by: Actor, text: str) -> CustomerNoted:
        """Write down something worth knowing; everybody who sees the customer reads it on the timeline."""
        return CustomerNoted(text=text)

    @verb(done=CustomerForgotten, label=gettext_lazy("Erase personal data"), icon="eraser",
          allow=rules.within("customers.customer.forget"),
          confirm=gettext_lazy("Name, numbers, address and hobbies are erased for good. Counts and history stay."),
          inputs=[Text("reason", gettext_lazy("Reason"))])
    def forget(self, *, by: Actor, reason: str) -> CustomerForgotten:
        """The customer asked to be forgotten: everything that tells who they are is erased, numbers of reports stay."""
        same = list(type(self).objects.filter(merged_into=self))
        for row in [*same, self]:
            _blank(row)
            for part in registry.all(ForgetPart):
                part.run(row.pk)
            erase_words(row.pk)
            row.make_findable()
        return CustomerForgotten(reason=reason)


PERSONAL = ["text", "note", "message", "name", "shown", "phone", "old", "new", "before", "after", "party_name",
            "remark"]


def erase_words(customer_id: int) -> None:
    """Events stay, but what people wrote about the customer goes. The only place that may rewrite the log."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('dengta.rewrite_events', 'on', true)")
        cursor.execute("update core_event set payload = payload - %s::text[] where party_id = %s "
                       "and payload ?| %s::text[]", [PERSONAL, customer_id, PERSONAL])
        cursor.execute("select set_config('dengta.rewrite_events', '', true)")


def _blank(row: Any) -> None:
    row.name = row.tax_number = row.city = row.address = row.phone_shown = row.gender = ""
    row.preferred_channel = row.hobbies = ""
    row.birth_on = row.quiet_from = row.quiet_to = None
    row.forgotten_at = timezone.now()
    row.save()
    for point in row.contact_points.defer("sealed"):
        point.sealed, point.shown, point.remark, point.value_hash = None, "", "", os.urandom(16)
        point.removed_at, point.is_primary = point.removed_at or timezone.now(), False
        point.save()
    row.relations.all().delete()
    row.inverse_relations.all().delete()
    records = row.merges.model.objects.filter(Q(keep=row) | Q(drop=row))
    records.update(fields={})


def _only_store(by: Actor) -> int | None:
    return next(iter(by.stores)) if by.stores is not None and len(by.stores) == 1 else None


def _check_birth(day: date | None) -> None:
    if day and not date(1900, 1, 1) <= day <= timezone.localdate():
        raise BadInput({"birth_on": [_("A birth date lies between 1900 and today.")]})


def _typed(row: Any, name: str, value: Any) -> Any:
    if name == "name":
        return clean_name(value)[:80]
    return row._meta.get_field(name).to_python(value)


def _empty(row: Any, name: str) -> Any:
    return None if row._meta.get_field(name).null else ""


def _told(name: str, value: Any) -> str:
    """What an event may say for good about a value."""
    if name == "name":
        return mask_name(value)
    return str(value or "") if name in PLAIN_IN_EVENTS else "***" if value else ""
