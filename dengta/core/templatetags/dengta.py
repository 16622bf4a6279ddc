"""The tags of every template: `{% load dengta %}`. Components: `{% part %}` without, `{% ui %}` with content."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.db.models import Model
from django.template.base import Node, NodeList, token_kwargs
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dengta.core import access, handlers, wording
from dengta.core.actors import covers
from dengta.core.registry import registry
from dengta.core.types.phone import mask_phone as masked
from dengta.core.verbs import VerbEntry

register = template.Library()
BUILT = Path(__file__).resolve().parent.parent / "static" / "core" / "build.json"
CARRIED = ("request", "csrf_token", "frame", "csp_nonce", "messages", "user")


@cache
def built() -> dict[str, Any]:
    """What the front-end build wrote down: the digest of each file and the names of the icons."""
    return json.loads(BUILT.read_text())


@cache
def icon_names() -> frozenset[str]:
    return frozenset(built()["icons"])


# -- assets and icons ------------------------------------------------------------------------------------------------
@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file; it changes with the content, so browsers may keep it."""
    return f"{static(f'core/{name}')}?{built()['files'][name][:12]}"


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """`{% icon "phone" %}`: decoration beside a word. With a label it speaks for itself."""
    if not label:
        return silent_icon(str(name), str(css))
    return _icon(name, format_html(' role="img" aria-label="{}"', label), css)


@lru_cache(maxsize=512)
def silent_icon(name: str, css: str) -> SafeString:
    """Lists show hundreds; there are only so many."""
    return _icon(name, SafeString(' aria-hidden="true"'), css)


def _icon(name: str, spoken: SafeString, css: str) -> SafeString:
    shown = name if name in icon_names() else "circle"
    return format_html('<svg class="icon{}"{}><use href="{}#{}"></use></svg>', f" {css}" if css else "", spoken,
                       asset("icons.svg"), shown)


# -- time ------------------------------------------------------------------------------------------------------------
@register.simple_tag
def when(at: date | datetime | None, empty: str = "—") -> SafeString | str:
    """今天 14:30, 昨天 09:05, 3 天前; the full time is in the tooltip."""
    if not at:
        return empty
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), wording.full_moment(at),
                       wording.say_moment(at))


@register.simple_tag
def clock_time(at: datetime | None) -> SafeString | str:
    """Only the hour and minute, where the day is known from the heading."""
    if not at:
        return ""
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), wording.full_moment(at),
                       f"{wording.local(at):%H:%M}")


@register.simple_tag
def countdown(due_at: datetime | None, soon: int = 300, label: str = "") -> SafeString | str:
    """A running clock: grey, amber when `soon` seconds are left, red when over."""
    if not due_at:
        return ""
    text, state = wording.say_due(due_at, soon=int(soon))
    return format_html(
        '<time class="countdown" datetime="{}" data-due="{}" data-soon="{}" data-state="{}" title="{}">{}{}'
        '<span class="countdown-text">{}</span></time>',
        due_at.isoformat(), due_at.isoformat(), int(soon), state, wording.full_moment(due_at),
        icon("alert-triangle" if state == "late" else "clock"), f"{label} " if label else "", text)


@register.filter
def day_of(at: date | datetime) -> date:
    """For `{% regroup entries by … %}`: the day in the store's time zone."""
    return wording.day_key(at)


@register.filter
def say_day(day: date) -> str:
    return wording.short_day(day, wording.local(timezone.now()).date())


@register.filter
def by_day(entries: Any) -> list[dict]:
    """Entries with an `at`, newest first, grouped by day for the timeline."""
    days: list[dict] = []
    for entry in entries or ():
        at = entry["at"] if isinstance(entry, dict) else entry.at
        day = wording.day_key(at)
        if not days or days[-1]["day"] != day:
            days.append({"day": day, "entries": []})
        days[-1]["entries"].append(entry)
    return days


@register.filter
def as_clock(seconds: float | None) -> str:
    """Seconds as 04:10 or 2:05:00."""
    return "" if seconds is None else wording.say_length(seconds)


# -- values ----------------------------------------------------------------------------------------------------------
@register.simple_tag
def money(amount: Any, currency: str = "CNY") -> SafeString | str:
    said = wording.say_money(amount, currency)
    return format_html('<span class="money">{}</span>', said) if said else "—"


@register.simple_tag
def mask_phone(e164: str | None) -> SafeString | str:
    return format_html('<span class="phone">{}</span>', masked(e164)) if e164 else "—"


@register.filter
def capped(count: int | None, cap: int = 1000) -> str:
    """1,000+ beyond the cap."""
    return "" if count in (None, "") else wording.say_count(int(count), int(cap))


@register.filter
def monogram(name: Any) -> str:
    return wording.monogram(str(name or ""))


@register.filter
def at(mapping: Any, key: Any) -> Any:
    """Look up by a variable key: `{{ row.cells|at:column.key }}`."""
    if isinstance(mapping, dict):
        return mapping.get(key, "")
    return getattr(mapping, str(key), "")


@register.filter
def item(values: Any, index: int) -> Any:
    """The n-th of a list."""
    return values[index] if index < len(values) else ""


@register.filter
def undo_url(message: Any) -> str:
    """Where a message of `handlers` says that it can be taken back; only our own addresses."""
    found = next((tag[5:] for tag in (message.extra_tags or "").split() if tag.startswith("undo:")), "")
    return found if found.startswith("/") and not found.startswith("//") else ""


@register.simple_tag
def state_badge(row: Any, field: str = "state", tone: str = "") -> SafeString | str:
    """The state of a row in words. Its tone comes from the row's `state_tone` or the tones of its choices."""
    value = getattr(row, field, "")
    if value in (None, ""):
        return ""
    display = getattr(row, f"get_{field}_display", None)
    return badge(display() if display else value, tone or tone_of(row, field, value))


@register.simple_tag
def badge(text: Any, tone: str = "idle", icon_name: str = "") -> SafeString:
    """A word with a status colour: late, soon, done, idle or info."""
    return format_html('<span class="state tone-{}">{}{}</span>', tone or "idle",
                       icon(icon_name) if icon_name else "", text)


def tone_of(row: Any, field: str, value: Any) -> str:
    own = getattr(row, f"{field}_tone", "")
    if own:
        return own() if callable(own) else own
    tones = getattr(type(row), f"{field.upper()}_TONES", {})
    return tones.get(value, "idle")


@register.simple_tag
def share(part: float | None, whole: float | None = 100) -> str:
    """A width for an SVG bar: `{% share 3 12 %}` gives 25%."""
    if not part or not whole:
        return "0%"
    return f"{min(max(float(part) / float(whole) * 100, 0), 100):.1f}%"


@register.simple_tag(takes_context=True)
def with_query(context: Any, **changes: Any) -> str:
    """This page's address with some parameters changed: state lives in the URL. Empty values are taken out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag
def attrs(**given: Any) -> SafeString:
    """Attributes from names with underscores; empty ones are left out."""
    return wording.attributes({name.replace("_", "-"): value for name, value in given.items()})


# -- verbs -----------------------------------------------------------------------------------------------------------
@register.inclusion_tag("core/ui/verb_button.html", takes_context=True)
def verb_button(context: Any, row: Model, name: str, **given: Any) -> dict[str, Any]:
    """A button for one verb on one row: nothing for those who never may, greyed with the reason when not now.

    Takes `label`, `icon`, `css` (btn-primary …), `key` (keyboard), `always` (the reason even for those who may not),
    `quiet` (nothing instead of a greyed button).
    """
    actor = given.pop("actor", None) or getattr(context.get("request"), "actor", None)
    entry = registry.get(VerbEntry, f"{access.key_of(row)}.{name}")
    reach = actor.reach(entry.verb.needs(row)) if actor else None
    if not reach or (not covers(reach, actor, row) and not given.get("always")):
        return {"shown": False}
    refusal = entry.verb.refusal(row, actor)
    if refusal and given.get("quiet"):
        return {"shown": False}
    return {
        "shown": True,
        "refusal": refusal,
        "url": handlers.verb_url(entry, row),
        "label": given.get("label") or entry.label,
        "icon": given.get("icon", entry.verb.icon),
        "css": given.get("css", ""),
        "key": given.get("key", ""),
        "asks": bool(entry.verb.inputs),
        "confirm": "" if entry.verb.inputs else entry.verb.confirm,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("core/ui/birth_button.html", takes_context=True)
def birth_button(context: Any, noun: str, name: str, **given: Any) -> dict[str, Any]:
    """A button that opens the form of a birth: `{% birth_button "market.campaign" "plan" css="btn-primary" %}`."""
    actor = getattr(context.get("request"), "actor", None)
    entry = registry.get(VerbEntry, f"{noun}.{name}")
    return {
        "shown": bool(actor and actor.may(entry.verb.needs(entry.model))),
        "url": handlers.verb_url(entry),
        "label": given.get("label") or entry.label,
        "icon": given.get("icon", entry.verb.icon or "plus"),
        "css": given.get("css", "btn-primary"),
        "key": given.get("key", ""),
    }


@register.inclusion_tag("core/ui/bulk_verb.html", takes_context=True)
def bulk_verb(context: Any, noun: str, name: str, **given: Any) -> dict[str, Any]:
    """A button of the bulk bar: opens the verb's form with the picked ids."""
    actor = getattr(context.get("request"), "actor", None)
    entry = registry.get(VerbEntry, f"{noun}.{name}")
    return {
        "shown": bool(actor and entry.verb.bulk and actor.may(entry.verb.needs(entry.model))),
        "url": handlers.verb_url(entry),
        "label": given.get("label") or entry.label,
        "icon": given.get("icon", entry.verb.icon),
        "css": given.get("css", ""),
    }


# -- components ------------------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def empty(context: Any, title: str, text: str = "", **inputs: Any) -> SafeString:
    """An empty place that says what to do next."""
    return render_component(context, "empty", {"title": title, "text": text, **inputs})


def render_component(context: Any, name: str, inputs: dict[str, Any]) -> SafeString:
    """Only the named inputs and the frame get in; the page's own variables do not leak."""
    carried = {key: context[key] for key in CARRIED if key in context}
    found = context.template.engine.get_template(f"core/ui/{name}.html")
    return SafeString(found.render(context.new({**carried, **inputs})))


class SlotNode(Node):
    def __init__(self, name: str, nodes: NodeList) -> None:
        self.name = name
        self.nodelist = nodes

    def render(self, context: Any) -> str:
        raise template.TemplateSyntaxError("A slot stands directly inside a ui tag")


class UiNode(Node):
    """`{% ui "panel" title="…" %}…{% slot "actions" %}…{% endslot %}{% endui %}`."""

    def __init__(self, name: Any, inputs: dict[str, Any], nodes: NodeList) -> None:
        self.name = name
        self.inputs = inputs
        self.slots = {node.name: node.nodelist for node in nodes if isinstance(node, SlotNode)}
        self.nodelist = NodeList([node for node in nodes if not isinstance(node, SlotNode)])

    def render(self, context: Any) -> str:
        inputs = {name: value.resolve(context) for name, value in self.inputs.items()}
        inputs |= {name: SafeString(nodes.render(context).strip()) for name, nodes in self.slots.items()}
        inputs["body"] = self.nodelist.render(context)
        return render_component(context, self.name.resolve(context), inputs)


@register.tag
def ui(parser: Any, token: Any) -> UiNode:
    """A component with content."""
    name, inputs = _inputs(parser, token)
    nodes = parser.parse(("endui",))
    parser.delete_first_token()
    return UiNode(name, inputs, nodes)


@register.tag
def part(parser: Any, token: Any) -> UiNode:
    """A component without content: `{% part "tile" label=… value=… %}` renders core/ui/tile.html with these inputs."""
    name, inputs = _inputs(parser, token)
    return UiNode(name, inputs, NodeList())


def _inputs(parser: Any, token: Any) -> tuple[Any, dict[str, Any]]:
    tag, name, *bits = token.split_contents()
    inputs = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError(f"{tag} takes name=value inputs, not {bits!r}")
    return parser.compile_filter(name), inputs


@register.tag
def slot(parser: Any, token: Any) -> SlotNode:
    name = token.split_contents()[1].strip("\"'")
    nodes = parser.parse(("endslot",))
    parser.delete_first_token()
    return SlotNode(name, nodes)
