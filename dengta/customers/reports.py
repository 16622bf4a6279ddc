"""The 360° profile: one customer as everybody who deals with them needs to see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Min, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy

from dengta.core import access
from dengta.core.actors import Actor
from dengta.core.models import EventRow
from dengta.core.panels import panels_for
from dengta.core.registry import Noun, registry
from dengta.customers.models import Consent, Customer, MergeRecord, Relation, Suggestion
from dengta.customers.types import INVERSE, Advice, LifeStep, NextStep, Purpose, RelationKind

PAGE = 30
NOUN = "customers.customer"
LATE = ("breached", "invalid", "lost", "withdrawn", "removed")
DONE = ("converted", "kept", "given", "booked", "merged", "verified")


@dataclass
class Relative:
    """Somebody related; `customer` only for those who may see them."""

    kind: str
    kind_label: str
    customer: Customer | None


@dataclass
class PurposeState:
    """One purpose of the consent panel: what stands, or nothing."""

    purpose: str
    label: str
    consent: Consent | None

    @property
    def is_valid(self) -> bool:
        return self.consent is not None and self.consent.is_valid


class Profile:
    """Everything a profile page shows; parts are read when the template asks for them."""

    def __init__(self, customer: Customer, actor: Actor, params: Mapping[str, str]) -> None:
        self.customer = customer
        self.actor = actor
        self.timeline = Timeline(customer, actor, params)

    @cached_property
    def points(self) -> list[Any]:
        found = list(self.customer.contact_points.for_list())
        for point in found:
            point.customer = self.customer  # so that rules need not read it again
        return found

    @property
    def main(self) -> Any:
        return next((point for point in self.points if point.is_primary), None)

    @cached_property
    def tags(self) -> list[Any]:
        return list(self.customer.tag_assignments.current().select_related("tag").order_by("at"))

    @cached_property
    def dealings(self) -> list[Any]:
        return list(self.customer.dealings.select_related("store", "owner__department").order_by("-at")[:20])

    @property
    def people(self) -> list[Any]:
        """Who deals with the customer where, each once, the latest first."""
        return list({(one.store_id, one.owner_id): one for one in reversed(self.dealings)}.values())[::-1]

    @cached_property
    def consents(self) -> list[PurposeState]:
        latest: dict[str, Consent] = {}
        for one in self.customer.consents.for_list():
            one.customer = self.customer
            latest.setdefault(one.purpose, one)
        return [PurposeState(value, str(label), latest.get(value)) for value, label in Purpose.choices]

    @property
    def has_consents(self) -> bool:
        return any(one.consent for one in self.consents)

    @property
    def has_profiling(self) -> bool:
        return any(one.purpose == Purpose.PROFILING and one.is_valid for one in self.consents)

    @cached_property
    def relatives(self) -> list[Relative]:
        pk = self.customer.pk
        rows = list(Relation.objects.filter(Q(customer_id=pk) | Q(other_id=pk)).order_by("pk")[:50])
        ids = {row.other_id if row.customer_id == pk else row.customer_id for row in rows}
        seen = access.visible(Customer, self.actor).in_bulk(ids) if ids else {}
        found = []
        for row in rows:
            mine = row.customer_id == pk
            kind = row.kind if mine else INVERSE.get(row.kind, "")
            label = RelationKind(kind).label if kind else f"← {RelationKind(row.kind).label}"
            found.append(Relative(row.kind, str(label), seen.get(row.other_id if mine else row.customer_id)))
        return found

    @cached_property
    def merges(self) -> list[MergeRecord]:
        return [one for one in self.customer.merges.filter(undone_at__isnull=True).select_related("drop") if
                one.is_undoable]

    @cached_property
    def suggestions(self) -> list[Suggestion]:
        rows = access.visible(Suggestion, self.actor).filter(state="open")
        return list(rows.filter(Q(first=self.customer) | Q(second=self.customer)).for_list()[:5])

    @cached_property
    def path(self) -> list[dict[str, Any]]:
        """The stones of the life cycle, as far as rooms above have laid them."""
        steps = registry.all(LifeStep)
        if not steps:
            return []
        keys = [key for step in steps for key in step.events]
        reached = dict(self.timeline.rows.filter(key__in=keys).order_by().values_list("key").annotate(at=Min("at")))
        found = []
        for step in steps:
            times = [reached[key] for key in step.events if key in reached]
            found.append({"label": step.label, "at": min(times) if times else None, "passed": bool(times)})
        last = max((place for place, step in enumerate(found) if step["passed"]), default=None)
        if last is not None:
            found[last] |= {"passed": False, "current": True}
            for step in found[:last]:
                step["skipped"] = not step["passed"]
        return found

    @cached_property
    def advice(self) -> Advice | None:
        """The next best step: the first that a room has to offer."""
        if not self.customer.is_live:
            return None
        answers = (step.suggest(self.customer, self.actor) for step in registry.all(NextStep))
        return next((one for one in answers if one), None)

    @cached_property
    def panels(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for panel in panels_for(NOUN, self.customer, self.actor):
            found.setdefault(panel["place"], []).append(panel)
        return found

    @property
    def rights(self) -> dict[str, bool]:
        """What decides about links that are no verb buttons."""
        may = self.actor.may
        return {"may_reveal": may("customers.contactpoint.reveal"), "may_merge": may("customers.customer.merge"),
                "may_consent": may("customers.consent.give")}

    @property
    def age(self) -> int | None:
        born, today = self.customer.birth_on, timezone.localdate()
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day)) if born else None


class Timeline:
    """All that happened around a customer, newest first, in keyset pages; those merged into them included."""

    def __init__(self, customer: Customer, actor: Actor, params: Mapping[str, str]) -> None:
        self.customer = customer
        self.actor = actor
        self.kind = params.get("kind", "")[:60]
        self.text = params.get("q", "").replace("\x00", "").strip()[:60]
        self.before = params.get("before", "")[:60]

    @cached_property
    def rows(self) -> QuerySet:
        """What the actor may read: dealings of stores behind their wall stay there."""
        merged = list(Customer.objects.filter(merged_into_id=self.customer.pk).values_list("pk", flat=True))
        rows = EventRow.objects.for_party(self.customer.pk)
        if merged:
            rows = EventRow.objects.filter(party_id__in=[self.customer.pk, *merged]).order_by("-at", "-id")
        if self.actor.stores is not None:
            rows = rows.filter(Q(store_id__isnull=True) | Q(store_id__in=self.actor.stores))
        return rows

    @cached_property
    def _found(self) -> list[EventRow]:
        rows = self.rows
        if self.kind:
            rows = rows.filter(subject_type=self.kind)
        if self.text:
            rows = rows.annotate(said=Cast("payload", TextField()))
            rows = rows.filter(Q(said__icontains=self.text) | Q(actor_label__icontains=self.text))
        at, _mark, pk = self.before.rpartition("_")
        moment = _moment(at)
        if moment and pk.isdecimal() and len(pk) < 19:
            rows = rows.before(moment, int(pk))
        return list(rows[: PAGE + 1])

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        return [_entry(row) for row in self._found[:PAGE]]

    @property
    def older(self) -> str:
        """The address of the next page."""
        if len(self._found) <= PAGE:
            return ""
        last = self._found[PAGE - 1]
        return self._url(before=f"{last.at.isoformat()}_{last.id}")

    @cached_property
    def filters(self) -> list[dict[str, Any]]:
        """One chip for each kind of record that has left something here."""
        kinds = set(self.rows.order_by().values_list("subject_type", flat=True).distinct()[:30])
        nouns = [noun for noun in registry.all(Noun) if noun.key in kinds]
        chips = [{"label": noun.plural or noun.label, "icon": noun.icon, "url": self._page(noun.key),
                  "current": noun.key == self.kind} for noun in nouns]
        every = {"label": gettext_lazy("All"), "url": self._page(""), "current": not self.kind}
        return [every, *chips] if len(chips) > 1 else []

    def _page(self, kind: str) -> str:
        return f"?kind={kind}#timeline" if kind else "?#timeline"

    def _url(self, **more: str) -> str:
        path = reverse("customers:timeline", args=[self.customer.pk])
        return f"{path}?{urlencode({'kind': self.kind, 'q': self.text, **more})}"


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _entry(row: EventRow) -> dict[str, Any]:
    last = row.key.rpartition(".")[2]
    tone = "late" if any(word in last for word in LATE) else "done" if any(word in last for word in DONE) else "idle"
    return {"at": row.at, "icon": row.icon, "actor": row.actor, "sentence": row.sentence, "tone": tone,
            "text": row.payload.get("text") or row.payload.get("note") or ""}
