"""Changing a draft: each change goes through the verb, and comes back as the painted table."""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from dengta.core.access import fetch
from dengta.core.handlers import page
from dengta.core.verbs import NotAllowed
from dengta.studio.models import Definition
from dengta.studio.rules.conditions import cell as read_cell
from dengta.studio.rules.editing import change, reworded, row_of
from dengta.studio.rules.kinds import KINDS, Kind, Operator, kind_of
from dengta.studio.types import BadDefinition, Field, Problem, say
from dengta.studio.verbs.drafting import EDIT
from dengta.studio.views.sheet import Sheet

STEPS = {"add_row", "copy_row", "delete_row", "move_row", "switch_row", "add_column", "drop_column", "move_column"}
SPARE_BANDS = 2


@page(EDIT, methods=("POST",))
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One step: `do` names it with its row or column, as in `move_row|r3|up`."""
    row = fetch(Definition, request.actor, pk)
    what, _bar, rest = request.POST.get("do", "").partition("|")
    target, _bar, way = rest.partition("|")
    if what not in STEPS:
        raise Http404
    given = {"row": target, "column": target or request.POST.get("column", ""), "way": way}
    if what == "add_column" and row.fields.get(given["column"]) is None:
        return _painted(request, row)
    try:
        return _keep(request, row, change(row.needed_draft().body, what, given))
    except BadDefinition as bad:
        raise NotAllowed(" ".join(map(str, bad.problems))) from bad


@page(EDIT)
def cell(request: HttpRequest, pk: int, row: str, column: str) -> HttpResponse:
    """The editor of one cell. GET with `op` gives only the part for the value."""
    definition = fetch(Definition, request.actor, pk)
    draft = definition.needed_draft()
    field, line = definition.fields.get(column), row_of(draft.body, row)
    if field is None or line is None:
        raise Http404
    kind, kept = kind_of(field), (line.get("when") or {}).get(column) or {}
    asked = request.POST.get("op") if request.method == "POST" else request.GET.get("op", kept.get("op", ""))
    operator = kind.operator(asked)
    context = {"definition": definition, "row_id": row, "field": field, "kind": kind, "operator": operator,
               "draft": draft, "number": draft.body["rows"].index(line) + 1,
               "values": _shown_values(field, kind, operator, kept), "choices": kind.choices(field)}
    if request.method != "POST":
        return render(request, "studio/_cell_value.html" if "op" in request.GET else "studio/_cell.html", context)
    found = _typed_cell(kind, operator, request.POST)
    problems: list[Problem] = []
    if found is not None:
        read_cell(field, found, "", problems)
    if problems:
        context |= {"error": problems[0].sentence, "values": request.POST.getlist("v")}
        return _form_again(request, "studio/_cell.html", context)
    given = {"row": row, "column": column, "cell": found}
    return _keep(request, definition, change(draft.body, "set_cell", given))


@page(EDIT)
def outputs(request: HttpRequest, pk: int, row: str) -> HttpResponse:
    """The editor of what one row gives."""
    definition = fetch(Definition, request.actor, pk)
    draft = definition.needed_draft()
    line = row_of(draft.body, row)
    if line is None:
        raise Http404
    kept = line.get("then") or {}
    shown = [_output_row(one, kept.get(one["code"]), request) for one in draft.body["outputs"]]
    context = {"definition": definition, "row_id": row, "draft": draft, "outputs": shown,
               "number": draft.body["rows"].index(line) + 1}
    if request.method != "POST":
        return render(request, "studio/_outputs.html", context)
    outs = {one["code"]: _typed_out(one, request.POST, kept.get(one["code"])) for one in draft.body["outputs"]}
    fresh = change(draft.body, "set_outs", {"row": row, "outs": outs})
    path = f"rows[{context['number'] - 1}].then."
    wrong = [one for one in definition.problems(fresh) if one.path.startswith(path)]
    if wrong:
        return _form_again(request, "studio/_outputs.html", context | {"error": wrong[0].sentence})
    return _keep(request, definition, fresh)


@page(EDIT)
def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """How rows count, bounds, bands, and what stands for blank outputs."""
    definition = fetch(Definition, request.actor, pk)
    draft = definition.needed_draft()
    bands = [*(draft.body.get("bands") or []), *([{}] * SPARE_BANDS)]
    context = {"definition": definition, "draft": draft, "body": draft.body, "bands": bands,
               "fixed": definition.contract is not None,
               "outputs": [_output_row(one, one.get("default"), request) for one in draft.body["outputs"]]}
    if request.method != "POST":
        return render(request, "studio/_frame.html", context)
    fresh = change(draft.body, "set_frame", _typed_frame(draft.body, request.POST, fixed=context["fixed"]))
    wrong = [one for one in definition.problems(fresh) if one.level != "warning" and one.row is None]
    if wrong:
        return _form_again(request, "studio/_frame.html", context | {"error": wrong[0].sentence, "body": fresh})
    return _keep(request, definition, fresh)


def _keep(request: HttpRequest, row: Definition, body: Any) -> HttpResponse:
    """Save through the verb and paint; a stale revision is refused there."""
    seen = request.POST.get("seen", "")
    row.save_draft(by=request.actor, body=body, seen=int(seen) if seen.isascii() and seen.isdigit() else None)
    return _painted(request, row)


def _painted(request: HttpRequest, row: Definition) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect(row)
    answer = render(request, "studio/_sheet.html", {"sheet": Sheet(row, row.needed_draft(), request.actor)})
    answer["HX-Trigger-After-Swap"] = "dengta:close"
    return answer


def _form_again(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The same form with the sentence, back into the dialog."""
    answer = render(request, template, context, status=422)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#dialog-body", "innerHTML"
    return answer


def _typed_cell(kind: Kind, operator: Operator | None, posted: QueryDict) -> dict[str, Any] | None:
    """A cell from a form; None is "any"."""
    if operator is None:
        return None
    texts = posted.getlist("v")
    if operator.takes == "many" and kind.control_for(operator) != "checks":
        texts = [part for text in texts for part in re.split(r"[,，、;\n]", text)]
    found = {"op": operator.key}
    value = kind.from_texts(operator, texts)
    return found if operator.takes == "none" else found | {"v": value}


def _shown_values(field: Field, kind: Kind, operator: Operator | None, kept: dict[str, Any]) -> list[str]:
    """What the value inputs hold at first."""
    raw = kept.get("v")
    if operator is None or raw is None:
        return []
    values = [_as_text(one) for one in (raw if isinstance(raw, list) else [raw])]
    if operator.takes == "many" and kind.control_for(operator) != "checks":
        return ["\n".join(values)]
    return values


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _output_row(output: dict[str, Any], kept: Any, request: HttpRequest) -> dict[str, Any]:
    value = kept
    if request.method == "POST":
        value = request.POST.get(f"out.{output['code']}", "")
    elif isinstance(kept, list):
        value = "\n".join(say(one) for one in kept)
    elif output["kind"] == "text":
        value = say(kept)
    return {"code": output["code"], "name": say(output.get("label")) or output["code"], "kind": output["kind"],
            "required": output.get("required"), "value": "" if value is None else _as_text(value),
            "choices": [(one["value"], say(one.get("label", one["value"]))) for one in output.get("choices", [])],
            "default": output.get("default")}


def _typed_out(output: dict[str, Any], posted: QueryDict, before: Any) -> Any:
    text = posted.get(f"out.{output['code']}", "").strip()
    if output["kind"] == "number":
        return KINDS["number"].typed(text) if text else ""
    if output["kind"] == "list":
        return [line.strip() for line in text.splitlines() if line.strip()]
    return reworded(before, text) if output["kind"] == "text" else text


def _typed_frame(body: dict[str, Any], posted: QueryDict, *, fixed: bool) -> dict[str, Any]:
    number = KINDS["number"].typed
    bounds = {key: number(posted.get(key, "").strip()) for key in ("min", "max") if posted.get(key, "").strip()}
    bands = [{"value": name.strip(), **({"from": number(floor.strip())} if floor.strip() else {})}
             for name, floor in zip(posted.getlist("band"), posted.getlist("from"), strict=False) if name.strip()]
    given = {"bounds": bounds, "bands": bands,
             "defaults": {one["code"]: _typed_out(one, posted, one.get("default")) for one in body["outputs"]}}
    return given if fixed else given | {"hit": posted.get("hit", body["hit"])}
