"""The key of a channel: issuing it, its limits, and whose field names the messages use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dengta.connect.formats.mapping import BadMapping, check_mapping, targets
from dengta.connect.secrets import new_bearer, new_secret, seal
from dengta.core.inputs import BadInput, Integer, Json, Text
from dengta.core.verbs import NotAllowed, verb
from dengta.market import events
from dengta.market.types import INTAKE_KINDS, MAX_BYTES, PER_MINUTE, Issued

MOST_HOURS = 24 * 14


class Keying:
    """After `rotate_key`, `issued` holds the bearer key and the signing secret this once."""

    issued: Issued | None = None

    @verb(
        done=events.ChannelKeyRotated,
        label=_("New key"),
        icon="key",
        hidden=True,
        inputs=[Integer("hours", _("The old key works for hours more"), required=False, least=0, most=MOST_HOURS)],
    )
    def rotate_key(self, *, by: Any, hours: int = 0) -> Any:
        """A new bearer key and a new signing secret. The old ones end at once, or after some hours."""
        door = self.door
        if door is None or self.kind not in INTAKE_KINDS:
            raise NotAllowed(_("This kind of channel has no key."))
        bearer, secret = new_bearer(), new_secret()
        keeps = hours > 0 and bool(door.bearer_hash)
        door.previous_hash = door.bearer_hash if keeps else ""
        door.previous_secret = door.sealed_secret if keeps else ""
        door.previous_until = timezone.now() + timedelta(hours=hours) if keeps else None
        door.bearer_hash, door.bearer_prefix, door.sealed_secret = bearer.hashed, bearer.prefix, seal(secret)
        door.rotated_at = timezone.now()
        door.save()
        self.issued = Issued(bearer.plain, secret)
        return events.ChannelKeyRotated(prefix=bearer.prefix, hours=hours if keeps else 0)

    @verb(
        done=events.ChannelLimited,
        label=_("Set limits"),
        icon="gauge",
        inputs=[
            Integer("per_minute", _("Requests a minute"), least=1, most=PER_MINUTE,
                    initial=lambda row: row.door.per_minute if row and row.door else PER_MINUTE),
            Integer("max_bytes", _("Largest request in bytes"), least=1024, most=MAX_BYTES,
                    initial=lambda row: row.door.max_bytes if row and row.door else MAX_BYTES),
        ],
    )  # fmt: skip
    def set_limits(self, *, by: Any, per_minute: int, max_bytes: int = MAX_BYTES) -> Any:
        door = self.door
        if door is None:
            raise NotAllowed(_("This kind of channel has no key."))
        if (door.per_minute, door.max_bytes) == (per_minute, max_bytes):
            return None
        door.per_minute, door.max_bytes = per_minute, max_bytes
        door.save(update_fields=["per_minute", "max_bytes"])
        return events.ChannelLimited(per_minute=per_minute, max_bytes=max_bytes)

    @verb(
        done=events.ChannelMapped,
        label=_("Change field mapping"),
        icon="arrows-left-right",
        inputs=[
            Json("rules", _("Rules"), required=False, initial=lambda row: row.mapping if row else []),
            Json("defaults", _("Values where nothing is sent"), required=False,
                 initial=lambda row: row.defaults if row else {}),
            Text("id_field", _("The sender's field for the message's own number"), required=False, max_length=100,
                 initial=lambda row: row.id_field if row else ""),
        ],
    )  # fmt: skip
    def map_fields(
        self, *, by: Any, rules: list | None = None, defaults: dict | None = None, id_field: str | None = None
    ) -> Any:
        """The sender's names → ours. Counts for messages from now on, and for those replayed."""
        before = {"rules": self.mapping, "defaults": self.defaults, "id_field": self.id_field}
        if rules is not None:
            self.mapping = checked(rules)
        if defaults is not None:
            self.defaults = checked_defaults(defaults)
        if id_field is not None:
            self.id_field = id_field.strip() or "external_id"
        after = {"rules": self.mapping, "defaults": self.defaults, "id_field": self.id_field}
        if before == after:
            return None
        self.save(update_fields=["mapping", "defaults", "id_field"])
        self.keys.update(id_field=self.id_field)
        return events.ChannelMapped(rules=len(self.mapping), before=[before], after=[after])


def checked(rules: Any) -> list:
    try:
        return check_mapping(rules)
    except BadMapping as bad:
        where = gettext("Row %(n)d: ") % {"n": bad.row} if bad.row else ""
        raise BadInput({"rules": [where + bad.message]}) from bad


def checked_defaults(defaults: Any) -> dict[str, str]:
    if not isinstance(defaults, dict) or not all(isinstance(v, (str, int, float)) for v in defaults.values()):
        raise BadInput({"defaults": [gettext("Give one value for each field.")]})
    unknown = sorted(set(defaults) - set(targets()))
    if unknown:
        raise BadInput({"defaults": [gettext("“%(name)s” is not one of our fields.") % {"name": unknown[0]}]})
    return {name: str(value)[:200] for name, value in defaults.items() if str(value).strip()}
