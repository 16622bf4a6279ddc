"""Bringing a series into the catalogue, changing it, taking it off sale."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from dengta.core.inputs import BadInput, Choice, LongText, Ref, Text
from dengta.core.verbs import birth, verb
from dengta.vehicles import events
from dengta.vehicles.types import Energy, plain

MAX_ALIASES = 40
ALIASES = LongText(
    "aliases",
    _("Other names"),
    required=False,
    max_length=2000,
    help=_("How customers and platforms write it, one a line. Inquiries are recognised by these."),
    initial=lambda row: "\n".join(row.aliases) if row else "",
)


class Introducing:
    """`aliases` may be a list or lines of text."""

    @birth(
        done=events.SeriesIntroduced,
        label=_("New series"),
        icon="plus",
        inputs=[
            Ref("brand", _("Brand"), to="org.brand"),
            Text("code", _("Code"), max_length=40, help=_("Short and lasting, such as x5.")),
            Text("name", _("Name"), max_length=60),
            Choice("energy", _("Energy"), choices=Energy.choices, initial=Energy.ICE),
            ALIASES,
        ],
    )
    def introduce(
        cls, *, by: Any, brand: Any, code: str, name: str, energy: str = Energy.ICE, aliases: str | list[str] = ()
    ) -> Any:
        """A series of one of the group's brands; its code is unique within the group."""
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", code):
            raise BadInput({"code": [_("Use small letters, digits, - and _ only.")]})
        if cls.objects.filter(code=code).exists():
            raise BadInput({"code": [_("This is already taken. Choose another.")]})
        series = cls.objects.create(brand=brand, code=code, name=name, energy=energy, aliases=alias_list(aliases))
        return series, events.SeriesIntroduced(name=name, code=code)

    @verb(
        done=events.SeriesChanged,
        label=_("Change series"),
        icon="edit",
        inputs=[
            Text("name", _("Name"), max_length=60, required=False, initial=lambda row: row and row.name),
            Choice(
                "energy", _("Energy"), choices=Energy.choices, required=False, initial=lambda row: row and row.energy
            ),
            ALIASES,
        ],
    )
    def change(
        self, *, by: Any, name: str | None = None, energy: str | None = None, aliases: str | list[str] | None = None
    ) -> Any:
        given = {"name": name, "energy": energy, "aliases": None if aliases is None else alias_list(aliases)}
        changes = {k: [getattr(self, k), v] for k, v in given.items() if v is not None and getattr(self, k) != v}
        if not changes:
            return None
        for field, (_before, after) in changes.items():
            setattr(self, field, after)
        self.save(update_fields=list(changes))
        return events.SeriesChanged(changes=changes, fields=", ".join(changes))

    @verb(done=events.SeriesRetired, label=_("Take off sale"), icon="archive", undo="revive")
    def retire(self, *, by: Any) -> Any:
        """No longer offered or recognised; records that name it stay."""
        if not self.is_active:
            return None
        self.is_active = False
        self.save(update_fields=["is_active"])
        return events.SeriesRetired(name=self.name)

    @verb(done=events.SeriesRevived, label=_("Put on sale again"), icon="refresh", undo="retire")
    def revive(self, *, by: Any) -> Any:
        if self.is_active:
            return None
        self.is_active = True
        self.save(update_fields=["is_active"])
        return events.SeriesRevived(name=self.name)


def alias_list(given: str | list[str]) -> list[str]:
    """Trimmed, without repetitions that compare alike."""
    written = re.split(r"[\n,，;；]+", given) if isinstance(given, str) else list(given)
    unique = {plain(one): one.strip()[:60] for one in written if plain(one)}
    if len(unique) > MAX_ALIASES:
        raise BadInput({"aliases": [_("At most %(n)d other names, please.") % {"n": MAX_ALIASES}]})
    return list(unique.values())
