"""The OpenAPI 3.0 description of the collections that one asker may draw."""

from collections.abc import Iterable
from typing import Any

from shuibao.platform.api.problems import MEDIA_TYPE
from shuibao.platform.ogc.asking import DEFAULT_LIMIT, LAST_OFFSET, MOST
from shuibao.platform.ogc.crs import CRS84, SYSTEMS
from shuibao.platform.ogc.layers import queryable
from shuibao.platform.ogc.links import GEOJSON, JSON, OPENAPI
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.values import head

Part = dict[str, Any]
_URIS = [system.uri for system in SYSTEMS]


def description(declared: Iterable[Register], server: str) -> Part:
    """The document."""
    paths = {
        "/": _get("landing", "入口", JSON),
        "/conformance": _get("conformance", "符合的标准", JSON),
        "/api": _get("api", "本描述", OPENAPI),
        "/collections": _get("collections", "图层", JSON),
    }
    for register in declared:
        paths |= _paths_of(register)
    return {
        "openapi": "3.0.3",
        "info": {"title": "水保地图服务", "version": "1", "description": "OGC API Features。"},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "parameters": _PARAMETERS,
            "responses": {"Problem": _PROBLEM},
            "schemas": {"Problem": _PROBLEM_BODY},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _paths_of(register: Register) -> dict[str, Part]:
    name, base = register.name, f"/collections/{register.name}"
    shared = ("limit", "offset", "bbox", "bbox-crs", "datetime", "crs")
    properties = [_property(register, path) for path in queryable(register)]
    key = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    one = _get(f"{name}.item", f"{register.title}：一个", GEOJSON, [key, _ref("crs")], may_miss=True)
    page = _get(
        f"{name}.items",
        f"{register.title}：图形",
        GEOJSON,
        [*map(_ref, shared), *properties],
    )
    return {
        base: _get(f"{name}.collection", register.title, JSON),
        f"{base}/items": page,
        f"{base}/items/{{featureId}}": one,
    }


def _get(
    operation: str, summary: str, media_type: str, parameters: Iterable[Part] = (), may_miss: bool = False
) -> Part:
    problem = {"$ref": "#/components/responses/Problem"}
    responses: Part = {
        "200": {"description": summary, "content": {media_type: {"schema": {"type": "object"}}}}
    }
    refusals = ("400", "401", "403", "404", "429") if may_miss else ("400", "401", "403", "429")
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": [*parameters, _ref("f")],
            "responses": {**responses, **dict.fromkeys(refusals, problem)},
        }
    }


def _ref(name: str) -> Part:
    return {"$ref": f"#/components/parameters/{name}"}


def _property(register: Register, path: str) -> Part:
    about = f"{head(register, path)}等于"
    return {"name": path, "in": "query", "description": about, "schema": {"type": "string"}}


def _query(name: str, description: str, schema: Part) -> Part:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _list(description: str, name: str, least: int, most: int) -> Part:
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": least, "maxItems": most}
    return {**_query(name, description, numbers), "style": "form", "explode": False}


def _integer(least: int, most: int, default: int) -> Part:
    return {"type": "integer", "minimum": least, "maximum": most, "default": default}


_URI = {"type": "string", "format": "uri", "enum": _URIS, "default": CRS84}
_PARAMETERS: Part = {
    "f": _query("f", "格式", {"type": "string", "enum": ["json"]}),
    "limit": _query("limit", "一页至多几个", _integer(1, MOST, DEFAULT_LIMIT)),
    "offset": _query("offset", "跳过几个", _integer(0, LAST_OFFSET, 0)),
    "bbox": _list("范围：按 bbox-crs 的轴序，下限在前，上限在后", "bbox", 4, 6),
    "bbox-crs": _query("bbox-crs", "bbox 的坐标系", _URI),
    "crs": _query("crs", "返回图形的坐标系", _URI),
    "datetime": _query(
        "datetime", "某一时刻或时段内有效的，如 2026-11-22、2025-01-01/..", {"type": "string"}
    ),
}
_PROBLEM_BODY: Part = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
    },
}
_PROBLEM: Part = {
    "description": "问题",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
