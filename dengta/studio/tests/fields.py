"""A field set to test with: the codes that the leads room registers, over no model at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dengta.core.registry import registry
from dengta.studio.types import Field, FieldSet, TableContract

LEVELS = [("online", "Online"), ("offline", "Offline"), ("referral", "Referral"), ("oem", "Manufacturer")]
BANDS = [("high", "High"), ("medium", "Medium"), ("low", "Low")]
FLAGS = ("series_chosen", "in_sales_area", "budget_stated", "trade_in", "finance_interest", "test_drive",
         "configurator", "phone_verified", "phone_virtual", "night_bulk", "is_known")

LEADS = FieldSet("leads.lead", [
    Field("channel_level1", "Channel", "choice", choices=LEVELS), Field("series_code", "Series", "choice"),
    Field("city", "City", "text"), Field("ip_city", "City of the address", "text"),
    Field("budget_low", "Budget from", "money"), Field("within_days", "Buys within", "number", unit="days"),
    Field("page_views", "Model pages", "number"), Field("consult_minutes", "Consultation", "number", unit="min"),
    Field("received_hour", "Hour", "number"), Field("score", "Score", "number"),
    Field("band", "Band", "choice", choices=BANDS), *(Field(code, code, "boolean") for code in FLAGS)])


@contextmanager
def lead_fields(*more: object) -> Iterator[FieldSet]:
    """The leads room's own field set where it is installed, else ours."""
    if registry.has(FieldSet, "leads.lead"):
        with registry.temporarily(*(one for one in more if not registry.has(type(one), one.key))):
            yield registry.get(FieldSet, "leads.lead")
    else:
        with registry.temporarily(LEADS, *more):
            yield LEADS


def contract(code: str = "test-score", **more: object) -> TableContract:
    return TableContract(code, "leads.lead", "sum", bands=("high", "medium", "low"), **more)
