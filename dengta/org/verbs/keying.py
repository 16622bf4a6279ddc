"""Keys for programs. Shown once, kept hashed, allowed nothing unless said so."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dengta.core.inputs import BadInput, Integer, LongText, Ref, Text
from dengta.core.verbs import NotAllowed, birth, verb
from dengta.org import events
from dengta.org.verbs.granting import PERMISSION

TOKEN_MARK = "dgt"


def hash_secret(secret: str) -> str:
    """192 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Keying:
    """After `create`, `plain` holds the token's text this once."""

    plain: str = ""

    @birth(
        done=events.TokenCreated,
        label=_("New API token"),
        icon="plus",
        hidden=True,
        inputs=[
            Text("name", _("Name"), max_length=80, help=_("What will use it.")),
            LongText(
                "scopes", _("Rights"), required=False, help=_("One right a line, such as leads.lead.see. Empty: none.")
            ),
            Ref(
                "employee",
                _("Acts for"),
                to="org.employee",
                required=False,
                help=_("Never has more rights than this person. Empty: a service."),
            ),
            Integer("days", _("Valid for days"), required=False, least=1, most=3650, initial=365),
        ],
    )
    def create(
        cls,
        *,
        by: Any,
        name: str,
        scopes: str | list[str] = (),
        employee: Any = None,
        days: int | None = None,
        store_ids: list[int] = (),
    ) -> Any:
        """A token without rights unless they are listed; nobody gives more than they have."""
        wanted = sorted(set(scopes.split() if isinstance(scopes, str) else scopes))
        for scope in wanted:
            if not PERMISSION.fullmatch(scope):
                raise BadInput({"scopes": [_("“%(name)s” is not a right.") % {"name": scope}]})
            if not by.all_powerful and not (by.reach(scope).everything or (employee and employee.pk == by.employee_id)):
                raise NotAllowed(_("You cannot give rights that you do not have yourself."), "forbidden")
        secret = secrets.token_hex(24)
        token = cls.objects.create(
            name=name,
            scopes=wanted,
            employee=employee,
            secret_hash=hash_secret(secret),
            created_by=by.label,
            store_ids=list(store_ids),
            expires_at=timezone.now() + timedelta(days=days) if days else None,
        )
        token.plain = f"{TOKEN_MARK}_{token.group_id}_{token.prefix}_{secret}"
        return token, events.TokenCreated(name=name, scopes=wanted)

    @verb(
        done=events.TokenRevoked,
        label=_("Revoke token"),
        icon="key-off",
        confirm=_("Programs that use it stop working at once. Revoke?"),
    )
    def revoke(self, *, by: Any) -> Any:
        if self.revoked_at:
            return None
        self.revoked_at = timezone.now()
        self.save(update_fields=["revoked_at"])
        return events.TokenRevoked(name=self.name)
