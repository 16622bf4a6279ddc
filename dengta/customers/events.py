"""What happens to customers. No event carries a clear phone number, address or full name: events are for good."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from dengta.core.events import Event
from dengta.customers.types import (
    ContactKind,
    Purpose,
    RelationKind,
    Restriction,
    RevealPurpose,
    StopReason,
    said_fields,
)


class CustomerRegistered(Event):
    key = "customers.customer.registered"
    label = _("Customer file opened")
    sentence = _("opened the file {code}")
    icon = "user-plus"
    code: str
    phone: str = ""
    source: str = ""


class CustomerChanged(Event):
    key = "customers.customer.changed"
    label = _("Customer changed")
    sentence = _("changed {fields}")
    icon = "pencil"
    words: ClassVar = {"fields": said_fields}
    fields: list[str]
    old: dict
    new: dict


class ContactAdded(Event):
    key = "customers.contactpoint.added"
    label = _("Contact added")
    sentence = _("added {kind} {shown}")
    icon = "phone"
    words: ClassVar = {"kind": ContactKind}
    kind: str
    shown: str


class ContactRemoved(Event):
    key = "customers.contactpoint.removed"
    label = _("Contact removed")
    sentence = _("removed {kind} {shown} {reason}")
    icon = "phone"
    words: ClassVar = {"kind": ContactKind}
    kind: str
    shown: str
    reason: str = ""


class ContactVerified(Event):
    key = "customers.contactpoint.verified"
    label = _("Contact verified")
    sentence = _("confirmed {shown}")
    icon = "check"
    shown: str


class ContactPreferred(Event):
    key = "customers.contactpoint.preferred"
    label = _("Main contact chosen")
    sentence = _("made {shown} the main contact")
    icon = "star"
    shown: str


class ContactRevealed(Event):
    key = "customers.contactpoint.revealed"
    label = _("Number looked at")
    sentence = _("looked at {shown}: {purpose} {note}")
    icon = "eye"
    words: ClassVar = {"purpose": RevealPurpose}
    shown: str
    purpose: str
    note: str = ""


class ConsentGiven(Event):
    key = "customers.consent.given"
    label = _("Consent given")
    sentence = _("recorded consent: {purpose}")
    icon = "shield-check"
    words: ClassVar = {"purpose": Purpose}
    purpose: str
    text_version: str
    channel: str = ""


class ConsentWithdrawn(Event):
    key = "customers.consent.withdrawn"
    label = _("Consent withdrawn")
    sentence = _("recorded the withdrawal of: {purpose} {reason}")
    icon = "shield-off"
    words: ClassVar = {"purpose": Purpose}
    purpose: str
    reason: str = ""


class CustomerTagged(Event):
    key = "customers.customer.tagged"
    label = _("Tag set")
    sentence = _("set the tag {tag}")
    icon = "tag"
    tag: str
    tag_id: int
    source: str = "manual"


class CustomerUntagged(Event):
    key = "customers.customer.untagged"
    label = _("Tag removed")
    sentence = _("removed the tag {tag}")
    icon = "tag"
    tag: str
    tag_id: int


class CustomerRestricted(Event):
    key = "customers.customer.restricted"
    label = _("Customer restricted")
    sentence = _("marked as {kind}: {reason}")
    icon = "ban"
    words: ClassVar = {"kind": Restriction}
    kind: str
    reason: str


class RestrictionLifted(Event):
    key = "customers.customer.restriction_lifted"
    label = _("Restriction lifted")
    sentence = _("lifted the mark {kind}: {reason}")
    icon = "circle-check"
    words: ClassVar = {"kind": Restriction}
    kind: str
    reason: str


class CustomersRelated(Event):
    key = "customers.customer.related"
    label = _("Relation recorded")
    sentence = _("recorded a relation: {kind} {other_code}")
    icon = "users"
    words: ClassVar = {"kind": RelationKind}
    kind: str
    other_id: int
    other_code: str


class RelationRemoved(Event):
    key = "customers.customer.unrelated"
    label = _("Relation removed")
    sentence = _("removed a relation: {kind} {other_code}")
    icon = "users"
    words: ClassVar = {"kind": RelationKind}
    kind: str
    other_id: int
    other_code: str


class CustomersMerged(Event):
    key = "customers.customer.merged"
    label = _("Customers merged")
    sentence = _("merged {other_code} into {code}")
    icon = "git-merge"
    code: str
    other_id: int
    other_code: str
    moved: dict


class CustomersUnmerged(Event):
    key = "customers.customer.unmerged"
    label = _("Merge undone")
    sentence = _("parted {other_code} from {code} again: {reason}")
    icon = "git-branch"
    code: str
    other_id: int
    other_code: str
    reason: str = ""


class CustomerForgotten(Event):
    key = "customers.customer.forgotten"
    label = _("Personal data erased")
    sentence = _("erased the personal data: {reason}")
    icon = "eraser"
    reason: str


class DuplicateSuspected(Event):
    key = "customers.suggestion.raised"
    label = _("Possible duplicate")
    sentence = _("may be the same as {other_code} ({why})")
    icon = "copy"
    words: ClassVar = {"why": ContactKind}
    other_id: int
    other_code: str
    why: str


class DuplicateDismissed(Event):
    key = "customers.suggestion.dismissed"
    label = _("Not a duplicate")
    sentence = _("is not the same as {other_code}")
    icon = "copy-off"
    other_id: int
    other_code: str


class TagCreated(Event):
    key = "customers.tag.created"
    label = _("Tag created")
    sentence = _("created the tag {name}")
    name: str


class TagChanged(Event):
    key = "customers.tag.changed"
    label = _("Tag changed")
    sentence = _("changed the tag {name}")
    name: str


class TagRetired(Event):
    key = "customers.tag.retired"
    label = _("Tag retired")
    sentence = _("retired the tag {name}")
    name: str


class StopEntryAdded(Event):
    key = "customers.stopentry.added"
    label = _("Number put on the stop list")
    sentence = _("put {shown} on the stop list: {kind}")
    icon = "phone-off"
    words: ClassVar = {"kind": StopReason}
    shown: str
    kind: str


class StopEntryRemoved(Event):
    key = "customers.stopentry.removed"
    label = _("Number taken off the stop list")
    sentence = _("took {shown} off the stop list: {reason}")
    icon = "phone"
    shown: str
    reason: str = ""


class CustomerNoted(Event):
    key = "customers.customer.noted"
    label = _("Note written")
    sentence = _("wrote a note")
    icon = "notes"
    text: str


class CustomersExported(Event):
    key = "customers.customer.exported"
    label = _("Customers exported")
    sentence = _("exported a list of customers as {file}: {query}")
    icon = "file-export"
    file: str
    query: str = ""
