"""The ground of a DEM as the division needs it: directions, slope, and the cells of its streams."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shuibao.data.alignment import aligned
from shuibao.data.dem import ELEVATION_RANGE_M
from shuibao.data.layers import Band
from shuibao.data.raster import look_at
from shuibao.engine.threads import run_tasks
from shuibao.science.errors import InputError
from shuibao.science.grid import Grid, Tile
from shuibao.science.terrain.accumulation import upstream_area
from shuibao.science.terrain.directions import Codes
from shuibao.science.terrain.fill import fill_depressions
from shuibao.science.terrain.flow import flow_directions
from shuibao.science.terrain.gathered_flats import gather_in_flats
from shuibao.science.terrain.slope import greatest_descent
from shuibao.science.terrain.slope_length import StepUnits, step_units
from shuibao.science.terrain.streams import Integers, StreamCells, in_one, stream_cells
from shuibao.workflows.progress import Progress

TILE = 1024
_SMALLEST_CELL_M = 2.0


@dataclass(frozen=True)
class Ground:
    """A DEM read for its streams. elevation: as in the file; slope_deg: of the filled surface."""

    grid: Grid
    elevation: Band
    directions: Codes
    slope_deg: NDArray[np.float32]
    steps: StepUnits
    streams: StreamCells


def look_at_dem(dem: Path) -> Band:
    """The DEM's heights on its own grid. Raises InputError when its cells are too small to code."""
    file = look_at(dem)
    lengths_m = file.grid.steps
    smallest = min(float(lengths_m.along_row_m.min()), float(lengths_m.along_column_m.min()))
    if smallest < _SMALLEST_CELL_M:
        raise InputError(
            f"{dem} 的像元只有 {smallest:.3g} m：小流域编码取出口位置到 1e-5°（约 1 m），像元不能小于 2 m。"
            f"请先把 DEM 重采样到 5–30 m。"
        )
    return Band(aligned(file, file.grid, "bilinear"), "高程", ELEVATION_RANGE_M)


def read_ground(elevation: Band, channel_area: int, workers: int, progress: Progress) -> Ground:
    """The ground, with channels where the upstream area reaches `channel_area` [cm²].

    Raises InputError for heights that cannot be ground, and when there are none at all.
    """
    grid = elevation.raster.grid
    progress("读取高程", 0.0)
    heights = _heights(elevation, grid, workers)
    progress("填洼", 0.05)
    fill_depressions(heights, out=heights)
    progress("流向", 0.2)
    directions = flow_directions(heights, grid.steps)
    gather_in_flats(heights, directions)
    slope_deg = greatest_descent(heights, grid.steps)
    del heights
    progress("汇流和水系", 0.45)
    area = upstream_area(directions, grid.areas)
    take_out = partial(_taken_out, directions, area, channel_area, grid)
    streams = in_one(run_tasks(take_out, grid.tiles(TILE), workers))
    return Ground(grid, elevation, directions, slope_deg, step_units(grid.steps), streams)


def _heights(elevation: Band, grid: Grid, workers: int) -> NDArray[np.float32]:
    heights = np.empty(grid.shape, np.float32)

    def read(tile: Tile) -> None:
        heights[tile.slices] = elevation.read(tile)

    for _ in run_tasks(read, grid.tiles(TILE), workers):
        pass
    if not np.isfinite(heights).any():
        raise InputError(f"{elevation.raster.source.path} 没有一个有效的高程。请检查 nodata。")
    return heights


def _taken_out(directions: Codes, area: Integers, channel_area: int, grid: Grid, tile: Tile) -> StreamCells:
    part = tile.slices
    return stream_cells(directions[part], area[part], channel_area, grid.width, (tile.row, tile.column))
