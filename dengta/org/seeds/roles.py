"""The shipped roles as data (domain 1.3 and 1.4): permission or prefix with a star -> how far it reaches."""

from __future__ import annotations

from dataclasses import dataclass, field

from dengta.core.actors import Actor
from dengta.org.models import Group, Role
from dengta.org.types import RoleCode


@dataclass(frozen=True)
class RoleTemplate:
    grants: dict[str, str]
    limits: dict[str, float] = field(default_factory=dict)
    reveal_quota: int = 20
    second_factor: bool = False


# Building blocks. Keys of verbs are `app.model.verb`; `see` and `export` are permissions of a noun.
COLLEAGUES = {"org.store.see": "store", "org.employee.see": "store", "org.shift.see": "store"}
WORKDAY = {
    "work.task.see": "own",
    "work.task.*": "own",
    "work.appointment.see": "store",
    "work.notification.*": "own",
    "vehicles.series.see": "store",
    "market.campaign.see": "store",
    "market.channel.see": "store",
}
# Not the vocabulary, the stop list, exports or erasing: those are kept by managers.
CUSTOMER_OWN = {
    f"customers.{name}": "own"
    for name in (
        "contactpoint.*",
        "consent.*",
        "suggestion.*",
        "mergerecord.*",
        *(
            f"customer.{verb}"
            for verb in (
                "see",
                "register",
                "change",
                "add_contact",
                "note",
                "note_hobbies",
                "tag",
                "untag",
                "relate",
                "unrelate",
                "restrict",
                "merge",
            )
        ),
    )
}
# What people do with their own leads and customers; approving, assigning and recalling is for those who lead.
LEAD_WORK = (
    "log_contact",
    "mark_invalid",
    "nurture",
    "revive",
    "convert",
    "ask_transfer",
    "change",
    "release",
)
OPPORTUNITY_WORK = ("open", "follow_up", "reach", "set_level", "book_visit")


def own_leads() -> dict[str, str]:
    grants = {f"leads.lead.{name}": "own" for name in LEAD_WORK}
    grants |= {f"leads.opportunity.{name}": "own" for name in OPPORTUNITY_WORK}
    for noun in ("lead", "opportunity"):
        # Claiming reaches the whole store, seeing does not: who comes second reads who was first.
        grants |= {f"leads.{noun}.see": "own+pool", f"leads.{noun}.claim": "store"}
    return grants | {"leads.lead.receive": "store"}


# Rules of the whole group (service times, intent levels) are not changed by a store.
MANAGE_LEADS = {
    f"leads.{noun}.*": "store" for noun in ("lead", "opportunity", "importrun", "inboxmessage", "leadtransfer")
} | {"leads.slarule.see": "store", "studio.definition.see": "store"}
CONSULTANT = COLLEAGUES | WORKDAY | CUSTOMER_OWN | own_leads() | {"work.appointment.*": "own"}
PLAIN = COLLEAGUES | WORKDAY
STORE_CUSTOMERS = {"customers.*": "store"}
PEOPLE = {
    "org.shift.*": "store",
    "org.employee.train": "store",
    "org.employee.set_capacity": "store",
    "org.employee.go_on_leave": "store",
    "org.employee.come_back": "store",
}
HEAD_OF_STORE = {
    "org.store.*": "store",
    "org.department.*": "store",
    "org.team.*": "store",
    "org.employee.*": "store",
    "org.shift.*": "store",
    "org.role.see": "store",
}
MANAGER = (
    COLLEAGUES
    | STORE_CUSTOMERS
    | MANAGE_LEADS
    | PEOPLE
    | {
        "work.*": "store",
        "vehicles.series.see": "store",
        "market.campaign.see": "store",
        "market.channel.see": "store",
    }
)
AFTER_SALES = PLAIN | {"customers.customer.see": "store", "vehicles.series.see": "store"}

ROLES: dict[str, RoleTemplate] = {
    RoleCode.GROUP_ADMIN: RoleTemplate({"*": "group"}, reveal_quota=60, second_factor=False),
    RoleCode.GROUP_EXEC: RoleTemplate(
        {
            "customers.*": "group",
            "leads.*": "group",
            "work.*": "group",
            "market.*": "group",
            "vehicles.*": "group",
            "org.store.see": "group",
            "org.employee.see": "group",
            "org.shift.see": "group",
            "org.group.see": "group",
            "org.role.see": "group",
        },
        limits={"discount": 1_000_000},
        reveal_quota=60,
    ),
    RoleCode.BRAND_MANAGER: RoleTemplate(
        {
            "customers.*": "brand",
            "leads.*": "brand",
            "work.*": "brand",
            "market.*": "brand",
            "vehicles.*": "brand",
            "org.store.see": "brand",
            "org.employee.see": "brand",
            "org.shift.see": "brand",
        },
        reveal_quota=60,
    ),
    RoleCode.STORE_GM: RoleTemplate(
        MANAGER | HEAD_OF_STORE | {"market.*": "store", "vehicles.*": "store"},
        limits={"discount": 20_000, "refund": 50_000},
        reveal_quota=100,
    ),
    RoleCode.MARKETING_MANAGER: RoleTemplate(
        COLLEAGUES
        | {
            "market.*": "store",
            "leads.lead.see": "store",
            "leads.lead.receive": "store",
            "leads.importrun.*": "store",
            "leads.inboxmessage.*": "store",
            "leads.lead.export": "store",
            "customers.customer.see": "store",
            "work.task.*": "own",
            "work.notification.*": "own",
            "vehicles.series.see": "store",
        },
        limits={"campaign_budget": 100_000},
    ),
    RoleCode.MARKETING_STAFF: RoleTemplate(
        PLAIN
        | {
            "market.*": "store",
            "leads.lead.receive": "store",
            "leads.importrun.*": "store",
            "leads.inboxmessage.*": "store",
        },
    ),
    RoleCode.DCC_SUPERVISOR: RoleTemplate(
        MANAGER,
        reveal_quota=200,
    ),
    RoleCode.DCC_AGENT: RoleTemplate(CONSULTANT, reveal_quota=200),
    RoleCode.RECEPTIONIST: RoleTemplate(
        PLAIN
        | {
            "customers.customer.see": "store",
            "customers.customer.register": "store",
            "leads.lead.receive": "store",
            "work.appointment.*": "store",
        },
        reveal_quota=0,
    ),
    RoleCode.SALES_CONSULTANT: RoleTemplate(CONSULTANT, limits={"discount": 1_000}, reveal_quota=60),
    RoleCode.SHOWROOM_MANAGER: RoleTemplate(MANAGER, limits={"discount": 5_000}, reveal_quota=100),
    RoleCode.SALES_MANAGER: RoleTemplate(MANAGER, limits={"discount": 10_000}, reveal_quota=100),
    RoleCode.TEST_DRIVE_SPECIALIST: RoleTemplate(PLAIN | {"work.appointment.*": "store"}),
    RoleCode.DELIVERY_SPECIALIST: RoleTemplate(PLAIN | {"work.appointment.*": "store"}),
    RoleCode.FINANCE_SPECIALIST: RoleTemplate(PLAIN),
    RoleCode.INSURANCE_SPECIALIST: RoleTemplate(PLAIN | CUSTOMER_OWN),
    RoleCode.RENEWAL_SPECIALIST: RoleTemplate(PLAIN | CUSTOMER_OWN, reveal_quota=100),
    RoleCode.VEHICLE_MANAGER: RoleTemplate(PLAIN | {"vehicles.*": "store"}, reveal_quota=0),
    RoleCode.ACCESSORIES_SPECIALIST: RoleTemplate(PLAIN, reveal_quota=0),
    RoleCode.CRC_MANAGER: RoleTemplate(
        PLAIN | STORE_CUSTOMERS | PEOPLE | {"work.*": "store", "leads.lead.receive": "store"},
        reveal_quota=200,
    ),
    RoleCode.CRC_AGENT: RoleTemplate(
        PLAIN | {"customers.customer.see": "store", "customers.consent.*": "store", "leads.lead.receive": "store"},
        reveal_quota=200,
    ),
    RoleCode.SERVICE_MANAGER: RoleTemplate(
        AFTER_SALES | PEOPLE | {"customers.*": "store", "work.*": "store", "leads.lead.receive": "store"},
        limits={"repair_discount": 5_000},
        reveal_quota=60,
    ),
    RoleCode.SERVICE_ADVISOR: RoleTemplate(
        AFTER_SALES | {"leads.lead.receive": "store", "work.appointment.*": "store"}, reveal_quota=60
    ),
    RoleCode.WORKSHOP_CONTROLLER: RoleTemplate(AFTER_SALES | {"org.shift.*": "store"}),
    RoleCode.TECHNICIAN: RoleTemplate(PLAIN, reveal_quota=0),
    RoleCode.TEAM_LEADER: RoleTemplate(PLAIN | {"org.shift.*": "team"}, reveal_quota=0),
    RoleCode.QUALITY_INSPECTOR: RoleTemplate(PLAIN, reveal_quota=0),
    RoleCode.WARRANTY_CLERK: RoleTemplate(PLAIN, reveal_quota=0),
    RoleCode.PARTS_MANAGER: RoleTemplate(PLAIN | PEOPLE, reveal_quota=0),
    RoleCode.WAREHOUSE_KEEPER: RoleTemplate(PLAIN, reveal_quota=0),
    RoleCode.PARTS_BUYER: RoleTemplate(PLAIN, reveal_quota=0),
    RoleCode.CASHIER: RoleTemplate(PLAIN, reveal_quota=0),
    RoleCode.ACCOUNTANT: RoleTemplate(PLAIN, reveal_quota=0),
    RoleCode.FINANCE_MANAGER: RoleTemplate(PLAIN | PEOPLE, limits={"refund": 100_000}),
    RoleCode.USED_CAR_APPRAISER: RoleTemplate(PLAIN, limits={"purchase_price": 100_000}),
    RoleCode.AUDITOR: RoleTemplate(
        {
            "org.store.see": "group",
            "org.employee.see": "group",
            "org.role.see": "group",
            "org.shift.see": "group",
            "org.apitoken.see": "group",
            "org.group.see": "group",
            "customers.customer.see": "group",
            "leads.lead.see": "group",
            "leads.opportunity.see": "group",
            "leads.inboxmessage.see": "group",
            "work.task.see": "group",
            "market.campaign.see": "group",
            "market.channel.see": "group",
        },
        second_factor=True,
        reveal_quota=0,
    ),
    RoleCode.OEM_VIEWER: RoleTemplate({"org.store.see": "brand", "vehicles.series.see": "brand"}, reveal_quota=0),
}


def reference(group: Group, by: Actor) -> dict[str, Role]:
    """Every shipped role, made through its verb; roles that exact codes already have are left as they are."""
    held = {role.code: role for role in Role.objects.all()}
    for code, template in ROLES.items():
        if code not in held:
            held[code] = Role.create(
                by=by,
                code=str(code),
                grants=template.grants,
                limits=template.limits,
                reveal_quota=template.reveal_quota,
                needs_second_factor=template.second_factor,
            )
    return held
