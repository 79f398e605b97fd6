"""The ground of a DEM as the division needs it: directions and slope on tiles, and its stream cells."""

from dataclasses import dataclass
from pathlib import Path

from shuibao.data.alignment import aligned
from shuibao.data.dem import ELEVATION_RANGE_M
from shuibao.data.layers import Band
from shuibao.data.raster import look_at
from shuibao.data.working_tiles import WorkingTiles
from shuibao.engine.filled_tiles import TiledWorld
from shuibao.engine.gathered_tiles import join_directions
from shuibao.engine.runner import Runner
from shuibao.engine.watershed_tiles import Streams, join_streams
from shuibao.science.errors import InputError
from shuibao.science.grid import Grid
from shuibao.science.terrain.perimeter import Perimeters
from shuibao.science.terrain.slope_length import StepUnits, step_units

_SMALLEST_CELL_M = 2.0


@dataclass(frozen=True)
class Ground:
    """A DEM read for its streams; directions and slope are among the world's working layers."""

    grid: Grid
    world: TiledWorld
    steps: StepUnits
    streams: Streams


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


def read_ground(elevation: Band, channel_area: int, layers: WorkingTiles, tile: int, run: Runner) -> Ground:
    """The ground, with channels where the upstream area reaches `channel_area` [cm²].

    tile: side of the tiles. Raises InputError for heights that cannot be ground, and when there are none.
    """
    grid = elevation.raster.grid
    steps = step_units(grid.steps)
    perimeters = Perimeters(grid.height, grid.width, tile)
    world = TiledWorld(perimeters, elevation.read, layers, grid.steps, grid.areas)
    streams = join_streams(world, channel_area, join_directions(world, run), run)
    if streams.cells.cell.size == 0:
        raise InputError(f"{elevation.raster.source.path} 没有一个有效的高程。请检查 nodata。")
    return Ground(grid, world, steps, streams)
