"""What the demo treats between its two years: steep fields and poor grass become wood and shrub."""

import numpy as np
import rasterio.features
import shapely
from numpy.typing import NDArray

from shuibao.science.grid import Grid
from shuibao.workflows.demo.blobs import blobs
from shuibao.workflows.demo.built import at_places, shaken_lattice
from shuibao.workflows.demo.frame import Frame
from shuibao.workflows.demo.land_use import DRY, GRASS, OPEN_WOOD, SHRUB, LandCover

# Knobs: how much is treated.
TREATED_PLACES = 240
TREATED_RADIUS_M = (230.0, 0.45)  # median, log-normal sigma
TREATED_SLOPES_DEG = (5.0, 24.0)  # mean of 240 m, where projects lie
FIELD_FROM_DEG = 6  # fields at least this steep are turned back
BECOMES = (OPEN_WOOD, OPEN_WOOD, SHRUB, GRASS)  # one of these per place, evenly


def treated_places(
    frame: Frame, slope_deg: NDArray[np.float32], rock: NDArray[np.float32], rng: np.random.Generator
) -> NDArray[np.object_]:
    """Outlines of the places treated between the two years. slope_deg, rock: at 240 m."""
    places = shaken_lattice(frame, 1300.0, rng)
    low, high = TREATED_SLOPES_DEG
    slope = at_places(slope_deg, places, frame)
    fits = (slope > low) & (slope < high) & (at_places(rock, places, frame) < 0.4)
    fits &= shapely.contains_xy(frame.outline, places[:, 0], places[:, 1])
    places = places[fits]
    places = places[rng.permutation(len(places))[:TREATED_PLACES]]
    median, sigma = TREATED_RADIUS_M
    return blobs(rng, places, median * rng.lognormal(0, sigma, len(places)))


def treated(cover: LandCover, grid: Grid, places: NDArray[np.object_]) -> NDArray[np.uint8]:
    """The land cover with steep dry fields and grass in these places turned into what they become."""
    shapes = [(shape, BECOMES[number % len(BECOMES)]) for number, shape in enumerate(places)]
    becomes = rasterio.features.rasterize(shapes, grid.shape, transform=grid.transform, dtype="uint8")
    is_field = (cover.codes == DRY) & (cover.slope_deg >= FIELD_FROM_DEG)
    return np.where((becomes > 0) & (is_field | (cover.codes == GRASS)), becomes, cover.codes)
