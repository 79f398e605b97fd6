"""What people built in the demo: towns, villages, roads, building sites and mines; and the waters."""

from typing import NamedTuple

import numpy as np
import rasterio.features
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from shuibao.science.grid import Grid
from shuibao.workflows.demo.blobs import blobs, wandering
from shuibao.workflows.demo.carving import FILL_STEP_M, contributing_cells, filled, receivers_of, ridges_first
from shuibao.workflows.demo.frame import COARSE_M, Frame, in_belt
from shuibao.workflows.demo.land_use import GRASS
from shuibao.workflows.demo.places import HIGHWAYS, SEATS
from shuibao.workflows.demo.terrain import salt_lake, yellow_river

TOWN, VILLAGE, DISTURBED, RURAL_ROAD, HIGHWAY, WATER, SALINE = 51, 52, 53, 61, 62, 71, 81

# Knobs: how much is built.
VILLAGE_SPACING_M = 1700.0
VILLAGE_RADIUS_M = (310.0, 0.33)  # median, log-normal sigma
VILLAGE_STEEPEST_DEG = 9.0
RURAL_ROAD_SHARE = 0.30  # of the ways between hill villages
ROAD_HALF_WIDTH_M = 18.0
SITES = {
    "both": 420,
    "finished": 130,
    "new": 160,
}  # disturbed land: in both years, only in the first, only in the second
SITE_RADIUS_M = (135.0, 0.50)
SITE_STEEPEST_DEG = 14.0
RIVER_HALF_WIDTH_M = (430.0, 200.0, 130.0)  # mean, and two swings
RIVER_SWINGS_M = (31_000.0, 11_000.0)  # their lengths
STREAMS_OFF_RIVER_M = 1200.0
STREAM_HALF_WIDTH_M = 28.0
STREAM_AREA_KM2 = 350.0
SALINE_RIM_M = 250.0

Burnt = list[tuple[shapely.Geometry, int]]


class Sites(NamedTuple):
    """Disturbed land (人为扰动用地): outlines in both years, in the first only, in the second only."""

    both: NDArray[np.object_]
    finished: NDArray[np.object_]
    new: NDArray[np.object_]


def built_up(frame: Frame, slope_deg: NDArray[np.float32], rng: np.random.Generator) -> Burnt:
    """Villages, roads and towns, in the order they are burnt into the land cover. slope_deg: at 240 m."""
    centres = villages(frame, slope_deg, rng)
    median, sigma = VILLAGE_RADIUS_M
    outlines = blobs(rng, centres, median * rng.lognormal(0, sigma, len(centres)))
    seats = {name: in_belt(np.array([[seat.longitude, seat.latitude]]))[0] for name, seat in SEATS.items()}
    towns = blobs(rng, np.array(list(seats.values())), np.array([seat.radius_m for seat in SEATS.values()]))
    highways = [
        wandering(rng, seats[one], seats[other], 0.07).buffer(ROAD_HALF_WIDTH_M) for one, other in HIGHWAYS
    ]
    rural = _rural_roads(centres, at_places(slope_deg, centres, frame), rng)
    return [
        *((shape, VILLAGE) for shape in outlines),
        *((shape, RURAL_ROAD) for shape in rural),
        *((shape, HIGHWAY) for shape in highways),
        *((shape, TOWN) for shape in towns),
    ]


def villages(frame: Frame, slope_deg: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float64]:
    """x, y of the villages: a shaken lattice, thinner where it is steep."""
    places = shaken_lattice(frame, VILLAGE_SPACING_M, rng)
    chance = 1 - at_places(slope_deg, places, frame) / VILLAGE_STEEPEST_DEG
    return places[rng.random(len(places)) < chance]


def sites(frame: Frame, slope_deg: NDArray[np.float32], rng: np.random.Generator) -> Sites:
    """Building sites and mines within the city."""
    places = shaken_lattice(frame, 1000.0, rng)
    is_inside = shapely.contains_xy(frame.outline, places[:, 0], places[:, 1])
    places = places[is_inside & (at_places(slope_deg, places, frame) < SITE_STEEPEST_DEG)]
    places = places[rng.permutation(len(places))[: sum(SITES.values())]]
    median, sigma = SITE_RADIUS_M
    outlines = blobs(rng, places, median * rng.lognormal(0, sigma, len(places)))
    first, second = SITES["both"], SITES["both"] + SITES["finished"]
    return Sites(outlines[:first], outlines[first:second], outlines[second:])


def waters(frame: Frame, z: NDArray[np.float32]) -> Burnt:
    """The salt lake with its saline rim, the streams of the relief z (at 240 m), the Yellow River."""
    lake, middle = salt_lake(), yellow_river(frame)[:, :2]
    streams = _streams(frame, z).difference(shapely.LineString(middle).buffer(STREAMS_OFF_RIVER_M))
    return [(lake.buffer(SALINE_RIM_M), SALINE), (lake, WATER), (streams, WATER), (_river(middle), WATER)]


def _river(middle: NDArray[np.float64]) -> shapely.Geometry:
    """The Yellow River's bed along its middle line, now wider, now narrower."""
    run = np.cumsum(np.hypot(*np.diff(middle, axis=0).T))
    mean, *swings = RIVER_HALF_WIDTH_M
    half_width = mean + sum(
        swing * np.sin(2 * np.pi * run / length) for swing, length in zip(swings, RIVER_SWINGS_M, strict=True)
    )
    pieces = shapely.linestrings(np.stack([middle[:-1], middle[1:]], axis=1))
    return shapely.union_all(shapely.buffer(pieces, half_width))


def _streams(frame: Frame, z: NDArray[np.float32]) -> shapely.Geometry:
    """Where more than some hundred square kilometres drain."""
    receivers = receivers_of(filled(z, FILL_STEP_M))
    area_km2 = contributing_cells(receivers, ridges_first(receivers)) * (COARSE_M / 1000) ** 2
    cells = np.flatnonzero((area_km2 > STREAM_AREA_KM2) & (receivers != np.arange(receivers.size)))
    grid = frame.grid(COARSE_M)
    ends = np.stack([cells, receivers[cells]], axis=1)
    x, y = grid.column_centres[ends % grid.width], grid.row_centres[ends // grid.width]
    lines = shapely.linestrings(np.stack([x, y], axis=-1))
    return shapely.union_all(
        shapely.simplify(shapely.line_merge(shapely.union_all(lines)), 0.6 * COARSE_M)
    ).buffer(STREAM_HALF_WIDTH_M)


def _rural_roads(
    centres: NDArray[np.float64], slope_deg: NDArray[np.float32], rng: np.random.Generator
) -> list[shapely.LineString]:
    """Some of the ways from villages in the hills to their nearest neighbours."""
    _, nearest = KDTree(centres).query(centres, k=3)
    pairs = np.unique(np.sort(np.stack([nearest[:, [0, 0]], nearest[:, 1:]], axis=-1).reshape(-1, 2)), axis=0)
    is_hilly = slope_deg[pairs].max(axis=1) > 2.5
    pairs = pairs[is_hilly & (rng.random(len(pairs)) < RURAL_ROAD_SHARE)]
    return [wandering(rng, centres[one], centres[other], 0.09) for one, other in pairs]


def shaken_lattice(frame: Frame, spacing_m: float, rng: np.random.Generator) -> NDArray[np.float64]:
    columns, rows = int(frame.width_m // spacing_m), int(frame.height_m // spacing_m)
    across, down = np.meshgrid(np.arange(columns) + 0.5, np.arange(rows) + 0.5)
    lattice = np.stack([across.ravel(), down.ravel()], axis=1) + rng.uniform(-0.42, 0.42, (rows * columns, 2))
    return lattice * spacing_m * (1, -1) + (frame.left, frame.top)


def at_places(field: NDArray[np.float32], places: NDArray[np.float64], frame: Frame) -> NDArray[np.float32]:
    """The 240 m field at places of the box."""
    columns = ((places[:, 0] - frame.left) / COARSE_M).astype(np.int64)
    rows = ((frame.top - places[:, 1]) / COARSE_M).astype(np.int64)
    return field[np.clip(rows, 0, field.shape[0] - 1), np.clip(columns, 0, field.shape[1] - 1)]


def burn(codes: NDArray[np.uint8], grid: Grid, shapes: Burnt) -> None:
    """Writes the shapes' codes into the raster, later shapes over earlier ones."""
    rasterio.features.rasterize(shapes, out=codes, transform=grid.transform)


def disturbed(*outlines: NDArray[np.object_]) -> Burnt:
    """Disturbed land, to be burnt."""
    return [(shape, DISTURBED) for shape in np.concatenate(outlines)]


def restored(outlines: NDArray[np.object_]) -> Burnt:
    """Finished sites, sown with grass."""
    return [(shape, GRASS) for shape in outlines]
