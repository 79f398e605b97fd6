"""The coordinate reference systems that features are sent in, each in the axis order of its definition."""

from typing import NamedTuple

import numpy as np
import shapely

from shuibao.science.crs import CGCS2000, parse_crs, transformer

_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_METRE_DECIMALS = 4


class Crs(NamedTuple):
    """A system: its address, its EPSG code ("" for CRS84, longitude first), whether it is projected."""

    uri: str
    code: str
    is_projected: bool


SYSTEMS = (
    Crs(CRS84, "", False),
    Crs(f"{_EPSG}4490", "EPSG:4490", False),  # latitude before longitude
    Crs(f"{_EPSG}4546", "EPSG:4546", True),  # 3° belt, 111° E: northing before easting
    Crs(f"{_EPSG}4547", "EPSG:4547", True),  # 3° belt, 114° E
)
STORED = SYSTEMS[1]


def system_at(uri: str) -> Crs | None:
    """The system with an address, or None for one that is not offered."""
    return next((system for system in SYSTEMS if system.uri == uri), None)


def sent_in(shapes: np.ndarray, system: Crs) -> np.ndarray:
    """Shapes of CGCS2000 lon-lat in a system's own coordinates; CRS84 and CGCS2000 are one here."""
    if system.uri == CRS84:
        return shapes
    if not system.is_projected:
        return shapely.transform(shapes, lambda xy: xy[:, ::-1])
    forth = transformer(parse_crs(CGCS2000, "crs"), parse_crs(system.code, "crs"))

    def moved(xy: np.ndarray) -> np.ndarray:
        easting, northing = forth.transform(xy[:, 0], xy[:, 1])
        return np.column_stack((northing, easting)).round(_METRE_DECIMALS)

    return shapely.transform(shapes, moved)


def window_of(corners: tuple[float, float, float, float], system: Crs) -> shapely.Geometry:
    """The area [degrees, lon-lat] of a box given in a system's own coordinates, its edges followed closely.

    A box of longitudes whose west lies east of its east goes round by the date line.
    """
    first, second, third, fourth = corners
    if system.uri == CRS84:
        return _lon_lat_window(first, second, third, fourth)
    if not system.is_projected:
        return _lon_lat_window(second, first, fourth, third)
    back = transformer(parse_crs(system.code, "bbox-crs"), parse_crs(CGCS2000, "bbox-crs"))
    box = shapely.box(second, first, fourth, third)  # easting, northing
    close = shapely.segmentize(box, max(third - first, fourth - second, 1) / 64)
    return shapely.transform(close, lambda xy: np.column_stack(back.transform(xy[:, 0], xy[:, 1])))


def _lon_lat_window(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    if west <= east:
        return shapely.box(west, south, east, north)
    return shapely.MultiPolygon([shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)])
