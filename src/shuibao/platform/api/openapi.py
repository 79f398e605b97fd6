"""The API's own class: problems have their media type, faults become problems, docs live with our policy."""

import copy
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from shuibao.platform.api.problems import MEDIA_TYPE, answer, refused_by

FOR_ANYBODY: dict[str, Any] = {"security": [{}]}
"""Added to the ways to sign in: none is needed for what is open."""


class Api(NinjaAPI):
    """Operations that answer with problem+json when they cannot answer."""

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """The problem that an exception is to the asker; a fault of ours goes on to the 500 page."""
        refused = refused_by(exc)
        if refused is None:
            raise exc
        return answer(request, refused)

    def get_openapi_schema(self, **where: Any) -> OpenAPISchema:
        """The description, with the media type that problems are really sent as."""
        schema = super().get_openapi_schema(**where)
        for path in schema["paths"].values():
            for operation in path.values():
                operation["responses"] = _with_media_type(operation["responses"])
        return schema


def _with_media_type(responses: dict[int, Any]) -> dict[int, Any]:
    found = copy.deepcopy(responses)
    for status, response in found.items():
        if status >= 400:
            [content] = response["content"].values()
            response["content"] = {MEDIA_TYPE: content}
    return found
