"""Campaigns: planning, the public form, publishing, ending."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from dengta.connect.secrets import new_path_token
from dengta.core.inputs import Amount, BadInput, Choice, Day, Integer, LongText, Many, Ref, Text
from dengta.core.verbs import NotAllowed, birth, verb
from dengta.market import events
from dengta.market.types import CampaignState, CampaignType, ChannelKind, ChannelState, FormField
from dengta.market.verbs.opening import check_code, edited, now

PLAN_INPUTS = [
    Choice("type", _("Type"), required=False, choices=CampaignType.choices, initial=now("type")),
    Day("starts_on", _("From"), required=False, initial=now("starts_on")),
    Day("ends_on", _("To"), required=False, initial=now("ends_on")),
    Text(
        "place", pgettext_lazy("campaign", "Place"), required=False, max_length=120, initial=now("place"), clears=True
    ),
    Amount("budget_amount", _("Budget"), required=False, initial=now("budget_amount")),
    Integer("target_leads", _("Target: leads"), required=False, least=0, most=1_000_000, initial=now("target_leads")),
    Integer(
        "target_visits", _("Target: visits"), required=False, least=0, most=1_000_000, initial=now("target_visits")
    ),
    Integer(
        "target_orders", _("Target: orders"), required=False, least=0, most=1_000_000, initial=now("target_orders")
    ),
]
OPEN = (CampaignState.DRAFT, CampaignState.RUNNING)


class Campaigning:
    """Draft → running → ended; a draft or a running campaign may be cancelled."""

    @birth(
        done=events.CampaignPlanned,
        label=_("New campaign"),
        icon="plus",
        inputs=[
            Ref("channel", _("Channel"), to="market.channel", help=_("Leads of the form carry this source.")),
            Text("code", _("Code"), max_length=40, help=_("Short and lasting; messages may name it.")),
            Text("name", _("Name"), max_length=80),
            *PLAN_INPUTS,
        ],
    )
    def plan(cls, *, by: Any, channel: Any, code: str, name: str, **given: Any) -> Any:
        """A campaign of the channel's store. Its form asks the usual questions until it is changed."""
        check_code(cls, code)
        check_days(given.get("starts_on"), given.get("ends_on"))
        given = {field: value for field, value in given.items() if value is not None}
        campaign = cls.objects.create(
            channel=channel,
            store=channel.store,
            code=code,
            name=name,
            form_title=name,
            consent_text=gettext(
                "I agree that %(store)s and its sales consultants contact me by phone or WeChat about this inquiry."
            ) % {"store": channel.store.name},
            **given,
        )  # fmt: skip
        return campaign, events.CampaignPlanned(name=name, code=code)

    @verb(
        done=events.CampaignChanged,
        label=_("Change campaign"),
        icon="edit",
        from_states=OPEN,
        inputs=[Text("name", _("Name"), required=False, max_length=80, initial=now("name")), *PLAN_INPUTS],
    )
    def change(self, *, by: Any, **given: Any) -> Any:
        check_days(given.get("starts_on") or self.starts_on, given.get("ends_on") or self.ends_on)
        payload = edited(self, given)
        return payload and events.CampaignChanged(**payload)

    @verb(
        done=events.CampaignFormChanged,
        label=_("Change form"),
        icon="forms",
        from_states=OPEN,
        inputs=[
            Text("form_title", _("Title"), max_length=80, initial=now("form_title")),
            LongText("form_text", _("Text above the form"), required=False, max_length=1000, initial=now("form_text"),
                     clears=True),
            Many("form_fields", _("Questions beside name and phone"), required=False, choices=FormField.choices,
                 initial=now("form_fields"), clears=True),
            LongText("form_series", _("Cars to choose from"), required=False, max_length=2000, clears=True,
                     help=_("One a line. Empty: free text."),
                     initial=lambda row: "\n".join(row.form_series) if row else ""),
            LongText("form_thanks", _("Text after sending"), required=False, max_length=500, clears=True,
                     initial=now("form_thanks")),
            LongText("consent_text", _("Consent text"), max_length=1000, initial=now("consent_text"),
                     help=_("People tick it themselves. A changed text gets a new version.")),
        ],
    )  # fmt: skip
    def change_form(
        self,
        *,
        by: Any,
        form_title: str,
        consent_text: str,
        form_text: str = "",
        form_fields: list[str] = (),
        form_series: str | list[str] = (),
        form_thanks: str = "",
    ) -> Any:
        """What the public page shows and asks. Every answer keeps the version of the consent text it was given to."""
        lines = form_series.splitlines() if isinstance(form_series, str) else form_series
        wanted = {
            "form_title": form_title,
            "form_text": form_text,
            "form_fields": [name for name in FormField.values if name in form_fields],
            "form_series": list(dict.fromkeys(line.strip()[:60] for line in lines if line.strip()))[:60],
            "form_thanks": form_thanks,
            "consent_text": consent_text,
        }
        if all(getattr(self, name) == value for name, value in wanted.items()):
            return None
        if consent_text != self.consent_text:
            wanted["consent_version"] = self.consent_version + 1
        for name, value in wanted.items():
            setattr(self, name, value)
        self.save(update_fields=list(wanted))
        return events.CampaignFormChanged(asked=self.form_fields, version=self.consent_version)

    @verb(
        done=events.CampaignPublished,
        label=_("Publish"),
        icon="speakerphone",
        from_states=(CampaignState.DRAFT, CampaignState.ENDED),
        to_state=CampaignState.RUNNING,
    )
    def publish(self, *, by: Any) -> Any:
        """The public form opens under an address that stays the same for good, so printed codes stay valid."""
        if not self.consent_text.strip():
            raise NotAllowed(_("The form needs a consent text first. Change the form."))
        self.state = CampaignState.RUNNING
        self.save(update_fields=["state"])
        is_open = self.channel.state == ChannelState.ACTIVE
        door = self.door
        if door is None:
            self.keys.create(
                key=new_path_token(),
                group_id=self.group_id,
                store_id=self.store_id,
                channel_id=self.channel_id,
                kind=ChannelKind.FORM,
                is_open=is_open,
            )
        else:
            self.keys.update(is_open=is_open)
        return events.CampaignPublished()

    @verb(
        done=events.CampaignEnded,
        label=pgettext_lazy("campaign", "End"),
        icon="flag",
        from_states=(CampaignState.RUNNING,),
        to_state=CampaignState.ENDED,
        confirm=_("The public form closes. End the campaign?"),
    )
    def end(self, *, by: Any) -> Any:
        """The form says that the campaign is over; it may be published again."""
        self.state = CampaignState.ENDED
        self.save(update_fields=["state"])
        self.keys.update(is_open=False)
        return events.CampaignEnded()

    @verb(
        done=events.CampaignCancelled,
        label=_("Cancel campaign"),
        icon="x",
        from_states=OPEN,
        to_state=CampaignState.CANCELLED,
        inputs=[Text("reason", _("Reason"))],
    )
    def cancel(self, *, by: Any, reason: str) -> Any:
        self.state = CampaignState.CANCELLED
        self.save(update_fields=["state"])
        self.keys.update(is_open=False)
        return events.CampaignCancelled(reason=reason)


def check_days(starts_on: Any, ends_on: Any) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        raise BadInput({"ends_on": [gettext("The last day is before the first.")]})
