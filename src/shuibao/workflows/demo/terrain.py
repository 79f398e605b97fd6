"""The demo's elevation model: break lines joined to a surface, roughened, carved by water down to 60 m."""

from typing import NamedTuple

import numpy as np
import rasterio.features
import shapely
from numpy.typing import NDArray
from scipy import ndimage

from shuibao.science.grid import Grid
from shuibao.workflows.demo import relief_lines
from shuibao.workflows.demo.carving import Carving, breached, carve
from shuibao.workflows.demo.frame import COARSE_M, Frame, in_belt
from shuibao.workflows.demo.noise import fractal, laid
from shuibao.workflows.demo.sampling import cubic, linear
from shuibao.workflows.demo.triangles import joined

# Knobs of the relief.
POINT_SPACING_M = 800.0  # points along break lines
SURFACE_SMOOTHING_M = 350.0
WARP_M = 900.0  # break lines are drawn aside by this much (standard deviation), but no waters
WARP_LENGTH_M = 16_000.0
WATER_REACH_M = (500.0, 4000.0)  # from the Yellow River's middle or the lake: still as drawn, free to vary
SHORE_ROUNDING_M = 500.0
LAKE_LEVEL_M = 321.0
LARGE_NOISE_M = 130.0  # on rugged ground, before carving
RUGGEDNESS_REACH_M = 1500.0
RESTORING_SHARE = 0.3  # of what carving took from the mean height of 2 km, given back after each round
COARSE_CARVING = ((480.0, Carving(20, 0.2, 0.0, 18.0)), (240.0, Carving(8, 0.2, 0.0, 22.0)))
GULLY_CARVING = ((120.0, Carving(4, 0.5, 2e4, 27.0)), (60.0, Carving(3, 0.4, 1.2e4, 30.0)))
GULLY_NOISE_M = {120.0: 9.0, 60.0: 3.0}  # where the ground is rugged
GULLY_SMOOTHING_CELLS = 0.6  # after carving: steepest descent in eight directions leaves a weave
MICRO_RELIEF_M = (0.06, 0.7)  # on plains, on rugged ground: makes pits
PLAIN_FALL, RUGGED_FALL = 0.006, 0.12  # tangents of the large shape: no relief below, full above
ROCK_M = (850.0, 1250.0)  # from loess to rock: rock is rugged whatever the large shape
ROCK_SOFTNESS = 0.15  # to gullies, loess being 1
CUTTABLE = 0.1  # ruggedness from which hollows are opened
SOFTNESS = (
    2.0  # erodibility over ruggedness: loess is soft, so moderately rugged ground is cut like mountains
)
STRIP_ROWS = 256


class Relief(NamedTuple):
    """Large shape at 240 m: heights [m] before carving, ruggedness (0 plain – 1 mountain), rock (0 – 1)."""

    surface: NDArray[np.float32]
    ruggedness: NDArray[np.float32]
    rock: NDArray[np.float32]


def large_shape(frame: Frame, rng: np.random.Generator) -> Relief:
    """The break lines joined by triangles, drawn aside a little and smoothed, at 240 m."""
    places, heights = _break_points(frame)
    grid = frame.grid(COARSE_M)
    free = _apart([shapely.LineString(yellow_river(frame)[:, :2])], grid)
    aside = free * _apart([salt_lake()], grid) * np.float32(WARP_M / COARSE_M)
    drawn_from = [
        cells + _noise(rng, grid.shape, 1024, 3.5, WARP_LENGTH_M / COARSE_M) * aside
        for cells in np.indices(grid.shape, np.float32, sparse=True)
    ]
    surface = ndimage.map_coordinates(joined(places, heights, grid), drawn_from, order=1, mode="nearest")
    surface = ndimage.gaussian_filter(surface, SURFACE_SMOOTHING_M / COARSE_M)
    down, along = np.gradient(surface, COARSE_M)
    fall = ndimage.gaussian_filter(np.hypot(down, along), RUGGEDNESS_REACH_M / 2 / COARSE_M)
    ruggedness = np.clip((fall - PLAIN_FALL) / (RUGGED_FALL - PLAIN_FALL), 0, 1)
    rock = np.clip((surface - ROCK_M[0]) / (ROCK_M[1] - ROCK_M[0]), 0, 1)
    return Relief(surface, np.maximum(ruggedness, rock).astype(np.float32) * free, rock)


def _apart(shapes: list[shapely.Geometry], grid: Grid) -> NDArray[np.float32]:
    """0 near the shapes, 1 from some kilometres off."""
    is_off = rasterio.features.geometry_mask(shapes, grid.shape, grid.transform, all_touched=True)
    away_m = ndimage.distance_transform_edt(is_off) * COARSE_M
    near, far = WATER_REACH_M
    return np.asarray(np.clip((away_m - near) / (far - near), 0, 1), dtype=np.float32)


def elevation(frame: Frame, relief: Relief, cell_m: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Heights [m, whole centimetres] on the grid of this cell size."""
    z, at_m = _coarse_relief(frame, relief, rng), COARSE_M
    for level_m, plan in GULLY_CARVING:
        if cell_m < at_m:
            grid = frame.grid(level_m)
            z = cubic(z, level_m / at_m, 0, *grid.shape)
            rugged = linear(relief.ruggedness, level_m / COARSE_M, 0, *grid.shape)
            z += _noise(rng, z.shape, 1024, 2.6, 30) * rugged * np.float32(GULLY_NOISE_M[level_m])
            z = breached(z, rugged > CUTTABLE)
            hardness = linear((1 - ROCK_SOFTNESS) * relief.rock, level_m / COARSE_M, 0, *grid.shape)
            for _ in range(plan.rounds):
                carve(z, np.minimum(SOFTNESS * rugged, 1) * (1 - hardness), level_m, plan)
            z = ndimage.gaussian_filter(z, GULLY_SMOOTHING_CELLS)
            at_m = level_m
    return _finished(z, at_m, frame.grid(cell_m), cell_m, relief, rng)


def _coarse_relief(frame: Frame, relief: Relief, rng: np.random.Generator) -> NDArray[np.float32]:
    z, at_m = relief.surface, COARSE_M
    noise = _noise(rng, z.shape, 1024, 2.6, 10_000 / COARSE_M) * relief.ruggedness * np.float32(LARGE_NOISE_M)
    lowest = ndimage.minimum_filter(relief.surface, round(2 * RUGGEDNESS_REACH_M / COARSE_M))
    z = np.maximum(z + noise, lowest)
    for level_m, plan in COARSE_CARVING:
        shape = frame.grid(level_m).shape
        aim = linear(relief.surface, level_m / COARSE_M, 0, *shape)
        rugged = linear(relief.ruggedness, level_m / COARSE_M, 0, *shape)
        z = breached(cubic(z, level_m / at_m, 0, *shape), rugged > CUTTABLE)
        for _ in range(plan.rounds):
            carve(z, np.minimum(SOFTNESS * rugged, 1), level_m, plan)
            z += RESTORING_SHARE * np.maximum(ndimage.gaussian_filter(aim - z, 2000 / level_m), 0)
        at_m = level_m
    return z


def _noise(
    rng: np.random.Generator, shape: tuple[int, ...], size: int, slope: float, longest: float
) -> NDArray[np.float32]:
    return laid(fractal(rng, size, slope, longest), range(shape[0]), shape[1])


def _finished(
    z: NDArray[np.float32],
    at_m: float,
    grid: Grid,
    cell_m: float,
    relief: Relief,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """z at the grid's cells with micro relief, in whole centimetres."""
    found = np.empty(grid.shape, np.float32)
    micro = fractal(rng, 1024, 2.2, 40)
    plain_m, rugged_m = (np.float32(amount) for amount in MICRO_RELIEF_M)
    for first in range(0, grid.height, STRIP_ROWS):
        rows = range(first, min(first + STRIP_ROWS, grid.height))
        strip = cubic(z, cell_m / at_m, first, len(rows), grid.width)
        rugged = linear(relief.ruggedness, cell_m / COARSE_M, first, len(rows), grid.width)
        strip += laid(micro, rows, grid.width) * (plain_m + (rugged_m - plain_m) * rugged)
        found[rows.start : rows.stop] = np.rint(strip * 100) / np.float32(100)
    is_land = rasterio.features.geometry_mask([salt_lake()], grid.shape, grid.transform)
    found[~is_land] = LAKE_LEVEL_M
    return found


def _break_points(frame: Frame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places [m] and heights [m] along all break lines, no farther apart than the spacing."""
    tables = (relief_lines.RIVERS, relief_lines.FEET, relief_lines.CRESTS, relief_lines.TABLELANDS)
    lines = [line for table in tables for line in table.values()]
    points = [_dense(line) for line in lines]
    points.append(yellow_river(frame))
    shore = shapely.get_coordinates(shapely.segmentize(salt_lake().exterior, POINT_SPACING_M))
    points.append(np.column_stack([shore, np.full(len(shore), LAKE_LEVEL_M + 0.5)]))
    rest = np.array(relief_lines.SURROUNDINGS)
    points.append(np.column_stack([in_belt(rest[:, :2]), rest[:, 2]]))
    together = np.concatenate(points)
    _, first = np.unique(together[:, :2].round(0), axis=0, return_index=True)
    return together[first, :2], together[first, 2]


def salt_lake() -> shapely.Polygon:
    """The salt lake south of Yuncheng city, in the belt."""
    drawn = shapely.Polygon(in_belt(np.array(relief_lines.SALT_LAKE)))
    return drawn.buffer(-SHORE_ROUNDING_M).buffer(2 * SHORE_ROUNDING_M).buffer(-SHORE_ROUNDING_M)


def _dense(line: relief_lines.Line) -> NDArray[np.float64]:
    """x, y, height [m] along a break line."""
    given = np.array(line)
    given[:, :2] = in_belt(given[:, :2])
    run = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(given[:, :2], axis=0).T))])
    at = np.linspace(0, run[-1], max(2, int(run[-1] / POINT_SPACING_M) + 1))
    return np.column_stack([np.interp(at, run, given[:, axis]) for axis in range(3)])


def yellow_river(frame: Frame) -> NDArray[np.float64]:
    """x, y, water level [m] down the city's outline, from the Yumen mouth to its south-eastern corner."""
    gauges = np.array(relief_lines.YELLOW_RIVER)
    places = in_belt(gauges[:, :2])
    # Counter-clockwise from the north-west the outline runs down the west and along the south: the river.
    ring = shapely.get_coordinates(shapely.orient_polygons(frame.outline).exterior)[:-1]
    start, end = (int(np.argmin(np.hypot(*(ring - place).T))) for place in (places[0], places[-1]))
    down = np.roll(ring, -start, axis=0)[: (end - start) % len(ring) + 1]
    line = shapely.segmentize(shapely.LineString(down), POINT_SPACING_M)
    along = shapely.get_coordinates(line)
    run, at = (shapely.line_locate_point(line, shapely.points(xy)) for xy in (along, places))
    return np.column_stack([along, np.interp(run, at, gauges[:, 2])])
