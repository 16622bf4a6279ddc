"""What happens in the organisation. Secrets and whole personal data never stand in an event."""

from django.utils.translation import gettext_lazy as _

from dengta.core.events import Event


class Changed(Event):
    """Base for edits: `changes` maps a field to [old, new]; `fields` names them for the timeline."""

    changes: dict[str, list]
    fields: str = ""


class GroupChanged(Changed):
    key = "org.group.changed"
    label = _("Group changed")
    sentence = _("changed the group: {fields}")


class CompanyCreated(Event):
    key = "org.legalentity.created"
    label = _("Company created")
    sentence = _("created the company {name}")
    name: str


class CompanyChanged(Changed):
    key = "org.legalentity.changed"
    label = _("Company changed")
    sentence = _("changed the company: {fields}")


class BrandCreated(Event):
    key = "org.brand.created"
    label = _("Brand created")
    sentence = _("created the brand {name}")
    name: str


class BrandChanged(Changed):
    key = "org.brand.changed"
    label = _("Brand changed")
    sentence = _("changed the brand: {fields}")


class StoreCreated(Event):
    key = "org.store.created"
    label = _("Store created")
    sentence = _("created the store {name}")
    name: str
    code: str


class StoreChanged(Changed):
    key = "org.store.changed"
    label = _("Store changed")
    sentence = _("changed the store: {fields}")


class StoreHoursSet(Event):
    key = "org.store.hours_set"
    label = _("Opening hours set")
    sentence = _("set the opening hours")
    icon = "clock"
    before: list
    after: list
    closed_on_holidays: bool


class StoreDaySet(Event):
    key = "org.store.day_set"
    label = _("Exceptional day set")
    sentence = _("made {on_date} an exception: {hours} {note}")
    icon = "calendar"
    on_date: str
    is_open: bool
    hours: str = ""
    note: str = ""


class StoreDayCleared(Event):
    key = "org.store.day_cleared"
    label = _("Exceptional day removed")
    sentence = _("made {on_date} a day like any other")
    icon = "calendar"
    on_date: str


class StoreClosed(Event):
    key = "org.store.closed"
    label = _("Store closed down")
    sentence = _("closed the store down. {reason}")
    reason: str = ""


class StoreReopened(Event):
    key = "org.store.reopened"
    label = _("Store reopened")
    sentence = _("reopened the store")


class DepartmentCreated(Event):
    key = "org.department.created"
    label = _("Department created")
    sentence = _("created the department {name}")
    name: str


class DepartmentChanged(Changed):
    key = "org.department.changed"
    label = _("Department changed")
    sentence = _("changed the department: {fields}")


class DepartmentClosed(Event):
    key = "org.department.closed"
    label = _("Department closed")
    sentence = _("closed the department")


class TeamCreated(Event):
    key = "org.team.created"
    label = _("Team created")
    sentence = _("created the team {name}")
    name: str


class TeamChanged(Changed):
    key = "org.team.changed"
    label = _("Team changed")
    sentence = _("changed the team: {fields}")


class TeamDisbanded(Event):
    key = "org.team.disbanded"
    label = _("Team disbanded")
    sentence = _("disbanded the team")


class RoleCreated(Event):
    key = "org.role.created"
    label = _("Role created")
    sentence = _("created the role {code}")
    icon = "shield"
    code: str
    grants: dict


class RoleChanged(Changed):
    key = "org.role.changed"
    label = _("Role changed")
    sentence = _("changed the role: {fields}")
    icon = "shield"


class RoleGranted(Event):
    """The difference only: added and removed permissions, and changed reaches as [old, new]."""

    key = "org.role.granted"
    label = _("Rights of a role changed")
    sentence = _("changed the rights: {added_count} added, {removed_count} removed, {changed_count} changed")
    icon = "shield"
    added: dict
    removed: dict
    changed: dict
    added_count: int = 0
    removed_count: int = 0
    changed_count: int = 0


class RoleRetired(Event):
    key = "org.role.retired"
    label = _("Role retired")
    sentence = _("retired the role")
    icon = "shield"


class EmployeeHired(Event):
    key = "org.employee.hired"
    label = _("Employee hired")
    sentence = _("hired as {role} at {place}")
    icon = "user-plus"
    role: str
    place: str
    hired_on: str = ""


class EmployeeChanged(Changed):
    key = "org.employee.changed"
    label = _("Employee changed")
    sentence = _("changed: {fields}")
    icon = "user"


class EmployeeMoved(Event):
    key = "org.employee.moved"
    label = _("Employee moved")
    sentence = _("moved from {before} to {after} on {on_date}. {reason}")
    icon = "arrows-left-right"
    before: str
    after: str
    on_date: str
    reason: str = ""


class PositionTaken(Event):
    key = "org.employee.position_taken"
    label = _("Further position taken")
    sentence = _("took the further position {place} from {on_date}")
    icon = "briefcase"
    place: str
    on_date: str


class PositionEnded(Event):
    key = "org.employee.position_ended"
    label = _("Position ended")
    sentence = _("ended the position {place} on {on_date}")
    icon = "briefcase"
    place: str
    on_date: str


class EmployeeTrained(Event):
    key = "org.employee.trained"
    label = _("Level or skills changed")
    sentence = _("level {level_name}, skills: {skill_names}")
    icon = "certificate"
    level: str
    skills: list
    level_name: str = ""
    skill_names: str = ""


class CapacitySet(Event):
    key = "org.employee.capacity_set"
    label = _("Capacity set")
    sentence = _("capacity: {daily_capacity} a day, {max_open_leads} open at once")
    icon = "gauge"
    daily_capacity: int
    max_open_leads: int


class EmployeeAway(Event):
    key = "org.employee.went_on_leave"
    label = _("On leave")
    sentence = _("went on leave. {reason}")
    icon = "zzz"
    reason: str = ""


class EmployeeBack(Event):
    key = "org.employee.came_back"
    label = _("Back at work")
    sentence = _("came back to work")
    icon = "user-check"


class EmployeeSuspended(Event):
    key = "org.employee.suspended"
    label = _("Suspended")
    sentence = _("was suspended; the login is closed. {reason}")
    icon = "user-pause"
    reason: str = ""


class HandOverStarted(Event):
    key = "org.employee.hand_over_started"
    label = _("Hand-over started")
    sentence = _("is handing over. {reason}")
    icon = "exchange"
    reason: str = ""
    open_things: dict


class HandedOver(Event):
    key = "org.employee.handed_over"
    label = _("Work handed over")
    sentence = _("handed {count} records over to {names}")
    icon = "exchange"
    moved: dict
    to: list
    names: str
    rule: str
    count: int


class EmployeeLeft(Event):
    key = "org.employee.left"
    label = _("Employee left")
    sentence = _("left; the login is closed. {reason}")
    icon = "user-minus"
    reason: str = ""
    left_on: str = ""


class AccountOpened(Event):
    key = "org.employee.account_opened"
    label = _("Login opened")
    sentence = _("got the login {username}")
    icon = "lock-open"
    username: str


class PasswordReset(Event):
    key = "org.employee.password_reset"
    label = _("Password reset")
    sentence = _("got a new password; all sessions were ended")
    icon = "lock"


class AccountUnlocked(Event):
    key = "org.employee.account_unlocked"
    label = _("Login unlocked")
    sentence = _("may log in again after failed attempts")
    icon = "lock-open"


class SessionsEnded(Event):
    key = "org.employee.sessions_ended"
    label = _("Sessions ended")
    sentence = _("all sessions were ended")
    icon = "logout"


class SecondFactorRemoved(Event):
    key = "org.employee.second_factor_removed"
    label = _("Second factor removed")
    sentence = _("lost the second factor and must set up a new one")
    icon = "lock"


class ShiftPlanned(Event):
    key = "org.shift.planned"
    label = _("Shift planned")
    sentence = _("planned {name} on {on_date}, {hours}")
    icon = "clock"
    name: str
    on_date: str
    hours: str
    on_call: bool = False


class ShiftChanged(Event):
    key = "org.shift.changed"
    label = _("Shift changed")
    sentence = _("changed the shift of {name} on {on_date} to {hours}")
    icon = "clock"
    name: str
    on_date: str
    hours: str
    on_call: bool = False


class ShiftCancelled(Event):
    key = "org.shift.cancelled"
    label = _("Shift cancelled")
    sentence = _("cancelled the shift of {name} on {on_date}")
    icon = "clock"
    name: str
    on_date: str


class WeekCopied(Event):
    key = "org.store.week_copied"
    label = _("Week of shifts copied")
    sentence = _("copied {count} shifts from the week of {source} to the week of {target}")
    icon = "copy"
    source: str
    target: str
    count: int


class TokenCreated(Event):
    key = "org.apitoken.created"
    label = _("API token created")
    sentence = _("created the token {name}")
    icon = "key"
    name: str
    scopes: list


class TokenRevoked(Event):
    key = "org.apitoken.revoked"
    label = _("API token revoked")
    sentence = _("revoked the token {name}")
    icon = "key"
    name: str
