"""Opening a file: the lead has done its work and becomes an opportunity."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dengta.core.actors import Actor
from dengta.core.inputs import Amount, Choice, Flag, Integer, Ref, Text, When
from dengta.core.verbs import NotAllowed, verb
from dengta.customers.operations import consent, relink
from dengta.customers.types import ConsentGrant, Purpose
from dengta.leads.events import LeadConverted
from dengta.leads.pipeline.tables import tables_of
from dengta.leads.pipeline.work import LEAD, take_off
from dengta.leads.types import LEAD_MOVES, UNFINISHED, LeadState, LevelCode

CONVERTED = (
    "name",
    "city",
    "series",
    "within_days",
    "brand",
    "series_text",
    "need",
    "budget_low",
    "budget_high",
    "consented",
    "state",
    "closed_at",
    "opportunity",
    "due_at",
    "next_at",
)


class Closing:
    """One lead, one file."""

    @verb(
        done=LeadConverted,
        label=gettext_lazy("Open file"),
        icon="folder-plus",
        to_state=LEAD_MOVES["convert"][1],
        from_states=LEAD_MOVES["convert"][0],
        inputs=[
            Text("name", label=pgettext_lazy("person", "Name"), max_length=80, initial=lambda row: row and row.name),
            Ref(
                "series",
                to="vehicles.series",
                label=pgettext_lazy("vehicle", "Series"),
                initial=lambda row: row and row.series_id,
            ),
            Integer(
                "within_days",
                label=gettext_lazy("Buys within days"),
                least=0,
                most=1000,
                initial=lambda row: row and row.within_days,
            ),
            Text("city", label=gettext_lazy("City"), max_length=60, initial=lambda row: row and row.city),
            When("next_at", label=gettext_lazy("Next contact"), initial=lambda row: row and row.next_at),
            Choice("level", label=gettext_lazy("Level"), choices=LevelCode.choices, required=False),
            Flag(
                "consented",
                label=gettext_lazy("The customer agrees to be contacted"),
                initial=lambda row: row and bool(row.consented),
            ),
            Text(
                "need",
                label=gettext_lazy("Core need"),
                required=False,
                max_length=1000,
                initial=lambda row: row and row.need,
            ),
            Amount(
                "budget_low",
                label=gettext_lazy("Budget from"),
                required=False,
                initial=lambda row: row and row.budget_low,
            ),
            Amount(
                "budget_high",
                label=gettext_lazy("Budget up to"),
                required=False,
                initial=lambda row: row and row.budget_high,
            ),
        ],
    )
    def convert(
        self,
        *,
        by: Any,
        name: str,
        series: Any,
        within_days: int,
        city: str,
        next_at: datetime,
        level: str = "",
        consented: bool = False,
        need: str = "",
        budget_low: Any = None,
        budget_high: Any = None,
    ) -> LeadConverted:
        """Reached, with name, phone, series, window, city, next contact and consent: an opportunity begins."""
        now = timezone.now()
        _check(self, series, next_at, consented, now)
        self.name, self.city, self.series, self.within_days = name, city, series, within_days
        self.brand_id, self.series_text, self.need = series.brand_id, series.name, need or self.need
        self.budget_low = self.budget_low if budget_low is None else budget_low
        self.budget_high = self.budget_high if budget_high is None else budget_high
        if not self.consented:
            consent(
                [ConsentGrant(self.customer_id, Purpose.INQUIRY.value, "by-word", "call", now, f"{LEAD}:{self.pk}")],
                by=by,
            )
        self.consented = True
        opportunity = _open(self, by, level, next_at)
        self.state, self.closed_at, self.opportunity, self.due_at = LeadState.CONVERTED, now, opportunity, None
        self.next_at = next_at
        self.save(update_fields=CONVERTED)
        take_off([self], why=str(_("File opened")))
        relink(LEAD, {self.pk: (self.owner_id, self.team_id)})
        return LeadConverted(opportunity_id=opportunity.pk, level=opportunity.level)


def _check(lead: Any, series: Any, next_at: datetime, consented: bool, now: datetime) -> None:
    if lead.first_contact_at is None:
        raise NotAllowed(_("Speak to the customer first: nobody has reached them yet."))
    if lead.customer_id is None or not (lead.phone_shown or lead.wechat):
        raise NotAllowed(_("There is no phone number or WeChat of this customer. Add one before you open the file."))
    if not consented and not lead.consented:
        raise NotAllowed(_("Ask the customer whether you may contact them, and tick it."))
    if next_at <= now:
        raise NotAllowed(_("The next contact must lie ahead."))
    opportunity = tables_of(type(lead)).opportunity
    other = (
        opportunity.objects.filter(
            customer_id=lead.customer_id, store_id=lead.store_id, brand_id=series.brand_id, state__in=UNFINISHED
        )
        .select_related("owner")
        .first()
    )
    if other is not None:
        raise NotAllowed(
            _("This customer already has an open file with %(name)s. Pass this inquiry to them.")
            % {"name": other.owner.name if other.owner else _("nobody")}
        )


def _open(lead: Any, by: Any, level: str, next_at: datetime) -> Any:
    """The birth of the opportunity runs as the system: whoever may open files from leads needs no further right."""
    opportunity = tables_of(type(lead)).opportunity
    hand = Actor(
        by.kind, by.id, by.label, by.group_id, by.employee_id, by.stores, language=by.language, all_powerful=True
    )
    try:
        with transaction.atomic():
            return opportunity.open(by=hand, lead=lead, level=level, next_at=next_at)
    except IntegrityError as error:
        if "leads_opportunity_one_open" not in str(error):
            raise
        raise NotAllowed(
            _("A colleague has just opened a file for this customer. Look at it before you go on.")
        ) from None
