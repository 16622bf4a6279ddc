"""Messages as they came → typed fields, phones, the person to look for, the car that is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from dengta.connect.formats.mapping import map_message
from dengta.connect.formats.tidy import tidy
from dengta.core.types.phone import BadPhone, parse_phone
from dengta.customers.types import Candidate
from dengta.leads.pipeline.house import House
from dengta.leads.pipeline.incoming import Incoming
from dengta.leads.types import InvalidReason

TRUE_WORDS = {"1", "true", "yes", "y", "是", "有", "需要", "要", "on"}


def clean(messages: Sequence[Incoming], house: House) -> None:
    """Fill `fields`, `phones`, `candidate`, `series` of each; what nobody could call goes to quarantine."""
    for one in messages:
        if not one.is_settled:
            _read(one, house)
    _find_series([one for one in messages if not one.is_settled], house)


def _read(one: Incoming, house: House) -> None:
    channel = house.channels.get(one.channel_id)
    if channel is None:
        one.quarantine("no_channel", _("The channel of this message no longer exists."))
        return
    mapped = map_message(channel.mapping or [], one.raw, channel.defaults or {})
    tidied = tidy(mapped, tz=house.hours.tz, now=one.received_at)
    one.fields = tidied.fields
    agreed = one.fields["consent"]  # a bare yes or no, or an object that also names purposes and text
    one.fields["consent"] = agreed.get("given") if isinstance(agreed, dict) else agreed
    one.phones, sentence = _phones(tidied.fields["phone"], house.area_code)
    if not one.phones and not tidied.fields["wechat"] and not one.by_hand:
        one.quarantine("no_contact", sentence or tidied.problems.get("phone") or _("There is no phone number in it."))
        return
    if _is_test(one, house):
        one.stop = InvalidReason.TEST.value
    one.candidate = _candidate(one)
    if tidied.fields["campaign"] and one.campaign_id is None:
        one.campaign_id = house.campaigns.get(tidied.fields["campaign"].casefold())


def _phones(written: Sequence[str], area_code: str) -> tuple[list[Any], str]:
    """Every usable number, and why there is none."""
    found, sentence = [], ""
    for text in written:
        try:
            phone = parse_phone(text, area_code)
        except BadPhone as bad:
            sentence = sentence or str(bad)
            continue
        found.append(phone)
        found += [parse_phone(other) for other in phone.others]
    return list({phone.e164: phone for phone in found}.values()), sentence


def _is_test(one: Incoming, house: House) -> bool:
    """Previews and trials of the platforms carry a marker; they are kept, and never reach anybody."""
    if one.fields["extra"].get("test") in (True, 1, "1", "true"):
        return True
    text = f"{one.fields['name']} {one.fields['message']} {one.fields['campaign']}".casefold()
    return any(marker in text for marker in house.policy.test_markers)


def _candidate(one: Incoming) -> Candidate:
    fields = one.fields
    extra = fields["extra"]
    return Candidate(
        name=fields["name"],
        phones=one.phones,
        wechat=fields["wechat"],
        email=fields["email"] or "",
        city=fields["city"],
        gender=fields["gender"] or "",
        unionid=str(extra.get("unionid") or "")[:64],
        wecom=str(extra.get("external_userid") or "")[:64],
    )


def _find_series(messages: Sequence[Incoming], house: House) -> None:
    for one in messages:
        one.series = house.series.find(one.fields["series"]) if one.fields["series"] else None
        one.brand_id = one.series.brand_id if one.series is not None else house.only_brand_id


# -- what a form or a platform tells beside the contract -----------------------------------------------------------
def number_in(extra: dict, *names: str) -> int | None:
    for name in names:
        try:
            value = int(float(str(extra[name])))
        except (KeyError, ValueError, OverflowError):
            continue
        return value if 0 <= value < 1_000_000 else None
    return None


def flag_in(extra: dict, *names: str) -> bool:
    return any(str(extra.get(name, "")).strip().casefold() in TRUE_WORDS for name in names)
