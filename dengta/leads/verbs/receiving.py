"""How leads come into being: entered by a person, or by a message that somebody corrects and sends through again."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dengta.core.inputs import Amount, BadInput, Flag, Integer, Json, LongText, Phone, Ref, Text
from dengta.core.verbs import NotAllowed, birth, verb
from dengta.leads.events import LeadReceived, MessageReplayed, MessageTested
from dengta.leads.pipeline.incoming import Incoming
from dengta.leads.pipeline.run import run
from dengta.leads.types import InboxState
from dengta.market.operations import house_channel
from dengta.market.types import ChannelKind
from dengta.org.models import Employee, Store


class Receiving:
    """A lead entered by hand goes the same way as every other."""

    @birth(
        done=LeadReceived,
        label=gettext_lazy("New lead"),
        icon="plus",
        inputs=[
            Text("name", label=pgettext_lazy("person", "Name"), required=False, max_length=80),
            Phone("phone", label=gettext_lazy("Phone"), required=False),
            Text("wechat", label=gettext_lazy("WeChat"), required=False, max_length=64),
            Ref("series", to="vehicles.series", label=pgettext_lazy("vehicle", "Series"), required=False),
            Text("city", label=gettext_lazy("City"), required=False, max_length=60),
            Amount("budget_low", label=gettext_lazy("Budget from"), required=False),
            Amount("budget_high", label=gettext_lazy("Budget up to"), required=False),
            Integer("purchase_within_days", label=gettext_lazy("Buys within days"), required=False, least=0, most=1000),
            Ref("channel", to="market.channel", label=gettext_lazy("Channel"), required=False),
            Ref("campaign", to="market.campaign", label=gettext_lazy("Campaign"), required=False),
            LongText("message", label=gettext_lazy("Message"), required=False, max_length=2000),
            Flag("test_drive", label=gettext_lazy("Wants a test drive")),
            Flag("trade_in", label=gettext_lazy("Has a car to trade in")),
            Flag("consent", label=gettext_lazy("The customer agrees to be contacted")),
            Ref("store", to="org.store", label=gettext_lazy("Store"), required=False),
            Flag("mine", label=gettext_lazy("I take care of it myself")),
        ],
    )
    def receive(
        cls,
        *,
        by: Any,
        store: Any = None,
        channel: Any = None,
        campaign: Any = None,
        series: Any = None,
        mine: bool = False,
        **given: Any,
    ) -> Any:
        """Somebody asked in person or by phone. Known people get no second lead; own colleagues never become one."""
        if not given.get("phone") and not given.get("wechat"):
            raise BadInput({"phone": [_("Give a phone number or a WeChat id.")]})
        store = _store(by, store, channel)
        channel = channel or house_channel(store, ChannelKind.MANUAL, by)
        if channel.store_id != store.pk:
            raise NotAllowed(_("This channel belongs to another store."))
        fields = {
            name: str(value) if name.startswith("budget") else value
            for name, value in given.items()
            if value not in (None, "")
        }
        if series is not None:
            fields["series"] = series.name
        now = timezone.now()
        one = Incoming(
            0,
            fields,
            channel.pk,
            now,
            campaign_id=campaign.pk if campaign else None,
            owner=Employee.objects.get(pk=by.employee_id) if mine and by.employee_id else None,
        )
        run([one], store_id=store.pk, lead=cls, by=by, now=now)
        if one.state == InboxState.QUARANTINED:
            raise BadInput({"phone": [one.reason]})
        one.lead.refresh_from_db()
        return (one.lead,)


def _store(by: Any, store: Any, channel: Any) -> Any:
    """The store that was named, else the channel's, else the one the person works in."""
    if store is not None:
        return store
    if channel is not None:
        return Store.objects.get(pk=channel.store_id)
    mine = Employee.objects.select_related("store").filter(pk=by.employee_id).first() if by.employee_id else None
    if mine is not None and mine.store is not None and (by.stores is None or mine.store_id in by.stores):
        return mine.store
    if by.stores is not None and len(by.stores) == 1:
        return Store.objects.get(pk=next(iter(by.stores)))
    raise BadInput({"store": [_("Choose the store.")]})


class Replaying:
    """A message in quarantine is never lost: it is corrected and tried again."""

    @birth(
        done=MessageTested,
        label=gettext_lazy("Send a test message"),
        icon="send",
        inputs=[
            Ref("channel", to="market.channel", label=gettext_lazy("Channel")),
            Json("fields", label=gettext_lazy("Message"), required=False),
        ],
    )
    def send_test(cls, *, by: Any, channel: Any, fields: dict | None = None) -> Any:
        """A message as the sender would write it. It goes the whole way and ends as test data, with nobody called."""
        given = fields if isinstance(fields, dict) and fields else {"name": "测试线索", "phone": "13800138000"}
        extra = given.get("extra") if isinstance(given.get("extra"), dict) else {}
        row = cls(
            channel=channel,
            store_id=channel.store_id,
            fields=given | {"extra": extra | {"test": True}},
            received_at=timezone.now(),
        )
        row.save()
        return row, MessageTested(channel_name=channel.name)

    @verb(
        done=MessageReplayed,
        label=gettext_lazy("Try again"),
        icon="rotate",
        bulk=True,
        from_states=(InboxState.QUARANTINED,),
        inputs=[Json("fields", label=gettext_lazy("Corrected fields"), required=False)],
    )
    def replay(self, *, by: Any, fields: dict | None = None) -> MessageReplayed:
        """Send it through the pipeline again, with corrections if any; the receipt stays the same."""
        if fields is not None and not isinstance(fields, dict):
            raise BadInput({"fields": [_("Give the fields as an object of names and values.")]})
        changed = sorted(name for name, value in (fields or {}).items() if self.fields.get(name) != value)
        if changed:
            self.earlier = [*self.earlier, self.fields][-10:]
            self.fields = self.fields | {name: fields[name] for name in changed}
        self.state, self.code, self.reason, self.processed_at = InboxState.QUEUED, "", "", None
        self.revision += 1
        self.save(update_fields=["fields", "earlier", "state", "code", "reason", "processed_at", "revision"])
        return MessageReplayed(changed=", ".join(changed))
