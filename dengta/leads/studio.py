"""The plug of the leads room: nouns and rights, kinds of tasks, clocks and notices, fields for rules, what moves."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dengta.core.access import visible
from dengta.core.actors import Actor
from dengta.core.registry import Badge, MenuEntry, Metric, Noun, Panel, Permission, Setting, registry
from dengta.customers.operations import moving
from dengta.customers.types import ForgetPart, LifeStep, MergePart
from dengta.leads import rules
from dengta.leads.models import (
    ImportRun,
    InboxMessage,
    IntentLevel,
    Lead,
    LeadTransfer,
    Opportunity,
    SlaRule,
    Touchpoint,
)
from dengta.leads.operations import passing, recounting
from dengta.leads.pipeline.facts import facts_of_many
from dengta.leads.pipeline.policy import DEFAULTS
from dengta.leads.pipeline.vocabulary import LEAD_FIELDS
from dengta.leads.reports import today_of, watch_of
from dengta.leads.types import HELD, Band, Clock, InboxState, LeadSetting, OpportunityState, TaskWord
from dengta.org.types import Handover
from dengta.studio.types import FieldSet, Output, TableContract
from dengta.work.types import ClockKind, NotificationKind, TaskKind

# -- nouns --------------------------------------------------------------------------------------------------------


def lead_json(row: Lead, actor: Actor) -> dict[str, Any]:
    """A lead as programs see it: the number stays masked."""
    return {
        "id": row.pk,
        "number": row.number,
        "state": row.state,
        "store": row.store_id,
        "customer": row.customer_id,
        "name": row.name,
        "phone": row.phone_shown,
        "city": row.city,
        "channel": row.channel_id,
        "campaign": row.campaign_id,
        "external_id": row.external_id,
        "series": row.series_id,
        "series_text": row.series_text,
        "message": row.message,
        "budget_low": row.budget_low,
        "budget_high": row.budget_high,
        "within_days": row.within_days,
        "score": row.score,
        "band": row.band,
        "score_detail": row.score_detail,
        "owner": row.owner_id,
        "team": row.team_id,
        "asked_at": row.asked_at,
        "received_at": row.received_at,
        "assigned_at": row.assigned_at,
        "first_contact_at": row.first_contact_at,
        "attempts": row.attempts,
        "next_at": row.next_at,
        "due_at": row.due_at,
        "breached_at": row.breached_at,
        "recalls": row.recalls,
        "invalid_reason": row.invalid_reason,
        "duplicate_of": row.duplicate_of_id,
        "opportunity": row.opportunity_id,
    }


def opportunity_json(row: Opportunity, actor: Actor) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.number,
        "state": row.state,
        "level": row.level,
        "suggested_level": row.suggested,
        "store": row.store_id,
        "customer": row.customer_id,
        "name": row.name,
        "phone": row.phone_shown,
        "brand": row.brand_id,
        "series": row.series_id,
        "lead": row.lead_id,
        "channel": row.channel_id,
        "owner": row.owner_id,
        "co_owner": row.co_owner_id,
        "original_owner": row.original_owner_id,
        "need": row.need,
        "budget_low": row.budget_low,
        "budget_high": row.budget_high,
        "within_days": row.within_days,
        "milestones": row.milestones,
        "opened_at": row.opened_at,
        "next_at": row.next_at,
        "due_at": row.due_at,
        "visit_at": row.visit_at,
        "appointment": row.appointment_id,
    }


def message_json(row: InboxMessage, actor: Actor) -> dict[str, Any]:
    """Without the words of the message: whoever needs them opens the lead."""
    return {
        "id": row.pk,
        "receipt": str(row.receipt),
        "channel": row.channel_id,
        "external_id": row.external_id,
        "status": row.state,
        "code": row.code,
        "reason": row.reason,
        "lead": row.lead_id,
        "opportunity": row.opportunity_id,
        "customer": row.customer_id,
        "received_at": row.received_at,
        "processed_at": row.processed_at,
    }


def import_json(row: ImportRun, actor: Actor) -> dict[str, Any]:
    return {
        "id": row.pk,
        "file": row.file_name,
        "state": row.state,
        "store": row.store_id,
        "channel": row.channel_id,
        "read": row.read,
        "created": row.created,
        "updated": row.updated,
        "skipped": row.skipped,
        "failed": row.failed,
        "error": row.error,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
    }


def transfer_json(row: LeadTransfer, actor: Actor) -> dict[str, Any]:
    return {
        "id": row.pk,
        "lead": row.lead_id,
        "from_store": row.from_store_id,
        "to_store": row.to_store_id,
        "reason": row.reason,
        "state": row.state,
        "note": row.note,
        "asked_at": row.asked_at,
    }


def promise_json(row: SlaRule, actor: Actor) -> dict[str, Any]:
    return {
        "id": row.pk,
        "clock": row.clock,
        "band": row.band,
        "channel_kind": row.channel_kind,
        "minutes": row.minutes,
        "calendar": row.calendar,
        "active": row.is_active,
    }


def level_json(row: IntentLevel, actor: Actor) -> dict[str, Any]:
    return {
        "id": row.pk,
        "code": row.code,
        "name": row.label,
        "brand": row.brand_id,
        "window_days": row.window_days,
        "interval_hours": row.interval_hours,
        "pool_after_days": row.pool_after_days,
    }


for key, label in (
    ("leads.lead.see", _("See leads")),
    ("leads.lead.export", _("Export leads")),
    ("leads.opportunity.see", _("See opportunities")),
    ("leads.opportunity.export", _("Export opportunities")),
    ("leads.inboxmessage.see", _("See received messages")),
    ("leads.importrun.see", _("See imports")),
    ("leads.leadtransfer.see", _("See transfers of leads")),
    ("leads.slarule.see", _("See promises")),
):
    registry.add(Permission(key, label))

registry.add(
    Noun(
        "leads.lead",
        Lead,
        _("Lead"),
        rules.leads_seen,
        "leads.lead.see",
        plural=_("Leads"),
        icon="user-question",
        url=Lead.get_absolute_url,
        api=lead_json,
    )
)
registry.add(
    Noun(
        "leads.opportunity",
        Opportunity,
        _("Opportunity"),
        rules.opportunities_seen,
        "leads.opportunity.see",
        plural=_("Opportunities"),
        icon="target-arrow",
        url=Opportunity.get_absolute_url,
        api=opportunity_json,
    )
)
registry.add(
    Noun(
        "leads.inboxmessage",
        InboxMessage,
        _("Message"),
        rules.messages_seen,
        "leads.inboxmessage.see",
        plural=_("Messages"),
        icon="mail",
        api=message_json,
    )
)
registry.add(
    Noun(
        "leads.importrun",
        ImportRun,
        _("Import"),
        rules.imports_seen,
        "leads.importrun.see",
        plural=_("Imports"),
        icon="upload",
        url=ImportRun.get_absolute_url,
        api=import_json,
    )
)
registry.add(
    Noun(
        "leads.leadtransfer",
        LeadTransfer,
        _("Transfer"),
        rules.transfers_seen,
        "leads.leadtransfer.see",
        plural=_("Transfers"),
        icon="transfer",
        api=transfer_json,
    )
)
registry.add(
    Noun(
        "leads.slarule",
        SlaRule,
        _("Promise"),
        rules.promises_seen,
        "leads.slarule.see",
        plural=_("Promises"),
        icon="clock",
        api=promise_json,
    )
)
registry.add(
    Noun(
        "leads.intentlevel",
        IntentLevel,
        _("Level"),
        rules.levels_seen,
        "leads.lead.see",
        plural=_("Levels"),
        icon="stairs",
        api=level_json,
    )
)

# -- tasks, clocks, notices ---------------------------------------------------------------------------------------
ICONS = {
    TaskWord.FIRST_CONTACT: "phone-call",
    TaskWord.NEXT_CONTACT: "phone",
    TaskWord.FOLLOW_UP: "phone",
    TaskWord.EVE: "calendar-check",
    TaskWord.BEFORE: "message",
    TaskWord.BE_THERE: "door-enter",
    TaskWord.INVITE_AGAIN: "calendar-plus",
}
SPOKEN = (TaskWord.FIRST_CONTACT, TaskWord.NEXT_CONTACT, TaskWord.FOLLOW_UP, TaskWord.INVITE_AGAIN)
for word in TaskWord:
    registry.add(TaskKind(word.value, word.label, ICONS[word], on_record=word in SPOKEN))
for clock in Clock:
    registry.add(ClockKind(clock.value, clock.label))
for kind, label, sentence, icon in (
    ("leads.new_lead", pgettext_lazy("notice", "New lead"), _("New lead: {name} {series}, score {score}"), "user-plus"),
    ("leads.repeated", _("Asked again"), _("{name} has asked again: {message}"), "copy"),
    (
        "leads.recalled",
        _("Lead recalled"),
        _("{name} was taken back from {from}: not contacted in time"),
        "arrow-back-up",
    ),
    ("leads.overdue", _("Promise missed"), _("{name}: {clock} is overdue"), "alarm"),
    ("leads.to_check", _("Invalid, to check"), _("{by} reports {name} as invalid"), "ban"),
    ("leads.transfer_asked", _("Transfer asked for"), _("{store} wants to pass {name} to you"), "transfer"),
    ("leads.transfer_decided", _("Transfer decided"), _("The transfer of {name} was {verdict}"), "transfer"),
    ("leads.new_opportunity", _("Customer given to you"), _("{name}, level {level}, is yours now"), "user-plus"),
    (
        "leads.follow_up_overdue",
        _("Follow-up overdue"),
        _("{name}, level {level}: no valid follow-up in time"),
        "alarm",
    ),
):
    registry.add(NotificationKind(kind, label, sentence, icon))

# -- for rules ------------------------------------------------------------------------------------------------------


def find_leads(text: str, rows: Any) -> Any:
    """By number (L0000123) or name; for the try-out."""
    digits = text.strip().upper().removeprefix("L")
    if digits.isdecimal() and len(digits) < 19:
        return rows.filter(pk=int(digits))
    return rows.filter(name__startswith=text.strip()[:80]).order_by("-received_at")


registry.add(FieldSet("leads.lead", LEAD_FIELDS, facts_of_many, find_leads))
registry.add(
    TableContract(
        "lead-score",
        "leads.lead",
        "sum",
        [Output("points", _("Points"), "number", required=True)],
        bands=[str(band) for band in Band],
    )
)
registry.add(
    TableContract("lead-assignment", "leads.lead", "first", [Output("who.min_level", _("Lowest level"), "choice")])
)

# -- settings -------------------------------------------------------------------------------------------------------
SETTINGS = {
    LeadSetting.CLAIMS_PER_DAY: _("Leads somebody may claim in a day"),
    LeadSetting.SISTER_STORE: _("When a customer of a sister store asks: protect, notify or allow"),
    LeadSetting.SISTER_DAYS: _("Days for which the first store is protected"),
    LeadSetting.OPEN_OPPORTUNITIES: _("Open opportunities somebody may have"),
    LeadSetting.TEST_MARKERS: _("Words by which test messages are known, separated by commas"),
}
for setting, label in SETTINGS.items():
    registry.add(Setting(setting.value, label, DEFAULTS[setting]))

# -- what moves -----------------------------------------------------------------------------------------------------
registry.add(moving("leads.lead", _("Leads"), Lead, order=90))
registry.add(moving("leads.touchpoint", _("Inquiries"), Touchpoint, order=91))
registry.add(
    MergePart(
        "leads.opportunity",
        _("Opportunities"),
        passing.count_opportunities,
        passing.move_opportunities,
        passing.unmove_opportunities,
        92,
    )
)
registry.add(ForgetPart("leads.words", passing.forget, order=50))
registry.add(Handover("leads.lead", _("Leads"), passing.count_leads, passing.pass_leads_on, 10))
registry.add(
    Handover(
        "leads.opportunity", _("Opportunities"), passing.count_customers_followed, passing.pass_opportunities_on, 20
    )
)
registry.add(LifeStep("leads.lead", _("Lead"), ["leads.lead.received"], 10))
registry.add(LifeStep("leads.opportunity", _("File opened"), ["leads.opportunity.opened"], 20))
registry.add(LifeStep("leads.invited", _("Invited"), ["leads.opportunity.invited"], 30))
registry.add(LifeStep("leads.arrived", OpportunityState.ARRIVED.label, ["leads.opportunity.arrived"], 40))

# -- on other rooms' pages --------------------------------------------------------------------------------------------


def dealings_of(customer: Any, actor: Actor) -> dict[str, Any] | None:
    """Leads and opportunities of a customer, newest first, as far as this person may see them."""
    leads = list(visible(Lead, actor).filter(customer_id=customer.pk).for_list().order_by("-received_at")[:10])
    rows = visible(Opportunity, actor).filter(customer_id=customer.pk)
    opportunities = list(rows.for_list().order_by("-opened_at")[:10])
    return {"leads": leads, "opportunities": opportunities} if leads or opportunities else None


def last_messages(channel: Any, actor: Actor) -> dict[str, Any]:
    """What came in through a channel last, and what could not be used."""
    rows = visible(InboxMessage, actor).filter(channel_id=channel.pk)
    return {
        "messages": list(rows.order_by("-pk")[:10]),
        "channel": channel,
        "failures": list(rows.filter(state=InboxState.QUARANTINED).order_by("-pk")[:10]),
    }


registry.add(
    Panel(
        "leads.of_customer",
        "customers.customer",
        "leads/panels/of_customer.html",
        dealings_of,
        place="main",
        order=5,
        permission="leads.lead.see",
    )
)
registry.add(
    Panel(
        "leads.of_channel",
        "market.channel",
        "leads/panels/of_channel.html",
        last_messages,
        place="main",
        order=10,
        permission="leads.inboxmessage.see",
    )
)


def due_leads(actor: Actor) -> int:
    """Leads on my list whose promise is due or missed; capped."""
    if actor.employee_id is None:
        return 0
    rows = visible(Lead, actor).filter(owner_id=actor.employee_id, state__in=HELD)
    return rows.filter(Q(breached_at__isnull=False, first_contact_at__isnull=True)).values("pk")[:100].count()


registry.add(Badge("leads.breached", _("Missed promises"), due_leads, "leads:desk", "alarm", 5))

# -- gauges -----------------------------------------------------------------------------------------------------------
registry.add(Metric("leads.inbox_depth", "Messages that wait in the inbox", recounting.inbox_depth))
registry.add(Metric("leads.inbox_age_seconds", "Age of the oldest message that waits", recounting.inbox_age))
registry.add(
    Metric("leads.sla_breaches", "Open leads whose promise of a first contact was missed", recounting.breaching)
)

# -- the menu ---------------------------------------------------------------------------------------------------------
for key, label, url, icon, order, permission in (
    ("leads.desk", _("My leads"), "leads:desk", "headphones", 10, "leads.lead.log_contact"),
    ("leads.board", _("Supervisor board"), "leads:board", "layout-kanban", 20, "leads.lead.assign"),
    ("leads.pool", _("Pool"), "leads:pool", "database", 30, "leads.lead.claim"),
    ("leads.list", _("All leads"), "leads:list", "user-question", 40, "leads.lead.see"),
    ("leads.opportunities", _("Opportunities"), "leads:opportunities", "target-arrow", 50, "leads.opportunity.see"),
    ("leads.imports", _("Imports"), "leads:imports", "file-import", 60, "leads.importrun.see"),
    ("leads.messages", _("Received messages"), "leads:messages", "inbox", 70, "leads.inboxmessage.see"),
    ("leads.transfers", _("Transfers"), "leads:transfers", "transfer", 80, "leads.leadtransfer.see"),
    ("leads.promises", _("Promises and levels"), "leads:promises", "clock-check", 90, "leads.slarule.see"),
):
    registry.add(MenuEntry(key, label, url, icon, "leads", order, permission))
registry.add(MenuEntry("leads.new", _("New lead"), "leads:new", "user-plus", "new", 10, "leads.lead.receive"))

# -- Today ------------------------------------------------------------------------------------------------------------
registry.add(
    Panel("leads.today", "work.today", "leads/panels/today.html", lambda _row, actor: today_of(actor), order=10)
)
registry.add(
    Panel(
        "leads.watch",
        "work.today",
        "leads/panels/watch.html",
        lambda _row, actor: watch_of(actor),
        order=20,
        permission="leads.lead.assign",
    )
)
