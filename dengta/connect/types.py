"""What the wire formats hand to the rooms above: items, refusals, and the names of a message's fields."""

from dataclasses import dataclass, field
from typing import Any

# The contract of the intake (JSON field names); everything else a sender writes lands in `extra`.
CONTRACT_FIELDS = (
    "external_id",
    "at",
    "name",
    "phone",
    "wechat",
    "email",
    "city",
    "series",
    "budget_low",
    "budget_high",
    "purchase_within_days",
    "campaign",
    "message",
    "consent",
)
MORE_FIELDS = ("gender", "trade_in", "test_drive", "status")
FIELDS = CONTRACT_FIELDS + MORE_FIELDS

EXTERNAL_ID_LENGTH = 200


class FormatRefused(Exception):
    """The whole body cannot be read. `code` is for machines, the text is a sentence for the sender."""

    def __init__(self, code: str, message: str, status: int = 422):
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass(slots=True)
class Item:
    """One message of a body. `fields` can be stored as JSON as it is; a bad item carries its error instead of
    refusing its neighbours. Two items with the same non-empty `identity` in one channel are the same message."""

    index: int
    fields: dict[str, Any]
    external_id: str = ""
    identity: str = ""
    code: str = ""
    error: str = ""
    source: str = ""

    @property
    def is_bad(self) -> bool:
        return bool(self.code)


@dataclass(slots=True)
class Tidied:
    """A message with typed values, and what could not be read (field → sentence)."""

    fields: dict[str, Any]
    problems: dict[str, str] = field(default_factory=dict)
