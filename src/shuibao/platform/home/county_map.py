"""A small map of a region's parts as one drawing: outlines thinned to what a screen can show."""

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import shapely

from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import region_stem

WIDTH = 400.0
SHADES = 4
_TOLERANCE = 0.6  # of the drawing's units


@dataclass(frozen=True)
class Part:
    """One part: its path, where its name stands, how many lie in it (shade 0 for none, up to SHADES)."""

    code: str
    name: str
    path: str
    x: float
    y: float
    count: int = 0
    shade: int = 0


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
    has_boundary = Region.objects.filter(boundary__isnull=False, valid_to=None)
    versions = has_boundary.order_by("code").values_list(
        "code", "boundary_size", "boundary_west", "boundary_north"
    )
    wanted = tuple(versions.filter(parent=region)) or tuple(versions.filter(pk=region.pk))
    return _drawing(wanted) if wanted else None


def counted(drawing: Drawing, codes: Iterable[str]) -> Drawing:
    """The drawing with how many of the region codes lie in each part, shaded by their share of the most."""
    stems = {part.code: region_stem(part.code) for part in drawing.parts}
    counts = Counter(place for code in codes for place, stem in stems.items() if code.startswith(stem))
    most = max(SHADES, *counts.values(), 0)
    parts = (
        replace(part, count=counts[part.code], shade=math.ceil(SHADES * counts[part.code] / most))
        for part in drawing.parts
    )
    return replace(drawing, parts=tuple(parts))


@lru_cache(maxsize=64)
def _drawing(versions: tuple[tuple[str, float, float, float], ...]) -> Drawing:
    """Drawn once for every version of the boundaries: their sizes and corners stand in the key."""
    rows = list(Region.objects.filter(code__in=[code for code, *_ in versions]).order_by("code"))
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
    name = row.name if len(row.name) < 3 else re.sub("[县市区]$", "", row.name)
    return Part(row.code, name, _path(shape), round(inside.x, 1), round(inside.y, 1))


def _path(shape: shapely.Geometry) -> str:
    """The SVG path of all rings."""
    rings = []
    for polygon in shapely.get_parts(shape):
        for ring in (polygon.exterior, *polygon.interiors):
            points = " L".join(f"{x:.1f} {y:.1f}" for x, y in np.asarray(ring.coords))
            rings.append(f"M{points}Z")
    return "".join(rings)
