"""The demo's soils: types by relief at 240 m, and a table of their textures."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shuibao.workflows.demo.noise import fractal, laid
from shuibao.workflows.demo.terrain import Relief


class SoilType(NamedTuple):
    """A soil and its topsoil: sand, silt, clay and organic carbon [%]. Plausible, not measured."""

    code: int
    name: str
    sand: float
    silt: float
    clay: float
    carbon: float


CINNAMON = SoilType(1, "褐土", 27.0, 51.0, 22.0, 0.95)
LOESSIAL = SoilType(2, "黄绵土", 29.0, 57.0, 14.0, 0.50)
FLUVO_AQUIC = SoilType(3, "潮土", 38.0, 45.0, 17.0, 0.75)
SALINE = SoilType(4, "盐土", 33.0, 47.0, 20.0, 0.55)
BROWN = SoilType(5, "棕壤", 40.0, 41.0, 19.0, 2.40)
LEACHED_CINNAMON = SoilType(6, "淋溶褐土", 36.0, 44.0, 20.0, 1.60)
SKELETAL = SoilType(7, "粗骨土", 58.0, 30.0, 12.0, 1.10)
SOILS = (CINNAMON, LOESSIAL, FLUVO_AQUIC, SALINE, BROWN, LEACHED_CINNAMON, SKELETAL)

BROWN_ABOVE_M = 1500.0
FLOODPLAIN_BELOW_M = 372.0
FLOODPLAIN_RUGGEDNESS = 0.01
SALINE_BELOW_M = 331.0
LOESS_RUGGEDNESS = 0.12


def soil_types(relief: Relief, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Codes of the soil types at 240 m."""
    rows, columns = relief.surface.shape
    shift = laid(fractal(rng, 1024, 2.6, 40), range(rows), columns)
    height = relief.surface + 90 * shift * np.minimum(relief.ruggedness * 4, 1)
    codes = np.full((rows, columns), CINNAMON.code, np.uint8)
    codes[relief.ruggedness * (1 + 0.3 * shift) > LOESS_RUGGEDNESS] = LOESSIAL.code
    is_plain = relief.ruggedness < FLOODPLAIN_RUGGEDNESS
    codes[is_plain & (relief.surface < FLOODPLAIN_BELOW_M)] = FLUVO_AQUIC.code
    codes[is_plain & (relief.surface < SALINE_BELOW_M)] = SALINE.code
    codes[relief.rock > 0.3 + 0.2 * shift] = LEACHED_CINNAMON.code
    codes[(relief.rock > 0.5) & (shift > 1.1)] = SKELETAL.code
    codes[height > BROWN_ABOVE_M] = BROWN.code
    return codes


def texture_table() -> pd.DataFrame:
    """type, sand, silt, clay, carbon [%]."""
    rows = [(soil.code, soil.sand, soil.silt, soil.clay, soil.carbon) for soil in SOILS]
    return pd.DataFrame(rows, columns=["type", "sand", "silt", "clay", "carbon"])
