"""The door of a channel: who may put a message in. And the channels every store has without being asked."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError
from django.utils import timezone

from dengta.connect import limits, signatures
from dengta.connect.secrets import CannotUnseal, bearer_matches, unseal
from dengta.core.actors import Actor
from dengta.market.models import Channel
from dengta.market.queries import find_door
from dengta.market.types import (
    FAILURES_PER_MINUTE,
    FORMS_PER_MINUTE,
    INTAKE_KINDS,
    ChannelKind,
    Door,
    NotAdmitted,
    SourceLevel,
)

_HOUSE = {
    ChannelKind.MANUAL: ("manual", "手工录入", SourceLevel.OFFLINE, "展厅"),
    ChannelKind.IMPORT: ("import", "文件导入", SourceLevel.OFFLINE, "导入"),
    ChannelKind.DEMO: ("demo", "演示线索", SourceLevel.ONLINE, "演示"),
}


def admit(request: HttpRequest, key: str) -> tuple[Door, bytes]:
    """The door and the body of a message to a JSON or ADF channel, or NotAdmitted with status, code and sentence.

    Nothing is parsed before sender, size and rate are known to be right. Call it before the transaction that stores
    the message, so that refused knocks stay counted."""
    door = find_door(key)
    if door is None or door.kind not in INTAKE_KINDS:
        raise _unknown(request)
    body = _body(request, door)
    _check_sender(request, door, body)
    if not door.is_open:
        raise NotAdmitted(401, "channel_paused", "This channel is paused.")
    _check_rate(f"channel:{door.key}", door.per_minute)
    return door, body


def admit_form(request: HttpRequest, key: str) -> Door:
    """The door of a public form. A form that is closed is found, with `is_open` False, so that it can say so."""
    door = find_door(key)
    if door is None or door.kind != ChannelKind.FORM:
        raise NotAdmitted(404, "not_found", "There is no such form.")
    if request.method == "POST":
        _check_rate(f"form:{_address(request)}", FORMS_PER_MINUTE)
        _check_rate(f"channel:{door.key}", door.per_minute)
    return door


def house_channel(store: Any, kind: ChannelKind, by: Actor) -> Channel:
    """The store's own channel for manual entry, imports or the demo's drip; opened when first needed."""
    found = Channel.objects.of_house(store.pk, kind).first()
    if found:
        return found
    code, name, level1, level2 = _HOUSE[kind]
    opener = by if by.all_powerful else Actor.system(store.group_id, by.label)
    return Channel.create(
        by=opener,
        store=store,
        kind=kind,
        code=f"{code}-{store.code}"[:40].lower(),
        name=name,
        level1=level1,
        level2=level2,
    )


def _body(request: HttpRequest, door: Door) -> bytes:
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        length = 0
    try:
        body = request.body if length <= door.max_bytes else b""
    except (RequestDataTooBig, UnreadablePostError):
        length, body = door.max_bytes + 1, b""
    if max(length, len(body)) > door.max_bytes:
        raise NotAdmitted(413, "too_large", f"The body is larger than {door.max_bytes} bytes.")
    return body


def _check_sender(request: HttpRequest, door: Door, body: bytes) -> None:
    """A signature where there is one, else the bearer key."""
    if signatures.is_signed(request.headers):
        try:
            signatures.check(
                _secrets(door),
                sender=door.key,
                headers=request.headers,
                method=request.method or "",
                path=request.get_full_path(),
                body=body,
            )
        except signatures.BadSignature as bad:
            raise _failed(request, bad.code, bad.message) from bad
        return
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    hashes = (door.bearer_hash, door.previous_hash if _previous_counts(door) else "")
    if scheme.lower() != "bearer" or not bearer_matches(given.strip(), *hashes):
        raise _unknown(request)


def _secrets(door: Door) -> tuple[str, ...]:
    sealed = [door.sealed_secret, door.previous_secret if _previous_counts(door) else ""]
    try:
        return tuple(unseal(one) for one in sealed if one)
    except CannotUnseal:
        return ()


def _previous_counts(door: Door) -> bool:
    return door.previous_until is not None and door.previous_until > timezone.now()


def _check_rate(key: str, per_minute: int) -> None:
    verdict = limits.take(key, per_minute)
    if not verdict.allowed:
        raise NotAdmitted(429, "too_many_requests", "Too many requests. Try again later.", verdict.retry_after)


def _unknown(request: HttpRequest) -> NotAdmitted:
    """One answer for an unknown channel and a wrong key, so that nobody learns which channels exist."""
    return _failed(request, "unauthorized", "The channel or its key is not known. Send Authorization: Bearer <key>.")


def _failed(request: HttpRequest, code: str, message: str) -> NotAdmitted:
    """A refused knock counts against the address it came from."""
    verdict = limits.take(f"failed:{_address(request)}", FAILURES_PER_MINUTE)
    if not verdict.allowed:
        return NotAdmitted(429, "too_many_requests", "Too many refused requests. Try again later.", verdict.retry_after)
    return NotAdmitted(401, code, message)


def _address(request: HttpRequest) -> str:
    return request.META.get("REMOTE_ADDR", "")
