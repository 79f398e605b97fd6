"""The demo's engineering measures: terraces on sloping fields, level benches and pits on planted slopes."""

from typing import NamedTuple

import geopandas
import numpy as np
import pandas as pd
import rasterio.features
import shapely
import shapely.geometry
from numpy.typing import NDArray
from scipy.spatial import KDTree

from shuibao.workflows.demo.blocks import shares
from shuibao.workflows.demo.built import shaken_lattice
from shuibao.workflows.demo.frame import BELT, COARSE_M, Frame
from shuibao.workflows.demo.land_use import DRY, OPEN_WOOD, ORCHARD, SHRUB

# Knobs: how much is terraced and benched.
PROJECT_SPACING_M = 2400.0  # ground falls to the nearest of so spaced points: one project area each
TERRACE_SLOPES_DEG = (2.5, 13.0)
TERRACE_FIELD_SHARE = 0.40  # of a 240 m cell, at least
PLANTED_SLOPES_DEG = (9.0, 26.0)
PLANTED_SHARE = 0.55
TERRACED = (0.79, 0.80)  # of the project areas, by the first and by the second year
PLANTED = (0.25, 0.265)
TERRACE_KINDS = {"020101": 0.80, "020103": 0.14, "020104": 0.06}
PLANTED_KINDS = {"0203": 0.4, "0205": 0.6}
ROUNDING_M = 95.0
GAP_M = 5.0
LEAST_AREA_M2 = 110_000.0


class Ground(NamedTuple):
    """At 240 m: slope [deg], and the shares of fields (dry and orchards) and of young woods and shrub."""

    slope_deg: NDArray[np.float32]
    fields: NDArray[np.float32]
    planted: NDArray[np.float32]


def ground(codes: NDArray[np.uint8], slope_deg: NDArray[np.float32]) -> Ground:
    """What measures are chosen by. codes: land use on the fine grid; slope_deg: at 240 m."""
    group_of = np.full(256, -1, np.int64)
    group_of[[DRY, ORCHARD]] = 0
    group_of[[OPEN_WOOD, SHRUB]] = 1
    fields, planted = shares(codes, group_of, 2, *slope_deg.shape)
    return Ground(slope_deg, fields, planted)


def measures(frame: Frame, at: Ground, rng: np.random.Generator) -> tuple[geopandas.GeoDataFrame, ...]:
    """A layer for each of the two years: polygons with a measure's code. The second has all of the first."""
    points = shaken_lattice(frame, PROJECT_SPACING_M, rng)
    grid = frame.grid(COARSE_M)
    x, y = np.meshgrid(grid.column_centres, grid.row_centres)
    area = KDTree(points).query(np.stack([x.ravel(), y.ravel()], axis=1))[1].reshape(grid.shape)

    can_terrace = _between(at.slope_deg, TERRACE_SLOPES_DEG) & (at.fields > TERRACE_FIELD_SHARE)
    can_plant = _between(at.slope_deg, PLANTED_SLOPES_DEG) & (at.planted > PLANTED_SHARE) & ~can_terrace
    built = [
        _projects(np.where(can_terrace, area, -1), TERRACED, TERRACE_KINDS, frame, rng),
        _projects(np.where(can_plant, area, -1), PLANTED, PLANTED_KINDS, frame, rng),
    ]
    return tuple(_layer([layer[layer["year"] <= year] for layer in built]) for year in range(2))


def _projects(
    areas: NDArray[np.int64],
    shares_by_year: tuple[float, float],
    kinds: dict[str, float],
    frame: Frame,
    rng: np.random.Generator,
) -> geopandas.GeoDataFrame:
    """Polygons of the project areas (negative: none) built by the second year: code, year (0 or 1)."""
    count = int(areas.max()) + 1
    year = np.searchsorted(shares_by_year, rng.random(count))
    code = rng.choice(list(kinds), count, p=list(kinds.values()))
    is_built = (areas >= 0) & (year[areas] < len(shares_by_year))
    found = list(
        rasterio.features.shapes(areas.astype(np.int32), is_built, transform=frame.grid(COARSE_M).transform)
    )
    number = np.array([int(value) for _, value in found])
    outlines = np.array([shapely.geometry.shape(outline) for outline, _ in found])
    # Shrunk, then grown by a little less: corners round off and neighbours keep apart.
    outlines = shapely.buffer(
        shapely.buffer(outlines, -ROUNDING_M, quad_segs=2), ROUNDING_M - GAP_M, quad_segs=2
    )
    layer = geopandas.GeoDataFrame({"code": code[number], "year": year[number]}, geometry=outlines, crs=BELT)
    layer = layer.explode(ignore_index=True)
    return layer[layer.geometry.area >= LEAST_AREA_M2]


def _layer(parts: list[geopandas.GeoDataFrame]) -> geopandas.GeoDataFrame:
    """The parts' polygons in one layer, with their code."""
    return pd.concat([part[["code", "geometry"]] for part in parts], ignore_index=True)


def _between(values: NDArray[np.float32], bounds: tuple[float, float]) -> NDArray[np.bool_]:
    return (values >= bounds[0]) & (values <= bounds[1])
