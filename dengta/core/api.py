"""The API: one generic endpoint per verb, read endpoints per noun, one error shape, one OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found, server_error
from ninja import NinjaAPI, Router, Schema
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer

from dengta.core import access
from dengta.core.inputs import BadInput, Input, parse_json
from dengta.core.models import EventRow
from dengta.core.registry import Noun, registry
from dengta.core.verbs import NotAllowed, VerbEntry

PAGE = 100


class ErrorItem(Schema):
    """One thing that is wrong; `at` names the input or the place in the body."""

    at: str = ""
    message: str


class ErrorBody(Schema):
    code: str
    message: str
    items: list[ErrorItem] = []


class Problem(Schema):
    """Every refusal has this shape."""

    error: ErrorBody


class Done(Schema):
    """A verb was carried out on (or made) this record."""

    id: int
    noun: str


class Bearer(HttpBearer):
    """The token was already turned into an actor by the middleware, which also opened the scope."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return getattr(request, "actor", None)


class Api(NinjaAPI):
    """Knows the endpoints that rooms serve by plain views too, so that one document describes them all."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.described: dict[str, dict] = {}

    def describe(self, path: str, operations: dict[str, dict]) -> None:
        """OpenAPI operations (method → operation) of an endpoint that is not built from nouns and verbs."""
        self.described[path] = operations

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        found = super().get_openapi_schema(**given)
        found["paths"] |= self.described
        return found


api = Api(title="Dengta", version="1", auth=Bearer(), docs_url=None, openapi_url="openapi.json")
PROBLEMS = {401: Problem, 404: Problem, 409: Problem, 422: Problem}


def problem(
    request: HttpRequest, status: int, code: str, message: str, items: list[dict] | None = None
) -> HttpResponse:
    body = {"error": {"code": code, "message": message, "items": items or []}}
    return api.create_response(request, body, status=status)


@api.exception_handler(NotAllowed)
def _not_allowed(request: HttpRequest, error: NotAllowed) -> HttpResponse:
    return problem(request, 409, error.code, str(error.sentence))


@api.exception_handler(BadInput)
def _bad_input(request: HttpRequest, error: BadInput) -> HttpResponse:
    items = [{"at": name, "message": text} for name, texts in error.errors.items() for text in texts]
    return problem(request, 422, "bad_input", _("Some values cannot be used."), items)


@api.exception_handler(ValidationError)
def _bad_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    items = [
        {"at": ".".join(map(str, e.get("loc", ()))), "message": str(e.get("msg", ""))} for e in error.errors
    ]
    return problem(request, 422, "bad_input", _("Some values cannot be used."), items)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, _error: Http404) -> HttpResponse:
    return problem(request, 404, "not_found", _("There is nothing here."))


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    codes = {400: "bad_request", 401: "unauthorized", 403: "not_found"}
    return problem(
        request,
        422 if error.status_code == 400 else error.status_code,
        codes.get(error.status_code, "error"),
        str(error),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Programs read JSON also where no address matches; people read a page."""
    if request.path.startswith("/api/"):
        return problem(request, 404, "not_found", _("There is nothing here."))
    return page_not_found(request, exception)


def broken(request: HttpRequest) -> HttpResponse:
    """The same for what should never happen."""
    if request.path.startswith("/api/"):
        return problem(request, 500, "broken", _("Something went wrong on our side"))
    return server_error(request)


def body_schema(inputs: tuple[Input, ...] | list[Input]) -> dict:
    """The request body of a verb, from its declared inputs."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {one.name: one.schema() | {"description": str(one.label)} for one in inputs},
        "required": [one.name for one in inputs if one.required],
    }


def _body(request: HttpRequest) -> dict:
    try:
        parsed = api.parser.parse_body(request) if request.body else {}
    except (ValueError, RecursionError):  # bad encoding is a ValueError too
        parsed = None
    if not isinstance(parsed, dict):
        raise BadInput({"body": [_("An object of inputs is expected.")]})
    return parsed


def _on_row(entry: VerbEntry, request: HttpRequest, pk: int) -> dict:
    row = access.fetch(entry.model, request.actor, pk)
    getattr(row, entry.verb.name)(
        by=request.actor, **parse_json(entry.verb.inputs, request.actor, row, _body(request))
    )
    return {"id": row.pk, "noun": access.key_of(entry.model)}


def _birth(entry: VerbEntry, request: HttpRequest) -> dict:
    if not request.actor.may(entry.verb.needs(entry.model)):
        raise Http404
    given = parse_json(entry.verb.inputs, request.actor, None, _body(request))
    row = getattr(entry.model, entry.verb.name)(by=request.actor, **given)
    return {"id": row.pk, "noun": access.key_of(entry.model)}


def _one(noun: Noun, request: HttpRequest, pk: int) -> dict:
    return noun.api(access.fetch(noun.model, request.actor, pk), request.actor)


def _list(noun: Noun, request: HttpRequest, after: int = 0, limit: int = PAGE) -> dict:
    rows = access.visible(noun.model, request.actor).filter(pk__gt=after).order_by("pk")
    for_list = getattr(rows, "for_list", None)
    found = list((for_list() if for_list else rows)[: max(1, min(limit, PAGE))])
    return {
        "items": [noun.api(row, request.actor) for row in found],
        "next": found[-1].pk if len(found) >= limit else None,
    }


def _timeline(noun: Noun, request: HttpRequest, pk: int, before: str = "") -> dict:
    row = access.fetch(noun.model, request.actor, pk)
    rows = list(EventRow.objects.for_subject(row)[:PAGE])
    return {
        "items": [{"id": e.id, "at": e.at, "key": e.key, "by": e.actor, "sentence": e.sentence} for e in rows]
    }


def build(target: NinjaAPI) -> None:
    """Give every noun and verb its endpoints; runs once, when the addresses are first needed."""
    router = Router()
    for noun in registry.all(Noun):
        if noun.api is None:
            continue
        _add(router, f"/{noun.key}", "GET", _named(_list, noun), f"List: {noun.key}", dict, noun.key)
        _add(router, f"/{noun.key}/{{int:pk}}", "GET", _named(_one, noun), f"One: {noun.key}", dict, noun.key)
        _add(
            router,
            f"/{noun.key}/{{int:pk}}/events",
            "GET",
            _named(_timeline, noun),
            f"Timeline: {noun.key}",
            dict,
            noun.key,
        )
    for entry in registry.all(VerbEntry):
        if entry.verb.hidden:
            continue
        noun_key = access.key_of(entry.model)
        born = entry.verb.shape == "birth"
        path = f"/{noun_key}/{entry.verb.name}" if born else f"/{noun_key}/{{int:pk}}/{entry.verb.name}"
        view = _named(_birth if born else _on_row, entry)
        _add(router, path, "POST", view, entry.key, Done, noun_key, body_schema(entry.verb.inputs))
    target.add_router("", router)


def _named(view: Callable, about: Any) -> Callable:
    bound = partial(view, about)
    bound.__name__ = f"{view.__name__}_{about.key.replace('.', '_')}"  # type: ignore[attr-defined]
    bound.__doc__ = (about.verb.__doc__ if isinstance(about, VerbEntry) else None) or view.__doc__
    return bound


def _add(
    router: Router,
    path: str,
    method: str,
    view: Callable,
    summary: str,
    answer: Any,
    tag: str,
    body: dict | None = None,
) -> None:
    extra = (
        {
            "requestBody": {
                "content": {"application/json": {"schema": body}},
                "required": bool(body["required"]),
            }
        }
        if body
        else {}
    )
    router.add_api_operation(
        path,
        [method],
        view,
        response={200: answer, **PROBLEMS},
        summary=summary,
        tags=[tag],
        operation_id=view.__name__.strip("_"),
        openapi_extra=extra,
    )


build(api)
