"""Everything a run needs before its first tile: sources of all factors, legend, scenarios."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuibao.data.layers import Constant, Layer, Lookup
from shuibao.rules import RuleBook
from shuibao.rules.intensity import water_limits, wind_limits
from shuibao.rules.land_use import land_use_classes
from shuibao.rules.rotation import scenarios as rotation_scenarios
from shuibao.rules.soil import conversion
from shuibao.science.erosion.land_use import LandUseClass, code_mask
from shuibao.science.erosion.practice import Measure
from shuibao.science.erosion.soil import Correction
from shuibao.science.erosion.soil_loss import Legend
from shuibao.workflows.annual_monitoring.cover import ComputedCover, cover_of
from shuibao.workflows.annual_monitoring.frame import Frame
from shuibao.workflows.annual_monitoring.land_use import land_use_of
from shuibao.workflows.annual_monitoring.measure import Sources
from shuibao.workflows.annual_monitoring.practice import measures_of, rotation_of, tolerance_of
from shuibao.workflows.annual_monitoring.rainfall import rainfall_of
from shuibao.workflows.annual_monitoring.result import COVER_LIMITS_PCT, SLOPE_LIMITS_DEG
from shuibao.workflows.annual_monitoring.scenarios import (
    ScenarioPlan,
    base_scenario,
    length_scenario,
    rotation_scenario,
    soil_scenario,
    steepness_scenario,
    tolerance_scenario,
    understorey_scenario,
)
from shuibao.workflows.annual_monitoring.soil import soil_correction, soil_method, soil_of
from shuibao.workflows.annual_monitoring.terrain import STEEPNESS_VARIANTS, TerrainNumbers, slope_ground
from shuibao.workflows.annual_monitoring.wind import wind_of
from shuibao.workflows.annual_monitoring.workshop import Workshop
from shuibao.workflows.annual_monitoring.zones import TargetBook, targets_of

_UNKNOWN_LAND = 255
_SOIL_LABELS: dict[Correction, str] = {
    "none": "K 不校正",
    "zhang_si": "K 按张科利 2008（SI 制）",
    "zhang_us": "K 按张科利 2008（美制）",
}
_STEEPNESS_LABELS = {"csle3": "S 三段式", "csle4": "S 四段式"}


@dataclass(frozen=True)
class Description:
    """What the result is described with once the tiles are done: small things only."""

    scenarios: tuple[ScenarioPlan, ...]
    land_uses: tuple[LandUseClass, ...]
    measures: tuple[Measure, ...]
    class_limits_t_km2_a: tuple[float, ...]
    tolerances_t_km2_a: tuple[float, ...]
    terrain: TerrainNumbers
    targets: TargetBook
    min_patch_area_m2: float


@dataclass(frozen=True)
class Setting:
    """What the tiles share, and the description that outlives them."""

    sources: Sources
    legend: Legend
    scenarios: tuple[ScenarioPlan, ...]
    description: Description


def setting_of(frame: Frame, book: RuleBook, workshop: Workshop) -> Setting:
    """Reads and checks every section, then the terrain."""
    classes = land_use_classes(book)
    workshop.progress("读取降雨、土壤、土地利用", 0.02)
    land_use = land_use_of(frame, book, workshop.run)
    present = land_use.present
    cropland = code_mask(land.code for land in classes if land.is_cropland)
    rainfall = rainfall_of(frame, book)
    measures = measures_of(frame, book)
    cover = cover_of(frame, rainfall, present, book)
    rotation = rotation_of(frame, bool(cropland[present].any()), book)
    tolerance = tolerance_of(frame, book)
    soil, wind = soil_of(frame, book), wind_of(frame, land_use, book)
    workshop.progress("填洼、流向、坡长", 0.08)
    slope = slope_ground(frame, book, workshop)
    sources = Sources(
        rainfall,
        soil,
        slope,
        cover,
        measures,
        rotation,
        tolerance,
        wind,
        land_use,
        cropland,
        _indices(classes),
    )
    legend, scenarios = _legend(classes, book), _scenarios(frame, sources, present, book)
    description = Description(
        scenarios,
        classes,
        measures.kinds,
        tuple(legend.limits),
        _tolerances(tolerance),
        slope.numbers,
        targets_of(frame, book),
        _min_patch_area_m2(frame, book),
    )
    return Setting(sources, legend, scenarios, description)


def _min_patch_area_m2(frame: Frame, book: RuleBook) -> float:
    section = frame.plan.section("patches")
    written = "min_area_m2" in section
    return section.number("min_area_m2", low=0) if written else book.number("patches.min_area_m2")


def _indices(classes: tuple[LandUseClass, ...]) -> NDArray[np.uint8]:
    """Place of each code among the classes; _UNKNOWN_LAND for no code."""
    table = np.full(256, _UNKNOWN_LAND, dtype=np.uint8)
    for place, land_use in enumerate(classes):
        table[land_use.code] = place
    return table


def _legend(classes: tuple[LandUseClass, ...], book: RuleBook) -> Legend:
    is_water = np.array([land_use.is_water for land_use in classes])
    return Legend(water_limits(book), wind_limits(book), SLOPE_LIMITS_DEG, COVER_LIMITS_PCT, is_water)


def _scenarios(
    frame: Frame, sources: Sources, present: list[int], book: RuleBook
) -> tuple[ScenarioPlan, ...]:
    """The panel: every choice the run made, made otherwise."""
    plans = [base_scenario(), *_soil_scenarios(frame, book)]
    used = sources.slope.numbers
    others = (variant for variant in STEEPNESS_VARIANTS if variant != used.steepness)
    plans += [steepness_scenario(variant, _STEEPNESS_LABELS[variant]) for variant in others]
    caps = (book.number(rule_id) for rule_id in ("terrain.length.max_census_m", "terrain.length.max_m"))
    plans += [length_scenario(cap) for cap in caps if cap != used.slope_length_max_m]
    if sources.is_cropland[present].any():
        given = sources.rotation.value if isinstance(sources.rotation, Constant) else None
        plans += [rotation_scenario(t) for t in (*rotation_scenarios(book), 1.0) if t != given]
    if isinstance(sources.cover, ComputedCover):
        plans += [understorey_scenario(shift) for shift in sources.cover.shifts]
    plans += [tolerance_scenario(value) for value in _other_tolerances(sources, book)]
    return tuple(plans)


def _soil_scenarios(frame: Frame, book: RuleBook) -> list[ScenarioPlan]:
    section = frame.plan.section("soil")
    method, correction = soil_method(section), soil_correction(section)
    used = conversion(book, method, correction)
    return [
        soil_scenario(label, used, conversion(book, method, other))
        for other, label in _SOIL_LABELS.items()
        if other != correction
    ]


def _other_tolerances(sources: Sources, book: RuleBook) -> list[float]:
    given = sources.tolerance.value if isinstance(sources.tolerance, Constant) else None
    regions = (
        book.number(rule_id) for rule_id in ("tolerance.loess_plateau", "tolerance.northern_rocky_mountain")
    )
    return [value for value in regions if value != given]


def _tolerances(layer: Layer) -> tuple[float, ...]:
    """The tolerances that can occur, rising; none where a raster gives them."""
    if isinstance(layer, Constant):
        return (layer.value,)
    if isinstance(layer, Lookup):
        return tuple(float(value) for value in np.unique(layer.values[np.isfinite(layer.values)]))
    return ()
