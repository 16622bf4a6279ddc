"""What happens to leads and opportunities. Sentences are shown on the timeline after the actor's name."""

from django.utils.translation import gettext_lazy as _

from dengta.core.events import Event


class LeadReceived(Event):
    key = "leads.lead.received"
    label = _("Lead received")
    sentence = _("lead received through {channel_name}, score {score}")
    icon = "inbox"
    channel_name: str = ""
    series_name: str = ""
    score: float = 0
    band: str = ""
    state: str = ""
    message_id: int | None = None


class LeadScreened(Event):
    key = "leads.lead.screened"
    label = _("Lead screened out")
    sentence = _("screened out: {reason_label}")
    icon = "filter"
    reason: str = ""
    reason_label: str = ""


class LeadRepeated(Event):
    key = "leads.lead.repeated"
    label = _("Asked again")
    sentence = _("the customer asked again through {channel_name}: {message}")
    icon = "copy"
    channel_name: str = ""
    message: str = ""
    kind: str = ""
    lead_id: int | None = None
    opportunity_id: int | None = None
    owner_id: int | None = None


class LeadCorrected(Event):
    key = "leads.lead.corrected"
    label = _("Lead corrected by the sender")
    sentence = _("the sender corrected: {changed}")
    icon = "refresh"
    changed: str = ""
    before: dict | None = None
    after: dict | None = None


class LeadAssigned(Event):
    key = "leads.lead.assigned"
    label = _("Lead assigned")
    sentence = _("assigned to {to_name}. {reason}")
    icon = "user-plus"
    to_id: int
    to_name: str = ""
    from_id: int | None = None
    reason: str = ""
    how: str = ""


class LeadPooled(Event):
    key = "leads.lead.pooled"
    label = _("Lead put into the pool")
    sentence = _("put into the pool: {reason}")
    icon = "database"
    from_id: int | None = None
    reason: str = ""
    how: str = ""


class LeadClaimed(Event):
    key = "leads.lead.claimed"
    label = _("Lead claimed")
    sentence = _("claimed from the pool by {to_name}")
    icon = "hand-grab"
    to_id: int
    to_name: str = ""


class LeadRecalled(Event):
    key = "leads.lead.recalled"
    label = _("Lead recalled")
    sentence = _("taken back from {from_name} into the pool: {reason}")
    icon = "arrow-back-up"
    from_id: int | None = None
    from_name: str = ""
    reason: str = ""
    recalls: int = 0


class LeadDialled(Event):
    key = "leads.lead.dialled"
    label = _("Call begun")
    sentence = _("began to call")
    icon = "phone-outgoing"


class LeadContacted(Event):
    key = "leads.lead.contacted"
    label = _("Lead contacted")
    sentence = _("{channel_label}: {result_label} {talk}. {content}")
    icon = "phone"
    follow_up_id: int | None = None
    channel: str = ""
    channel_label: str = ""
    result: str = ""
    result_label: str = ""
    talk_seconds: int = 0
    talk: str = ""
    content: str = ""
    attempt: int = 0
    first: bool = False
    reached: bool = False
    valid: bool = False


class LeadMarkedInvalid(Event):
    key = "leads.lead.marked_invalid"
    label = _("Lead reported invalid")
    sentence = _("reported invalid: {reason_label}. {note}")
    icon = "ban"
    reason: str = ""
    reason_label: str = ""
    note: str = ""


class LeadInvalidWithdrawn(Event):
    key = "leads.lead.invalid_withdrawn"
    label = _("Report withdrawn")
    sentence = _("withdrew the report that the lead is invalid")
    icon = "arrow-back-up"


class LeadInvalidApproved(Event):
    key = "leads.lead.invalid_approved"
    label = _("Lead invalid")
    sentence = _("confirmed as invalid: {reason_label}. {note}")
    icon = "circle-x"
    reason: str = ""
    reason_label: str = ""
    note: str = ""


class LeadInvalidRejected(Event):
    key = "leads.lead.invalid_rejected"
    label = _("Invalid report rejected")
    sentence = _("did not accept it as invalid: {note}")
    icon = "arrow-back"
    note: str = ""
    owner_id: int | None = None


class LeadChanged(Event):
    key = "leads.lead.changed"
    label = _("Lead corrected")
    sentence = _("corrected: {changed}")
    icon = "pencil"
    changed: str = ""
    before: dict | None = None
    after: dict | None = None


class LeadReopened(Event):
    key = "leads.lead.reopened"
    label = _("Lead reopened")
    sentence = _("reopened: {reason}")
    icon = "rotate"
    reason: str = ""


class LeadNurtured(Event):
    key = "leads.lead.nurtured"
    label = _("Lead put to nurturing")
    sentence = _("put to nurturing: {reason}")
    icon = "plant"
    reason: str = ""


class LeadRevived(Event):
    key = "leads.lead.revived"
    label = _("Lead revived")
    sentence = _("came back from nurturing: {reason}")
    icon = "bolt"
    reason: str = ""
    owner_id: int | None = None


class LeadConverted(Event):
    key = "leads.lead.converted"
    label = _("File opened")
    sentence = _("opened a file, level {level}")
    icon = "folder-plus"
    opportunity_id: int
    level: str = ""


class LeadRescored(Event):
    key = "leads.lead.rescored"
    label = _("Lead scored again")
    sentence = _("scored again: {before} → {score}")
    icon = "chart-bar"
    before: float = 0
    score: float = 0
    band_before: str = ""
    band: str = ""
    version: str = ""


class LeadOverdue(Event):
    key = "leads.lead.overdue"
    label = _("Promise missed")
    sentence = _("missed the promise: {clock_label}")
    icon = "alarm"
    clock: str = ""
    clock_label: str = ""
    owner_id: int | None = None


class TransferAsked(Event):
    key = "leads.lead.transfer_asked"
    label = _("Transfer asked for")
    sentence = _("asked to pass it on to {to_store}: {reason}")
    icon = "transfer"
    to_store_id: int
    to_store: str = ""
    reason: str = ""


class TransferAccepted(Event):
    key = "leads.leadtransfer.accepted"
    label = _("Transfer accepted")
    sentence = _("took it over for {to_store}")
    icon = "transfer-in"
    lead_id: int
    to_store_id: int
    to_store: str = ""


class TransferRefused(Event):
    key = "leads.leadtransfer.refused"
    label = _("Transfer refused")
    sentence = _("refused the transfer: {reason}")
    icon = "transfer-out"
    lead_id: int
    reason: str = ""


class OpportunityOpened(Event):
    key = "leads.opportunity.opened"
    label = _("File opened")
    sentence = _("opened a file for {series_name}, level {level}")
    icon = "folder-plus"
    level: str = ""
    series_name: str = ""
    lead_id: int | None = None
    owner_id: int | None = None


class OpportunityFollowedUp(Event):
    key = "leads.opportunity.followed_up"
    label = _("Followed up")
    sentence = _("{channel_label}: {result_label} {talk}. {content}")
    icon = "phone"
    follow_up_id: int | None = None
    channel: str = ""
    channel_label: str = ""
    result: str = ""
    result_label: str = ""
    talk_seconds: int = 0
    talk: str = ""
    content: str = ""
    valid: bool = False


class OpportunityMilestone(Event):
    key = "leads.opportunity.milestone"
    label = _("Milestone reached")
    sentence = _("reached: {milestone_label}. {note}")
    icon = "flag"
    milestone: str = ""
    milestone_label: str = ""
    note: str = ""


class OpportunityInvited(Event):
    key = "leads.opportunity.invited"
    label = _("Visit agreed")
    sentence = _("agreed a visit: {starts}")
    icon = "calendar-plus"
    appointment_id: int
    starts: str = ""
    starts_at: str = ""
    kind: str = ""


class OpportunityLevelSet(Event):
    key = "leads.opportunity.level_set"
    label = _("Level changed")
    sentence = _("level {before} → {level}. {reason}")
    icon = "stairs"
    before: str = ""
    level: str = ""
    suggested: str = ""
    reason: str = ""


class OpportunityReassigned(Event):
    key = "leads.opportunity.reassigned"
    label = _("Opportunity reassigned")
    sentence = _("given to {to_name}. {reason}")
    icon = "user-plus"
    to_id: int
    to_name: str = ""
    from_id: int | None = None
    reason: str = ""


class OpportunityPooled(Event):
    key = "leads.opportunity.pooled"
    label = _("Opportunity put into the pool")
    sentence = _("put into the pool: {reason}")
    icon = "database"
    from_id: int | None = None
    reason: str = ""


class OpportunityClaimed(Event):
    key = "leads.opportunity.claimed"
    label = _("Opportunity claimed")
    sentence = _("claimed from the pool by {to_name}")
    icon = "hand-grab"
    to_id: int
    to_name: str = ""


class OpportunityVisitMissed(Event):
    key = "leads.opportunity.visit_missed"
    label = _("Did not come")
    sentence = _("did not come to the visit of {starts}")
    icon = "user-x"
    starts: str = ""


class OpportunityArrived(Event):
    key = "leads.opportunity.arrived"
    label = _("Arrived")
    sentence = _("came to the showroom")
    icon = "user-check"
    again: bool = False


class OpportunityLeftShowroom(Event):
    key = "leads.opportunity.left_showroom"
    label = _("Visit ended without an order")
    sentence = _("left without an order: {reason}")
    icon = "arrow-back"
    reason: str = ""


class OpportunityRevived(Event):
    key = "leads.opportunity.revived"
    label = _("Opportunity revived")
    sentence = _("came back: {reason}")
    icon = "bolt"
    reason: str = ""
    owner_id: int | None = None


class OpportunityOverdue(Event):
    key = "leads.opportunity.overdue"
    label = _("Follow-up overdue")
    sentence = _("no valid follow-up in time for level {level}")
    icon = "alarm"
    level: str = ""
    owner_id: int | None = None


class LeadsExported(Event):
    key = "leads.lead.exported"
    label = _("Leads exported")
    sentence = _("exported a list of leads as {file}: {query}")
    icon = "file-export"
    file: str
    query: str = ""


class OpportunitiesExported(Event):
    key = "leads.opportunity.exported"
    label = _("Opportunities exported")
    sentence = _("exported a list of opportunities as {file}: {query}")
    icon = "file-export"
    file: str
    query: str = ""


class ImportUploaded(Event):
    key = "leads.importrun.uploaded"
    label = _("File uploaded")
    sentence = _("uploaded {file_name}")
    icon = "upload"
    file_name: str = ""


class ImportStarted(Event):
    key = "leads.importrun.started"
    label = _("Import started")
    sentence = _("started to import {file_name}")
    icon = "upload"
    file_name: str = ""


class ImportCancelled(Event):
    key = "leads.importrun.cancelled"
    label = _("Import stopped")
    sentence = _("stopped the import of {file_name}")
    icon = "circle-x"
    file_name: str = ""


class ImportFinished(Event):
    key = "leads.importrun.finished"
    label = _("Import finished")
    sentence = _("imported {file_name}: {created} new, {updated} updated, {skipped} skipped, {failed} failed")
    icon = "file-check"
    file_name: str = ""
    created: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0


class MessageTested(Event):
    key = "leads.inboxmessage.tested"
    label = _("Test message sent")
    sentence = _("sent a test message through {channel_name}")
    icon = "send"
    channel_name: str = ""


class MessageReplayed(Event):
    key = "leads.inboxmessage.replayed"
    label = _("Message tried again")
    sentence = _("corrected the message and sent it through again: {changed}")
    icon = "rotate"
    changed: str = ""


class SlaRuleChanged(Event):
    key = "leads.slarule.changed"
    label = _("Promise changed")
    sentence = _("changed the promise “{kind_label}” from {before} to {minutes} minutes")
    icon = "clock-edit"
    kind_label: str = ""
    before: int = 0
    minutes: int = 0


class IntentLevelChanged(Event):
    key = "leads.intentlevel.changed"
    label = _("Level rule changed")
    sentence = _("changed level {code}: {changed}")
    icon = "stairs"
    code: str = ""
    changed: str = ""
