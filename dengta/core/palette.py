"""What the command palette offers: records found, verbs of the open record, places and new things."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dengta.core import access, handlers, search
from dengta.core.actors import Actor
from dengta.core.context import Frame
from dengta.core.registry import Noun, registry
from dengta.core.verbs import verbs_of

MOST_RECORDS = 8
MOST_ACTIONS = 8


def answer(actor: Actor, frame: Frame, text: str, record: str) -> list[dict[str, Any]]:
    """Groups of options, best first. An option opens an address, or asks for a verb's form in the dialog."""
    groups = [
        {"label": _("Records"), "options": _records(actor, text)},
        {"label": _("This record"), "options": _actions(actor, text, record)},
        {"label": pgettext("make", "New"), "options": _places(frame.creations, text)},
        {"label": _("Go to"), "options": _places([e for area in frame.menu for e in area["entries"]], text)},
    ]
    return [group for group in groups if group["options"]]


def _records(actor: Actor, text: str) -> list[dict[str, Any]]:
    if len(text) < 2:
        return []
    return [{"label": hit.title, "detail": hit.subtitle, "url": hit.url, "icon": hit.icon}
            for hit in search.find(actor, text, limit=MOST_RECORDS) if hit.url]


def _actions(actor: Actor, text: str, record: str) -> list[dict[str, Any]]:
    """The verbs that are possible on the open record now."""
    row = open_record(actor, record)
    if row is None:
        return []
    found = [
        {"label": entry.label, "detail": str(row), "dialog": handlers.verb_url(entry, row),
         "icon": entry.verb.icon or "bolt"}
        for entry in verbs_of(row)
        if not entry.verb.hidden and entry.verb.shape != "birth" and _matches(str(entry.label), text)
        and not entry.verb.refusal(row, actor)
    ]
    return found[:MOST_ACTIONS]


def open_record(actor: Actor, record: str) -> Any:
    """`leads.lead:12` as a row the actor may see, else None."""
    key, _colon, pk = record.partition(":")
    if not pk.isdecimal() or not registry.has(Noun, key):
        return None
    try:
        return access.fetch(apps.get_model(key), actor, pk)
    except Http404:
        return None


def _places(entries: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    return [{"label": entry["label"], "url": entry["url"], "icon": entry["icon"]} for entry in entries
            if _matches(str(entry["label"]), text)]


def _matches(label: str, text: str) -> bool:
    """By a part of the word, or by the initials of its pinyin (xs for 线索)."""
    wanted = text.casefold().replace(" ", "")
    if not wanted:
        return True
    plain = label.casefold().replace(" ", "")
    return wanted in plain or wanted in search.initials(label)
