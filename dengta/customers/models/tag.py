"""The controlled vocabulary of tags, and who has which."""

from __future__ import annotations

from django.db import connection, models
from django.db.models import Q

from dengta.core.records import GroupRecord, ScopedManager
from dengta.customers.models.customer import Customer
from dengta.customers.queries import TagAssignmentQuerySet
from dengta.customers.types import TagFamily, TagSource
from dengta.customers.verbs.tagging import TagKeeping


class Tag(TagKeeping, GroupRecord):
    """Setting a tag of an exclusive set removes the others of that set; `expires_days` lets it fade."""

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=40)
    family = models.CharField(max_length=12, choices=TagFamily, default=TagFamily.MANUAL)
    colour = models.CharField(max_length=12, default="blue")
    exclusive_set = models.SlugField(max_length=40, blank=True)
    expires_days = models.PositiveSmallIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "code"], name="customers_tag_code_once")]

    def __str__(self) -> str:
        return self.name


class TagAssignment(GroupRecord):
    customer = models.ForeignKey(Customer, models.CASCADE, db_index=False, related_name="tag_assignments")
    tag = models.ForeignKey(Tag, models.PROTECT, db_index=False, related_name="assignments")
    source = models.CharField(max_length=8, choices=TagSource, default=TagSource.MANUAL)
    set_by = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(TagAssignmentQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "tag"], condition=Q(removed_at__isnull=True),
                                    name="customers_tag_assignment_once"),
        ]
        indexes = [models.Index(fields=["tag", "customer"], condition=Q(removed_at__isnull=True),
                                name="customers_tag_assignment_tag")]

    @classmethod
    def capped_counts(cls, tag_ids: list[int], cap: int = 1001) -> dict[int, int]:
        """How many customers have each tag, counted up to the cap: one statement that stays quick."""
        with connection.cursor() as cursor:
            cursor.execute(
                """select t.id, c.n from unnest(%s::bigint[]) t(id) cross join lateral (
                       select count(*) as n from (
                           select 1 from customers_tagassignment a where a.tag_id = t.id and a.removed_at is null
                           limit %s) s) c""", [tag_ids, cap])
            return dict(cursor.fetchall())
