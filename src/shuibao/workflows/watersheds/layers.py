"""watersheds.gpkg: polygons, stream lines and pour points."""

from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from shuibao.data.products import CannotWrite
from shuibao.science.grid import AREA_UNITS_PER_M2, STEP_UNITS_PER_M, Grid
from shuibao.science.terrain.streams import link_lengths
from shuibao.workflows.watersheds.ground import Ground
from shuibao.workflows.watersheds.outlines import outlines
from shuibao.workflows.watersheds.units import Rivers, Units

UNITS_PER_KM2 = AREA_UNITS_PER_M2 * 1_000_000


def polygons(units: Units, grid: Grid) -> geopandas.GeoDataFrame:
    """The watersheds: what a planner sorts and draws."""
    basin = units.basin()
    facts = {
        "code": units.code,
        "down": _code_or_none(units, units.down),
        "basin": units.code[basin],
        "kind": units.kind,
        "area_km2": units.sums.area / UNITS_PER_KM2,
        "upstream_area_km2": units.upstream_area / UNITS_PER_KM2,
        "joined_area_km2": units.joined_area / UNITS_PER_KM2,
        "order": units.order.astype(np.int32),
        "outlet_lon": units.lon.round(7),
        "outlet_lat": units.lat.round(7),
        "mean_slope_deg": units.sums.mean_slope_deg.round(2),
        "min_elevation_m": units.sums.lowest_m.astype(np.float64).round(2),
        "max_elevation_m": units.sums.highest_m.astype(np.float64).round(2),
        "touches_edge": units.touches_edge,
        "upstream_complete": units.is_complete,
    }
    table = {name: column[1:] for name, column in facts.items()}
    return geopandas.GeoDataFrame(table, geometry=outlines(units.runs, units.count, grid), crs=grid.crs)


def lines(units: Units, rivers: Rivers, ground: Ground) -> geopandas.GeoDataFrame:
    """The stream links from their upper cell to the confluence below; a link of one cell has no line."""
    links, streams, grid = rivers.links, rivers.streams, ground.grid
    runs_on = np.flatnonzero(links.down >= 0)
    node = np.concatenate((np.arange(streams.cell.size), streams.down[links.last[runs_on]]))
    link = np.concatenate((links.of_node, runs_on))
    downstream = np.lexsort((streams.area[node], link))
    node, link = node[downstream], link[downstream]
    drawn = np.flatnonzero((np.bincount(link) > 1) & (links.order > 0))
    kept = np.isin(link, drawn)
    row, column = np.divmod(streams.cell[node[kept]], grid.width)
    points = np.column_stack((grid.column_centres[column], grid.row_centres[row]))
    shapes = shapely.linestrings(points, indices=np.searchsorted(drawn, link[kept]))
    length_m = link_lengths(links, streams, ground.steps, grid.width) / STEP_UNITS_PER_M
    facts = {
        "order": links.order[drawn].astype(np.int32),
        "length_m": length_m[drawn].round(2),
        "upstream_area_km2": links.area[drawn] / UNITS_PER_KM2,
        "watershed": units.code[rivers.unit[drawn]],
    }
    return geopandas.GeoDataFrame(facts, geometry=shapes, crs=grid.crs)


def points(units: Units, grid: Grid) -> geopandas.GeoDataFrame:
    """The pour points, at the centres of their cells."""
    row, column = np.divmod(units.cell[1:], grid.width)
    facts = {
        "code": units.code[1:],
        "down": _code_or_none(units, units.down)[1:],
        "kind": units.kind[1:],
        "order": units.order[1:].astype(np.int32),
        "upstream_area_km2": units.upstream_area[1:] / UNITS_PER_KM2,
    }
    shapes = shapely.points(grid.column_centres[column], grid.row_centres[row])
    return geopandas.GeoDataFrame(facts, geometry=shapes, crs=grid.crs)


def write_layers(path: Path, layers: dict[str, geopandas.GeoDataFrame], created: str) -> None:
    """The GeoPackage with a layer for each table. Raises CannotWrite when the disk is full."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": created})
    try:
        for name, table in layers.items():
            kind = {"watersheds": "MultiPolygon", "streams": "LineString", "outlets": "Point"}[name]
            pyogrio.write_dataframe(
                table, path, layer=name, driver="GPKG", geometry_type=kind, append=path.exists()
            )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError) as problem:
        raise CannotWrite(f"写 {path.name} 时出错：{problem}。请检查磁盘空间。") from problem
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _code_or_none(units: Units, numbers: NDArray[np.int64]) -> NDArray[np.object_]:
    """The codes of the watersheds with these numbers, None for 0."""
    codes = units.code[numbers]
    codes[numbers == 0] = None
    return codes
