"""The map's own base: outlines of regions, thinned to what a screen can show."""

import json
from functools import lru_cache

import numpy as np
import shapely

from shuibao.platform.core.models import Region
from shuibao.platform.core.visibility import inside

_TOLERANCE = 0.0008  # degrees, about 70 m


def boundaries(stem: str) -> str:
    """GeoJSON of the cities and counties whose code starts with the stem."""
    rows = (
        Region.objects.filter(inside([stem], "code"), boundary__isnull=False, valid_to=None)
        .filter(level__in=(Region.Level.CITY, Region.Level.COUNTY))
        .order_by("code")
    )
    return _drawn(tuple(rows.values_list("code", "boundary_size", "boundary_west", "boundary_north")))


def region_at(longitude: float, latitude: float) -> Region | None:
    """The county at a point; None outside all."""
    point = shapely.Point(longitude, latitude)
    near = Region.objects.filter(
        level=Region.Level.COUNTY,
        valid_to=None,
        boundary_west__lte=longitude,
        boundary_east__gte=longitude,
        boundary_south__lte=latitude,
        boundary_north__gte=latitude,
    )
    return next((region for region in near if shapely.covers(region.boundary, point)), None)


@lru_cache(maxsize=32)
def _drawn(versions: tuple[tuple[str, float, float, float], ...]) -> str:
    """Drawn once for every version of the boundaries: their sizes and corners stand in the key."""
    rows = list(Region.objects.filter(code__in=[code for code, *_ in versions]).order_by("code"))
    features = []
    for level in (Region.Level.CITY, Region.Level.COUNTY):
        alike = [row for row in rows if row.level == level]
        if alike:
            shapes = np.array([row.boundary for row in alike], dtype=object)
            thinned = shapely.coverage_simplify(shapes, _TOLERANCE)
            features += [_feature(row, shape) for row, shape in zip(alike, thinned, strict=True)]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _feature(row: Region, shape: shapely.Geometry) -> dict[str, object]:
    facts = {"code": row.code, "name": row.name, "level": row.level}
    return {"type": "Feature", "geometry": json.loads(shapely.to_geojson(shape)), "properties": facts}
