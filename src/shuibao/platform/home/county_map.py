"""A small map of a region's parts as one drawing: outlines thinned to what a screen can show."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely

from shuibao.platform.core.models import Region

WIDTH = 400.0
_TOLERANCE = 0.6  # of the drawing's units


@dataclass(frozen=True)
class Part:
    """One part: its path, and where its name stands."""

    code: str
    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """Parts and the outline of all, in a box WIDTH wide and `height` high."""

    parts: tuple[Part, ...]
    outline: str
    height: float

    @property
    def box_height(self) -> int:
        """Height with a margin of 8 units above and below."""
        return round(self.height) + 16


def county_map(region: Region) -> Drawing | None:
    """The parts of a region that have boundaries (itself, where it has none); None without any."""
    parts = region.parts.filter(boundary__isnull=False, valid_to=None).order_by("code")
    codes = tuple(parts.values_list("code", flat=True)) or (region.code,)
    return _drawing(codes)


@lru_cache(maxsize=64)
def _drawing(codes: tuple[str, ...]) -> Drawing | None:
    rows = [row for row in Region.objects.filter(code__in=codes).order_by("code") if row.boundary is not None]
    if not rows:
        return None
    shapes = np.array([row.boundary for row in rows], dtype=object)
    west, south, east, north = shapely.total_bounds(shapes)
    narrowing = float(np.cos(np.radians((south + north) / 2)))
    scale = WIDTH / ((east - west) * narrowing)

    def placed(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(((xy[:, 0] - west) * narrowing * scale, (north - xy[:, 1]) * scale))

    drawn = shapely.coverage_simplify(shapely.transform(shapes, placed), _TOLERANCE)
    parts = tuple(_part(row, shape) for row, shape in zip(rows, drawn, strict=True))
    return Drawing(parts, _path(shapely.union_all(drawn)), float((north - south) * scale))


def _part(row: Region, shape: shapely.Geometry) -> Part:
    inside = shapely.point_on_surface(shape)
    name = (
        row.name if len(row.name) < 3 else row.name.removesuffix("县").removesuffix("市").removesuffix("区")
    )
    return Part(row.code, name, _path(shape), round(inside.x, 1), round(inside.y, 1))


def _path(shape: shapely.Geometry) -> str:
    """The SVG path of all rings."""
    rings = []
    for polygon in shapely.get_parts(shape):
        for ring in (polygon.exterior, *polygon.interiors):
            points = " L".join(f"{x:.1f} {y:.1f}" for x, y in np.asarray(ring.coords))
            rings.append(f"M{points}Z")
    return "".join(rings)
