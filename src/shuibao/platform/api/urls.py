"""Addresses under /api/."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.generic import RedirectView

from shuibao.platform.api.build import api_for
from shuibao.platform.api.problems import NOT_FOUND, WRONG_METHOD, Refused, answer
from shuibao.platform.registers.registry import registers


def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """404 for an address that no operation has."""
    return answer(request, Refused("not_found", NOT_FOUND))


nothing_here.csrf_exempt = True  # type: ignore[attr-defined]


def addresses(api: Any) -> list[Any]:
    """The addresses of an API, the front door leading to its documentation."""
    patterns, _, _ = api.urls
    for pattern in patterns:
        assert isinstance(pattern, URLPattern)
        pattern.callback = _with_methods(pattern.callback)
    return [
        path("", RedirectView.as_view(pattern_name="api:openapi-view"), name="door"),
        *patterns,
        path("<path:rest>", nothing_here, name="nothing"),
    ]


def _with_methods(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view, its 405 a problem like all others."""

    def asked(request: HttpRequest, **parts: Any) -> HttpResponse:
        response = view(request, **parts)
        if response.status_code != WRONG_METHOD.status:
            return response
        return answer(request, Refused("wrong_method", WRONG_METHOD, headers={"Allow": response["Allow"]}))

    asked.csrf_exempt = True  # type: ignore[attr-defined]
    return asked


app_name = "api"
urlpatterns = addresses(api_for(registers()))
