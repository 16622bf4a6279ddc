"""The catalogue page."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dengta.core.access import visible
from dengta.core.handlers import page
from dengta.vehicles.models import Series

MOST = 500


@page("vehicles.series.see", methods=("GET", "HEAD"))
def series_list(request: HttpRequest) -> HttpResponse:
    """All series by brand, those on sale first."""
    asked = request.GET.get("q", "").strip()[:60].replace("\0", "")
    rows = visible(Series, request.actor).for_list().order_by("-is_active", "brand__name", "name")
    if asked:
        rows = rows.filter(Q(name__icontains=asked) | Q(code__icontains=asked) | Q(brand__name__icontains=asked))
    return render(request, "vehicles/series_list.html", {"rows": rows[:MOST], "asked": asked})
