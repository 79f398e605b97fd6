"""The rows of a register inside a view of the map: shapes while they are few, else numbers by region."""

from typing import Any, NamedTuple

import shapely
from django.db.models import Count, QuerySet
from django.db.models.functions import Substr

from shuibao.platform.core.geometry.cells import Box
from shuibao.platform.core.geometry.field import within
from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import reader_of
from shuibao.platform.registers.declaration import Layer, Register
from shuibao.platform.registers.near import near
from shuibao.platform.registers.paging import remembered
from shuibao.platform.registers.table import key_of
from shuibao.science.errors import InputError

MOST = 1000
_COARSE = 0.004  # degrees of a pixel above which numbers stand by city, not by county


class View(NamedTuple):
    """What a map shows: its box, and degrees of one pixel."""

    box: Box
    pixel: float


def may_draw(layer: Layer, register: Register, user: object) -> bool:
    """Whether the layer may leave for this person at all.

    open: anybody; internal: who may read the register; restricted: who also holds `<register>.restricted`.
    """
    if layer.secrecy == "open":
        return True
    verb = "view" if layer.secrecy == "internal" else "restricted"
    return reader_of(user).may(register.verb(verb))


def features(register: Register, rows: "QuerySet[Any]", view: View) -> dict[str, Any]:
    """A GeoJSON collection of what meets the view; `counted` says that points stand for many rows."""
    layer = register.layer
    if layer is None:
        raise InputError(f"{register.title}没有图形。")
    met = near(rows, within(layer.field, view.box)).order_by()
    if met.values("pk")[: MOST + 1].count() > MOST:
        return _collection(_counted(register, layer, rows, view), is_counted=True)
    window = shapely.box(*view.box)
    shapely.prepare(window)
    seen = [row for row in met if window.intersects(getattr(row, layer.field))]
    return _collection([_feature(register, layer, row, view.pixel) for row in seen], is_counted=False)


def _collection(found: list[dict[str, Any]], *, is_counted: bool) -> dict[str, Any]:
    return {"type": "FeatureCollection", "counted": is_counted, "features": found}


def _feature(register: Register, layer: Layer, row: Any, pixel: float) -> dict[str, Any]:
    shape = shapely.simplify(getattr(row, layer.field), pixel / 2, preserve_topology=True)
    tone = (layer.tones or {}).get(getattr(row, layer.tone_field), "off") if layer.tone_field else ""
    facts = {"key": key_of(register, row), "label": str(getattr(row, layer.label)), "tone": tone}
    return _drawn(shape, facts)


def _drawn(shape: shapely.Geometry, facts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": shapely.geometry.mapping(shape), "properties": facts}


def _counted(register: Register, layer: Layer, rows: "QuerySet[Any]", view: View) -> list[dict[str, Any]]:
    """A point in every county (far off: city) of the view, with the number of all its rows with a shape."""
    counts = _counts(register, layer, rows, 4 if view.pixel > _COARSE else 6)
    regions = Region.objects.filter(within("boundary", view.box), pk__in=counts)
    return [
        _drawn(
            shapely.point_on_surface(region.boundary),
            {"label": region.name, "count": counts[region.code], "region": region.code},
        )
        for region in regions
    ]


def _counts(register: Register, layer: Layer, rows: "QuerySet[Any]", digits: int) -> dict[str, int]:
    """Numbers of rows by the code of the county or city they lie in."""
    shown = rows.filter(**{f"{layer.field}_size__isnull": False}).order_by()
    parts = shown.annotate(part=Substr(region_path(register), 1, digits))
    groups = remembered(parts.values_list("part").annotate(Count("pk")), list)
    return {part.ljust(6, "0"): count for part, count in groups if part}


def region_path(register: Register) -> str:
    """The column that holds the code of the region in which a row lies."""
    return "code" if register.model is Region else "region_id"


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
