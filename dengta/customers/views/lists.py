"""Lists: customers, possible duplicates, tags, the stop list."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dengta.core import search
from dengta.core.access import visible
from dengta.core.actors import Actor
from dengta.core.handlers import page
from dengta.core.lists import ChoiceFilter, Column, DateFilter, FlagFilter, ListSpec, RefFilter, SavedView, TextFilter
from dengta.customers.models import Customer, StopEntry, Suggestion, Tag, TagAssignment, id_of
from dengta.customers.operations import tell_export
from dengta.customers.types import CustomerKind, Restriction

MOST_HITS = 100
PAGE = 100


def find(rows: QuerySet, text: str, actor: Actor) -> QuerySet:
    """By name, pinyin, initials, end of the number, or customer number; through the search index."""
    ids = [hit.row_id for hit in search.find(actor, text, ["customers.customer"], limit=MOST_HITS)]
    if pk := id_of(text):
        ids.append(pk)
    return rows.filter(pk__in=ids)


def _tags(row: Customer) -> SafeString:
    return format_html_join(" ", '<span class="state tone-info">{}</span>', [(one.tag.name,) for one in row.shown_tags])


def _people(row: Customer) -> str:
    """Who deals with them where: 张顾问（南山店）."""
    seen = dict.fromkeys((one.owner.name if one.owner else "", one.store.name) for one in row.shown_dealings)
    return "、".join(f"{owner}（{store}）" if owner else store for owner, store in list(seen)[:3])


def _mark(row: Customer) -> Any:
    if not row.restriction:
        return ""
    return format_html('<span class="state tone-late">{}</span>', row.get_restriction_display())


def _tag_choices(actor: Actor) -> list[tuple[int, str]]:
    return [(tag.pk, tag.name) for tag in visible(Tag, actor).order_by("family", "name")[:200]]


def _mine(actor: Actor) -> Q:
    """A subquery over the dealings of one person."""
    mine = Customer._meta.get_field("dealings").related_model.objects.filter(owner_id=actor.employee_id)
    return Q(pk__in=mine.values("customer_id"))


def _has_tag(chosen: list[int]) -> Q:
    return Q(pk__in=TagAssignment.objects.current().filter(tag_id__in=chosen).values("customer_id"))


class TagFilter(RefFilter):
    """Customers who have one of the chosen tags now."""

    def _condition(self, chosen: list[str]) -> Q:
        return _has_tag([int(value) for value in chosen if value.isdecimal()])


CUSTOMERS = ListSpec(
    key="customers.customer",
    columns=[
        Column("name", pgettext_lazy("person", "Name"), value=str, main=True),
        Column("phone", _("Phone"), value="phone_shown", corner=True),
        Column("city", _("City"), desk_only=True),
        Column("tags", _("Tags"), show=_tags, export=lambda row: [one.tag.name for one in row.shown_tags]),
        Column("people", _("Dealt with by"), value=_people),
        Column("mark", _("Restriction"), show=_mark, export=lambda row: row.get_restriction_display()),
        Column("last_dealing_at", _("Last dealing"), sort="last_dealing_at"),
        Column("code", _("Customer number"), default=False, desk_only=True),
        Column("created_at", _("Opened on"), sort="pk", default=False, desk_only=True),
    ],
    filters=[
        FlagFilter("mine", _("Dealt with by me"), condition=_mine),
        TagFilter("tag", _("Tag"), choices=_tag_choices),
        ChoiceFilter("kind", _("Kind"), choices=CustomerKind.choices),
        ChoiceFilter("mark", _("Restriction"), path="restriction", choices=Restriction.choices[1:]),
        TextFilter("city", _("City")),
        DateFilter("dealt", _("Last dealing"), path="last_dealing_at"),
    ],
    views=[SavedView("mine", _("Mine"), "mine=1"), SavedView("week", _("This week"), "dealt=week")],
    sort="-last_dealing_at",
    search=find,
    search_label=_("Name, pinyin, initials, last 4 digits"),
    url=Customer.get_absolute_url,
)


@page("customers.customer.see", methods=("GET", "HEAD"))
def customers(request: HttpRequest) -> HttpResponse:
    """The customers one deals with, the latest dealing first."""
    rows = visible(Customer, request.actor).for_list()
    if kind := request.GET.get("export"):
        return _export(request, rows, kind)
    shown = CUSTOMERS.page(request.GET, rows, actor=request.actor, path=request.path)
    return render(request, "customers/customer_list.html", {
        "page": shown, "may_export": request.actor.may("customers.customer.export"),
        "may_register": request.actor.may("customers.customer.register")})


def _export(request: HttpRequest, rows: QuerySet, kind: str) -> HttpResponse:
    """Numbers stay masked in files, and each file leaves a trace."""
    if kind not in ("csv", "xlsx") or not request.actor.may("customers.customer.export"):
        raise Http404
    tell_export(by=request.actor, file=kind, query=request.GET.urlencode()[:200])
    return CUSTOMERS.export(request.GET, rows, kind, actor=request.actor, file_name="customers")


@page("customers.customer.merge", methods=("GET", "HEAD"))
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs that may be one person, among the customers one sees."""
    rows = visible(Suggestion, request.actor).filter(state="open", first__merged_into__isnull=True,
                                                     second__merged_into__isnull=True)
    return render(request, "customers/duplicates.html", {"rows": list(rows.for_list()[:PAGE])})


@page("customers.customer.see", methods=("GET", "HEAD"))
def tags(request: HttpRequest) -> HttpResponse:
    """The vocabulary, with how often each word is in use."""
    rows = list(visible(Tag, request.actor).order_by("-is_active", "family", "name")[:500])
    counts = TagAssignment.capped_counts([row.pk for row in rows])
    return render(request, "customers/tags.html", {"rows": [(row, counts.get(row.pk, 0)) for row in rows]})


@page("customers.stopentry.see", methods=("GET", "HEAD"))
def stop_list(request: HttpRequest) -> HttpResponse:
    """Numbers that never become leads."""
    rows = visible(StopEntry, request.actor).for_list()
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    older = f"?before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return render(request, "customers/stop_list.html", {"rows": found[:PAGE], "older": older})
