"""Files of leads: upload, say what the columns mean, look at twenty rows, run, and mend what failed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from dengta.core.access import fetch, visible
from dengta.core.handlers import live, page
from dengta.core.inputs import BadInput
from dengta.core.lists.exports import XLSX
from dengta.core.verbs import NotAllowed
from dengta.leads.forms import UploadForm
from dengta.leads.importing.files import error_file, upload
from dengta.leads.importing.running import preview
from dengta.leads.models import ImportRun
from dengta.leads.reports import Mapping, Preview, Result
from dengta.leads.reports.files import asked_mapping
from dengta.leads.types import ImportState
from dengta.leads.verbs.importing import checked_mapping

PAGE = 50


@page("leads.importrun.see")
def imports(request: HttpRequest) -> HttpResponse:
    """Every import, the newest first, and the place to drop a new file."""
    may_upload = request.actor.may("leads.importrun.upload")
    form = UploadForm(request.actor, request.POST or None, request.FILES or None) if may_upload else None
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            return redirect(upload(by=request.actor, **form.given()))
        except NotAllowed as refusal:
            form.add_error("file", str(refusal.sentence))
    rows = visible(ImportRun, request.actor).select_related("channel", "made_by", "store").order_by("-pk")
    status = 422 if form is not None and form.errors else 200
    return render(request, "leads/imports.html", {"rows": rows[:PAGE], "form": form}, status=status)


@page("leads.importrun.see")
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """A run in whatever state it is: columns to check, rows being read in, or the result."""
    run = fetch(ImportRun, request.actor, pk, rows=ImportRun.objects.select_related("channel", "store", "made_by"))
    if run.state in (ImportState.UPLOADED, ImportState.FAILED):
        return _columns(request, run)
    shown = {"row": run, "result": Result.of(run)}
    if request.headers.get("X-Refresh"):
        return live(request, "leads/_import_run.html", shown)
    return render(request, "leads/import_run.html", shown)


def _columns(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """GET: what we think the columns mean. POST: look at the first rows, or start."""
    chosen = dict(run.mapping)
    shown, status = None, 200
    if request.method == "POST":
        try:
            chosen = asked_mapping(request.POST, run)
            if "start" in request.POST:
                run.start(by=request.actor, mapping=chosen)
                messages.success(request, _("The import runs. You may leave this page and come back."))
                return redirect(run)
            run.mapping = checked_mapping(chosen, len(run.columns))
            shown = Preview.of(preview(run), run.mapping)
        except (BadInput, NotAllowed) as refusal:
            status = 422
            messages.error(
                request,
                " ".join(s for found in refusal.errors.values() for s in found)
                if isinstance(refusal, BadInput)
                else str(refusal.sentence),
            )
    return render(
        request,
        "leads/import_columns.html",
        {"row": run, "mapping": Mapping(run, chosen), "preview": shown},
        status=status,
    )


@page("leads.importrun.see", methods=("GET", "HEAD"))
def errors(request: HttpRequest, pk: int) -> HttpResponse:
    """The failed rows with the reason beside each, to be mended and read in again."""
    run = fetch(ImportRun, request.actor, pk)
    response = HttpResponse(error_file(run), content_type=XLSX)
    name = f"{run.file_name.rsplit('.', 1)[0]}-errors.xlsx"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{iri_to_uri(name)}"
    return response
