"""What a rule may ask about a lead: one field per fact of `facts.py`, with the path by which SQL finds it."""

from __future__ import annotations

from django.db.models import BooleanField as SqlBoolean
from django.db.models import Case, ExpressionWrapper, Q, Value, When
from django.db.models import CharField as SqlText
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dengta.leads.pipeline.facts import LATER, WINDOWS
from dengta.leads.types import Band
from dengta.market.types import SourceLevel
from dengta.studio.types import Field


def yes_no(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=SqlBoolean())


WINDOW = Case(
    *(When(within_days__lte=limit, then=Value(bucket)) for limit, bucket in WINDOWS),
    When(within_days__isnull=False, then=Value(LATER)),
    default=None,
    output_field=SqlText(),
)
WINDOW_CHOICES = [(bucket, bucket) for _limit, bucket in WINDOWS] + [(LATER, LATER)]

LEAD_FIELDS = (
    Field("channel_code", _("Channel code"), "text", expression="channel__code"),
    Field("channel_level1", _("Source"), "choice", choices=SourceLevel.choices, expression="channel__level1"),
    Field("channel_level2", _("Platform or place"), "text", expression="channel__level2"),
    Field("series_code", _("Car series code"), "text", expression="series__code"),
    Field(
        "series_chosen", _("Series chosen"), "boolean", expression=yes_no(Q(series__isnull=False) | ~Q(series_text=""))
    ),
    Field("brand_code", _("Brand code"), "text", expression="series__brand__code"),
    Field("city", _("City"), "text"),
    Field("ip_city", _("City of the address"), "text"),
    Field("phone_city", _("City of the phone"), "text"),
    Field("in_sales_area", _("In the sales area"), "boolean", expression=None),
    Field("budget_low", _("Budget from"), "money"),
    Field("budget_high", _("Budget up to"), "money"),
    Field(
        "budget_stated",
        _("Budget stated"),
        "boolean",
        expression=yes_no(Q(budget_low__isnull=False) | Q(budget_high__isnull=False)),
    ),
    Field("within_days", _("Buys within days"), "number", unit=_("days")),
    Field("window", _("Purchase window"), "choice", choices=WINDOW_CHOICES, unit=_("days"), expression=WINDOW),
    Field("message", _("Message"), "text"),
    Field("trade_in", _("Trade-in asked"), "boolean"),
    Field("finance_interest", _("Loan asked"), "boolean"),
    Field("test_drive", pgettext_lazy("lead", "Test drive wanted"), "boolean"),
    Field("page_views", _("Model pages seen"), "number"),
    Field("configurator", _("Configurator used"), "boolean"),
    Field("consult_minutes", _("Consultation"), "number", unit=_("minutes")),
    Field("phone_verified", _("Phone verified"), "boolean"),
    Field("phone_virtual", _("Virtual number"), "boolean"),
    Field("received_hour", _("Hour of receipt"), "number", expression=None),
    Field("night_bulk", _("One of many forms at night"), "boolean"),
    Field("is_known", _("Known customer"), "boolean"),
    Field("score", _("Score"), "number"),
    Field("band", _("Band"), "choice", choices=Band.choices),
)
