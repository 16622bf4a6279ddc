"""Words of the org room: kinds of stores and departments, levels, skills, states, scopes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

HOUSE_ZONE = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """The day of the house: positions begin and end by it, whatever zone a process runs in."""
    return timezone.localdate(timezone=HOUSE_ZONE)


class StoreKind(TextChoices):
    FOUR_S = "4s", _("4S store")
    CITY = "city", _("City showroom")
    SATELLITE = "satellite", _("Satellite outlet")
    USED = "used", _("Used-car centre")
    BODY = "body", _("Body shop")


class StoreStatus(TextChoices):
    OPEN = "open", pgettext_lazy("store", "In business")
    CLOSED = "closed", pgettext_lazy("store", "Closed down")


class DepartmentKind(TextChoices):
    MARKETING = "marketing", pgettext_lazy("department", "Marketing")
    INVITE = "invite", pgettext_lazy("department", "Invite desk")
    FRONT_DESK = "front_desk", pgettext_lazy("department", "Front desk")
    SALES = "sales", pgettext_lazy("department", "Sales")
    FINANCE_INSURANCE = "finance_insurance", pgettext_lazy("department", "Finance & insurance desk")
    ACCESSORIES = "accessories", pgettext_lazy("department", "Accessories")
    VEHICLES = "vehicles", pgettext_lazy("department", "Vehicle management")
    CARE = "care", pgettext_lazy("department", "Customer care")
    SERVICE = "service", pgettext_lazy("department", "Service")
    PARTS = "parts", pgettext_lazy("department", "Parts")
    USED_CARS = "used_cars", pgettext_lazy("department", "Used cars")
    FINANCE = "finance", pgettext_lazy("department", "Finance")
    QUALITY = "quality", pgettext_lazy("department", "Quality")
    ADMIN = "admin", pgettext_lazy("department", "Administration & HR")
    MANAGEMENT = "management", pgettext_lazy("department", "Management")


class Level(TextChoices):
    TRAINEE = "trainee", _("Trainee")
    JUNIOR = "junior", _("Junior")
    SENIOR = "senior", _("Senior")
    EXPERT = "expert", _("Expert")


class EmployeeStatus(TextChoices):
    ACTIVE = "active", pgettext_lazy("employee", "Active")
    ON_LEAVE = "on_leave", pgettext_lazy("employee", "On leave")
    SUSPENDED = "suspended", pgettext_lazy("employee", "Suspended")
    HANDING_OVER = "handing_over", pgettext_lazy("employee", "Handing over")
    LEFT = "left", pgettext_lazy("employee", "Left")


# Legal moves of an employee: verb -> (from, to). Shown in the room README.
EMPLOYEE_MOVES = {
    "go_on_leave": ((EmployeeStatus.ACTIVE,), EmployeeStatus.ON_LEAVE),
    "suspend": ((EmployeeStatus.ACTIVE, EmployeeStatus.ON_LEAVE), EmployeeStatus.SUSPENDED),
    "come_back": (
        (EmployeeStatus.ON_LEAVE, EmployeeStatus.SUSPENDED, EmployeeStatus.HANDING_OVER),
        EmployeeStatus.ACTIVE,
    ),
    "start_hand_over": (
        (EmployeeStatus.ACTIVE, EmployeeStatus.ON_LEAVE, EmployeeStatus.SUSPENDED),
        EmployeeStatus.HANDING_OVER,
    ),
    "leave": (
        (EmployeeStatus.ACTIVE, EmployeeStatus.ON_LEAVE, EmployeeStatus.SUSPENDED, EmployeeStatus.HANDING_OVER),
        EmployeeStatus.LEFT,
    ),
}


class Skill(TextChoices):
    """Certificates that matter everywhere. A certified car series is written `series:<code>`."""

    NEV = "nev", _("New-energy cars")
    NEV_HIGH_VOLTAGE = "nev_hv", _("High-voltage certificate")
    FINANCE = "finance", _("Loans and finance")
    INSURANCE = "insurance", _("Insurance")
    USED_CARS = "used_cars", _("Used-car appraisal")
    TEST_DRIVE = "test_drive", _("Test drive")
    TECH_1 = "tech_1", _("Technician grade 1")
    TECH_2 = "tech_2", _("Technician grade 2")
    TECH_3 = "tech_3", _("Technician grade 3")
    TECH_4 = "tech_4", _("Technician grade 4")
    ENGLISH = "english", _("English")


class GrantScope(TextChoices):
    """How far a permission of a role reaches, seen from the position that holds the role."""

    OWN = "own", pgettext_lazy("scope", "Own")
    OWN_POOL = "own+pool", pgettext_lazy("scope", "Own and store pool")
    TEAM = "team", pgettext_lazy("scope", "Team")
    TEAM_POOL = "team+pool", pgettext_lazy("scope", "Team and store pool")
    DEPT = "dept", pgettext_lazy("scope", "Department")
    DEPT_POOL = "dept+pool", pgettext_lazy("scope", "Department and store pool")
    STORE = "store", pgettext_lazy("scope", "Store")
    BRAND = "brand", pgettext_lazy("scope", "Brand")
    GROUP = "group", pgettext_lazy("scope", "Group")


class Language(TextChoices):
    ZH_HANS = "zh-hans", "简体中文"
    ZH_HANT = "zh-hant", "繁體中文"
    EN = "en", "English"


class Theme(TextChoices):
    AUTO = "auto", _("Like the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


# Monday first. A day without hours is closed.
DEFAULT_HOURS = [["09:00", "18:00"]] * 7


def default_hours() -> list:
    return [list(day) for day in DEFAULT_HOURS]


class RoleCode(TextChoices):
    """The roles that are shipped (domain 1.3). A dealer may add others."""

    GROUP_ADMIN = "group_admin", _("Group administrator")
    GROUP_EXEC = "group_exec", _("Group executive")
    BRAND_MANAGER = "brand_manager", _("Brand manager")
    STORE_GM = "store_gm", _("General manager")
    MARKETING_MANAGER = "marketing_manager", _("Marketing manager")
    MARKETING_STAFF = "marketing_staff", _("Marketing specialist")
    DCC_SUPERVISOR = "dcc_supervisor", _("Invite desk supervisor")
    DCC_AGENT = "dcc_agent", _("Invite desk agent")
    RECEPTIONIST = "receptionist", _("Receptionist")
    SALES_CONSULTANT = "sales_consultant", _("Sales consultant")
    SHOWROOM_MANAGER = "showroom_manager", _("Showroom manager")
    SALES_MANAGER = "sales_manager", _("Sales manager")
    TEST_DRIVE_SPECIALIST = "test_drive_specialist", _("Test drive specialist")
    DELIVERY_SPECIALIST = "delivery_specialist", _("Delivery specialist")
    FINANCE_SPECIALIST = "finance_specialist", _("Loan specialist")
    INSURANCE_SPECIALIST = "insurance_specialist", _("Insurance specialist")
    RENEWAL_SPECIALIST = "renewal_specialist", _("Renewal specialist")
    VEHICLE_MANAGER = "vehicle_manager", _("Vehicle manager")
    ACCESSORIES_SPECIALIST = "accessories_specialist", _("Accessories specialist")
    CRC_MANAGER = "crc_manager", _("Customer care manager")
    CRC_AGENT = "crc_agent", _("Customer care agent")
    SERVICE_MANAGER = "service_manager", _("Service manager")
    SERVICE_ADVISOR = "service_advisor", _("Service advisor")
    WORKSHOP_CONTROLLER = "workshop_controller", _("Workshop controller")
    TECHNICIAN = "technician", _("Technician")
    TEAM_LEADER = "team_leader", _("Workshop team leader")
    QUALITY_INSPECTOR = "quality_inspector", _("Quality inspector")
    WARRANTY_CLERK = "warranty_clerk", _("Warranty clerk")
    PARTS_MANAGER = "parts_manager", _("Parts manager")
    WAREHOUSE_KEEPER = "warehouse_keeper", _("Warehouse keeper")
    PARTS_BUYER = "parts_buyer", _("Parts buyer")
    CASHIER = "cashier", _("Cashier")
    ACCOUNTANT = "accountant", _("Accountant")
    FINANCE_MANAGER = "finance_manager", _("Finance manager")
    USED_CAR_APPRAISER = "used_car_appraiser", _("Used-car appraiser")
    AUDITOR = "auditor", _("Auditor")
    OEM_VIEWER = "oem_viewer", _("Manufacturer's viewer")


@dataclass(frozen=True)
class Handover:
    """How a room hands over what a leaver still holds. Registered by the rooms above; org only asks the registry.

    `count(employee)` says how many are open; `move(employee, receivers, rule, by)` gives them to the receivers by
    `rules.share` and returns how many were moved.
    """

    key: str
    label: Any
    count: Callable[[Any], int]
    move: Callable[[Any, list[Any], str, Any], int]
    order: int = 100


class ShareRule(TextChoices):
    EVEN = "even", _("Evenly")
    LEVEL = "level", _("By level: the more senior, the more")
    ONE = "one", _("All to the first one")
