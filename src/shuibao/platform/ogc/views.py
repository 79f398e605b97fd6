"""The answers of OGC API Features."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

from shuibao.platform.api.authentication import READING, identify
from shuibao.platform.api.problems import EXPECTED, NOT_FOUND, WRONG_METHOD, Refused, answer, refused_by
from shuibao.platform.ogc.asking import ITEM_NAMES, asked_of, crs_asked, only_known
from shuibao.platform.ogc.crs import STORED, SYSTEMS, Crs
from shuibao.platform.ogc.feature import features
from shuibao.platform.ogc.layers import collection_of, drawable_by, extent_of
from shuibao.platform.ogc.links import GEOJSON, JSON, OPENAPI, itself, link, neighbours
from shuibao.platform.ogc.openapi import description
from shuibao.platform.ogc.paging import page_of
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.table import joined
from shuibao.platform.registers.views.found import row_at

View = Callable[..., HttpResponse]
CONFORMS_TO = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)


def public_address(view: View) -> View:
    """A view that knows who is asking, reads only, and answers what goes wrong with a problem."""

    @wraps(view)
    def asked(request: HttpRequest, **parts: str) -> HttpResponse:
        try:
            if request.method not in READING:
                raise Refused("wrong_method", WRONG_METHOD, headers={"Allow": ", ".join(READING)})
            identify(request)
            response = view(request, **parts)
        except EXPECTED as raised:
            response = answer(request, refused_by(raised) or Refused("not_found", NOT_FOUND))
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ("Authorization", "Cookie"))
        return response

    asked.csrf_exempt = True  # type: ignore[attr-defined]
    return asked


@public_address
def landing(request: HttpRequest) -> HttpResponse:
    """Where everything is."""
    only_known(request, ("f",))
    links = [
        itself(request, JSON),
        link(request, "service-desc", OPENAPI, "接口描述（OpenAPI 3.0）", "api"),
        link(request, "service-doc", "text/html", "平台接口文档", "docs"),
        link(request, "conformance", JSON, "符合的标准", "conformance"),
        link(request, "data", JSON, "图层", "collections"),
    ]
    return _json(
        {
            "title": "水保地图服务",
            "description": "水土保持平台各台账的图层（OGC API Features）。",
            "links": links,
        }
    )


@public_address
def conformance(request: HttpRequest) -> HttpResponse:
    """The parts of the standard that are kept."""
    only_known(request, ("f",))
    return _json({"conformsTo": CONFORMS_TO, "links": [itself(request, JSON)]})


@public_address
def api(request: HttpRequest) -> HttpResponse:
    """The description of what this asker can ask."""
    only_known(request, ("f",))
    server = request.build_absolute_uri("/ogc")
    return _json(description(drawable_by(request.user), server), OPENAPI)


@public_address
def collections(request: HttpRequest) -> HttpResponse:
    """All layers that this asker may draw."""
    only_known(request, ("f",))
    found = [_collection(request, register) for register in drawable_by(request.user)]
    facts = {"collections": found, "crs": [system.uri for system in SYSTEMS]}
    return _json({**facts, "links": [itself(request, JSON)]})


@public_address
def collection(request: HttpRequest, name: str) -> HttpResponse:
    """One layer."""
    only_known(request, ("f",))
    register, _ = collection_of(request, name)
    return _json(_collection(request, register))


@public_address
def items(request: HttpRequest, name: str) -> HttpResponse:
    """A page of features."""
    register, layer = collection_of(request, name)
    asked = asked_of(request, register)
    rows = (
        register.rows(request.user)
        .filter(asked.wanted)
        .select_related(*joined(register, list(register.exported)))
    )
    page = page_of(rows, layer.field, asked.window, asked.offset, asked.limit)
    drawn = "},".join(features(register, layer, page.rows, asked.crs)) + "}" * bool(page.rows)
    facts = {
        "type": "FeatureCollection",
        "links": [
            itself(request, GEOJSON),
            link(request, "collection", JSON, register.title, "collection", name),
            *neighbours(request, asked.limit, asked.offset, page.matched),
        ],
        "numberMatched": page.matched,
        "numberReturned": len(page.rows),
        "timeStamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    text = f'{json.dumps(facts, ensure_ascii=False)[:-1]},"features":[{drawn}]}}'
    return _geojson(text, asked.crs)


@public_address
def item(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """One feature, with a hash by which a client knows whether it has changed."""
    register, layer = collection_of(request, name)
    only_known(request, ITEM_NAMES)
    crs = crs_asked(request, "crs")
    try:
        row = row_at(register, request.user, key)
    except ValidationError as problem:  # a key that is no UUID
        raise Http404 from problem
    links = [
        itself(request, GEOJSON),
        link(request, "collection", JSON, register.title, "collection", name),
    ]
    [feature] = features(register, layer, [row], crs)
    response = _geojson(f'{feature},"links":{json.dumps(links, ensure_ascii=False)}}}', crs)
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


@public_address
def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """404 for every other address."""
    raise Http404


def _collection(request: HttpRequest, register: Register) -> dict[str, Any]:
    return {
        "id": register.name,
        "title": register.title,
        "description": f"{register.layer.theme if register.layer else ''}：{register.title}",
        "itemType": "feature",
        "extent": extent_of(register, request.user),
        "crs": [system.uri for system in SYSTEMS],
        "storageCrs": STORED.uri,
        "links": [
            link(request, "self", JSON, register.title, "collection", register.name),
            link(request, "items", GEOJSON, f"{register.title}的图形", "items", register.name),
        ],
    }


def _json(facts: dict[str, Any], media_type: str = JSON) -> HttpResponse:
    return JsonResponse(facts, content_type=media_type, json_dumps_params={"ensure_ascii": False})


def _geojson(text: str, crs: Crs) -> HttpResponse:
    return HttpResponse(text, content_type=GEOJSON, headers={"Content-Crs": f"<{crs.uri}>"})
