"""The intake: the one endpoint that strangers program against. Plain SQL, few statements, durable before it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from dengta.connect import limits
from dengta.connect.formats import adf, json_message
from dengta.connect.secrets import BEARER_MARK, bearer_matches
from dengta.connect.types import FormatRefused, Item
from dengta.core import scope
from dengta.core.access import visible
from dengta.core.api import api
from dengta.core.handlers import public
from dengta.leads.models import InboxMessage
from dengta.leads.operations import put
from dengta.leads.types import InboxState
from dengta.market.models import ChannelKey
from dengta.market.operations import admit
from dengta.market.types import FAILURES_PER_MINUTE, ChannelKind, Door, NotAdmitted
from dengta.org.operations import TOKEN_MARK, token_scope

RECEIPTS_PER_MINUTE = 6000
SHOWN_BAD = 50


@csrf_exempt
@public
def intake(request: HttpRequest, key: str) -> JsonResponse:
    """One message, up to 1,000, or an ADF document → 202 with a receipt for each. Acknowledged means durable."""
    if request.method != "POST":
        return _problem(405, "method_not_allowed", "Send messages with POST.")
    try:
        with transaction.atomic():
            try:
                door, body = admit(request, key)
            except NotAdmitted as refused:
                if refused.status != 401:
                    raise
                return _refused(refused)  # not rolled back: the failed knock is counted
            items = _items(door, body, request.content_params.get("charset", ""))
            receipts, fresh = put(door, items, ip=request.META.get("REMOTE_ADDR", ""))
        return JsonResponse({"receipts": receipts}, status=202 if fresh else 200)
    except NotAdmitted as refused:
        return _refused(refused)
    except FormatRefused as refused:
        bad = [{"at": str(one.index), "message": one.error} for one in getattr(refused, "items", ())[:SHOWN_BAD]]
        return _problem(refused.status, refused.code, refused.message, bad)


def _items(door: Door, body: bytes, charset: str) -> list[Item]:
    if door.kind == ChannelKind.ADF:
        items = adf.split(body, charset=charset, max_bytes=door.max_bytes)
    else:
        items = json_message.split(body, charset=charset, max_bytes=door.max_bytes, id_field=door.id_field)
    if all(one.is_bad for one in items):
        raise _AllBad(items)
    return items


class _AllBad(FormatRefused):
    """Not one message of the body can be kept as a message."""

    def __init__(self, items: Sequence[Item]) -> None:
        super().__init__(items[0].code, items[0].error)
        self.items = items


@csrf_exempt
@public
def receipt(request: HttpRequest, pk: str) -> JsonResponse:
    """What became of a message. For the channel that sent it (its bearer key) or a token that may see messages."""
    if request.method != "GET":
        return _problem(405, "method_not_allowed", "Ask for receipts with GET.")
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    given = given.strip()
    try:
        if scheme.lower() != "bearer":
            raise _stranger(request)
        if given.startswith(f"{TOKEN_MARK}_"):
            return _receipt_for_token(request, given, pk)
        return _receipt_for_channel(request, given, pk)
    except NotAdmitted as refused:
        return _refused(refused)


def _receipt_for_token(request: HttpRequest, given: str, pk: str) -> JsonResponse:
    with token_scope(given) as actor:
        if actor is not None and actor.may("leads.inboxmessage.see"):
            return _receipt_json(visible(InboxMessage, actor), pk)
    raise _stranger(request)


def _receipt_for_channel(request: HttpRequest, given: str, pk: str) -> JsonResponse:
    """The key says which channel asks: its prefix finds it, its hash proves it."""
    mark, _sep, rest = given.partition("_")
    prefix = rest.partition("_")[0]
    doors = ChannelKey.objects.filter(bearer_prefix=prefix)[:5] if mark == BEARER_MARK and prefix else []
    door = next((one for one in doors if bearer_matches(given, one.bearer_hash)), None)
    if door is None:
        raise _stranger(request)
    if not limits.take(f"receipts:{door.key}", RECEIPTS_PER_MINUTE).allowed:
        raise NotAdmitted(429, "too_many_requests", "Too many requests. Try again later.", 30)
    with scope.open(door.group_id):
        return _receipt_json(InboxMessage.objects.filter(channel_id=door.channel_id), pk)


def _receipt_json(rows: Any, pk: str) -> JsonResponse:
    try:
        wanted = uuid.UUID(pk)
    except ValueError:
        wanted = None
    row = rows.filter(receipt=wanted).first() if wanted else None
    if row is None:
        return _problem(404, "not_found", "There is no such receipt.")
    return JsonResponse(
        {
            "id": str(row.receipt),
            "status": row.state,
            "lead": row.lead_id,
            "opportunity": row.opportunity_id,
            "customer": row.customer_id,
            "reason": row.reason or None,
        }
    )


def _stranger(request: HttpRequest) -> NotAdmitted:
    verdict = limits.take(f"failed:{request.META.get('REMOTE_ADDR', '')}", FAILURES_PER_MINUTE)
    if not verdict.allowed:
        return NotAdmitted(429, "too_many_requests", "Too many refused requests. Try again later.", verdict.retry_after)
    return NotAdmitted(401, "unauthorized", "Send Authorization: Bearer with the channel's key or an API token.")


def _refused(refused: NotAdmitted) -> JsonResponse:
    response = _problem(refused.status, refused.code, refused.message)
    if refused.retry_after:
        response["Retry-After"] = str(refused.retry_after)
    if refused.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _problem(status: int, code: str, message: str, items: Sequence[dict] = ()) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message, "items": list(items)}}, status=status)


# -- how the document describes it -------------------------------------------------------------------------------------
_TEXT, _PROBLEM = {"type": "string"}, {"$ref": "#/components/schemas/Problem"}
_RECEIPTS = {
    "type": "object", "required": ["receipts"], "properties": {"receipts": {"type": "array", "items": {
        "type": "object", "required": ["id", "external_id"],
        "properties": {"id": {"type": "string", "format": "uuid"}, "external_id": _TEXT}}}}}
_FATE = {
    "type": "object", "required": ["id", "status", "lead", "opportunity", "customer", "reason"], "properties": {
        "id": {"type": "string", "format": "uuid"}, "status": {"type": "string", "enum": InboxState.values},
        "reason": {"type": ["string", "null"]},
        **{name: {"type": ["integer", "null"]} for name in ("lead", "opportunity", "customer")}}}
_MESSAGE = {
    "type": "object", "description": "Unknown fields are kept; a channel may map other names to these.", "properties": {
        **dict.fromkeys(("external_id", "at", "name", "phone", "wechat", "email", "city", "series", "campaign",
                         "message"), _TEXT),
        "budget_low": {"type": "number"}, "budget_high": {"type": "number"},
        "purchase_within_days": {"type": "integer"}, "consent": {"type": "boolean"}, "extra": {"type": "object"}}}


def _answers(good: dict[str, tuple[str, dict]], *bad: int) -> dict[str, dict]:
    said = {code: {"description": words, "content": {"application/json": {"schema": schema}}}
            for code, (words, schema) in good.items()}
    return said | {str(code): {"description": "Refused", "content": {"application/json": {"schema": _PROBLEM}}}
                   for code in bad}


def _parameter(name: str) -> dict:
    return {"name": name, "in": "path", "required": True, "schema": _TEXT}


api.describe("/api/v1/intake/{key}", {"post": {
    "operationId": "leads_intake", "tags": ["leads.intake"], "security": [{"Bearer": []}],
    "summary": "Send one message, up to 1,000, or an ADF document", "parameters": [_parameter("key")],
    "description": "With the channel's bearer key or its signature. 202: kept, with a receipt for each message; "
                   "200: every message was known already.",
    "requestBody": {"required": True, "content": {
        "application/json": {"schema": {"anyOf": [_MESSAGE, {"type": "array", "items": _MESSAGE, "maxItems": 1000}]}},
        "application/xml": {"schema": _TEXT}}},
    "responses": _answers({"202": ("Kept", _RECEIPTS), "200": ("Known already", _RECEIPTS)}, 401, 405, 413, 422, 429)}})
api.describe("/api/v1/intake/receipts/{pk}", {"get": {
    "operationId": "leads_receipt", "tags": ["leads.intake"], "security": [{"Bearer": []}],
    "summary": "What became of a message", "parameters": [_parameter("pk")],
    "responses": _answers({"200": ("Its fate", _FATE)}, 401, 404, 405, 429)}})
