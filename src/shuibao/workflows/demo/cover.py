"""The demo's vegetation: cover in 24 half-months at 240 m by what grows there, and cover under trees."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shuibao.workflows.demo.blocks import shares
from shuibao.workflows.demo.frame import COARSE_M
from shuibao.workflows.demo.land_use import DRY, FOREST, GRASS, IRRIGATED, OPEN_WOOD, ORCHARD, SHRUB
from shuibao.workflows.demo.noise import fractal, laid, towards_north_east

HALF_MONTHS = 24


class Growth(NamedTuple):
    """Cover of a kind of land: least in winter, greatest in summer (0–1), and its weight among others.

    The cover of a mixed cell is meant to be its vegetation's, so fields and houses weigh little beside woods.
    """

    codes: tuple[int, ...]
    least: float
    greatest: float
    weight: float


# Knobs: the greener, the less erosion.
KINDS = {
    "有林地": Growth((FOREST,), 0.34, 0.88, 1.0),
    "灌木林地": Growth((SHRUB,), 0.27, 0.80, 1.0),
    "其他林地": Growth((OPEN_WOOD,), 0.20, 0.66, 1.0),
    "草地": Growth((GRASS,), 0.18, 0.705, 1.0),
    "果园": Growth((ORCHARD,), 0.14, 0.66, 0.5),
    "耕地": Growth((IRRIGATED, DRY), 0.22, 0.80, 0.05),
    "建设用地": Growth((51, 52, 53, 61, 62, 81, 83, 84), 0.04, 0.14, 0.02),
    "水域": Growth((71,), 0.0, 0.02, 0.002),
}
PATCH_LENGTH_M = 9000.0  # of the ups and downs of cover
PATCHINESS = 0.16  # of cover, standard deviation of its regional ups and downs
TREND = 1.2  # deviations of cover from the box's middle to its north-eastern corner: greener there
GREENING = 0.004  # everywhere, from one year to the next
WEATHER = 0.10  # deviations of cover that come and go between the years
TREATED_GREENING = 0.10  # where slopes were treated
# Share of the way from the winter's to the summer's cover, by half-month.
SEASON = np.array(
    [
        [0.00, 0.00, 0.00, 0.02, 0.05, 0.12],  # January to March
        [0.25, 0.40, 0.56, 0.68, 0.77, 0.84],
        [0.91, 0.96, 1.00, 1.00, 0.96, 0.88],
        [0.76, 0.60, 0.40, 0.22, 0.10, 0.03],
    ]
).ravel()

# Ground cover under trees (0–1), winter and summer: litter in woods, cover crops and straw in orchards.
UNDERSTOREY = {FOREST: (0.74, 0.88), OPEN_WOOD: (0.48, 0.80), ORCHARD: (0.24, 0.50), 23: (0.26, 0.52)}


def patches(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Where plants grow better or worse than usual, in deviations, at 240 m: the same in both years."""
    noise = laid(fractal(rng, 1024, 2.4, PATCH_LENGTH_M / COARSE_M), range(shape[0]), shape[1])
    return noise + np.float32(TREND) * towards_north_east(shape)


def weather(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """What one year adds to that, in deviations, at 240 m."""
    return laid(fractal(rng, 1024, 3.0), range(shape[0]), shape[1]) * np.float32(WEATHER)


def vegetation_cover(
    codes: NDArray[np.uint8], patches: NDArray[np.float32], greener: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """24 × rows × columns [%]: cover by half-month at 240 m.

    codes: land use on the fine grid; patches: regional ups and downs, in deviations; greener: added to the
    summer's cover (0–1). The last two at 240 m.
    """
    group_of = np.full(256, -1, np.int64)
    for number, kind in enumerate(KINDS.values()):
        group_of[list(kind.codes)] = number
    share = shares(codes, group_of, len(KINDS), *patches.shape)
    share *= np.array([kind.weight for kind in KINDS.values()], np.float32)[:, None, None]
    share /= np.maximum(share.sum(axis=0), np.float32(1e-6))
    least, greatest = (
        np.tensordot(np.array(values, np.float32), share, 1)
        for values in zip(*((kind.least, kind.greatest) for kind in KINDS.values()), strict=True)
    )
    greatest = greatest * (1 + np.float32(PATCHINESS) * patches) + greener * (greatest > 0.1)
    greatest = np.maximum(greatest, least)
    found = np.empty((HALF_MONTHS, *patches.shape), np.uint8)
    for number, stage in enumerate(SEASON.tolist()):
        cover = least + (greatest - least) * np.float32(stage)
        found[number] = np.rint(np.clip(cover, 0, 0.99) * 100)
    return found


def understorey_table() -> pd.DataFrame:
    """code, half_month (1–24), ground_cover (0–1)."""
    rows = [
        (code, number + 1, round(winter + (summer - winter) * stage, 3))
        for code, (winter, summer) in UNDERSTOREY.items()
        for number, stage in enumerate(SEASON.tolist())
    ]
    return pd.DataFrame(rows, columns=["code", "half_month", "ground_cover"])
