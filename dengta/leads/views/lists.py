"""Lists: all leads, the pool, opportunities, what is to be checked, transfers between stores."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dengta.core import search
from dengta.core.access import visible
from dengta.core.actors import Actor
from dengta.core.handlers import page
from dengta.core.lists import ChoiceFilter, Column, DateFilter, FlagFilter, ListSpec, RefFilter, SavedView, TextFilter
from dengta.core.templatetags.dengta import countdown, state_badge
from dengta.core.templatetags.dengta import money as said_money
from dengta.leads.models import Lead, LeadTransfer, Opportunity
from dengta.leads.operations import tell_export
from dengta.leads.types import Band, LeadState, LevelCode, OpportunityState, TransferState
from dengta.market.models import Campaign, Channel
from dengta.org.models import Employee, Store
from dengta.vehicles.models import Series

MOST_HITS = 200
MOST_CHOICES = 300
PAGE = 100


# -- what lists ask and show ------------------------------------------------------------------------------------------
def find(rows: QuerySet, text: str, actor: Actor) -> QuerySet:
    """By the customer's name, pinyin, initials or end of the number, or by the number of the lead."""
    ids = [hit.row_id for hit in search.find(actor, text, ["customers.customer"], limit=MOST_HITS)]
    found = Q(customer_id__in=ids)
    digits = text.strip().upper().lstrip("LO")
    if digits.isdecimal() and len(digits) < 19:
        found |= Q(pk=int(digits))
    return rows.filter(found)


def _channels(actor: Actor) -> list[tuple[int, str]]:
    return [(one.pk, one.name) for one in visible(Channel, actor).order_by("store_id", "name")[:MOST_CHOICES]]


def _campaigns(actor: Actor) -> list[tuple[int, str]]:
    return [(one.pk, one.name) for one in visible(Campaign, actor).order_by("-pk")[:MOST_CHOICES]]


def _series(actor: Actor) -> list[tuple[int, str]]:
    return [(one.pk, one.name) for one in visible(Series, actor).order_by("name")[:MOST_CHOICES]]


def _people(actor: Actor) -> list[tuple[int, str]]:
    return [(one.pk, one.name) for one in visible(Employee, actor).working().order_by("search", "pk")[:MOST_CHOICES]]


def _stores(actor: Actor) -> list[tuple[int, str]]:
    return [(one.pk, one.name) for one in visible(Store, actor).order_by("pk")[:MOST_CHOICES]]


def _mine(actor: Actor) -> Q:
    return Q(owner_id=actor.employee_id)


def _who(row: Any) -> Any:
    return format_html('{} <span class="soft num">{}</span>', row.name or row.number, row.phone_shown)


def _score(row: Lead) -> Any:
    return format_html('<span class="num">{}</span> {}', f"{row.score:.0f}", state_badge(row, "band"))


def _clock(row: Lead) -> Any:
    """The promise that runs, or that it was missed; nothing for what is closed."""
    return countdown(row.due_at) if row.is_held and row.due_at else ""


def _level(row: Opportunity) -> Any:
    return format_html('<span class="level small">{}</span>', row.level)


def _budget(row: Any) -> Any:
    found = [said_money(amount) for amount in (row.budget_low, row.budget_high) if amount is not None]
    return format_html("{} – {}", *found) if len(found) == 2 else found[0] if found else ""


SERIES = pgettext_lazy("vehicle", "Series")
MISSED = Q(breached_at__isnull=False, first_contact_at__isnull=True)
WHO = Column("name", _("Customer"), show=_who, main=True, export=lambda row: row.name)
NUMBER = Column("phone", _("Phone"), value="phone_shown", default=False, desk_only=True)
STORE = Column("store", _("Store"), value="store.name", default=False, desk_only=True)
OWNER = Column("owner", _("Owner"), value="owner.name")
CHANNEL = Column("channel", _("Source"), value="channel.name")
FROM = [
    RefFilter("channel", _("Source"), path="channel_id", choices=_channels),
    RefFilter("series", SERIES, path="series_id", choices=_series),
]
PLACE = [
    RefFilter("campaign", _("Campaign"), path="campaign_id", choices=_campaigns),
    TextFilter("city", _("City")),
    RefFilter("store", _("Store"), path="store_id", choices=_stores),
]

LEADS = ListSpec(
    key="leads.lead",
    columns=[
        WHO,
        NUMBER,
        Column("due_at", _("Clock"), show=_clock, export=lambda row: row.due_at, corner=True),
        Column("state", _("State"), show=state_badge, export=lambda row: row.get_state_display()),
        Column("series_text", SERIES),
        Column("score", _("Score"), show=_score, export=lambda row: row.score, numeric=True),
        Column("band", _("Band"), value="get_band_display", default=False),
        CHANNEL,
        Column("campaign", _("Campaign"), value="campaign.name", default=False),
        Column("city", _("City"), desk_only=True, default=False),
        OWNER,
        Column("attempts", _("Attempts"), numeric=True, default=False),
        Column("received_at", _("Received"), sort="received_at"),
        Column("first_contact_at", _("First contact"), default=False),
        Column("next_at", _("Next contact"), default=False),
        Column(
            "budget", _("Budget"), value=_budget, export=lambda row: row.budget_high or row.budget_low, default=False
        ),
        STORE,
        Column("number", _("Number"), default=False, desk_only=True),
    ],
    filters=[
        ChoiceFilter("state", _("State"), choices=LeadState.choices),
        ChoiceFilter("band", _("Band"), choices=Band.choices),
        RefFilter("owner", _("Owner"), path="owner_id", choices=_people, blank=True),
        *FROM,
        DateFilter("received", _("Received"), path="received_at"),
        FlagFilter("missed", _("Promise missed"), condition=MISSED),
        FlagFilter("mine", _("Mine"), condition=_mine),
        *PLACE,
    ],
    views=[
        SavedView("today", _("Received today"), "received=today"),
        SavedView("open", _("Being worked on"), "state=assigned&state=contacting"),
        SavedView("missed", _("Promise missed"), "missed=1&state=new&state=pool&state=assigned&state=contacting"),
        SavedView("opened", _("File opened"), "state=converted"),
    ],
    sort="-received_at",
    search=find,
    search_label=_("Name, pinyin, last 4 digits, L number"),
    url=Lead.get_absolute_url,
)

POOL = ListSpec(
    key="leads.pool",
    columns=[
        WHO,
        Column("pooled_at", _("In the pool since"), sort="pooled_at", corner=True),
        Column("series_text", SERIES),
        Column("city", _("City")),
        Column("score", _("Score"), show=_score, numeric=True),
        CHANNEL,
        Column("reason", _("Why here"), value="pool_reason_label"),
        Column("recalls", _("Recalls"), numeric=True, default=False),
        STORE,
    ],
    filters=[
        ChoiceFilter("band", _("Band"), choices=Band.choices),
        *FROM,
        DateFilter("since", _("In the pool since"), path="pooled_at"),
        *PLACE,
    ],
    views=[SavedView("high", _("High band"), "band=high"), SavedView("today", _("Came today"), "since=today")],
    sort="-pooled_at",
    url=Lead.get_absolute_url,
)

OPPORTUNITIES = ListSpec(
    key="leads.opportunity",
    columns=[
        WHO,
        NUMBER,
        Column(
            "due_at",
            _("Clock"),
            show=lambda row: countdown(row.due_at) if row.is_worked and row.due_at else "",
            export=lambda row: row.due_at,
            corner=True,
        ),
        Column("level", _("Level"), show=_level, export=lambda row: row.level),
        Column("state", _("State"), show=state_badge, export=lambda row: row.get_state_display()),
        Column("series", SERIES, value="series.name"),
        Column(
            "budget", _("Budget"), value=_budget, export=lambda row: row.budget_high or row.budget_low, default=False
        ),
        Column("visit_at", _("Visit")),
        CHANNEL,
        OWNER,
        Column("opened_at", pgettext_lazy("opportunity", "Opened"), sort="opened_at"),
        Column("last_contact_at", _("Last contact"), default=False),
        Column("city", _("City"), default=False, desk_only=True),
        STORE,
        Column("number", _("Number"), default=False, desk_only=True),
    ],
    filters=[
        ChoiceFilter("state", _("State"), choices=OpportunityState.choices),
        ChoiceFilter("level", _("Level"), choices=[(code.value, code.value) for code in LevelCode]),
        RefFilter("owner", _("Owner"), path="owner_id", choices=_people, blank=True),
        *FROM,
        DateFilter("opened", pgettext_lazy("opportunity", "Opened"), path="opened_at"),
        DateFilter("visit", _("Visit"), path="visit_at"),
        FlagFilter("late", _("Follow-up overdue"), condition=Q(overdue_at__isnull=False)),
        FlagFilter("mine", _("Mine"), condition=_mine),
        *PLACE,
    ],
    views=[
        SavedView("invite", _("To invite"), "state=following"),
        SavedView("invited", pgettext_lazy("opportunity", "Invited"), "state=invited"),
        SavedView("late", _("Follow-up overdue"), "late=1&state=following&state=invited&state=arrived"),
        SavedView("pool", pgettext_lazy("opportunity", "In the pool"), "state=pool"),
    ],
    sort="-opened_at",
    search=find,
    search_label=_("Name, pinyin, last 4 digits, O number"),
    url=Opportunity.get_absolute_url,
)


# -- pages ------------------------------------------------------------------------------------------------------------
@page("leads.lead.see", methods=("GET", "HEAD"))
def leads(request: HttpRequest) -> HttpResponse:
    """Leads of all channels in one list; its state is its address."""
    rows = visible(Lead, request.actor).for_list().select_related("store")
    if kind := request.GET.get("export"):
        return _export(request, LEADS, rows, kind, "leads.lead")
    return render(
        request,
        "leads/leads.html",
        {
            "page": LEADS.page(request.GET, rows, actor=request.actor, path=request.path),
            "may_export": request.actor.may("leads.lead.export"),
            "may_assign": request.actor.may("leads.lead.assign"),
        },
    )


@page("leads.lead.claim", methods=("GET", "HEAD"))
def pool(request: HttpRequest) -> HttpResponse:
    """Leads without an owner, the latest first; phones are masked. Of two who claim one, exactly one gets it."""
    rows = visible(Lead, request.actor).in_pool().for_list().select_related("store")
    return render(
        request,
        "leads/pool.html",
        {
            "page": POOL.page(request.GET, rows, actor=request.actor, path=request.path),
            "may_assign": request.actor.may("leads.lead.assign"),
        },
    )


@page("leads.opportunity.see", methods=("GET", "HEAD"))
def opportunities(request: HttpRequest) -> HttpResponse:
    """Everybody with an opened file."""
    rows = visible(Opportunity, request.actor).for_list().select_related("store", "campaign")
    if kind := request.GET.get("export"):
        return _export(request, OPPORTUNITIES, rows, kind, "leads.opportunity")
    return render(
        request,
        "leads/opportunities.html",
        {
            "page": OPPORTUNITIES.page(request.GET, rows, actor=request.actor, path=request.path),
            "may_export": request.actor.may("leads.opportunity.export"),
        },
    )


def _export(request: HttpRequest, spec: ListSpec, rows: QuerySet, kind: str, noun: str) -> HttpResponse:
    """Numbers stay masked in files, and each file leaves a trace."""
    if kind not in ("csv", "xlsx") or not request.actor.may(f"{noun}.export"):
        raise Http404
    tell_export(noun, by=request.actor, file=kind, query=request.GET.urlencode()[:200])
    name = f"{noun.rpartition('.')[2]}s-{timezone.localdate():%Y%m%d}"
    return spec.export(request.GET, rows, kind, actor=request.actor, file_name=name)


@page("leads.lead.approve_invalid", methods=("GET", "HEAD"))
def to_check(request: HttpRequest) -> HttpResponse:
    """Reported as invalid, with what was tried; the oldest report first."""
    rows = visible(Lead, request.actor).to_check().for_list().order_by(F("assigned_at").asc(nulls_last=True), "pk")
    found = list(rows[: PAGE + 1])
    return render(request, "leads/to_check.html", {"rows": found[:PAGE], "more": len(found) > PAGE})


@page("leads.leadtransfer.see", methods=("GET", "HEAD"))
def transfers(request: HttpRequest) -> HttpResponse:
    """What sister stores ask of us, and what we asked of them."""
    rows = visible(LeadTransfer, request.actor).select_related("from_store", "to_store", "asked_by", "decided_by")
    asked = list(rows.filter(state=TransferState.ASKED).order_by("-asked_at")[:PAGE])
    decided = list(rows.exclude(state=TransferState.ASKED).order_by("-decided_at")[:50])
    return render(request, "leads/transfers.html", {"asked": asked, "decided": decided})
