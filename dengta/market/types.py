"""Words of the market room, and what the door of a channel knows and says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

INTAKE_PATH = "/api/v1/intake/"
FORM_PATH = "/f/"
MAX_BYTES = 5 * 1024 * 1024
PER_MINUTE = 300_000
FAILURES_PER_MINUTE = 300  # refused knocks from one address, before it is told to wait
FORMS_PER_MINUTE = 20  # public forms from one address


class ChannelKind(models.TextChoices):
    JSON = "json", _("JSON messages")
    FORM = "form", _("Web form")
    ADF = "adf", _("ADF/XML messages")
    IMPORT = "import", _("File import")
    MANUAL = "manual", _("Entered by hand")
    DEMO = "demo", _("Demonstration")


INTAKE_KINDS = (ChannelKind.JSON, ChannelKind.ADF)
KEYED_KINDS = (*INTAKE_KINDS, ChannelKind.FORM)


class SourceLevel(models.TextChoices):
    ONLINE = "online", _("Online")
    OFFLINE = "offline", _("Offline")
    REFERRAL = "referral", _("Referral")
    OEM = "oem", _("Manufacturer")


class CostModel(models.TextChoices):
    FREE = "free", _("Free")
    CPL = "cpl", _("Per lead")
    ANNUAL = "annual", _("Annual fee")
    BUDGET = "budget", _("Budget")


class ChannelState(models.TextChoices):
    ACTIVE = "active", pgettext_lazy("channel", "Open")
    PAUSED = "paused", pgettext_lazy("channel", "Paused")


class CampaignType(models.TextChoices):
    AUTO_SHOW = "auto_show", _("Auto show")
    TOURING_SHOW = "touring_show", _("Touring show")
    SHOWROOM = "showroom", _("Showroom event")
    TEST_DRIVE = "test_drive", _("Test drive event")
    ONLINE = "online", _("Online campaign")
    PARTNER = "partner", _("With a partner")
    OWNERS = "owners", _("Owners' event")
    OTHER = "other", _("Other")


class CampaignState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("campaign", "Draft")
    RUNNING = "running", pgettext_lazy("campaign", "Running")
    ENDED = "ended", pgettext_lazy("campaign", "Ended")
    CANCELLED = "cancelled", pgettext_lazy("campaign", "Cancelled")


class FormField(models.TextChoices):
    """What a public form may ask beside name and phone, which it always asks."""

    WECHAT = "wechat", _("WeChat ID")
    EMAIL = "email", _("E-mail")
    CITY = "city", _("City")
    SERIES = "series", _("Car of interest")
    BUDGET = "budget", _("Budget")
    WINDOW = "purchase_within_days", _("When to buy")
    TEST_DRIVE = "test_drive", _("Book a test drive")
    TRADE_IN = "trade_in", _("Car to trade in")
    MESSAGE = "message", _("Message")


USUAL_FORM_FIELDS = (FormField.SERIES.value, FormField.WINDOW.value, FormField.MESSAGE.value)


@dataclass(frozen=True)
class Door:
    """What the intake needs to know of a channel, found by one key without knowing the group."""

    key: str
    kind: str
    group_id: int
    store_id: int
    channel_id: int
    campaign_id: int | None
    is_open: bool
    bearer_hash: str
    previous_hash: str
    previous_until: datetime | None
    sealed_secret: str
    previous_secret: str
    per_minute: int
    max_bytes: int
    id_field: str


@dataclass(frozen=True)
class Issued:
    """Fresh credentials, readable only now."""

    bearer: str
    secret: str


class NotAdmitted(Exception):
    """Refused at the door of a channel; `status` is the HTTP status, `retry_after` is in seconds."""

    def __init__(self, status: int, code: str, message: str, retry_after: int = 0):
        super().__init__(message)
        self.status, self.code, self.message, self.retry_after = status, code, message, retry_after
