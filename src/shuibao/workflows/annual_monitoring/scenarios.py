"""The sensitivity panel: one choice changed at a time, only what it touches computed again."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuibao.rules.terrain import SteepnessName
from shuibao.science.erosion.soil import Conversion
from shuibao.science.erosion.soil_loss import Factors, Ground

FloatTile = NDArray[np.float32]


@dataclass(frozen=True)
class TileInputs:
    """What a tile's scenarios start from. `b_shifted`: B by shift of the ground cover, if it was computed."""

    factors: Factors
    ground: Ground
    is_cropland: NDArray[np.bool_]
    b_shifted: dict[float, FloatTile]
    length_at: Callable[[float], FloatTile]
    steepness_by: Callable[[SteepnessName], FloatTile]


Change = Callable[[TileInputs], tuple[Factors, Ground]]


@dataclass(frozen=True)
class ScenarioPlan:
    """A rerun: the factor it is about, its label, and how the tile's inputs become its own."""

    factor: str
    label: str
    is_base: bool
    change: Change


def base_scenario() -> ScenarioPlan:
    """The run as it is."""
    return ScenarioPlan("", "本次运行", True, lambda tile: (tile.factors, tile.ground))


def soil_scenario(label: str, used: Conversion, other: Conversion) -> ScenarioPlan:
    """K converted another way; below 0 it is 0."""
    factor = other.factor / used.factor
    offset = other.offset - used.offset * factor

    def change(tile: TileInputs) -> tuple[Factors, Ground]:
        k = np.maximum(np.asarray(tile.factors.k) * factor + offset, 0).astype(np.float32)
        return tile.factors._replace(k=k), tile.ground

    return ScenarioPlan("K", label, False, change)


def steepness_scenario(variant: SteepnessName, label: str) -> ScenarioPlan:
    """The other formula of S."""
    return ScenarioPlan(
        "S", label, False, lambda tile: (tile.factors._replace(s=tile.steepness_by(variant)), tile.ground)
    )


def length_scenario(max_m: float) -> ScenarioPlan:
    """Slopes no longer than this."""
    return ScenarioPlan(
        "L",
        f"坡长上限 {max_m:g} m",
        False,
        lambda tile: (tile.factors._replace(l=tile.length_at(max_m)), tile.ground),
    )


def rotation_scenario(value: float) -> ScenarioPlan:
    """One T for all cropland."""

    def change(tile: TileInputs) -> tuple[Factors, Ground]:
        t = np.where(tile.is_cropland, np.float32(value), np.asarray(tile.factors.t, dtype=np.float32))
        return tile.factors._replace(t=t), tile.ground

    return ScenarioPlan("T", f"耕地 T = {value:g}（情景）", False, change)


def understorey_scenario(shift: float) -> ScenarioPlan:
    """Ground cover under trees higher or lower."""
    return ScenarioPlan(
        "B",
        f"林下盖度 {shift * 100:+.0f} 个百分点",
        False,
        lambda tile: (tile.factors._replace(b=tile.b_shifted[shift]), tile.ground),
    )


def tolerance_scenario(value: float) -> ScenarioPlan:
    """One tolerance everywhere."""
    return ScenarioPlan(
        "容许流失量",
        f"容许土壤流失量 {value:g} t/(km²·a)",
        False,
        lambda tile: (tile.factors, tile.ground._replace(tolerance_t_km2_a=np.float32(value))),
    )
