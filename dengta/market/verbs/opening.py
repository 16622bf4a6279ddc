"""Channels: opening one, changing what it is, pausing it."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dengta.connect.secrets import new_path_token
from dengta.core.inputs import Amount, BadInput, Choice, Integer, Ref, Text
from dengta.core.verbs import birth, verb
from dengta.market import events
from dengta.market.types import KEYED_KINDS, ChannelKind, ChannelState, CostModel, SourceLevel

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def now(name: str) -> Any:
    """The present value of a row as the first value of its form."""
    return lambda row: getattr(row, name) if row is not None else None


def edited(row: Any, given: dict[str, Any]) -> dict[str, Any] | None:
    """Set what was given (None: leave alone), save, and answer the event's payload; None if all stayed."""
    changes: dict[str, list] = {}
    for name, value in given.items():
        attname = row._meta.get_field(name).attname
        after = value.pk if hasattr(value, "pk") else value
        if value is None or getattr(row, attname) == after:
            continue
        changes[name] = [getattr(row, attname), after]
        setattr(row, attname, after)
    if not changes:
        return None
    row.save(update_fields=list(changes))
    return {"changes": changes, "fields": ", ".join(str(row._meta.get_field(n).verbose_name) for n in changes)}


def check_code(cls: Any, code: str) -> None:
    if not CODE.fullmatch(code):
        raise BadInput({"code": [gettext("Use small letters, digits, - and _ only.")]})
    if cls.objects.filter(code=code).exists():
        raise BadInput({"code": [gettext("This is already taken. Choose another.")]})


SOURCE_INPUTS = [
    Choice("level1", _("Source"), required=False, choices=SourceLevel.choices, initial=now("level1")),
    Text("level2", _("Platform or place"), required=False, max_length=40, initial=now("level2"), clears=True,
         help=_("Such as a platform, the showroom, an auto show.")),
    Text("level3", _("Account"), required=False, max_length=80, initial=now("level3"), clears=True),
    Text("level4", _("Content or plan"), required=False, max_length=120, initial=now("level4"), clears=True),
    Choice("cost_model", _("How it is paid"), required=False, choices=CostModel.choices, initial=now("cost_model")),
    Amount("monthly_cost", _("Cost per month"), required=False, initial=now("monthly_cost")),
    Ref("owner_department", _("Department in charge"), to="org.department", required=False,
        initial=now("owner_department"), narrow=lambda rows, row: rows.filter(store_id=row.store_id) if row else rows),
    Integer("first_contact_minutes", _("First contact within minutes"), required=False, least=1, most=10_080,
            initial=now("first_contact_minutes"), help=_("Empty: as the band of the lead says.")),
]  # fmt: skip


class Opening:
    """What a channel is called, where it belongs, what it costs."""

    @birth(
        done=events.ChannelCreated,
        label=_("New channel"),
        icon="plus",
        inputs=[
            Ref("store", _("Store"), to="org.store"),
            Choice("kind", _("How messages come"), choices=ChannelKind.choices, initial=ChannelKind.JSON),
            Text("code", _("Code"), max_length=40, help=_("Short and lasting, such as site-bj.")),
            Text("name", _("Name"), max_length=80),
            *SOURCE_INPUTS,
        ],
    )
    def create(cls, *, by: Any, store: Any, kind: str, code: str, name: str, **given: Any) -> Any:
        """A channel of a store. Kinds that receive messages get an address at once; its key is issued separately."""
        check_code(cls, code)
        given = {field: value for field, value in given.items() if value is not None}
        channel = cls.objects.create(store=store, kind=kind, code=code, name=name, **given)
        if kind in KEYED_KINDS:
            channel.keys.create(key=new_path_token(), group_id=channel.group_id, store=store, kind=kind)
        return channel, events.ChannelCreated(name=name, code=code, kind=kind)

    @verb(
        done=events.ChannelChanged,
        label=_("Change channel"),
        icon="edit",
        inputs=[Text("name", _("Name"), required=False, max_length=80, initial=now("name")), *SOURCE_INPUTS],
    )
    def change(self, *, by: Any, **given: Any) -> Any:
        payload = edited(self, given)
        return payload and events.ChannelChanged(**payload)

    @verb(
        done=events.ChannelPaused,
        label=_("Pause"),
        icon="player-pause",
        to_state=ChannelState.PAUSED,
        inputs=[Text("reason", _("Reason"), required=False)],
        undo="resume",
    )
    def pause(self, *, by: Any, reason: str = "") -> Any:
        """New messages are refused; those received already go their way."""
        self.state = ChannelState.PAUSED
        self.save(update_fields=["state"])
        self.keys.update(is_open=False)
        return events.ChannelPaused(reason=reason)

    @verb(
        done=events.ChannelResumed,
        label=_("Open again"),
        icon="player-play",
        to_state=ChannelState.ACTIVE,
        undo="pause",
    )
    def resume(self, *, by: Any) -> Any:
        """Messages are taken again; forms of campaigns that do not run stay closed."""
        self.state = ChannelState.ACTIVE
        self.save(update_fields=["state"])
        self.keys.filter(campaign=None).update(is_open=True)
        self.keys.filter(campaign__state="running").update(is_open=True)
        return events.ChannelResumed()
