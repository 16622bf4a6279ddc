"""Reading customers: who is live, and all that a list or a profile shows in a constant number of statements."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from dengta.customers.types import Purpose


class CustomerQuerySet(models.QuerySet):
    def live(self) -> CustomerQuerySet:
        """Neither merged into another nor erased."""
        return self.filter(merged_into__isnull=True)

    def recent_first(self) -> CustomerQuerySet:
        return self.order_by("-last_dealing_at", "-pk")

    def with_tags(self) -> CustomerQuerySet:
        assignment = self.model._meta.get_field("tag_assignments").related_model
        return self.prefetch_related(
            Prefetch("tag_assignments", assignment.objects.current().select_related("tag"), to_attr="shown_tags"))

    def with_dealings(self) -> CustomerQuerySet:
        dealing = self.model._meta.get_field("dealings").related_model
        return self.prefetch_related(
            Prefetch("dealings", dealing.objects.select_related("store", "owner").order_by("-at"),
                     to_attr="shown_dealings"))

    def with_profiling(self) -> CustomerQuerySet:
        """`is_profiled`: hobbies may be told on, because the consent to a personal profile stands."""
        consent = self.model._meta.get_field("consents").related_model
        standing = consent.objects.valid().filter(customer_id=OuterRef("pk"), purpose=Purpose.PROFILING)
        return self.annotate(is_profiled=Exists(standing))

    def for_list(self) -> CustomerQuerySet:
        return self.live().with_tags().with_dealings().with_profiling()


class ContactPointQuerySet(models.QuerySet):
    def live(self) -> ContactPointQuerySet:
        return self.filter(removed_at__isnull=True)

    def for_list(self) -> ContactPointQuerySet:
        """Without the sealed values: a list never needs them."""
        return self.live().defer("sealed").order_by("-is_primary", "pk")


class ConsentQuerySet(models.QuerySet):
    def valid(self) -> ConsentQuerySet:
        now = timezone.now()
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), withdrawn_at__isnull=True)

    def for_list(self) -> ConsentQuerySet:
        return self.order_by("-given_at", "-pk")


class TagAssignmentQuerySet(models.QuerySet):
    def current(self) -> TagAssignmentQuerySet:
        now = timezone.now()
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), removed_at__isnull=True)


class SuggestionQuerySet(models.QuerySet):
    def for_list(self) -> SuggestionQuerySet:
        return self.select_related("first", "second").order_by("-pk")


class StopEntryQuerySet(models.QuerySet):
    def live(self) -> StopEntryQuerySet:
        return self.filter(removed_at__isnull=True)

    def for_list(self) -> StopEntryQuerySet:
        return self.live().order_by("-pk")
