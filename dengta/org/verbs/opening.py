"""Stores: opening one, its hours, its exceptional days, closing it down."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dengta.core import scope
from dengta.core.inputs import BadInput, Day, Flag, Json, LongText, Refs, Text
from dengta.core.verbs import NotAllowed, birth, verb
from dengta.org import events
from dengta.org.types import DepartmentKind, StoreKind, StoreStatus
from dengta.org.verbs.editing import STORE_INPUTS, editable, free, told

USUAL_DEPARTMENTS = [
    DepartmentKind.MARKETING,
    DepartmentKind.INVITE,
    DepartmentKind.FRONT_DESK,
    DepartmentKind.SALES,
    DepartmentKind.CARE,
    DepartmentKind.SERVICE,
    DepartmentKind.VEHICLES,
]


class Opening:
    """A store comes into being with the usual departments, so that people can be placed at once."""

    @birth(
        done=events.StoreCreated,
        label=_("New store"),
        icon="plus",
        inputs=[
            Text("code", _("Code"), max_length=40, help=_("Short and lasting, such as bj-north.")),
            *STORE_INPUTS,
            Refs("brands", _("Brands"), to="org.brand", required=False),
        ],
    )
    def create(
        cls,
        *,
        by: Any,
        code: str,
        name: str,
        brands: Any = (),
        kind: str = StoreKind.FOUR_S,
        departments: list[str] | None = None,
        **fields: Any,
    ) -> Any:
        free(cls, code=code)
        store = cls.objects.create(code=code, name=name, kind=kind, **fields)
        for brand in brands:
            store.brand_contracts.create(brand=brand)
        for one in USUAL_DEPARTMENTS if departments is None else departments:
            store.departments.create(kind=one)
        return store, events.StoreCreated(name=name, code=code)

    @verb(
        done=events.StoreChanged,
        label=_("Change store"),
        icon="edit",
        inputs=editable(*STORE_INPUTS),
    )
    def change(self, *, by: Any, **given: Any) -> Any:
        return told(events.StoreChanged, self, given)

    @verb(
        done=events.StoreChanged,
        label=_("Set brands"),
        icon="tag",
        inputs=[Refs("brands", _("Brands"), to="org.brand", initial=lambda row: row and list(row.brands.all()))],
    )
    def set_brands(self, *, by: Any, brands: Any) -> Any:
        """Which brands the store sells. Removing a contract keeps all that was done under it."""
        wanted = {brand.pk: brand for brand in brands}
        held = {one.brand_id: one for one in self.brand_contracts.select_related("brand")}
        for pk, contract in held.items():
            if pk not in wanted:
                contract.delete()
        for pk, brand in wanted.items():
            if pk not in held:
                self.brand_contracts.create(brand=brand)
        if set(wanted) == set(held):
            return None
        names = [sorted(one.brand.name for one in held.values()), sorted(one.name for one in wanted.values())]
        return events.StoreChanged(changes={"brands": names}, fields=gettext("Brands"))

    @verb(
        done=events.StoreClosed,
        label=_("Close store down"),
        icon="x",
        field="status",
        from_states=[StoreStatus.OPEN],
        to_state=StoreStatus.CLOSED,
        confirm=_("Close this store down?"),
        inputs=[LongText("reason", _("Reason"))],
    )
    def close(self, *, by: Any, reason: str) -> Any:
        """Only a store where nobody works any more can be closed."""
        left = self.staff.exclude(status="left").count()
        if left:
            raise NotAllowed(gettext("%(n)d people still work here. Move them to another store first.") % {"n": left})
        self.status = StoreStatus.CLOSED
        self.save(update_fields=["status"])
        return events.StoreClosed(reason=reason)

    @verb(
        done=events.StoreReopened,
        label=_("Reopen store"),
        icon="building-store",
        field="status",
        from_states=[StoreStatus.CLOSED],
        to_state=StoreStatus.OPEN,
    )
    def reopen(self, *, by: Any) -> Any:
        self.status = StoreStatus.OPEN
        self.save(update_fields=["status"])
        return events.StoreReopened()


class Calendaring:
    """When the store is open: clocks of leads and tasks run only then."""

    @verb(
        done=events.StoreHoursSet,
        label=_("Set opening hours"),
        icon="clock",
        inputs=[Json("hours", _("Hours, Monday first")), Flag("closed_on_holidays", _("Closed on public holidays"))],
    )
    def set_hours(self, *, by: Any, hours: list, closed_on_holidays: bool | None = None) -> Any:
        """Seven days, Monday first, each ["09:00", "18:00"] or null for closed."""
        clean = clean_hours(hours)
        holidays = self.closed_on_holidays if closed_on_holidays is None else closed_on_holidays
        before = self.hours
        if before == clean and holidays == self.closed_on_holidays:
            return None
        self.hours, self.closed_on_holidays = clean, holidays
        self.save(update_fields=["hours", "closed_on_holidays"])
        return events.StoreHoursSet(before=before, after=clean, closed_on_holidays=holidays)

    @verb(
        done=events.StoreDaySet,
        label=_("Make a day an exception"),
        icon="calendar-plus",
        inputs=[
            Day("on_date", _("Day")),
            Flag("is_open", _("Open on this day")),
            Text("opens_at", _("Opens at"), required=False, max_length=5),
            Text("closes_at", _("Closes at"), required=False, max_length=5),
            Text("note", _("Note"), required=False, max_length=100),
        ],
    )
    def set_day(
        self, *, by: Any, on_date: date, is_open: bool = False, opens_at: str = "", closes_at: str = "", note: str = ""
    ) -> Any:
        """Open or closed on one day, whatever the weekly hours and the holiday calendar say."""
        opens, closes = clean_span(opens_at, closes_at) if is_open and (opens_at or closes_at) else (None, None)
        self.business_days.update_or_create(
            on_date=on_date,
            store=self,
            defaults={"is_open": is_open, "opens_at": opens, "closes_at": closes, "note": note, "group": self.group},
        )
        hours = (
            f"{opens:%H:%M}–{closes:%H:%M}" if opens and closes else gettext("open") if is_open else gettext("closed")
        )
        return events.StoreDaySet(on_date=on_date.isoformat(), is_open=is_open, hours=hours, note=note)

    @verb(
        done=events.StoreDayCleared,
        label=_("Make a day usual again"),
        icon="calendar",
        inputs=[Day("on_date", _("Day"))],
    )
    def clear_day(self, *, by: Any, on_date: date) -> Any:
        gone, _each = self.business_days.filter(on_date=on_date).delete()
        scope.forget("org.businessday")
        return events.StoreDayCleared(on_date=on_date.isoformat()) if gone else None


def clean_hours(hours: Any) -> list:
    """Check seven days of hours as they come from a page or the API."""
    if not isinstance(hours, list) or len(hours) != 7:
        raise BadInput({"hours": [gettext("Seven days are needed, Monday first.")]})
    clean: list[list[str] | None] = []
    for day in hours:
        if not day:
            clean.append(None)
        elif isinstance(day, list) and len(day) == 2:
            opens, closes = clean_span(day[0], day[1])
            clean.append([f"{opens:%H:%M}", f"{closes:%H:%M}"])
        else:
            raise BadInput({"hours": [gettext("A day is two times, such as 09:00 and 18:00, or nothing.")]})
    return clean


def clean_span(opens_at: Any, closes_at: Any) -> tuple[time, time]:
    try:
        opens, closes = time.fromisoformat(str(opens_at)), time.fromisoformat(str(closes_at))
    except ValueError:
        raise BadInput({"opens_at": [gettext("Write times as 09:00.")]}) from None
    if closes <= opens:
        raise BadInput({"closes_at": [gettext("A store must close after it opens.")]})
    return opens, closes


class Disbanding:
    """Teams and departments end; their people must have gone elsewhere first."""

    @verb(done=events.TeamDisbanded, label=_("Disband team"), icon="users-minus", confirm=_("Disband this team?"))
    def disband(self, *, by: Any) -> Any:
        left = self.members.exclude(status="left").count()
        if left:
            raise NotAllowed(gettext("%(n)d people still belong to this team. Move them first.") % {"n": left})
        self.is_active = False
        self.save(update_fields=["is_active"])
        return events.TeamDisbanded()


class DepartmentClosing:
    """A department closes when it has no teams and no people left."""

    @verb(done=events.DepartmentClosed, label=_("Close department"), icon="x", confirm=_("Close this department?"))
    def close(self, *, by: Any) -> Any:
        if self.teams.filter(is_active=True).exists() or self.staff.exclude(status="left").exists():
            raise NotAllowed(gettext("People or teams still belong to this department. Move them first."))
        self.is_active = False
        self.save(update_fields=["is_active"])
        return events.DepartmentClosed()
