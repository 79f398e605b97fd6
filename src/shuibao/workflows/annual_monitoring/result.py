"""What a year's monitoring found: exact areas by zone, class, land use, slope and cover, and what follows."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuibao.science.grid import AREA_UNITS_PER_M2

AREA_UNITS_PER_KM2 = AREA_UNITS_PER_M2 * 1_000_000

CLASS_NAMES = ("微度", "轻度", "中度", "强烈", "极强烈", "剧烈")

SLOPE_LIMITS_DEG = (2.0, 5.0, 6.0, 8.0, 15.0, 25.0, 35.0)
"""The bands the areas are kept in: fine enough for both reporting bands below."""

CROPLAND_SLOPE_BANDS = {
    "≤2°": (0,),
    "2–6°": (1, 2),
    "6–15°": (3, 4),
    "15–25°": (5,),
    ">25°": (6, 7),
}
OTHER_SLOPE_BANDS = {
    "<5°": (0, 1),
    "5–8°": (2, 3),
    "8–15°": (4,),
    "15–25°": (5,),
    "25–35°": (6,),
    ">35°": (7,),
}

COVER_BANDS = ("低（<30%）", "中低（30–45%）", "中（45–60%）", "中高（60–75%）", "高（≥75%）", "缺")
COVER_LIMITS_PCT = (30.0, 45.0, 60.0, 75.0)


@dataclass(frozen=True)
class ZoneResult:
    """One zone's year. Areas in km²; `None` is unknown, never zero.

    land_area_km2: true area of the zone's cells that have a result.
    class_area_km2: by intensity 1–6; they sum to land_area_km2.
    targets_pct, ceilings_km2, pace_km2_a: by target year; ceiling = the erosion area the target allows;
    pace = erosion area to lose each year from the monitored year on to be there (negative: below already).
    """

    code: str
    name: str
    land_area_km2: float
    polygon_area_km2: float
    class_area_km2: tuple[float, ...]
    erosion_area_km2: float
    water_conservation_rate_pct: float | None
    mean_loss_t_km2_a: float | None
    targets_pct: dict[int, float | None]
    ceilings_km2: dict[int, float | None]
    pace_km2_a: dict[int, float | None]


@dataclass(frozen=True)
class Scenario:
    """One rerun of the sensitivity panel: what was changed and what came of it (totals of all zones)."""

    factor: str
    label: str
    is_base: bool
    erosion_area_km2: float
    water_conservation_rate_pct: float | None
    mean_loss_t_km2_a: float | None


@dataclass(frozen=True)
class Change:
    """Against the baseline year, on the cells that have a result in both.

    transition_km2: 6 × 6, rows the baseline's class, columns this year's, per zone code and "" for all.
    status_km2: 新增 消减 减轻 加重 存量 → km², per zone code and "".
    attribution: per zone code and "": factor name (R K L S B E T) → (change of erosion area [km²],
    change of mean loss [t/(km²·a)]), Shapley values; "residual" → what they do not explain
    (cells with a result in one year only, another tolerance); "observed" → the whole change.
    """

    baseline_title: str
    baseline_year: int
    transition_km2: dict[str, NDArray[np.float64]]
    status_km2: dict[str, dict[str, float]]
    attribution: dict[str, dict[str, tuple[float, float]]]


@dataclass(frozen=True)
class UnverifiedRule:
    """A number used here that nobody has checked against the primary text (未核验)."""

    id: str
    name: str
    value: Any
    unit: str
    basis: str
    confidence: str


@dataclass(frozen=True)
class LandUse:
    """A code of the monitoring rules and its name."""

    code: int
    name: str
    is_cropland: bool
    is_vegetation: bool


@dataclass(frozen=True)
class MonitoringResult:
    """The whole outcome of a run.

    areas: int64 [cm²], zone × class (1–6) × land use (order of land_uses) × slope band × cover band.
    measures_km2: engineering-measure code → (name, E, km²); disturbed land (53) is read from `areas`.
    notes: sentences the reader must see (choices made, data missing, inputs aligned, warnings).
    class_limits_t_km2_a: where 中度, 强烈, 极强烈 and 剧烈 begin, for the map's legend.
    tolerances_t_km2_a: the tolerances that occur, rising; empty when they are not known one by one.
    """

    title: str
    year: int
    demo: bool
    run_id: str
    zones: tuple[ZoneResult, ...]
    totals: ZoneResult
    target_region_name: str
    land_uses: tuple[LandUse, ...]
    areas: NDArray[np.int64]
    coverage_pct: float
    measures_km2: dict[str, tuple[str, float, float]]
    scenarios: tuple[Scenario, ...]
    change: Change | None
    unverified_rules: tuple[UnverifiedRule, ...]
    patch_count: int
    patch_area_km2: float
    notes: tuple[str, ...]
    directory: Path | None = None
    provenance: dict[str, Any] = field(default_factory=dict)
    class_limits_t_km2_a: tuple[float, ...] = ()
    tolerances_t_km2_a: tuple[float, ...] = ()
