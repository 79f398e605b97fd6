"""The rasters of a result made small, with the zones' outlines, for the report's maps."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from shuibao.data.overview import Bounds, Overview, read_overview
from shuibao.workflows.annual_monitoring.frame import Zones

_LARGE_PIXELS, _SMALL_PIXELS = 1_200_000, 240_000


@dataclass(frozen=True)
class Outline:
    """A zone's polygon in the run's CRS, and the point inside it that is farthest from its border."""

    code: str
    name: str
    shape: shapely.Geometry
    label_x: float
    label_y: float


@dataclass(frozen=True)
class Maps:
    """What the maps show. bounds: of the rasters, left, bottom, right, top in the CRS's unit.

    intensity: class 1–6, 0 without a result. The others: NaN without a result; None without a raster.
    """

    bounds: Bounds
    crs: pyproj.CRS
    intensity: NDArray[np.uint8]
    loss_t_km2_a: NDArray[np.float32] | None
    rain: NDArray[np.float32] | None
    relief: NDArray[np.float32] | None
    outlines: tuple[Outline, ...]


def read_maps(directory: Path, zones: Zones) -> Maps:
    """The maps of a result folder: intensity.tif, and soil_loss.tif, r.tif, ls.tif where they are there.

    Raises InputError when a raster cannot be read.
    """
    intensity = read_overview(directory / "intensity.tif", _LARGE_PIXELS, "mode")
    return Maps(
        intensity.bounds,
        intensity.crs,
        intensity.values.astype(np.uint8),
        _values(directory / "soil_loss.tif"),
        _values(directory / "r.tif"),
        _values(directory / "ls.tif"),
        outlines(zones.codes, zones.names, zones.shapes),
    )


def outlines(
    codes: tuple[str, ...], names: tuple[str, ...], shapes: NDArray[np.object_]
) -> tuple[Outline, ...]:
    """The zones' outlines with the places of their labels."""
    return tuple(_outline(*zone) for zone in zip(codes, names, shapes, strict=True))


def _outline(code: str, name: str, shape: Any) -> Outline:
    # found to a hundredth of the zone's size: a label does not need more
    size = max(shape.bounds[2] - shape.bounds[0], shape.bounds[3] - shape.bounds[1])
    centre = shapely.get_point(shapely.maximum_inscribed_circle(shape, tolerance=size / 100), 0)
    return Outline(code, name, shape, float(centre.x), float(centre.y))


def _values(path: Path) -> NDArray[np.float32] | None:
    if not path.exists():
        return None
    found: Overview = read_overview(path, _SMALL_PIXELS, "average")
    return found.values.astype(np.float32)
