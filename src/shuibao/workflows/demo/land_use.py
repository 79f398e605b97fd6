"""The demo's land cover before people built on it: fields, woods and grass by slope, rock and parcel."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.grid import Grid
from shuibao.workflows.demo.frame import COARSE_M
from shuibao.workflows.demo.noise import fractal, laid, ranks, towards_north_east
from shuibao.workflows.demo.sampling import linear
from shuibao.workflows.demo.terrain import Relief

IRRIGATED, DRY, ORCHARD = 12, 13, 21
FOREST, SHRUB, OPEN_WOOD, GRASS = 31, 32, 33, 43
BARE_ROCK = 84

# Knobs: what grows where.
FIELD_SLOPES_DEG = (0, 2, 4, 7, 11, 16, 22, 30)
FIELD_SHARES = (0.97, 0.93, 0.84, 0.56, 0.25, 0.08, 0.02, 0.0)  # on loess, at these slopes
FIELD_SHARE_ON_ROCK = 0.35  # of that
WILD_ORDER = (FOREST, OPEN_WOOD, SHRUB, GRASS)
WILD_ON_LOESS = (0.10, 0.32, 0.20, 0.38)
WILD_ON_ROCK = (0.66, 0.10, 0.16, 0.08)
WOODED_TREND = 0.36  # how much lower wild land draws in the box's north-eastern corner than in its middle
ORCHARD_SHARE = 0.24  # of the fields, below ORCHARD_SLOPE_DEG
ORCHARD_SLOPE_DEG = 12.0
IRRIGATED_BELOW_M = (430.0, 640.0)  # all irrigated below, none above; and only on plains
IRRIGATED_RUGGEDNESS = 0.04
BARE_ROCK_SLOPE_DEG = 36.0
PARCEL_M = (170.0, 110.0)
PARCEL_WARP_M = 70.0
PARCEL_EDGE_LENGTH_M = 1500.0
ORCHARD_PATCHINESS = 0.7  # how much of the draw is the regional pattern, the rest the parcel's own
STRIP_ROWS = 256
TABLE = 512

_FIELD_SHARE = np.interp(np.arange(0, 90.25, 0.25), FIELD_SLOPES_DEG, FIELD_SHARES).astype(np.float32)
# Below this lies the orchards' share of a weighted sum of two even draws: the corner of their square.
_ORCHARD_LIMIT = np.sqrt(2 * ORCHARD_PATCHINESS * (1 - ORCHARD_PATCHINESS) * ORCHARD_SHARE)


class Patterns(NamedTuple):
    """Random patterns: the parcels' draws (3 tables) and edges; wild land and orchards at 240 m."""

    draws: NDArray[np.float32]
    wild: NDArray[np.float32]
    orchards: NDArray[np.float32]
    warp_x: NDArray[np.float32]
    warp_y: NDArray[np.float32]


def patterns(relief: Relief, cell_m: float, rng: np.random.Generator) -> Patterns:
    """The random patterns for cells of this size."""
    rows, columns = relief.surface.shape
    edges = max(PARCEL_EDGE_LENGTH_M / cell_m, 4)  # shorter waves than four cells cannot be drawn
    wild = laid(ranks(fractal(rng, 1024, 2.2, 5000 / COARSE_M)), range(rows), columns)
    return Patterns(
        rng.random((3, TABLE * TABLE), dtype=np.float32),
        wild - np.float32(WOODED_TREND) * towards_north_east(relief.surface.shape),
        laid(ranks(fractal(rng, 1024, 2.8, 15_000 / COARSE_M)), range(rows), columns),
        fractal(rng, 1024, 4.0, edges) * np.float32(PARCEL_WARP_M),
        fractal(rng, 1024, 4.0, edges) * np.float32(PARCEL_WARP_M),
    )


class LandCover(NamedTuple):
    """Land-use codes of the monitoring rules, and slopes [whole degrees], by fine cell."""

    codes: NDArray[np.uint8]
    slope_deg: NDArray[np.uint8]


def land_cover(z: NDArray[np.float32], grid: Grid, relief: Relief, drawn: Patterns) -> LandCover:
    """What covers the ground of the heights z [m], had nobody built there."""
    codes, degrees = np.empty(grid.shape, np.uint8), np.empty(grid.shape, np.uint8)
    for first in range(0, grid.height, STRIP_ROWS):
        rows = range(first, min(first + STRIP_ROWS, grid.height))
        slope = slopes_deg(z, grid.transform.a, rows)
        degrees[rows.start : rows.stop] = np.rint(slope)
        codes[rows.start : rows.stop] = _strip(z, slope, grid, relief, drawn, rows)
    return LandCover(codes, degrees)


def slopes_deg(z: NDArray[np.float32], cell_m: float, rows: range) -> NDArray[np.float32]:
    """Slopes of these rows by central differences."""
    above, below = max(rows.start - 1, 0), min(rows.stop + 1, z.shape[0])
    inner = slice(rows.start - above, rows.start - above + len(rows))
    down, along = (np.asarray(np.gradient(z[above:below], np.float32(cell_m), axis=axis)) for axis in (0, 1))
    return np.asarray(np.degrees(np.arctan(np.hypot(down[inner], along[inner]))), dtype=np.float32)


def _strip(
    z: NDArray[np.float32],
    slope: NDArray[np.float32],
    grid: Grid,
    relief: Relief,
    drawn: Patterns,
    rows: range,
) -> NDArray[np.uint8]:
    cell_m, width = grid.transform.a, grid.width
    rock, rugged, wild_pattern, orchards = (
        linear(field, cell_m / COARSE_M, rows.start, len(rows), width)
        for field in (relief.rock, relief.ruggedness, drawn.wild, drawn.orchards)
    )
    parcels = _parcels(drawn, rows, width, cell_m)
    field_draw, water_draw, wild_draw = (table.take(parcels) for table in drawn.draws)

    share = _FIELD_SHARE[(slope * 4).astype(np.int64)] * (1 - np.float32(1 - FIELD_SHARE_ON_ROCK) * rock)
    lowest, highest = (np.float32(height) for height in IRRIGATED_BELOW_M)
    is_wet = water_draw * (highest - lowest) < highest - z[rows.start : rows.stop]
    fields = np.where(is_wet & (rugged < IRRIGATED_RUGGEDNESS), np.uint8(IRRIGATED), np.uint8(DRY))
    is_orchard = (orchards * ORCHARD_PATCHINESS + wild_draw * (1 - ORCHARD_PATCHINESS)) < _ORCHARD_LIMIT
    fields[is_orchard & (slope < ORCHARD_SLOPE_DEG)] = ORCHARD
    wild = _wild(wild_pattern * np.float32(0.7) + wild_draw * np.float32(0.3), rock)
    wild[(slope > BARE_ROCK_SLOPE_DEG) & (rock > 0.5)] = BARE_ROCK
    return np.where(field_draw < share, fields, wild)


def _wild(draw: NDArray[np.float32], rock: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Woods, shrub or grass by draw, in shares that pass from loess to rock."""
    loess, rocky = np.cumsum(WILD_ON_LOESS), np.cumsum(WILD_ON_ROCK)
    place = np.zeros(draw.shape, np.uint8)
    for low, high in zip(loess[:-1].tolist(), rocky[:-1].tolist(), strict=True):
        place += draw > np.float32(low) + np.float32(high - low) * rock
    return np.array(WILD_ORDER, np.uint8)[place]


def _parcels(drawn: Patterns, rows: range, width: int, cell_m: float) -> NDArray[np.int32]:
    """Where in the tables the parcel that holds each cell draws."""
    x = np.arange(width, dtype=np.float32) * np.float32(cell_m) + laid(drawn.warp_x, rows, width)
    y = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None] * np.float32(cell_m)
    y = y + laid(drawn.warp_y, rows, width)
    along, across = (np.float32(1 / length) for length in PARCEL_M)
    return ((y * across).astype(np.int32) % TABLE) * TABLE + (x * along).astype(np.int32) % TABLE
