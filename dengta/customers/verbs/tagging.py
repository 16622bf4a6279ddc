"""Tags: set and removed on many customers at once; the vocabulary is kept by few."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dengta.core import bulk
from dengta.core.actors import Actor
from dengta.core.inputs import BadInput, Choice, Integer, Ref, Text
from dengta.core.verbs import NotAllowed, batch_verb, birth, verb
from dengta.customers import rules
from dengta.customers.events import CustomerTagged, CustomerUntagged, TagChanged, TagCreated, TagRetired
from dengta.customers.types import TagFamily, TagSource

COLOURS = [("blue", gettext_lazy("Blue")), ("green", gettext_lazy("Green")), ("orange", gettext_lazy("Orange")),
           ("red", gettext_lazy("Red")), ("purple", gettext_lazy("Purple")), ("secondary", gettext_lazy("Grey"))]


def _in_use(rows: Any, _row: Any) -> Any:
    return rows.filter(is_active=True).order_by("family", "name")


class Tagged:
    """Tags of customers; by hand here, by rules through the same verbs."""

    @batch_verb(done=CustomerTagged, label=gettext_lazy("Set tag"), icon="tag",
                allow=rules.within("customers.customer.tag"),
                inputs=[Ref("tag", gettext_lazy("Tag"), to="customers.tag", narrow=_in_use)])
    def tag(cls, rows: Sequence[Any], *, by: Actor, tag: Any) -> list[CustomerTagged]:
        """Set one tag on customers; others of the same exclusive set are taken off."""
        now, assignment = timezone.now(), cls._meta.get_field("tag_assignments").related_model
        ids = [row.pk for row in rows]
        live = assignment.objects.filter(customer_id__in=ids, removed_at__isnull=True)
        live.filter(tag=tag, expires_at__lte=now).update(removed_at=now)
        until = now + timedelta(days=tag.expires_days) if tag.expires_days else None
        source = TagSource.RULE if by.kind == "rule" else TagSource.MANUAL
        made = bulk.insert(
            assignment._meta.db_table,
            ("group_id", "customer_id", "tag_id", "source", "set_by", "at", "expires_at"),
            ("bigint", "bigint", "bigint", "text", "text", "timestamptz", "timestamptz"),
            [(row.group_id, row.pk, tag.pk, source.value, by.label[:80], now, until) for row in rows],
            conflict="on conflict do nothing", returning="customer_id")
        new = {pk for (pk,) in made}
        told = []
        if tag.exclusive_set:
            others = live.filter(tag__exclusive_set=tag.exclusive_set, customer_id__in=new).exclude(tag=tag)
            by_id = {row.pk: row for row in rows}
            told = [CustomerUntagged(subject=by_id[one.customer_id], tag=one.tag.name, tag_id=one.tag_id)
                    for one in others.select_related("tag")]
            others.update(removed_at=now)
        return [*told, *(CustomerTagged(subject=row, tag=tag.name, tag_id=tag.pk, source=source.value)
                         for row in rows if row.pk in new)]

    @batch_verb(done=CustomerUntagged, label=gettext_lazy("Remove tag"), icon="tag-off",
                allow=rules.within("customers.customer.untag"),
                inputs=[Ref("tag", gettext_lazy("Tag"), to="customers.tag")])
    def untag(cls, rows: Sequence[Any], *, by: Actor, tag: Any) -> list[CustomerUntagged]:
        """Take one tag off customers; the history keeps that they had it."""
        assignment = cls._meta.get_field("tag_assignments").related_model
        live = assignment.objects.filter(customer_id__in=[row.pk for row in rows], tag=tag, removed_at__isnull=True)
        had = set(live.values_list("customer_id", flat=True))
        live.update(removed_at=timezone.now())
        return [CustomerUntagged(subject=row, tag=tag.name, tag_id=tag.pk) for row in rows if row.pk in had]


TAG_INPUTS = [
    Text("name", gettext_lazy("Name"), max_length=40, initial=lambda row: row.name if row else None),
    Choice("family", pgettext_lazy("tag", "Family"), choices=TagFamily.choices, required=False,
           initial=lambda row: row.family if row else TagFamily.MANUAL),
    Choice("colour", gettext_lazy("Colour"), choices=COLOURS, required=False,
           initial=lambda row: row.colour if row else "blue"),
    Text("exclusive_set", gettext_lazy("Exclusive set"), required=False, max_length=40,
         help=gettext_lazy("A customer has only one tag of a set."),
         initial=lambda row: row.exclusive_set if row else None),
    Integer("expires_days", gettext_lazy("Fades after days"), required=False, least=1, most=3650,
            initial=lambda row: row.expires_days if row else None),
]


class TagKeeping:
    """The vocabulary."""

    @birth(done=TagCreated, label=gettext_lazy("New tag"), icon="plus",
           inputs=[Text("code", gettext_lazy("Code"), max_length=40), *TAG_INPUTS])
    def create(cls, *, by: Actor, code: str, name: str, **details: Any) -> tuple:
        """Add a word to the vocabulary."""
        if not rules.wide("customers.tag.create")(None, by):
            raise NotAllowed(_("The vocabulary is kept by managers."), "forbidden")
        row = cls(code=code.strip().lower(), name=name, **details)
        _check_code(row)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise BadInput({"code": [_("There is a tag with this code.")]}) from None
        return row, TagCreated(name=row.name)

    @verb(done=TagChanged, label=gettext_lazy("Edit"), icon="pencil", inputs=TAG_INPUTS,
          allow=rules.wide("customers.tag.change"))
    def change(self, *, by: Actor, **details: Any) -> TagChanged | None:
        """Change how the tag is called or works; customers keep it."""
        changed = {name: value for name, value in details.items() if getattr(self, name) != value}
        if not changed:
            return None
        for name, value in changed.items():
            setattr(self, name, value)
        _check_code(self)
        self.save(update_fields=list(changed))
        return TagChanged(name=self.name)

    @verb(done=TagRetired, label=pgettext_lazy("tag", "Retire"), icon="archive",
          confirm=gettext_lazy("Nobody can set it any more; customers who have it keep it."),
          allow=rules.wide("customers.tag.retire"))
    def retire(self, *, by: Actor) -> TagRetired:
        """Take the tag out of use."""
        if not self.is_active:
            raise NotAllowed(_("This tag is retired already."))
        self.is_active = False
        self.save(update_fields=["is_active"])
        return TagRetired(name=self.name)


def _check_code(row: Any) -> None:
    for name in ("code", "exclusive_set"):
        value = getattr(row, name)
        if value and not all(letter.isascii() and (letter.isalnum() or letter in "_-") for letter in value):
            raise BadInput({name: [_("Use letters, digits, - and _ only.")]})
