"""The rows of a register inside a view of the map: shapes while they are few, else numbers by region."""

from typing import Any, NamedTuple

import shapely
from django.db.models import Count, QuerySet

from shuibao.platform.core.geometry.cells import Box
from shuibao.platform.core.geometry.field import within
from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import reader_of
from shuibao.platform.registers.declaration import Layer, Register
from shuibao.platform.registers.table import key_of
from shuibao.science.errors import InputError

MOST = 2000


class View(NamedTuple):
    """What a map shows: its box, and degrees of one pixel."""

    box: Box
    pixel: float


def may_draw(layer: Layer, register: Register, user: object) -> bool:
    """Whether the layer may leave for this person at all."""
    if layer.secrecy == "open":
        return True
    verb = "view" if layer.secrecy == "internal" else "restricted"
    return reader_of(user).may(register.verb(verb))


def features(register: Register, rows: "QuerySet[Any]", view: View) -> dict[str, Any]:
    """A GeoJSON collection of what meets the view; `counted` says that regions stand for their rows."""
    layer = register.layer
    if layer is None:
        raise InputError(f"{register.title}没有图形。")
    near = rows.filter(within(layer.field, view.box))
    found = list(near.order_by("pk")[: MOST + 1])
    if len(found) > MOST:
        return _counted(near)
    window = shapely.box(*view.box)
    shapely.prepare(window)
    seen = [row for row in found if window.intersects(getattr(row, layer.field))]
    return {
        "type": "FeatureCollection",
        "counted": False,
        "features": [_feature(register, layer, row, view.pixel) for row in seen],
    }


def _feature(register: Register, layer: Layer, row: Any, pixel: float) -> dict[str, Any]:
    shape = shapely.simplify(getattr(row, layer.field), pixel / 2, preserve_topology=True)
    tone = (layer.tones or {}).get(getattr(row, layer.tone_field), "off") if layer.tone_field else ""
    facts = {"key": key_of(register, row), "label": str(getattr(row, layer.label)), "tone": tone}
    return {"type": "Feature", "geometry": shapely.geometry.mapping(shape), "properties": facts}


def _counted(rows: "QuerySet[Any]") -> dict[str, Any]:
    """A point for every county with the number of its rows."""
    counts = dict(rows.order_by().values_list("region_id").annotate(Count("pk")))
    regions = Region.objects.filter(pk__in=counts, boundary__isnull=False)
    points = [(region, shapely.point_on_surface(region.boundary)) for region in regions]
    return {
        "type": "FeatureCollection",
        "counted": True,
        "features": [
            {
                "type": "Feature",
                "geometry": shapely.geometry.mapping(point),
                "properties": {"label": f"{region.name} {counts[region.pk]}", "tone": ""},
            }
            for region, point in points
        ],
    }


def view_of(bbox: str, width: str) -> View:
    """The view an address asks for: west,south,east,north and the map's width in pixels."""
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
        pixels = int(width or 800)
    except ValueError as problem:
        raise InputError(f"bbox = {bbox!r} 不是“西,南,东,北”四个经纬度。") from problem
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90 and 50 <= pixels <= 10000):
        raise InputError(f"bbox = {bbox!r} 超出经纬度范围，或西不小于东、南不小于北。")
    return View(Box(west, south, east, north), (east - west) / pixels)
