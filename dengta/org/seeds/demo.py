"""A demo group: two brands, three stores, sixty people in all roles with shifts. Nobody in it is real.

Made through the verbs with a seeded generator, so that it is the same every time. Phone numbers begin with +86 140 0,
which China gives to machines, never to people.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.org.models import Account, Brand, Department, Employee, Group, LegalEntity, Role, Shift, Store, Team
from dengta.org.operations import found_group
from dengta.org.seeds.roles import reference
from dengta.org.types import DepartmentKind as Kind
from dengta.org.types import Level, Skill, today
from dengta.org.types import RoleCode as R
from dengta.org.verbs.entering import new_password
from dengta.org.verbs.scheduling import monday_of

CODE = "demo"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红健文博雅晨曦雨桐思源子涵浩然嘉怡梓轩欣妍"

STORES = [
    ("north", "海岸晨星北城店", "北城区港湾大道 100 号", ["morningstar"], True),
    ("river", "海岸启澜滨江店", "滨江区灯塔路 18 号", ["qilan"], False),
    ("east", "海岸双品牌城东店", "城东区航标街 6 号", ["morningstar", "qilan"], False),
]
# Who works where: role and head count. Together with the six of the group that makes sixty.
STAFF: dict[str, list[tuple[str, int]]] = {
    "north": [
        (R.STORE_GM, 1), (R.MARKETING_MANAGER, 1), (R.MARKETING_STAFF, 1), (R.DCC_SUPERVISOR, 1), (R.DCC_AGENT, 3),
        (R.RECEPTIONIST, 1), (R.SALES_MANAGER, 1), (R.SHOWROOM_MANAGER, 1), (R.SALES_CONSULTANT, 5),
        (R.TEST_DRIVE_SPECIALIST, 1), (R.DELIVERY_SPECIALIST, 1), (R.FINANCE_SPECIALIST, 1),
        (R.INSURANCE_SPECIALIST, 1), (R.VEHICLE_MANAGER, 1), (R.CRC_MANAGER, 1), (R.CRC_AGENT, 1),
        (R.SERVICE_MANAGER, 1), (R.SERVICE_ADVISOR, 1),
    ],
    "river": [
        (R.STORE_GM, 1), (R.MARKETING_STAFF, 1), (R.DCC_SUPERVISOR, 1), (R.DCC_AGENT, 2), (R.RECEPTIONIST, 1),
        (R.SHOWROOM_MANAGER, 1), (R.SALES_CONSULTANT, 4), (R.RENEWAL_SPECIALIST, 1), (R.ACCESSORIES_SPECIALIST, 1),
        (R.WORKSHOP_CONTROLLER, 1), (R.TECHNICIAN, 1), (R.TEAM_LEADER, 1), (R.QUALITY_INSPECTOR, 1),
        (R.WARRANTY_CLERK, 1),
    ],
    "east": [
        (R.STORE_GM, 1), (R.DCC_AGENT, 1), (R.RECEPTIONIST, 1), (R.SALES_CONSULTANT, 2), (R.PARTS_MANAGER, 1),
        (R.WAREHOUSE_KEEPER, 1), (R.PARTS_BUYER, 1), (R.CASHIER, 1), (R.ACCOUNTANT, 1), (R.FINANCE_MANAGER, 1),
        (R.USED_CAR_APPRAISER, 1),
    ],
}  # fmt: skip
WORKPLACE = {
    R.STORE_GM: Kind.MANAGEMENT, R.MARKETING_MANAGER: Kind.MARKETING, R.MARKETING_STAFF: Kind.MARKETING,
    R.DCC_SUPERVISOR: Kind.INVITE, R.DCC_AGENT: Kind.INVITE, R.RECEPTIONIST: Kind.FRONT_DESK,
    R.FINANCE_SPECIALIST: Kind.FINANCE_INSURANCE, R.INSURANCE_SPECIALIST: Kind.FINANCE_INSURANCE,
    R.RENEWAL_SPECIALIST: Kind.FINANCE_INSURANCE, R.VEHICLE_MANAGER: Kind.VEHICLES,
    R.ACCESSORIES_SPECIALIST: Kind.ACCESSORIES, R.CRC_MANAGER: Kind.CARE, R.CRC_AGENT: Kind.CARE,
    R.SERVICE_MANAGER: Kind.SERVICE, R.SERVICE_ADVISOR: Kind.SERVICE, R.WORKSHOP_CONTROLLER: Kind.SERVICE,
    R.TECHNICIAN: Kind.SERVICE, R.TEAM_LEADER: Kind.SERVICE, R.QUALITY_INSPECTOR: Kind.QUALITY,
    R.WARRANTY_CLERK: Kind.SERVICE, R.PARTS_MANAGER: Kind.PARTS, R.WAREHOUSE_KEEPER: Kind.PARTS,
    R.PARTS_BUYER: Kind.PARTS, R.CASHIER: Kind.FINANCE, R.ACCOUNTANT: Kind.FINANCE, R.FINANCE_MANAGER: Kind.FINANCE,
    R.USED_CAR_APPRAISER: Kind.USED_CARS,
}  # fmt: skip
# Who gets a login in the demo: (store or "", role, user name).
LOGINS = [
    ("", R.GROUP_ADMIN, "admin"), ("", R.GROUP_EXEC, "exec"), ("north", R.STORE_GM, "gm"),
    ("north", R.DCC_SUPERVISOR, "supervisor"), ("north", R.DCC_AGENT, "agent"),
    ("north", R.SALES_CONSULTANT, "consultant"), ("north", R.SHOWROOM_MANAGER, "showroom"),
    ("north", R.RECEPTIONIST, "reception"), ("north", R.MARKETING_MANAGER, "marketing"),
    ("river", R.DCC_AGENT, "agent2"), ("", R.AUDITOR, "auditor"),
]  # fmt: skip
WEEKS = range(-2, 4)


@dataclass
class Demo:
    """What was made. `accounts` lists (role in words, store, user name, password)."""

    group: Group
    brands: dict[str, Brand] = field(default_factory=dict)
    stores: dict[str, Store] = field(default_factory=dict)
    people: dict[tuple[str, str], list[Employee]] = field(default_factory=dict)
    accounts: list[tuple[str, str, str, str]] = field(default_factory=list)

    def everybody(self) -> list[Employee]:
        return [one for found in self.people.values() for one in found]


def demo(seed: int = 20260701, password: str = "") -> Demo:
    """Make the demo group with its own scope; refuses to run twice (remove it first)."""
    group = found_group(CODE, "海岸汽车集团", credit_code="91330200DEMO00001X", is_demo=True)
    made = Demo(group)
    with scope.open(group.pk):
        maker = Maker(made, random.Random(seed), Actor.system(group.pk, "Demo"))
        maker.build()
        maker.log_in(password)
    return made


class Maker:
    def __init__(self, made: Demo, chance: random.Random, by: Actor) -> None:
        self.made, self.chance, self.by = made, chance, by
        self.roles: dict[str, Role] = {}
        self.names: set[str] = set()

    def build(self) -> None:
        self.roles = reference(self.made.group, self.by)
        self.found_companies()
        self.staff_the_group()
        for code, *_rest in STORES:
            self.staff_store(code)
        self.plan_shifts()

    def found_companies(self) -> None:
        by = self.by
        for code, name, electric in (("morningstar", "晨星", False), ("qilan", "启澜", True)):
            self.made.brands[code] = Brand.create(by=by, code=code, name=name, is_new_energy=electric)
        company = LegalEntity.create(by=by, name="海岸汽车销售服务有限公司", credit_code="91330200DEMO00002X")
        for code, name, address, brands, holidays in STORES:
            kinds = list(dict.fromkeys(WORKPLACE.get(role, Kind.SALES) for role, _count in STAFF[code]))
            store = Store.create(
                by=by, code=code, name=name, address=address, city="临江", legal_entity=company, service_bays=12,
                brands=[self.made.brands[one] for one in brands], departments=kinds,
            )  # fmt: skip
            store.set_hours(by=by, hours=[["08:30", "18:00"]] * 7, closed_on_holidays=holidays)
            self.made.stores[code] = store

    def staff_the_group(self) -> None:
        for role in (R.GROUP_ADMIN, R.GROUP_EXEC, R.AUDITOR):
            self.hire(role)
        for brand in self.made.brands.values():
            self.hire(R.BRAND_MANAGER, brand=brand)
        self.hire(R.OEM_VIEWER, brand=self.made.brands["morningstar"])

    def staff_store(self, code: str) -> None:
        """Two sales teams and one invite team where there are enough people for it."""
        store = self.made.stores[code]
        departments = {one.kind: one for one in Department.objects.filter(store=store)}
        sales = [Team.create(by=self.by, department=departments[Kind.SALES], name=f"销售{nth}组") for nth in "一二"]
        invite = Team.create(by=self.by, department=departments[Kind.INVITE], name="邀约组")
        for role, count in STAFF[code]:
            for number in range(count):
                kind = WORKPLACE.get(role, Kind.SALES)
                team = invite if kind == Kind.INVITE else sales[number % 2] if kind == Kind.SALES else None
                self.hire(role, store, departments[kind], team)
        for role, rows in ((R.DCC_SUPERVISOR, [invite]), (R.SHOWROOM_MANAGER, sales)):
            if leader := self.first(code, role):
                for team in rows:
                    team.change(by=self.by, leader=leader)
        for role, kind in (
            (R.SALES_MANAGER, Kind.SALES),
            (R.DCC_SUPERVISOR, Kind.INVITE),
            (R.STORE_GM, Kind.MANAGEMENT),
        ):
            if manager := self.first(code, role):
                departments[kind].change(by=self.by, manager=manager)

    def first(self, code: str, role: str) -> Employee | None:
        return next(iter(self.made.people.get((code, role), [])), None)

    def hire(self, role: str, store: Store | None = None, department: Department | None = None,
             team: Team | None = None, brand: Brand | None = None) -> Employee:  # fmt: skip
        number = len(self.made.everybody()) + 1
        level = self.chance.choice([Level.TRAINEE, Level.JUNIOR, Level.JUNIOR, Level.SENIOR, Level.EXPERT])
        if role in (R.STORE_GM, R.SALES_MANAGER, R.DCC_SUPERVISOR, R.SHOWROOM_MANAGER):
            level = Level.EXPERT
        person = Employee.hire(
            by=self.by, name=self.name(), number=f"{number:04d}", mobile=f"1400000{number:04d}", role=self.roles[role],
            store=store, department=department, team=team, brand=brand, level=level,
            hired_on=today() - timedelta(days=self.chance.randint(400, 2600)),
        )  # fmt: skip
        if role in (R.SALES_CONSULTANT, R.DCC_AGENT):
            skills = [one for one in (Skill.NEV, Skill.FINANCE, Skill.TEST_DRIVE) if self.chance.random() < 0.6]
            person.train(by=self.by, skills=skills or [Skill.NEV])
        self.made.people.setdefault((store.code if store else "", str(role)), []).append(person)
        return person

    def name(self) -> str:
        """Chance puts characters together; a name that exists in this group is not used again."""
        while True:
            name = self.chance.choice(SURNAMES) + "".join(self.chance.choices(GIVEN, k=self.chance.choice((1, 2, 2))))
            if name not in self.names:
                self.names.add(name)
                return name

    def plan_shifts(self) -> None:
        """One week by hand, the weeks around it copied: everybody has a day off, an agent is on call at night."""
        monday = monday_of(today())
        for code, store in self.made.stores.items():
            people = [one for (at, _role), found in self.made.people.items() if at == code for one in found]
            for order, person in enumerate(people):
                for day in range(7):
                    if day != order % 7:
                        self.plan(person, monday + timedelta(days=day), "08:30", "18:00")
            agents = self.made.people[code, R.DCC_AGENT]
            for day in range(7):
                agent = agents[day % len(agents)]
                self.plan(agent, monday + timedelta(days=day), "18:00", "08:30", on_call=True)
            for week in WEEKS:
                if week:
                    store.copy_week(by=self.by, source=monday, target=monday + timedelta(days=7 * week))

    def plan(self, person: Employee, day: date, starts: str, ends: str, *, on_call: bool = False) -> None:
        Shift.plan(by=self.by, employee=person, on_date=day, starts=starts, ends=ends, on_call=on_call)

    def log_in(self, password: str) -> None:
        """Logins for the main roles, each with its own generated password unless one is given."""
        for code, role, username in LOGINS:
            person = self.first(code, role)
            free = username if not Account.objects.filter(username=username).exists() else f"demo-{username}"
            secret = password or new_password()
            person.open_account(by=self.by, username=free, password=secret, must_change=False)
            where = self.made.stores[code].name if code else self.made.group.name
            self.made.accounts.append((self.roles[role].label, where, free, secret))
