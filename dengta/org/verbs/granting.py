"""Roles and what they allow. A change acts on everybody's next request."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dengta.core.inputs import BadInput, Flag, Integer, Json, Ref, Text
from dengta.core.verbs import NotAllowed, birth, verb
from dengta.org import events, rules
from dengta.org.types import GrantScope
from dengta.org.verbs.editing import free, told

PERMISSION = re.compile(r"\*|[a-z][a-z0-9_]*(\.[a-z0-9_]+){0,2}(\.\*)?")


class Granting:
    """A named set of permissions, each with its reach."""

    @birth(
        done=events.RoleCreated,
        label=_("New role"),
        icon="plus",
        inputs=[
            Text("code", _("Code"), max_length=40),
            Text("name", _("Name"), required=False, max_length=60),
            Text("description", _("Description"), required=False, max_length=300),
            Ref("like", _("With the rights of"), to="org.role", required=False, help=_("Empty: without any rights.")),
        ],
    )
    def create(
        cls,
        *,
        by: Any,
        code: str,
        name: str = "",
        description: str = "",
        like: Any = None,
        grants: dict | None = None,
        limits: dict | None = None,
        reveal_quota: int = 0,
        needs_second_factor: bool = False,
    ) -> Any:
        """A new role begins without rights, or with a copy of another's."""
        free(cls, code=code)
        grants = clean_grants(grants or (like.grants if like else {}), by)
        role = cls.objects.create(
            code=code,
            name=name,
            description=description,
            grants=grants,
            limits=limits or {},
            reveal_quota=reveal_quota,
            needs_second_factor=needs_second_factor,
        )
        return role, events.RoleCreated(code=code, grants=grants)

    @verb(
        done=events.RoleChanged,
        label=_("Change role"),
        icon="edit",
        inputs=[
            Text("name", _("Name"), required=False, max_length=60),
            Text("description", _("Description"), required=False, max_length=300),
            Integer("reveal_quota", _("Reveals of personal data a day"), required=False, least=0, most=10_000),
            Flag("needs_second_factor", _("Requires a second factor")),
            Json("limits", _("Approval limits"), required=False),
        ],
    )
    def change(self, *, by: Any, **given: Any) -> Any:
        return told(events.RoleChanged, self, given)

    @verb(done=events.RoleGranted, label=_("Change rights"), icon="shield", inputs=[Json("grants", _("Rights"))])
    def set_grants(self, *, by: Any, grants: dict) -> Any:
        """The whole set of rights; the event keeps only the difference."""
        after = clean_grants(grants, by)
        before = self.grants
        added = {key: after[key] for key in after.keys() - before.keys()}
        removed = {key: before[key] for key in before.keys() - after.keys()}
        changed = {key: [before[key], after[key]] for key in after.keys() & before.keys() if before[key] != after[key]}
        if not (added or removed or changed):
            return None
        if "*" in removed and self.code == "group_admin":
            raise NotAllowed(gettext("The group administrator keeps all rights, or nobody could give them back."))
        self.grants = after
        self.save(update_fields=["grants"])
        return events.RoleGranted(
            added=added,
            removed=removed,
            changed=changed,
            added_count=len(added),
            removed_count=len(removed),
            changed_count=len(changed),
        )

    @verb(done=events.RoleRetired, label=_("Retire role"), icon="x", confirm=_("Retire this role?"))
    def retire(self, *, by: Any) -> Any:
        """Nobody may hold it any more; the history keeps it."""
        held = self.positions.filter(valid_to__isnull=True).exclude(employee__status="left").count()
        if held:
            raise NotAllowed(gettext("%(n)d positions still have this role. Move these people first.") % {"n": held})
        self.is_active = False
        self.save(update_fields=["is_active"])
        return events.RoleRetired()


def clean_grants(grants: Any, by: Any) -> dict[str, str]:
    """Known scopes, well-formed permissions, and nothing that the giver does not hold everywhere."""
    if not isinstance(grants, dict):
        raise BadInput({"grants": [gettext("A mapping of rights to scopes is expected.")]})
    for permission, scope in grants.items():
        if not PERMISSION.fullmatch(str(permission)):
            raise BadInput({"grants": [gettext("“%(name)s” is not a right.") % {"name": permission}]})
        if scope not in GrantScope.values:
            raise BadInput({"grants": [gettext("“%(name)s” is not a scope.") % {"name": scope}]})
    grants = {str(permission): str(scope) for permission, scope in grants.items()}
    if not rules.may_hand_out(by, grants, None):
        raise NotAllowed(gettext("You cannot give rights that you do not have yourself."), "forbidden")
    return grants
