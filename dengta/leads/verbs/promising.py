"""Changing what is promised and how often we follow up. It counts for clocks started from now on."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dengta.core.inputs import BadInput, Choice, Flag, Integer, Ref, Text
from dengta.core.verbs import birth, verb
from dengta.leads.events import IntentLevelChanged, SlaRuleChanged
from dengta.leads.types import Band, Calendar, Clock

BANDS = [("", gettext_lazy("All bands")), *Band.choices]


class Promising:
    """One promise."""

    @birth(
        done=SlaRuleChanged,
        label=gettext_lazy("New promise"),
        icon="plus",
        inputs=[
            Choice("clock", label=gettext_lazy("Promise"), choices=Clock.choices),
            Choice("band", label=gettext_lazy("Band"), choices=Band.choices, required=False),
            Text("channel_kind", label=gettext_lazy("Channel"), required=False, max_length=20),
            Integer("minutes", label=gettext_lazy("Minutes"), least=1, most=525_600),
            Choice(
                "calendar", label=gettext_lazy("Counted in"), choices=Calendar.choices, initial=Calendar.BUSINESS.value
            ),
            Flag("tell_owner", label=gettext_lazy("Tell the owner")),
            Flag("tell_supervisor", label=gettext_lazy("Tell the supervisor")),
        ],
    )
    def promise(
        cls,
        *,
        by: Any,
        clock: str,
        minutes: int,
        calendar: str = Calendar.BUSINESS,
        band: str = "",
        channel_kind: str = "",
        tell_owner: bool = False,
        tell_supervisor: bool = False,
    ) -> Any:
        """A promise for a band or a kind of channel that has none yet."""
        if cls.objects.filter(clock=clock, band=band, channel_kind=channel_kind).exists():
            raise BadInput({"clock": [_("There is such a promise already. Change that one.")]})
        row = cls.objects.create(
            clock=clock,
            band=band,
            channel_kind=channel_kind,
            minutes=minutes,
            calendar=calendar,
            tell_owner=tell_owner,
            tell_supervisor=tell_supervisor,
        )
        return row, SlaRuleChanged(kind_label=str(row), minutes=minutes)

    @verb(
        done=SlaRuleChanged,
        label=gettext_lazy("Change promise"),
        icon="clock-edit",
        inputs=[
            Integer(
                "minutes", label=gettext_lazy("Minutes"), least=1, most=525_600, initial=lambda row: row and row.minutes
            ),
            Choice(
                "calendar",
                label=gettext_lazy("Counted in"),
                choices=Calendar.choices,
                initial=lambda row: row and row.calendar,
            ),
            Flag("tell_owner", label=gettext_lazy("Tell the owner"), initial=lambda row: row and row.tell_owner),
            Flag(
                "tell_supervisor",
                label=gettext_lazy("Tell the supervisor"),
                initial=lambda row: row and row.tell_supervisor,
            ),
            Flag("is_active", label=gettext_lazy("In use"), initial=lambda row: row and row.is_active),
        ],
    )
    def change(
        self,
        *,
        by: Any,
        minutes: int,
        calendar: str,
        tell_owner: bool = False,
        tell_supervisor: bool = False,
        is_active: bool = False,
    ) -> SlaRuleChanged:
        """Other minutes, another way of counting, other people to tell."""
        before, self.minutes, self.calendar = self.minutes, minutes, calendar
        self.tell_owner, self.tell_supervisor, self.is_active = tell_owner, tell_supervisor, is_active
        self.save()
        return SlaRuleChanged(kind_label=str(self), before=before, minutes=minutes)


LEVEL_INPUTS = [
    Integer(
        "window_days",
        label=gettext_lazy("Buys within days"),
        required=False,
        least=1,
        most=1000,
        initial=lambda row: row and row.window_days,
    ),
    Integer(
        "interval_hours",
        label=gettext_lazy("Follow up every (hours)"),
        least=1,
        most=9000,
        initial=lambda row: row and row.interval_hours,
    ),
    Integer(
        "owner_after_hours",
        label=gettext_lazy("Remind the owner after (hours)"),
        required=False,
        least=0,
        most=9000,
        initial=lambda row: row and row.owner_after_hours,
    ),
    Integer(
        "manager_after_hours",
        label=gettext_lazy("Tell the manager after (hours)"),
        required=False,
        least=0,
        most=9000,
        initial=lambda row: row and row.manager_after_hours,
    ),
    Integer(
        "pool_after_days",
        label=gettext_lazy("Into the pool after (days)"),
        required=False,
        least=1,
        most=1000,
        initial=lambda row: row and row.pool_after_days,
    ),
]


class Grading:
    """One level of one brand, or of all."""

    @birth(
        done=IntentLevelChanged,
        label=gettext_lazy("New level"),
        icon="plus",
        inputs=[
            Text("code", label=gettext_lazy("Level"), max_length=4),
            Text("name", label=gettext_lazy("Name"), max_length=60),
            Ref("brand", to="org.brand", label=gettext_lazy("Brand"), required=False),
            *LEVEL_INPUTS,
        ],
    )
    def add(cls, *, by: Any, code: str, name: str, interval_hours: int, brand: Any = None, **given: Any) -> Any:
        """A letter of one's own; with a brand it holds instead of the general one."""
        if cls.objects.filter(code=code, brand=brand).exists():
            raise BadInput({"code": [_("There is such a level already. Change that one.")]})
        last = cls.objects.order_by("-position").first()
        row = cls.objects.create(
            code=code,
            name=name,
            interval_hours=interval_hours,
            brand=brand,
            position=last.position + 1 if last else 0,
            **given,
        )
        return row, IntentLevelChanged(code=code)

    @verb(done=IntentLevelChanged, label=gettext_lazy("Change level"), icon="stairs", inputs=LEVEL_INPUTS)
    def change(
        self,
        *,
        by: Any,
        interval_hours: int,
        window_days: int | None = None,
        owner_after_hours: int = 0,
        manager_after_hours: int | None = None,
        pool_after_days: int | None = None,
    ) -> IntentLevelChanged:
        """Another rhythm for customers of this level."""
        given = {
            "interval_hours": interval_hours,
            "window_days": window_days,
            "owner_after_hours": owner_after_hours,
            "manager_after_hours": manager_after_hours,
            "pool_after_days": pool_after_days,
        }
        changed = [name for name, value in given.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, given[name])
        self.save(update_fields=changed or ["interval_hours"])
        return IntentLevelChanged(
            code=self.code, changed=", ".join(str(self._meta.get_field(name).verbose_name) for name in changed)
        )
