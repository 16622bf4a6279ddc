"""Words of the leads room: states and their legal moves, reasons, channels and results of a contact, levels."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LeadState(TextChoices):
    NEW = "new", pgettext_lazy("lead", "New")
    POOL = "pool", pgettext_lazy("lead", "In the pool")
    ASSIGNED = "assigned", pgettext_lazy("lead", "To contact")
    CONTACTING = "contacting", pgettext_lazy("lead", "Contacting")
    NURTURING = "nurturing", pgettext_lazy("lead", "Nurturing")
    INVALID_PENDING = "invalid_pending", pgettext_lazy("lead", "Invalid, to check")
    INVALID = "invalid", pgettext_lazy("lead", "Invalid")
    DUPLICATE = "duplicate", pgettext_lazy("lead", "Duplicate")
    TRANSFER_PENDING = "transfer_pending", pgettext_lazy("lead", "Transfer asked")
    CONVERTED = "converted", pgettext_lazy("lead", "File opened")


HELD = (LeadState.ASSIGNED, LeadState.CONTACTING)  # on somebody's list
OPEN = (
    LeadState.NEW,
    LeadState.POOL,
    *HELD,
    LeadState.NURTURING,
    LeadState.INVALID_PENDING,
    LeadState.TRANSFER_PENDING,
)
LOAD = (*HELD, LeadState.INVALID_PENDING, LeadState.TRANSFER_PENDING)  # counts against a person's capacity

# Legal moves of a lead: verb -> (from, to). Shown in the room README.
LEAD_MOVES = {
    "assign": ((LeadState.NEW, LeadState.POOL, *HELD, LeadState.NURTURING), None),
    "distribute": ((LeadState.NEW, LeadState.POOL, *HELD, LeadState.NURTURING), None),
    "claim": ((LeadState.POOL,), None),
    "recall": ((LeadState.ASSIGNED,), LeadState.POOL),
    "release": ((LeadState.NEW, *HELD), LeadState.POOL),
    "dial": (HELD, None),
    "log_contact": (HELD, None),
    "mark_invalid": ((LeadState.CONTACTING,), LeadState.INVALID_PENDING),
    "withdraw_invalid": ((LeadState.INVALID_PENDING,), LeadState.CONTACTING),
    "approve_invalid": ((LeadState.INVALID_PENDING,), LeadState.INVALID),
    "reject_invalid": ((LeadState.INVALID_PENDING,), LeadState.CONTACTING),
    "reopen": ((LeadState.INVALID,), None),
    "nurture": ((LeadState.CONTACTING,), LeadState.NURTURING),
    "revive": ((LeadState.NURTURING,), None),
    "convert": ((LeadState.CONTACTING,), LeadState.CONVERTED),
    "ask_transfer": ((LeadState.POOL, *HELD), LeadState.TRANSFER_PENDING),
}


class OpportunityState(TextChoices):
    FOLLOWING = "following", pgettext_lazy("opportunity", "Following up")
    INVITED = "invited", pgettext_lazy("opportunity", "Invited")
    ARRIVED = "arrived", pgettext_lazy("opportunity", "In the showroom")
    DORMANT_PENDING = "dormant_pending", pgettext_lazy("opportunity", "Dormant, to check")
    DORMANT = "dormant", pgettext_lazy("opportunity", "Dormant")
    LOST_PENDING = "lost_pending", pgettext_lazy("opportunity", "Lost, to check")
    LOST = "lost", pgettext_lazy("opportunity", "Lost")
    POOL = "pool", pgettext_lazy("opportunity", "In the pool")
    ORDERED = "ordered", pgettext_lazy("opportunity", "Ordered")
    WON = "won", pgettext_lazy("opportunity", "Delivered")
    MERGED = "merged", pgettext_lazy("opportunity", "Merged")
    TRANSFER_PENDING = "transfer_pending", pgettext_lazy("opportunity", "Transfer asked")


WORKED = (OpportunityState.FOLLOWING, OpportunityState.INVITED, OpportunityState.ARRIVED)
# "Open" in the sense of one open opportunity per person, store and brand.
UNFINISHED = (
    *WORKED,
    OpportunityState.DORMANT_PENDING,
    OpportunityState.LOST_PENDING,
    OpportunityState.ORDERED,
    OpportunityState.TRANSFER_PENDING,
)
SLEEPING = (OpportunityState.LOST, OpportunityState.DORMANT, OpportunityState.POOL)

# Legal moves of an opportunity, up to the agreed visit.
OPPORTUNITY_MOVES = {
    "book_visit": ((OpportunityState.FOLLOWING, OpportunityState.INVITED), OpportunityState.INVITED),
    "follow_up": (WORKED, None),
    "set_level": (WORKED, None),
    "reassign": ((*WORKED, OpportunityState.POOL), None),
    "to_pool": ((OpportunityState.FOLLOWING,), OpportunityState.POOL),
    "claim": ((OpportunityState.POOL,), OpportunityState.FOLLOWING),
    "miss_visit": ((OpportunityState.INVITED,), OpportunityState.FOLLOWING),
    "arrive": ((OpportunityState.INVITED, OpportunityState.FOLLOWING), OpportunityState.ARRIVED),
    "end_visit": ((OpportunityState.ARRIVED,), OpportunityState.FOLLOWING),
    "revive": (SLEEPING, OpportunityState.FOLLOWING),
}


class OpportunityKind(TextChoices):
    FIRST = "first", _("First purchase")
    REPURCHASE = "repurchase", _("Buys again")


class InboxState(TextChoices):
    QUEUED = "queued", _("Queued")
    ACCEPTED = "accepted", _("Accepted")
    DUPLICATE = "duplicate", pgettext_lazy("inbox", "Duplicate")
    QUARANTINED = "quarantined", _("Quarantined")


class Band(TextChoices):
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class InvalidReason(TextChoices):
    """Why a lead is not one. The first half is chosen by people, the rest by the screening."""

    WRONG_NUMBER = "wrong_number", _("Empty or wrong number")
    NOT_REACHABLE = "not_reachable", _("Repeatedly not answered")
    NO_INTENTION = "no_intention", _("No intention to buy")
    BOUGHT_OURS = "bought_ours", _("Already bought our brand")
    BOUGHT_OTHER = "bought_other", _("Already bought another brand")
    OTHER_PROVINCE = "other_province", _("Lives in another province")
    OTHER_CITY = "other_city", _("Lives in another city of the province")
    HARASSMENT = "harassment", _("Advertising or harassment")
    COMPETITOR = "competitor", _("Competitor's staff")
    MINOR = "minor", _("Under age")
    DENIES = "denies", _("Says they left no data")
    OTHER = "other", _("Other")
    EMPLOYEE = "employee", _("Phone of an employee")
    DO_NOT_CALL = "do_not_call", _("Does not want to be called")
    BLACKLIST = "blacklist", _("On the block list")
    TEST = "test", _("Test data")


SCREENED = (InvalidReason.EMPLOYEE, InvalidReason.DO_NOT_CALL, InvalidReason.BLACKLIST, InvalidReason.TEST)
GIVEN_REASONS = tuple(one for one in InvalidReason if one not in SCREENED)


class ContactChannel(TextChoices):
    CALL = "call", pgettext_lazy("channel", "Call")
    WECHAT = "wechat", _("WeChat")
    WECOM = "wecom", _("WeCom")
    SMS = "sms", _("SMS")
    VISIT = "visit", pgettext_lazy("contact", "Visit")
    EMAIL = "email", _("E-mail")
    CHAT = "chat", _("Online chat")


class ContactResult(TextChoices):
    CONNECTED = "connected", _("Reached")
    REPLIED = "replied", _("Replied")
    NO_ANSWER = "no_answer", _("No answer")
    BUSY = "busy", _("Busy")
    REJECTED = "rejected", _("Call refused")
    POWER_OFF = "power_off", _("Switched off")
    EMPTY_NUMBER = "empty_number", _("Number not in use")
    SENT = "sent", _("Sent, no reply yet")


TWO_WAY = (ContactResult.CONNECTED, ContactResult.REPLIED)


class FollowUpKind(TextChoices):
    FIRST = "first", _("First contact")
    ROUTINE = "routine", _("Follow-up")
    INVITE = "invite", pgettext_lazy("follow-up", "Invitation")
    CONFIRM = "confirm", _("Confirmation of a visit")


class Milestone(TextChoices):
    """What has happened with a customer; in any order, with its first time."""

    FIRST_CONTACT = "first_contact", _("First contact")
    NEEDS = "needs_confirmed", _("Needs confirmed")
    PRESENTED = "product_presented", _("Car presented")
    INVITED = "invited", pgettext_lazy("milestone", "Invited")
    ARRIVED = "arrived_first", _("First visit")
    ARRIVED_AGAIN = "arrived_again", _("Came again")
    TEST_DRIVE = "test_drive", pgettext_lazy("milestone", "Test drive")
    QUOTED = "quoted", _("Quotation given")
    NEGOTIATED = "negotiated", _("Price negotiated")
    APPRAISED = "trade_in_appraised", _("Trade-in appraised")
    FINANCED = "finance_quoted", _("Loan offered")


class TransferState(TextChoices):
    ASKED = "asked", pgettext_lazy("transfer", "Asked")
    ACCEPTED = "accepted", pgettext_lazy("transfer", "Accepted")
    REFUSED = "refused", pgettext_lazy("transfer", "Refused")


class TouchKind(TextChoices):
    """How an inquiry reached somebody who was known already."""

    DUPLICATE = "duplicate", _("Asked again")
    REVIVAL = "revival", _("Came back")
    RESEND = "resend", _("Message corrected by the sender")
    SISTER = "sister", _("Asked a sister store")


class Clock(TextChoices):
    """The promises of this room; the registry has them as `work.ClockKind`."""

    ANSWER = "leads.first_contact", _("First contact")
    FIRST_CALL = "leads.first_call", _("First call")
    RECALL = "leads.recall", _("Recall to the pool")
    FOLLOW_UP = "leads.follow_up", _("Follow-up by level")
    FOLLOW_UP_MANAGER = "leads.follow_up_manager", _("Follow-up by level, for the manager")
    FOLLOW_UP_POOL = "leads.follow_up_pool", _("Follow-up by level, before the pool")


class TaskWord(TextChoices):
    """The tasks of this room; the registry has them as `work.TaskKind`."""

    FIRST_CONTACT = "leads.first_contact", _("First contact")
    NEXT_CONTACT = "leads.next_contact", _("Contact again")
    FOLLOW_UP = "leads.follow_up", _("Follow up")
    EVE = "leads.confirm_visit", _("Confirm tomorrow's visit")
    BEFORE = "leads.remind_visit", _("Remind of the visit")
    BE_THERE = "leads.receive_visit", _("Be ready for the visit")
    INVITE_AGAIN = "leads.invite_again", _("Invite again")


class LevelCode(TextChoices):
    """The letters we ship; a brand may have its own in its table."""

    H = "H", _("H: buys within 7 days")
    A = "A", _("A: buys within 15 days")
    B = "B", _("B: buys within 30 days")
    C = "C", _("C: buys within 90 days")
    N = "N", _("N: just met")


class Calendar(TextChoices):
    """How a period is counted."""

    BUSINESS = "business", _("Opening hours")
    ABSOLUTE = "absolute", _("Around the clock")


CALL_SECONDS_OF_FIRST_CONTACT = 180
CALL_SECONDS_VALID = 30
ATTEMPTS_BEFORE_NOT_REACHABLE = 3
CALL_LASTS_AT_MOST = timedelta(minutes=30)
BARRED_AFTER_RECALL = timedelta(days=7)


class LeadSetting(TextChoices):
    """Keys of what a dealer may change; read with `policy.Policy`."""

    CLAIMS_PER_DAY = "leads.claims_per_day"
    SISTER_STORE = "leads.sister_store"
    SISTER_DAYS = "leads.sister_days"
    OPEN_OPPORTUNITIES = "leads.open_opportunities"
    TEST_MARKERS = "leads.test_markers"


class SisterPolicy(TextChoices):
    """A known person of a sister store asks here."""

    PROTECT = "protect", _("The first owner is protected for some days")
    NOTIFY = "notify", _("Both are told")
    ALLOW = "allow", _("Both may work")


class ImportState(TextChoices):
    UPLOADED = "uploaded", pgettext_lazy("import", "Uploaded")
    READING = "reading", pgettext_lazy("import", "Reading the file")
    RUNNING = "running", pgettext_lazy("import", "Running")
    DONE = "done", pgettext_lazy("import", "Done")
    CANCELLED = "cancelled", pgettext_lazy("import", "Stopped")
    FAILED = "failed", pgettext_lazy("import", "Failed")


class RowOutcome(TextChoices):
    WAITING = "", _("Waiting")
    CREATED = "created", _("New")
    UPDATED = "updated", _("Updated")
    SKIPPED = "skipped", _("Skipped")
    FAILED = "failed", _("Failed")


class PoolReason(TextChoices):
    """Why the machine put a lead into the pool; people write their own words."""

    CLOSED = "outside_hours", _("Outside opening hours, nobody on call")
    NOBODY = "nobody", _("Nobody suitable is on shift")
    FULL = "full", _("Everybody suitable is full")
    RULE = "rule", _("The assignment rule says so")
    RECALLED = "recalled", _("Not contacted in time")
    OWNER_LEFT = "owner_left", _("The owner is no longer at work")


def pool_words(reason: str) -> str:
    return str(PoolReason(reason).label) if reason in PoolReason.values else reason


# The keys 1 to 6 of the desk, in the order of how often they are pressed.
CONTACT_KEYS = (
    ("1", ContactResult.CONNECTED),
    ("2", ContactResult.NO_ANSWER),
    ("3", ContactResult.BUSY),
    ("4", ContactResult.REJECTED),
    ("5", ContactResult.POWER_OFF),
    ("6", ContactResult.EMPTY_NUMBER),
)
