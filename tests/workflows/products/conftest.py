"""Results made by hand: three counties with all that a run can find, and a run that found nothing."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyproj
import pytest
import shapely
from numpy.typing import NDArray

from shuibao.workflows.annual_monitoring.report import Maps
from shuibao.workflows.annual_monitoring.report.maps import outlines
from shuibao.workflows.annual_monitoring.result import (
    AREA_UNITS_PER_KM2,
    Change,
    LandUse,
    MonitoringResult,
    Scenario,
    UnverifiedRule,
    ZoneResult,
)

LAND_USES = (
    LandUse(13, "旱地", True, False),
    LandUse(21, "果园", False, True),
    LandUse(31, "有林地", False, True),
    LandUse(43, "其他草地", False, True),
    LandUse(53, "人为扰动用地", False, False),
    LandUse(71, "河湖库塘", False, False),
)
ZONES = (("140829", "平陆县"), ("140802", "盐湖区"), ("140827", "垣曲县"))
SHAPE = (len(ZONES), 6, len(LAND_USES), 8, 6)
TARGETS = (
    {2025: 50.0, 2030: 52.0, 2035: 60.0},
    {2025: 60.0, 2030: 61.0, 2035: 65.0},
    {2025: None, 2030: None, 2035: None},
)


def some_areas() -> NDArray[np.int64]:
    """Areas of about a thousand km² a zone, whole cm², less of the higher classes."""
    random = np.random.default_rng(7)
    weights = np.array([60, 20, 9, 4, 1, 0.2])[None, :, None, None, None]
    areas = np.rint(random.random(SHAPE) * weights * 1e10).astype(np.int64)
    is_vegetation = np.array([use.is_vegetation for use in LAND_USES])
    areas[:, :, ~is_vegetation, :, :5] = 0
    areas[:, :, is_vegetation, :, 5] = 0
    return areas


def zone_result(
    code: str, name: str, areas: NDArray[np.int64], targets: dict[int, float | None]
) -> ZoneResult:
    """The zone that follows from class × … areas [cm²] and targets, for the year 2025."""
    by_class = [int(units) for units in areas.sum(axis=(1, 2, 3))]
    land, erosion = sum(by_class) / AREA_UNITS_PER_KM2, sum(by_class[1:]) / AREA_UNITS_PER_KM2
    ceilings = {
        year: None if target is None else land * (1 - target / 100) for year, target in targets.items()
    }
    return ZoneResult(
        code=code,
        name=name,
        land_area_km2=land,
        polygon_area_km2=land * 1.001,
        class_area_km2=tuple(units / AREA_UNITS_PER_KM2 for units in by_class),
        erosion_area_km2=erosion,
        water_conservation_rate_pct=100 * (land - erosion) / land if land else None,
        mean_loss_t_km2_a=1234.5 if land else None,
        targets_pct=targets,
        ceilings_km2=ceilings,
        pace_km2_a={
            year: None if ceiling is None or year <= 2025 else (erosion - ceiling) / (year - 2025)
            for year, ceiling in ceilings.items()
        },
    )


def result_of(areas: NDArray[np.int64]) -> MonitoringResult:
    """A complete result with these areas."""
    zones = tuple(
        zone_result(code, name, areas[place], dict(TARGETS[place]))
        for place, (code, name) in enumerate(ZONES)
    )
    totals = zone_result("", "合计", areas.sum(axis=0), {2025: 55.0, 2030: 56.0, 2035: 75.0})
    return MonitoringResult(
        title="三县 2025 年水土流失动态监测",
        year=2025,
        demo=False,
        run_id="0123456789abcdef",
        zones=zones,
        totals=totals,
        target_region_name="三县水土保持率目标",
        land_uses=LAND_USES,
        areas=areas,
        coverage_pct=99.9,
        measures_km2={"020101": ("土坎水平梯田", 0.084, 12.5), "0205": ("鱼鳞坑", 0.249, 3.25)},
        scenarios=some_scenarios(totals),
        change=some_change(),
        unverified_rules=(
            UnverifiedRule("measures.020101", "土坎水平梯田的 E", 0.084, "", "措施因子赋值表", "medium"),
            UnverifiedRule("steepness.csle4", "S 四段式", [20.204, 1.2404], "", "2018 规定", "low"),
        ),
        patch_count=4321,
        patch_area_km2=1001.25,
        notes=("耕作措施 T 取 1（上限）。", "soil.tif 已按双线性对齐。"),
        provenance={
            "parameters": {"year": 2025, "rainfall": {"model": "xie2016", "threshold_mm": 10}},
            "inputs": {"dem.tif": "ab" * 32},
            "rules": {"a": {}, "b": {}},
            "software": {"shuibao": "0.1.0"},
            "started": "2026-03-18T02:11:09+00:00",
            "person": "卫晓峰",
        },
        class_limits_t_km2_a=(2500.0, 5000.0, 8000.0, 15000.0),
        tolerances_t_km2_a=(1000.0,),
    )


def some_scenarios(totals: ZoneResult) -> tuple[Scenario, ...]:
    """The base, two of K on one side, two of T on both."""

    def changed(factor: str, label: str, by_km2: float) -> Scenario:
        erosion = totals.erosion_area_km2 + by_km2
        rate = 100 * (1 - erosion / totals.land_area_km2) if totals.land_area_km2 else None
        return Scenario(factor, label, factor == "", erosion, rate, totals.mean_loss_t_km2_a)

    return (
        changed("", "本次运行", 0.0),
        changed("K", "zhang_si", -300.0),
        changed("K", "zhang_us", -180.0),
        changed("T", "耕地 T = 0.3（情景）", -40.0),
        changed("T", "耕地 T = 1（情景）", 25.0),
    )


def some_change() -> Change:
    """Every zone the same 6 × 6 matrix; B and E lessened erosion, T added, a little is nobody's doing."""
    matrix = np.diag([500.0, 200.0, 90.0, 30.0, 10.0, 1.0])
    matrix[0, 1], matrix[1, 0], matrix[2, 1], matrix[1, 2] = 5.0, 20.0, 8.0, 2.0
    own = {
        **dict.fromkeys("RKLS", (0.0, 0.0)),
        "B": (-12.0, -50.0),
        "E": (-5.0, -9.0),
        "T": (2.5, 4.0),
        "residual": (-0.5, -1.0),
        "observed": (-15.0, -56.0),
    }
    status = {"新增": 5.0, "消减": 20.0, "减轻": 8.0, "加重": 2.0, "存量": 331.0}
    codes = [code for code, _ in ZONES]
    return Change(
        "三县 2024 年水土流失动态监测",
        2024,
        {"": 3 * matrix, **dict.fromkeys(codes, matrix)},
        {"": {name: 3 * km2 for name, km2 in status.items()}, **dict.fromkeys(codes, status)},
        {
            "": {name: (3 * km2, loss) for name, (km2, loss) in own.items()},
            **dict.fromkeys(codes, own),
        },
    )


@pytest.fixture(scope="session")
def with_areas() -> Callable[[NDArray[np.int64]], MonitoringResult]:
    """Makes a complete result with given areas."""
    return result_of


@pytest.fixture(scope="session")
def complete() -> MonitoringResult:
    """Everything a run can find."""
    return result_of(some_areas())


@pytest.fixture(scope="session")
def unknown(complete: MonitoringResult) -> MonitoringResult:
    """A run without a single cell with a result: no rates, targets, change, scenarios, measures."""
    nothing = np.zeros(SHAPE, dtype=np.int64)
    zones = tuple(zone_result(code, name, nothing[0], {}) for code, name in ZONES)
    return replace(
        complete,
        zones=zones,
        totals=zone_result("", "合计", nothing[0], {}),
        target_region_name="",
        areas=nothing,
        coverage_pct=0.0,
        measures_km2={},
        scenarios=(),
        change=None,
        unverified_rules=(),
        patch_count=0,
        patch_area_km2=0.0,
        notes=("没有一个格有结果。",),
        provenance={},
        class_limits_t_km2_a=(),
        tolerances_t_km2_a=(),
    )


@pytest.fixture(scope="session")
def maps() -> Maps:
    """Three square counties beside each other; there is no raster of R."""
    random = np.random.default_rng(3)
    shapes = np.array(
        [
            shapely.box(500_000 + 10_000 * place, 3_900_000, 510_000 + 10_000 * place, 3_915_000)
            for place in range(3)
        ],
        dtype=object,
    )
    loss = random.random((30, 60)).astype(np.float32) * 5000
    loss[:3] = np.nan
    return Maps(
        (500_000.0, 3_900_000.0, 530_000.0, 3_915_000.0),
        pyproj.CRS("EPSG:4546"),
        random.integers(0, 7, (60, 120)).astype(np.uint8),
        loss,
        None,
        np.full((30, 60), 2.5, dtype=np.float32),
        outlines(tuple(code for code, _ in ZONES), tuple(name for _, name in ZONES), shapes),
    )
