"""Words of the customers room: kinds, purposes, states."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CustomerKind(TextChoices):
    PERSON = "person", pgettext_lazy("customer", "Person")
    COMPANY = "company", pgettext_lazy("customer", "Company")


class Gender(TextChoices):
    UNKNOWN = "", _("Unknown")
    MALE = "male", _("Male")
    FEMALE = "female", _("Female")


class ContactKind(TextChoices):
    MOBILE = "mobile", _("Mobile")
    LANDLINE = "landline", _("Landline")
    EMAIL = "email", _("E-mail")
    WECHAT = "wechat", _("WeChat id")
    WECOM = "wecom", _("WeCom contact")
    UNIONID = "unionid", _("WeChat union id")


# Two live customers never share one of these: whoever holds it is the same person.
OWNED_KINDS = (ContactKind.MOBILE, ContactKind.UNIONID, ContactKind.WECOM, ContactKind.WECHAT)
# Households and companies share these; a match is only a hint.
SHARED_KINDS = (ContactKind.LANDLINE, ContactKind.EMAIL)
# Domain 2.1: in this order, and only these, an incoming person is taken for a known one.
MATCHING_KINDS = (ContactKind.MOBILE, ContactKind.UNIONID)
PHONE_KINDS = (ContactKind.MOBILE, ContactKind.LANDLINE)


class Channel(TextChoices):
    """How the customer prefers to be reached."""

    ANY = "", _("No preference")
    CALL = "call", pgettext_lazy("channel", "Call")
    WECHAT = "wechat", _("WeChat")
    SMS = "sms", _("Text message")
    EMAIL = "email", _("E-mail")


class Restriction(TextChoices):
    NONE = "", _("None")
    DO_NOT_CALL = "do_not_call", _("Do not call")
    BLACKLIST = "blacklist", _("Blacklisted")
    COMPETITOR = "competitor", _("Competitor")
    MEDIA = "media", _("Media")


class StopReason(TextChoices):
    """Why a number never becomes a lead."""

    EMPLOYEE = "employee", _("Number of an employee")
    DO_NOT_CALL = "do_not_call", _("Do not call")
    BLACKLIST = "blacklist", _("Blacklisted")
    COMPETITOR = "competitor", _("Competitor")
    MEDIA = "media", _("Media")


class Purpose(TextChoices):
    """What a customer may agree to (domain 14, C1 to C13)."""

    INQUIRY = "C1", _("Contact about my inquiry")
    TEST_DRIVE = "C2", _("Identity check for a test drive")
    CONTRACT = "C3", _("Contract and delivery")
    LOAN = "C4", _("Loan: data to the lender")
    INSURANCE = "C5", _("Insurance: data to the insurer")
    MANUFACTURER = "C6", _("Reports to the manufacturer and warranty")
    SURVEY = "C7", _("Satisfaction survey")
    MARKETING_CALL = "C8", _("Marketing by phone")
    MARKETING_SMS = "C9", _("Marketing by text message")
    MARKETING_WECOM = "C10", _("Marketing by WeCom")
    PROFILING = "C11", _("Personal profile and offers")
    PHOTO = "C12", _("Publication of photos")
    RECORDING = "C13", _("Recording of calls")


class RelationKind(TextChoices):
    """What the other one is to this customer."""

    SPOUSE = "spouse", _("Spouse")
    PARENT = "parent", _("Parent")
    CHILD = "child", _("Child")
    EMPLOYER = "employer", _("Employer")
    EMPLOYEE = "employee", pgettext_lazy("relation", "Employee")
    DRIVER = "driver", _("Driver")
    PAYER = "payer", _("Payer")
    FRIEND = "friend", _("Friend")


# How a relation reads from the other side.
INVERSE = {
    RelationKind.SPOUSE: RelationKind.SPOUSE,
    RelationKind.PARENT: RelationKind.CHILD,
    RelationKind.CHILD: RelationKind.PARENT,
    RelationKind.EMPLOYER: RelationKind.EMPLOYEE,
    RelationKind.EMPLOYEE: RelationKind.EMPLOYER,
    RelationKind.FRIEND: RelationKind.FRIEND,
}


class TagFamily(TextChoices):
    OWNER = "owner", pgettext_lazy("tag", "Owner")
    BEHAVIOUR = "behaviour", _("Behaviour")
    NEED = "need", pgettext_lazy("tag", "Need")
    INTERACTION = "interaction", pgettext_lazy("tag", "Interaction")
    COMPETITOR = "competitor", pgettext_lazy("tag", "Compares with")
    MANUAL = "manual", _("Hand-made")


class TagSource(TextChoices):
    MANUAL = "manual", _("By hand")
    RULE = "rule", _("By rule")
    IMPORT = "import", _("By import")
    MODEL = "model", _("By model")


class SuggestionState(TextChoices):
    OPEN = "open", pgettext_lazy("suggestion", "Open")
    MERGED = "merged", pgettext_lazy("suggestion", "Merged")
    DISMISSED = "dismissed", pgettext_lazy("suggestion", "Not the same")


class RevealPurpose(TextChoices):
    """Why somebody looks at a full number."""

    CALL = "call", _("Call the customer")
    MESSAGE = "message", _("Write a message")
    VERIFY = "verify", _("Check identity")
    DOCUMENT = "document", _("Fill in a document")
    COMPLAINT = "complaint", _("Handle a complaint")
    OTHER = "other", pgettext_lazy("purpose", "Other")


# The fields of a file that people edit, and what they are called.
FIELD_LABELS = {
    "kind": _("Kind"), "name": pgettext_lazy("person", "Name"), "gender": _("Gender"), "birth_on": _("Birth date"),
    "tax_number": _("Tax number"), "city": _("City"), "address": _("Address"),
    "preferred_channel": _("Preferred channel"), "quiet_from": _("Quiet from"), "quiet_to": _("Quiet until"),
    "hobbies": _("Hobbies"), "restriction": _("Restriction"),
}

# What people choose between in a merge; the rest follows by rule.
CHOSEN = ("kind", "name", "gender", "birth_on", "tax_number", "city", "address", "preferred_channel", "quiet_from",
          "quiet_to")


def said_fields(names: list[str] | None) -> str:
    """The names of fields in the reader's language."""
    return "、".join(str(FIELD_LABELS.get(name, name)) for name in names or ())
