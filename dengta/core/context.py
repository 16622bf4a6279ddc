"""What the frame around every page needs: menu, badges, stores, language, theme. Read only when a page shows it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from dengta.core import access, scope
from dengta.core.registry import Badge, MenuEntry, Noun, registry

# Areas of the side navigation, in order. A room names one of these keys in its `MenuEntry.area`; "new" is the + menu.
AREAS = {
    "today": gettext_lazy("Today"),
    "work": gettext_lazy("Today"),
    "leads": gettext_lazy("Leads"),
    "customers": gettext_lazy("Customers"),
    "sales": gettext_lazy("Sales"),
    "market": gettext_lazy("Marketing"),
    "insight": gettext_lazy("Insight"),
    "studio": gettext_lazy("Studio"),
    "org": gettext_lazy("Organisation"),
    "admin": gettext_lazy("Administration"),
}
NEW = "new"
THEMES = {"auto": gettext_lazy("Like the system"), "light": gettext_lazy("Light"), "dark": gettext_lazy("Dark")}
# The five places of the phone: the first known menu entry of each row is taken.
PLACES = (
    (("work.today", "today"), gettext_lazy("Today"), "sun", "t"),
    (("leads.desk", "leads.mine", "leads.list", "leads.leads", "leads"), gettext_lazy("Leads"), "target-arrow", "l"),
    (("customers.list", "customers.customers", "customers"), gettext_lazy("Customers"), "users", "c"),
    (("work.calendar", "work.schedule", "work.appointments", "leads.calendar"), gettext_lazy("Schedule"), "calendar",
     "s"),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor."""
    return {"frame": SimpleLazyObject(lambda: Frame(request))}


class Frame:
    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def actor(self) -> Any:
        return getattr(self.request, "actor", None)

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """Every menu entry this person may use, with its address."""
        found = []
        for entry in registry.all(MenuEntry):
            if self.actor is None or (entry.permission and not self.actor.may(entry.permission)):
                continue
            try:
                url = reverse(entry.url_name)
            except NoReverseMatch:
                continue
            found.append({"key": entry.key, "label": entry.label, "icon": entry.icon, "area": str(entry.area),
                          "url": url, "current": ""})
        _mark_current(found, self.request.path)
        return found

    @cached_property
    def menu(self) -> list[dict[str, Any]]:
        """The side navigation: areas in order, each with its entries."""
        areas: dict[str, dict[str, Any]] = {}
        for entry in self.entries:
            if entry["area"] != NEW:
                label = str(AREAS.get(entry["area"], entry["area"]))
                areas.setdefault(label, {"label": label, "key": entry["area"], "entries": []})["entries"].append(entry)
        order = list(AREAS)
        return sorted(areas.values(), key=lambda area: order.index(area["key"]) if area["key"] in order else 99)

    @property
    def creations(self) -> list[dict[str, Any]]:
        """The + menu: entries of the area "new"."""
        return [entry for entry in self.entries if entry["area"] == NEW]

    @cached_property
    def places(self) -> list[dict[str, Any]]:
        """The phone's bottom bar and the g-keys."""
        known = {entry["key"]: entry for entry in self.entries}
        found = []
        for keys, label, icon, letter in PLACES:
            entry = next((known[key] for key in keys if key in known), None)
            if entry:
                found.append({**entry, "label": label, "icon": icon, "letter": letter})
        url = reverse("core:me")
        found.append({"label": _("Me"), "icon": "user", "letter": "m", "url": url, "key": "core.me",
                      "current": "page" if self.request.path == url else ""})
        return found

    @cached_property
    def badges(self) -> list[dict[str, Any]]:
        """Numbers in the top bar: due clocks, unread notifications."""
        if self.actor is None or not scope.is_open():
            return []
        found = []
        for one in registry.all(Badge):
            try:
                url = reverse(one.url_name)
            except NoReverseMatch:
                continue
            found.append({"key": one.key, "label": one.label, "icon": one.icon, "url": url,
                          "count": one.count(self.actor)})
        return found

    @cached_property
    def stores(self) -> list[Any]:
        """The stores this person may choose between, all of them and not only the chosen one."""
        offered = getattr(self.request, "stores", None)
        if offered is not None:
            return list(offered)
        model = _model(settings.DENGTA_STORE)
        if self.actor is None or model is None or not scope.is_open():
            return []
        return list(access.visible(model, self.actor)[:100]) if registry.has(Noun, access.key_of(model)) else []

    @cached_property
    def store(self) -> Any:
        """The chosen store, or None for all of them."""
        session = getattr(self.request, "session", None)
        chosen = str(session.get("store_id", "")) if session is not None and self.actor is not None else ""
        return next((one for one in self.stores if str(one.pk) == chosen), None)

    @property
    def languages(self) -> list[tuple[str, str]]:
        return list(settings.LANGUAGES)

    @property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @property
    def themes(self) -> list[tuple[str, Any]]:
        return list(THEMES.items())

    @property
    def theme(self) -> str:
        kept = getattr(getattr(self.request, "user", None), "theme", "auto")  # a device that was never asked
        chosen = self.request.COOKIES.get("dengta_theme", kept)
        return chosen if chosen in THEMES else "auto"

    @property
    def folded(self) -> bool:
        return self.request.COOKIES.get("dengta_nav") == "icons"

    @property
    def now(self) -> str:
        return timezone.now().isoformat()

    @property
    def words(self) -> dict[str, str]:
        """Sentences that scripts say."""
        return {
            "undo": _("Undo"), "close": _("Close"), "sure": _("Are you sure?"), "go_on": _("Go on"),
            "leave": _("Leave without saving"), "unsaved_title": _("Not saved yet"),
            "unsaved": _("What you typed has not been saved. Leave it?"),
            "offline": _("No connection to the server. Nothing was lost; try again in a moment."),
            "too_many": _("Too many requests. Wait a minute and try again."),
            "gone": _("This no longer exists, or you can no longer see it."),
            "broken": _("Something went wrong on our side and has been noted. Try again."),
            "copied": _("Copied"), "picked": _("{n} selected"), "left": _("{t} left"), "over": _("over by {t}"),
            "days_hours": _("{d} d {h} h"),
        }


def _mark_current(entries: list[dict[str, Any]], path: str) -> None:
    """The entry whose address is the longest beginning of this page's."""
    best = max((e for e in entries if e["area"] != NEW and path.startswith(e["url"])), key=lambda e: len(e["url"]),
               default=None)
    if best and (best["url"] != "/" or path == "/"):
        best["current"] = "page"


def _model(label: str) -> Any:
    try:
        return apps.get_model(label)
    except LookupError:
        return None
