"""What people may do: a role is a named set of permissions, each with its reach."""

from __future__ import annotations

from django.db import models

from dengta.core.records import GroupRecord
from dengta.org.types import RoleCode
from dengta.org.verbs.granting import Granting


class Role(Granting, GroupRecord):
    """`grants` maps a permission (or a prefix ending in *) to a scope; `limits` holds approval limits."""

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=60, blank=True)
    description = models.CharField(max_length=300, blank=True)
    grants = models.JSONField(default=dict, blank=True)
    limits = models.JSONField(default=dict, blank=True)
    reveal_quota = models.PositiveSmallIntegerField(default=0)
    needs_second_factor = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "code"], name="org_role_code_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """A shipped role speaks the reader's language until somebody renames it."""
        if self.name:
            return self.name
        return str(RoleCode(self.code).label) if self.code in RoleCode.values else self.code
