"""Leave, suspension, hand-over, good-bye. Whoever leaves is shut out at once; what they wrote keeps their name."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dengta.core.inputs import BadInput, Choice, Flag, LongText, Many, Refs
from dengta.core.registry import registry
from dengta.core.verbs import NotAllowed, verb
from dengta.org import events, rules
from dengta.org.types import EMPLOYEE_MOVES, EmployeeStatus, Handover, ShareRule, today


def handover_choices() -> list[tuple[str, Any]]:
    return [(one.key, one.label) for one in registry.all(Handover)]


def move_of(name: str) -> dict[str, Any]:
    """The declared legal move of a verb."""
    from_states, to_state = EMPLOYEE_MOVES[name]
    return {"field": "status", "from_states": from_states, "to_state": to_state}


class Leaving:
    """An employee's presence, from a week of leave to the last day."""

    @verb(
        done=events.EmployeeAway,
        label=_("Go on leave"),
        icon="zzz",
        bulk=True,
        **move_of("go_on_leave"),
        inputs=[LongText("reason", _("Reason"), required=False)],
    )
    def go_on_leave(self, *, by: Any, reason: str = "") -> Any:
        """Gets no new work; the login stays."""
        self.set_status(EmployeeStatus.ON_LEAVE)
        return events.EmployeeAway(reason=reason)

    @verb(
        done=events.EmployeeSuspended,
        label=_("Suspend"),
        icon="user-pause",
        bulk=True,
        **move_of("suspend"),
        allow=rules.not_oneself,
        confirm=_("The login is closed at once. Suspend?"),
        inputs=[LongText("reason", _("Reason"))],
    )
    def suspend(self, *, by: Any, reason: str) -> Any:
        """Shut out for the time being: login, sessions and tokens stop at once."""
        self.set_status(EmployeeStatus.SUSPENDED)
        self.set_login(open_it=False)
        return events.EmployeeSuspended(reason=reason)

    @verb(
        done=events.EmployeeBack,
        label=_("Come back"),
        icon="user-check",
        bulk=True,
        **move_of("come_back"),
        allow=rules.not_oneself,
    )
    def come_back(self, *, by: Any) -> Any:
        self.set_status(EmployeeStatus.ACTIVE)
        self.set_login(open_it=True)
        return events.EmployeeBack()

    @verb(
        done=events.HandOverStarted,
        label=_("Start hand-over"),
        icon="exchange",
        **move_of("start_hand_over"),
        allow=rules.not_oneself,
        inputs=[
            LongText("reason", _("Reason"), required=False),
            Flag("close_login", _("Close the login now"), initial=True),
        ],
    )
    def start_hand_over(self, *, by: Any, reason: str = "", close_login: bool = False) -> Any:
        """Gets no new work; what is open is listed and given to others."""
        self.set_status(EmployeeStatus.HANDING_OVER)
        if close_login:
            self.set_login(open_it=False)
        return events.HandOverStarted(reason=reason, open_things=self.open_things())

    @verb(
        done=events.HandedOver,
        label=_("Hand over"),
        icon="exchange",
        allow=rules.not_oneself,
        field="status",
        from_states=[EmployeeStatus.HANDING_OVER, EmployeeStatus.SUSPENDED, EmployeeStatus.ON_LEAVE],
        inputs=[
            Refs(
                "to",
                _("Successors"),
                to="org.employee",
                narrow=lambda rows, row: rows.working().exclude(pk=row.pk if row else None),
            ),
            Choice("rule", _("How to share"), choices=ShareRule.choices, initial=ShareRule.EVEN),
            Many("what", _("What"), required=False, choices=handover_choices, help=_("Empty: everything.")),
        ],
    )
    def hand_over(self, *, by: Any, to: Any, rule: str = ShareRule.EVEN, what: list[str] | None = None) -> Any:
        """Give open records to successors: evenly, by level, or all to one."""
        receivers = list(to)
        if not receivers:
            raise BadInput({"to": [gettext("Choose at least one successor.")]})
        if any(one.pk == self.pk or not one.is_working for one in receivers):
            raise BadInput({"to": [gettext("Successors must be at work.")]})
        moved = {}
        for entry in registry.all(Handover):
            if not what or entry.key in what:
                moved[entry.key] = entry.move(self, receivers, rule, by)
        count = sum(moved.values())
        if not count:
            return None
        return events.HandedOver(
            moved=moved,
            to=[one.pk for one in receivers],
            rule=rule,
            count=count,
            names=", ".join(one.name for one in receivers),
        )

    @verb(
        done=events.EmployeeLeft,
        label=_("Let leave"),
        icon="user-minus",
        **move_of("leave"),
        allow=rules.not_oneself,
        confirm=_("The login is closed at once. Let this person leave?"),
        inputs=[LongText("reason", _("Reason"), required=False)],
    )
    def leave(self, *, by: Any, reason: str = "") -> Any:
        """The last act: only with nothing open left; login, positions and coming shifts end."""
        left = {key: count for key, count in self.open_things().items() if count}
        if left:
            names = {one.key: str(one.label) for one in registry.all(Handover)}
            listed = "、".join(f"{names[key]} {count}" for key, count in left.items())
            raise NotAllowed(
                gettext("%(name)s still holds: %(things)s. Hand these over first.")
                % {"name": self.name, "things": listed}
            )
        now = today()
        self.left_on = now
        self.save(update_fields=["left_on"])
        self.set_status(EmployeeStatus.LEFT)
        self.set_login(open_it=False)
        self.end_positions(now)
        self.shifts.filter(on_date__gt=now).delete()
        return events.EmployeeLeft(reason=reason, left_on=now.isoformat())

    def open_things(self) -> dict[str, int]:
        """What this person still holds, per kind, asked from the rooms above."""
        return {one.key: one.count(self) for one in registry.all(Handover)}

    def set_status(self, status: str) -> None:
        self.status = status
        self.save(update_fields=["status"])

    def end_positions(self, last: date) -> None:
        """Today is the last day of whatever is held; what had not begun never begins."""
        self.positions.filter(valid_from__gt=last).delete()
        held = self.positions.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=last))
        held.update(valid_to=Greatest(F("valid_from"), last - timedelta(days=1)))
