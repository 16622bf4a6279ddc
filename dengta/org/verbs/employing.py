"""People come, move between positions and learn. Positions are closed and opened, so the past stays readable."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from dengta.core.inputs import BadInput, Choice, Day, Integer, Many, Phone, Ref, Text
from dengta.core.types import names
from dengta.core.types.phone import BadPhone, parse_phone
from dengta.core.verbs import NotAllowed, birth, verb
from dengta.org import events, rules
from dengta.org.types import Level, Skill, today
from dengta.org.verbs.editing import editable, told

PLACE_INPUTS = [
    Ref("role", _("Role"), to="org.role", required=False, narrow=lambda rows, row: rows.filter(is_active=True)),
    Ref("store", _("Store"), to="org.store", required=False),
    Ref("department", _("Department"), to="org.department", required=False),
    Ref("team", _("Team"), to="org.team", required=False, narrow=lambda rows, row: rows.filter(is_active=True)),
]


def skills_of(row: Any) -> list[str]:
    return [one for one in row.skills if not one.startswith("series:")] if row else []


def series_of(row: Any) -> str:
    return ", ".join(one.removeprefix("series:") for one in row.skills if one.startswith("series:")) if row else ""


class Employing:
    """Hiring and personal data."""

    @birth(
        done=events.EmployeeHired,
        label=_("Hire"),
        icon="user-plus",
        inputs=[
            Text("name", pgettext_lazy("person", "Name"), max_length=60),
            Phone("mobile", _("Mobile phone"), required=False),
            Text("email", _("E-mail"), required=False),
            *PLACE_INPUTS[1:],
            Ref("role", _("Role"), to="org.role", narrow=lambda rows, row: rows.filter(is_active=True)),
            Ref("brand", _("Brand"), to="org.brand", required=False, help=_("Only for roles that reach a brand.")),
            Text("number", _("Employee number"), required=False, max_length=20, help=_("Empty: the next free one.")),
            Day("hired_on", _("Hired on"), required=False),
            Choice("level", _("Level"), required=False, choices=Level.choices),
        ],
    )
    def hire(
        cls,
        *,
        by: Any,
        name: str,
        role: Any,
        mobile: str = "",
        email: str = "",
        store: Any = None,
        department: Any = None,
        team: Any = None,
        number: str = "",
        hired_on: date | None = None,
        level: str = Level.JUNIOR,
        brand: Any = None,
        **fields: Any,
    ) -> Any:
        """A new colleague with a first position. The phone is kept so that it never becomes a lead."""
        place = place_of(None, role=role, store=store, department=department, team=team)
        check_hand_out(by, place)
        mobile = clean_mobile(cls, mobile)
        number = number or next_number(cls)
        if cls.objects.filter(number=number).exists():
            raise BadInput({"number": [gettext("This number is already taken. Choose another.")]})
        first = hired_on or today()
        person = cls.objects.create(
            number=number,
            name=name.strip(),
            mobile=mobile,
            email=email,
            hired_on=first,
            level=level,
            search=search_text(name, number, mobile),
            **place,
            **fields,
        )
        person.positions.create(**place, brand=brand, valid_from=first)
        event = events.EmployeeHired(role=place["role"].label, place=where(place), hired_on=first.isoformat())
        return person, event

    @verb(
        done=events.EmployeeChanged,
        label=_("Change personal data"),
        icon="edit",
        inputs=editable(
            Text("name", pgettext_lazy("person", "Name"), max_length=60),
            Phone("mobile", _("Mobile phone"), required=False),
            Text("email", _("E-mail"), required=False),
            Text("id_last4", _("Last 4 characters of the ID card"), required=False, max_length=4),
        ),
    )
    def change(
        self,
        *,
        by: Any,
        name: str | None = None,
        mobile: str | None = None,
        email: str | None = None,
        id_last4: str | None = None,
    ) -> Any:
        if mobile is not None:
            mobile = clean_mobile(type(self), mobile, but=self.pk)
        event = told(
            events.EmployeeChanged, self, {"name": name, "mobile": mobile, "email": email, "id_last4": id_last4}
        )
        if event:
            self.search = search_text(self.name, self.number, self.mobile)
            self.save(update_fields=["search"])
            if "mobile" in event.changes:
                self.account_rows().update(mobile=self.mobile)
        return event

    @verb(
        done=events.EmployeeTrained,
        label=_("Set level and skills"),
        icon="certificate",
        inputs=[
            Choice("level", _("Level"), required=False, choices=Level.choices, initial=lambda row: row and row.level),
            Many("skills", _("Skills"), required=False, choices=Skill.choices, initial=skills_of),
            Text(
                "series",
                _("Certified car series"),
                required=False,
                help=_("Codes, separated by commas."),
                initial=series_of,
                clears=True,
            ),
        ],
    )
    def train(self, *, by: Any, level: str = "", skills: list[str] | None = None, series: str | None = None) -> Any:
        """Level and certificates; leads that need a skill go only to those who have it."""
        before = (self.level, sorted(self.skills))
        named = {one for one in self.skills if not one.startswith("series:")} if skills is None else set(skills)
        cars = (
            {one for one in self.skills if one.startswith("series:")}
            if series is None
            else {f"series:{code.strip()}" for code in series.replace("，", ",").split(",") if code.strip()}
        )
        self.level = level or self.level
        self.skills = sorted(named | cars)
        if before == (self.level, self.skills):
            return None
        self.save(update_fields=["level", "skills"])
        return events.EmployeeTrained(
            level=self.level,
            skills=self.skills,
            level_name=str(Level(self.level).label),
            skill_names="、".join(self.skill_labels) or "—",
        )

    @verb(
        done=events.CapacitySet,
        label=_("Set capacity"),
        icon="gauge",
        bulk=True,
        inputs=[
            Integer(
                "daily_capacity",
                _("New leads a day"),
                least=0,
                most=500,
                initial=lambda row: row and row.daily_capacity,
            ),
            Integer(
                "max_open_leads",
                _("Open leads at once"),
                least=0,
                most=5000,
                initial=lambda row: row and row.max_open_leads,
            ),
        ],
    )
    def set_capacity(self, *, by: Any, daily_capacity: int, max_open_leads: int) -> Any:
        """How much this person is given: nothing beyond the day's number or the open number."""
        if (self.daily_capacity, self.max_open_leads) == (daily_capacity, max_open_leads):
            return None
        self.daily_capacity, self.max_open_leads = daily_capacity, max_open_leads
        self.save(update_fields=["daily_capacity", "max_open_leads"])
        return events.CapacitySet(daily_capacity=daily_capacity, max_open_leads=max_open_leads)


class Placing:
    """Positions over time."""

    @verb(
        done=events.EmployeeMoved,
        label=_("Move person"),
        icon="arrows-left-right",
        bulk=True,
        allow=rules.not_oneself,
        inputs=[
            *PLACE_INPUTS,
            Day("on", _("From"), required=False, help=_("Empty: from today.")),
            Text("reason", _("Reason"), required=False),
        ],
    )
    def move(
        self,
        *,
        by: Any,
        role: Any = None,
        store: Any = None,
        department: Any = None,
        team: Any = None,
        on: date | None = None,
        reason: str = "",
    ) -> Any:
        """Another place or role from a day on. The old position is closed the day before, never rewritten."""
        now = today()
        on = on or now
        if on < now:
            raise BadInput({"on": [gettext("A move cannot begin in the past.")]})
        current = (
            self.positions.filter(is_main=True, valid_to__isnull=True)
            .select_related("role", "store", "department", "team")
            .order_by("-valid_from")
            .first()
        )
        place = place_of(current, role=role, store=store, department=department, team=team)
        check_hand_out(by, place)
        before = {key: getattr(current, key) for key in PLACE} if current else dict.fromkeys(PLACE)
        if before == place:
            return None
        close_position(current, on)
        self.positions.create(**place, valid_from=on)
        if on == now:
            self.stand_at(place)
        return events.EmployeeMoved(
            before=where(before),
            after=where(place),
            on_date=on.isoformat(),
            reason=reason,
            store_id=place["store"].pk if place["store"] else None,
        )

    @verb(
        done=events.PositionTaken,
        label=_("Add a further position"),
        icon="briefcase",
        allow=rules.not_oneself,
        inputs=[
            *PLACE_INPUTS,
            Ref("brand", _("Brand"), to="org.brand", required=False),
            Day("valid_from", _("From"), required=False),
            Day("valid_to", _("Until"), required=False),
        ],
    )
    def add_position(
        self,
        *,
        by: Any,
        role: Any = None,
        store: Any = None,
        department: Any = None,
        team: Any = None,
        brand: Any = None,
        valid_from: date | None = None,
        valid_to: date | None = None,
    ) -> Any:
        """A second hat beside the main position, such as standing in for a colleague for two weeks."""
        first = valid_from or today()
        if valid_to and valid_to < first:
            raise BadInput({"valid_to": [gettext("The last day cannot be before the first.")]})
        place = place_of(None, role=role or self.role, store=store, department=department, team=team)
        check_hand_out(by, place)
        self.positions.create(**place, brand=brand, is_main=False, valid_from=first, valid_to=valid_to)
        return events.PositionTaken(place=where(place), on_date=first.isoformat())

    @verb(
        done=events.PositionEnded,
        label=_("End a further position"),
        icon="briefcase",
        allow=rules.not_oneself,
        inputs=[
            Ref(
                "position",
                _("Position"),
                to="org.position",
                narrow=lambda rows, row: rows.filter(employee=row, is_main=False, valid_to__isnull=True),
            )
        ],
    )
    def end_position(self, *, by: Any, position: Any) -> Any:
        if position.employee_id != self.pk:
            raise BadInput({"position": [gettext("This position belongs to somebody else.")]})
        place = {key: getattr(position, key) for key in PLACE}
        close_position(position, today())
        return events.PositionEnded(place=where(place), on_date=today().isoformat())

    def stand_at(self, place: dict[str, Any]) -> None:
        """Repeat the main position on the person's own row, where lists and rules look."""
        for key, value in place.items():
            setattr(self, key, value)
        self.save(update_fields=list(place))


PLACE = ("role", "store", "department", "team")


def place_of(current: Any, *, role: Any, store: Any, department: Any, team: Any) -> dict[str, Any]:
    """A whole place from what was given: a team brings its department, a department its store."""
    if team:
        department = department or team.department
    if department:
        store = store or department.store
    if current and not (store or department or team):
        store, department, team = current.store, current.department, current.team
    role = role or (current.role if current else None)
    if role is None:
        raise BadInput({"role": [gettext("A role is needed.")]})
    if team and team.department_id != department.pk:
        raise BadInput({"team": [gettext("This team belongs to another department.")]})
    if department and department.store_id != store.pk:
        raise BadInput({"department": [gettext("This department belongs to another store.")]})
    return {"role": role, "store": store, "department": department, "team": team}


def check_hand_out(by: Any, place: dict[str, Any]) -> None:
    store = place["store"]
    if not rules.may_hand_out(by, place["role"].grants, store.pk if store else None):
        raise NotAllowed(
            gettext("The role “%(role)s” has rights that you cannot give here.") % {"role": place["role"]}, "forbidden"
        )


def close_position(position: Any, on: date) -> None:
    """The last day is the one before; a position that began only that day leaves no trace but the event."""
    if position is None:
        return
    if position.valid_from >= on:
        position.delete()
        return
    position.valid_to = on - timedelta(days=1)
    position.save(update_fields=["valid_to"])


def where(place: dict[str, Any]) -> str:
    """A place in words."""
    return " · ".join(str(place[key]) for key in ("role", "team", "store") if place[key])


def clean_mobile(cls: Any, raw: str, but: int | None = None) -> str:
    if not raw.strip():
        return ""
    try:
        mobile = parse_phone(raw).e164
    except BadPhone as bad:
        raise BadInput({"mobile": [str(bad)]}) from None
    taken = cls.objects.employed().filter(mobile=mobile).exclude(pk=but).first()
    if taken:
        raise BadInput({"mobile": [gettext("This is already the phone of %(name)s.") % {"name": taken.name}]})
    return mobile


def next_number(cls: Any) -> str:
    number = cls.objects.count() + 1
    while cls.objects.filter(number=f"{number:04d}").exists():
        number += 1
    return f"{number:04d}"


def search_text(name: str, number: str, mobile: str) -> str:
    """What a person is found by: pinyin (first, so that lists are in its order), name, initials, number, phone."""
    name = name.strip().lower()
    return " ".join(filter(None, [names.pinyin(name), name, names.initials(name), number.lower(), mobile]))
