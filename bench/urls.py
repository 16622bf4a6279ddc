"""The real addresses, and views that do nothing: the least a request can cost on the same server."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from dengta.config.urls import urlpatterns as real
from dengta.core.handlers import page, public

EMPTY = "/api/v1/intake/bench-empty"  # below the intake's address, so that the same middleware is passed
EMPTY_PAGE = "/bench/page/"
EMPTY_JSON = "/bench/json/"
EMPTY_API = "/api/v1/bench/nothing"


@csrf_exempt
@public
def empty(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({}, status=202)


@page()
def empty_page(request: HttpRequest) -> HttpResponse:
    """The frame with nothing in it."""
    return render(request, "core/page.html")


@page()
def empty_json(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({})


@public
def empty_api(request: HttpRequest) -> JsonResponse:
    """For a token; the middleware has opened its scope."""
    return JsonResponse({}, status=200 if request.actor else 401)


urlpatterns = [
    path(EMPTY[1:], empty),
    path(EMPTY_PAGE[1:], empty_page),
    path(EMPTY_JSON[1:], empty_json),
    path(EMPTY_API[1:], empty_api),
    *real,
]
