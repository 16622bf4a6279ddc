"""Example data of the style guide: one dealership morning, so that components are judged with real words."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dengta.core.lists.filters import Reading
from dengta.core.templatetags import dengta as tags


class ExampleForm(forms.Form):
    """Each kind of field once."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=60)
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text=gettext_lazy("Any way of writing it will do."),
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Intent level"), choices=[("H", "H"), ("A", "A"), ("B", "B"), ("C", "C")]
    )
    visit_on = forms.DateField(
        label=gettext_lazy("Visit on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    interests = forms.MultipleChoiceField(
        label=gettext_lazy("Interested in"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("loan", gettext_lazy("Loan")),
            ("trade", gettext_lazy("Trade-in")),
            ("drive", gettext_lazy("Test drive")),
        ],
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    consent = forms.BooleanField(label=gettext_lazy("Agreed to be contacted by phone"), required=False)


def examples() -> dict[str, Any]:
    now = timezone.now()
    return {
        "tones": [
            ("late", _("Breached"), "alert-triangle"),
            ("soon", _("Due soon"), "clock"),
            ("done", _("Done"), "check"),
            ("idle", _("Idle"), ""),
            ("info", _("Just in"), ""),
        ],
        "clocks": [
            now + timedelta(hours=3),
            now + timedelta(minutes=4, seconds=10),
            now - timedelta(minutes=12),
            now + timedelta(days=2, hours=5),
        ],
        "moments": [
            now,
            now - timedelta(days=1),
            now - timedelta(days=3),
            now - timedelta(days=40),
            now - timedelta(days=500),
            now + timedelta(days=1),
        ],
        "form": ExampleForm(initial={"level": "A"}, auto_id="ok_%s"),
        "bad_form": _bad_form(),
        "page": _page(now),
        "views": _views(),
        "steps": _steps(now),
        "entries": _entries(now),
        "tabs": _tabs(),
        "pairs": [
            (_("Needs"), "SUV · 7 座 · 家用"),
            (_("Budget"), "¥250,000 – ¥300,000"),
            (_("Buys within"), _("30 days")),
            (_("Tags"), ""),
            (_("Source"), "抖音直播"),
        ],
        "cards": _cards(now),
        "bars": {
            "kind": "bar",
            "horizontal": True,
            "labels": ["抖音", "汽车之家", "懂车帝", "官网", "自然到店"],
            "series": [{"name": _("Leads"), "values": [420, 310, 260, 140, 90]}],
        },
        "lines": {
            "kind": "line",
            "labels": ["6/1", "6/2", "6/3", "6/4", "6/5", "6/6", "6/7"],
            "series": [
                {"name": _("Leads"), "values": [31, 42, 38, 51, 47, 66, 72]},
                {"name": _("Visits"), "values": [8, 11, 9, 14, 12, 21, 24]},
            ],
        },
        "funnel": {
            "kind": "funnel",
            "labels": [_("Leads"), _("Reached"), _("Invited"), _("Visited"), _("Ordered")],
            "series": [{"name": _("Leads"), "values": [1220, 860, 410, 230, 74]}],
        },
    }


def _bad_form() -> ExampleForm:
    form = ExampleForm(data={"name": "王小明", "phone": "1380", "level": "A"}, auto_id="bad_%s")
    form.is_valid()
    form.add_error("phone", _("A mobile number has 11 digits; this one has 4."))
    form.add_error(None, _("This lead has just been claimed by 李四. Take another one, or ask for a transfer."))
    return form


def _columns() -> list[dict[str, Any]]:
    return [
        {"key": "name", "label": pgettext_lazy("person", "Name"), "main": True},
        {"key": "clock", "label": _("First contact"), "corner": True},
        {"key": "series", "label": _("Interested in")},
        {"key": "source", "label": _("Source"), "desk_only": True},
        {"key": "state", "label": _("State")},
        {"key": "owner", "label": _("Owner"), "desk_only": True},
        {"key": "score", "label": _("Score"), "numeric": True, "sort": "?order=score", "sorted": "descending"},
        {"key": "budget", "label": _("Budget"), "numeric": True},
    ]


def _people(now: Any) -> list[tuple]:
    soon = now + timedelta(minutes=4)
    return [
        ("王小姐", "X5", "抖音直播", "late", _("Overdue"), "张顾问", 86, 620000, now - timedelta(minutes=12)),
        ("李建国", "宋 PLUS DM-i", "汽车之家", "soon", _("To be called"), "张顾问", 72, 158000, soon),
        ("赵敏", "Model Y", "官网", "info", _("Just in"), "陈晓", 64, 263900, now + timedelta(minutes=25)),
        ("欧阳文静", "瑞虎 9", "懂车帝", "done", _("Invited"), "陈晓", 58, 152900, now + timedelta(minutes=140)),
        ("Robert Chen", "ES 300h", "自然到店", "idle", _("Resting"), "刘洋", 31, 299900, now + timedelta(days=2)),
    ]


def _rows(now: Any) -> list[dict[str, Any]]:
    return [
        {
            "pk": n,
            "url": f"#row-{n}",
            "cells": {
                "name": name, "clock": tags.countdown(due), "series": series, "source": source, "owner": owner,
                "state": tags.badge(state, tone), "score": score, "budget": tags.money(budget),
            },
            "actions": render_to_string("core/guide/row_actions.html"),
        }
        for n, (name, series, source, tone, state, owner, score, budget, due) in enumerate(_people(now), 1)
    ]


def _page(now: Any) -> SimpleNamespace:
    """What `core.lists` gives a template, without a table behind it."""
    levels = [{"value": level, "label": level, "selected": level in "HA"} for level in "HABC"]
    active = Q(pk__gt=0)
    return SimpleNamespace(
        search="", search_label=_("Search this list"), keep=[], keep_without_filters=[], chooser=_chooser(),
        views=_views(), columns=_columns(), rows=_rows(now), is_filtered=True, clear_url="?", export_xlsx="#",
        newer="?before=1", older="?after=5", first="", count=1001,
        filters=[
            Reading("level", _("Intent level"), "choice", "level", options=levels, many=True, q=active, said="H、A",
                    remove="?"),
            Reading("at", _("First contact"), "dates", "at", names=("at_from", "at_to"),
                    options=[{"value": "today", "label": _("Today"), "selected": False}]),
            Reading("budget", _("Budget"), "numbers", "budget", names=("budget_from", "budget_to")),
            Reading("mine", _("Mine"), "flag", "mine"),
        ],
    )


def _views() -> list[dict[str, Any]]:
    return [
        {"label": _("Due now"), "url": "?view=due", "current": True, "count": 3},
        {"label": _("All"), "url": "?view=mine", "count": 128},
        {"label": _("Unassigned"), "url": "?view=free", "count": 1001},
    ]


def _chooser() -> list[dict[str, Any]]:
    return [{"key": c["key"], "label": c["label"], "shown": c["key"] != "source"} for c in _columns()]


def _steps(now: Any) -> list[dict[str, Any]]:
    done = [(_("Lead"), 9), (_("File opened"), 8), (_("Invited"), 5), (_("Visit"), 1)]
    steps = [{"label": label, "at": now - timedelta(days=days), "passed": True} for label, days in done[:-1]]
    steps.append({"label": done[-1][0], "at": now - timedelta(days=1), "current": True})
    return steps + [{"label": label} for label in (_("Test drive"), _("Quote"), _("Order"), _("Delivery"))]


def _entries(now: Any) -> list[dict[str, Any]]:
    return [
        {
            "at": now - timedelta(minutes=8),
            "icon": "phone-outgoing",
            "tone": "done",
            "actor": "张顾问",
            "sentence": _("called, 3:42, wants to come on Saturday"),
            "text": "周六下午带太太一起来看，想试驾 X5，担心置换价。",
        },
        {
            "at": now - timedelta(minutes=40),
            "icon": "alert-triangle",
            "tone": "late",
            "actor": _("System"),
            "sentence": _("first contact is overdue; the supervisor was told"),
        },
        {
            "at": now - timedelta(hours=2),
            "icon": "user-share",
            "tone": "info",
            "actor": _("System"),
            "sentence": _("assigned to 张顾问: speaks Cantonese, 4 open leads"),
        },
        {"at": now - timedelta(days=1, hours=2), "icon": "inbox", "actor": "抖音直播", "sentence": _("lead received")},
    ]


def _tabs() -> list[dict[str, Any]]:
    return [
        {"label": _("All"), "url": "?tab=all", "current": True, "count": 42},
        {"label": _("Calls"), "url": "?tab=calls", "count": 12, "icon": "phone"},
        {"label": _("Messages"), "url": "?tab=messages", "count": 1001},
    ]


def _cards(now: Any) -> list[dict[str, Any]]:
    return [
        {"title": name, "url": "#", "avatar": name, "detail": f"{series} · {source}", "at": due}
        for name, series, source, *_rest, due in _people(now)[:3]
    ]
