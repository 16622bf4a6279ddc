"""How leads passed from hand to hand, every contact with the customer, and what people achieved."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dengta.core.records import GroupRecord, ScopedManager, StoreRecord
from dengta.leads.queries import AssignmentQuerySet, FollowUpQuerySet
from dengta.leads.types import ContactChannel, ContactResult, FollowUpKind


class LeadAssignment(StoreRecord):
    """One passing on. Automatic ones keep the rule's version and every candidate with the parts of the score."""

    lead = models.ForeignKey("leads.Lead", models.PROTECT, db_index=False, related_name="assignments")
    from_owner = models.ForeignKey("org.Employee", models.PROTECT, null=True, db_index=False, related_name="+")
    to_owner = models.ForeignKey("org.Employee", models.PROTECT, null=True, db_index=False, related_name="+")
    how = models.CharField(max_length=12)
    rule_version = models.CharField(max_length=60, blank=True)
    candidates = models.JSONField(default=dict, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    by_label = models.CharField(max_length=120, blank=True)
    by_id = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()

    objects = ScopedManager.from_queryset(AssignmentQuerySet)()

    class Meta(StoreRecord.Meta):
        indexes = [
            models.Index(fields=["lead", "-at"], name="leads_assignment_lead"),
            models.Index(fields=["to_owner", "at"], name="leads_assignment_to", condition=Q(to_owner__isnull=False)),
            models.Index(
                fields=["from_owner", "lead", "at"], name="leads_assignment_recalls", condition=Q(how="recall")
            ),
        ]


class FollowUp(StoreRecord):
    """One contact or attempt, on a lead or an opportunity."""

    lead = models.ForeignKey("leads.Lead", models.PROTECT, null=True, db_index=False, related_name="follow_ups")
    opportunity = models.ForeignKey(
        "leads.Opportunity", models.PROTECT, null=True, db_index=False, related_name="follow_ups"
    )
    kind = models.CharField(max_length=10, choices=FollowUpKind, default=FollowUpKind.ROUTINE)
    channel = models.CharField(max_length=10, choices=ContactChannel)
    result = models.CharField(max_length=14, choices=ContactResult)
    talk_seconds = models.PositiveIntegerField(default=0)
    content = models.TextField(blank=True)
    need = models.TextField(blank=True)
    budget_low = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    budget_high = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    stated_reason = models.CharField(max_length=200, blank=True)
    evidence = models.CharField(max_length=200, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    valid = models.BooleanField(default=False)
    employee = models.ForeignKey("org.Employee", models.PROTECT, null=True, db_index=False, related_name="+")
    at = models.DateTimeField()

    objects = ScopedManager.from_queryset(FollowUpQuerySet)()

    class Meta(StoreRecord.Meta):
        indexes = [
            models.Index(fields=["lead", "-at"], name="leads_follow_up_lead"),
            models.Index(fields=["opportunity", "-at"], name="leads_follow_up_opportunity"),
            models.Index(fields=["employee", "-at"], name="leads_follow_up_employee"),
        ]


class AgentRecord(GroupRecord):
    """What somebody achieved in 90 days, per car series and in all (series empty): the assignment's memory."""

    employee = models.ForeignKey("org.Employee", models.CASCADE, db_index=False, related_name="+")
    series = models.ForeignKey("vehicles.Series", models.CASCADE, null=True, db_index=False, related_name="+")
    assigned = models.PositiveIntegerField(default=0)
    converted = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    answer_seconds = models.BigIntegerField(default=0)
    refreshed_at = models.DateTimeField()

    class Meta(GroupRecord.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "series"], nulls_distinct=False, name="leads_agent_record_once"
            ),
        ]
