"""Rows as GeoJSON: their exported values, choices by their words, shapes in the system asked for."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from django.core.serializers.json import DjangoJSONEncoder

from shuibao.platform.api.register_values import choices_of, json_value
from shuibao.platform.ogc.asking import bad
from shuibao.platform.ogc.crs import Crs, sent_in
from shuibao.platform.registers.declaration import Layer, Register
from shuibao.platform.registers.table import key_of
from shuibao.platform.registers.values import field_at


def features(register: Register, layer: Layer, rows: Sequence[Any], crs: Crs) -> list[str]:
    """The text of each row's feature, without its closing brace: the caller may add links.

    Raises Refused (400) when a shape cannot be had in the system.
    """
    shapes = np.array([getattr(row, layer.field) for row in rows], dtype=object)
    moved = sent_in(shapes, crs)
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        raise bad("crs", f"有的图形不在坐标系 {crs.uri} 的范围内。")
    words = {path: choices_of(field_at(register.model, path)) for path in register.exported}
    return [
        f'{{"type":"Feature","id":{_json(key_of(register, row))},'
        f'"geometry":{drawn or "null"},'
        f'"properties":{_json(_properties(row, words))}'
        for row, drawn in zip(rows, shapely.to_geojson(moved), strict=True)
    ]


def _properties(row: Any, words: dict[str, dict[str, str]]) -> dict[str, Any]:
    found = {}
    for path, labels in words.items():
        value = json_value(row, path)
        found[path] = labels.get(str(value), value) if labels else value
    return found


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder, separators=(",", ":"))
