"""The tables add up, exactly: every sum is a sum of whole square centimetres, divided once."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from shuibao.workflows.annual_monitoring import tables
from shuibao.workflows.annual_monitoring.result import AREA_UNITS_PER_KM2, MonitoringResult
from shuibao.workflows.annual_monitoring.tables import ClassRow, ClassTable, Stretch

SHAPE = (3, 6, 6, 8, 6)


def units(table: ClassTable) -> NDArray[np.int64]:
    return np.array([row.units for row in table.rows], dtype=np.int64)


def test_zones_and_classes_add_up_to_the_land(complete: MonitoringResult) -> None:
    table = tables.zone_table(complete)
    for zone, row in zip(complete.zones, table.rows, strict=True):
        assert row.total_km2 == zone.land_area_km2
        assert row.class_km2 == zone.class_area_km2
        assert row.erosion_km2 == zone.erosion_area_km2
        assert 100 - (row.erosion_pct or 0) == pytest.approx(zone.water_conservation_rate_pct, abs=1e-12)
    assert table.total.total_km2 == complete.totals.land_area_km2


@given(areas=arrays.arrays(np.int64, SHAPE, elements=st.integers(0, 2**40), fill=st.just(0)))
def test_every_table_keeps_every_square_centimetre(
    with_areas: Callable[[NDArray[np.int64]], MonitoringResult], areas: NDArray[np.int64]
) -> None:
    result = with_areas(areas)
    whole = int(areas.sum())
    assert tables.zone_table(result).total.total_units == whole
    assert tables.land_use_table(result).total.total_units == whole
    slopes = tables.cropland_slope_table(result), tables.other_slope_table(result)
    assert sum(table.total.total_units for table in slopes) == whole
    vegetation = tables.cover_table(result, tables.COVER_GROUPS).total
    assert vegetation.total_units == int(areas[:, :, 1:4].sum())
    assert tables.disturbed_table(result).total.units == tuple(areas[:, :, 4].sum(axis=(0, 2, 3)).tolist())


@given(areas=arrays.arrays(np.int64, SHAPE, elements=st.integers(0, 2**40), fill=st.just(0)))
def test_the_zones_tables_add_up_to_the_table_of_all(
    with_areas: Callable[[NDArray[np.int64]], MonitoringResult], areas: NDArray[np.int64]
) -> None:
    result = with_areas(areas)
    for table in (tables.land_use_table, tables.cropland_slope_table, tables.other_slope_table):
        assert (sum(units(table(result, zone)) for zone in range(3)) == units(table(result))).all()


def test_sums_are_exact_where_floats_would_lose_a_square_centimetre(
    with_areas: Callable[[NDArray[np.int64]], MonitoringResult],
) -> None:
    areas = np.zeros(SHAPE, dtype=np.int64)
    areas[0, 0, 0, 0, 5] = 2**53
    areas[1, 0, 0, 0, 5] = 1
    assert tables.zone_table(with_areas(areas)).total.total_units == 2**53 + 1


def test_cropland_and_other_land_have_their_own_slope_bands(complete: MonitoringResult) -> None:
    areas = complete.areas
    cropland = tables.cropland_slope_table(complete)
    assert [row.name for row in cropland.rows] == ["≤2°", "2–6°", "6–15°", "15–25°", ">25°"]
    assert cropland.rows[1].total_units == int(areas[:, :, 0, 1:3].sum())
    other = tables.other_slope_table(complete)
    assert [row.name for row in other.rows] == ["<5°", "5–8°", "8–15°", "15–25°", "25–35°", ">35°"]
    assert other.rows[0].total_units == int(areas[:, :, 1:, :2].sum())


def test_orchards_are_not_forest_and_grass(complete: MonitoringResult) -> None:
    forest_and_grass = tables.cover_table(complete, ("林地", "草地"))
    assert forest_and_grass.total.total_units == int(complete.areas[:, :, 2:4].sum())


def test_the_disturbed_land_that_erodes_is_a_share_of_the_disturbed_land(complete: MonitoringResult) -> None:
    disturbed = complete.areas[:, :, 4].sum(axis=(0, 2, 3))
    found = tables.disturbed_table(complete).total.erosion_pct
    assert found == pytest.approx(100 * disturbed[1:].sum() / disturbed.sum())


def test_shares_of_moderate_and_strong_are_of_the_erosion_area() -> None:
    row = ClassRow("", (900, 60, 20, 10, 6, 4))
    assert (row.moderate_and_above_pct, row.strong_and_above_pct) == (40.0, 20.0)
    assert row.erosion_pct == 10.0


def test_a_share_of_nothing_does_not_apply(unknown: MonitoringResult) -> None:
    total = tables.zone_table(unknown).total
    assert total.total_km2 == 0
    assert {*total.class_pct, total.erosion_pct, total.moderate_and_above_pct} == {None}
    assert tables.land_use_table(unknown).rows_with_area == ()


def test_a_run_without_zones_has_empty_tables(complete: MonitoringResult) -> None:
    result = replace(complete, zones=(), areas=np.zeros((0, *SHAPE[1:]), dtype=np.int64))
    assert tables.zone_table(result).total.units == (0,) * 6


def test_a_missed_target_has_a_negative_gap(complete: MonitoringResult) -> None:
    zone = replace(
        complete.totals,
        water_conservation_rate_pct=77.33,
        targets_pct={2030: 78.76, 2025: 77.25, 2040: None},
    )
    found = tables.target_years(zone)
    assert [target.year for target in found] == [2025, 2030, 2040]
    assert [target.gap_points for target in found] == [pytest.approx(0.08), pytest.approx(-1.43), None]


def test_the_path_of_yuncheng_steepens_after_2030(complete: MonitoringResult) -> None:
    """2025 at its ceiling: 42.8 km²/a to 2030, 145.8 km²/a to 2035 (the specification's numbers)."""
    zone = replace(
        complete.totals,
        erosion_area_km2=3226.6,
        ceilings_km2={2025: 3226.6, 2030: 3012.4, 2035: 2283.4},
    )
    first, second = tables.stretches(zone, 2025)
    assert first == Stretch(2026, 2030, pytest.approx(42.84))
    assert second == Stretch(2031, 2035, pytest.approx(145.8))


def test_a_target_met_early_asks_for_nothing_and_eases_the_next(complete: MonitoringResult) -> None:
    zone = replace(complete.totals, erosion_area_km2=90.0, ceilings_km2={2030: 100.0, 2035: 80.0})
    assert [stretch.pace_km2_a for stretch in tables.stretches(zone, 2025)] == [0.0, 2.0]


def test_without_ceilings_or_rate_there_is_no_pace(
    complete: MonitoringResult, unknown: MonitoringResult
) -> None:
    assert tables.stretches(unknown.totals, 2025) == ()
    assert tables.stretches(replace(complete.totals, ceilings_km2={2030: None}), 2025) == ()
    assert tables.stretches(replace(complete.totals, ceilings_km2={2025: 100.0}), 2025) == ()


def test_one_km2_is_ten_thousand_million_square_centimetres() -> None:
    assert ClassRow("", (AREA_UNITS_PER_KM2, 0, 0, 0, 0, 0)).total_km2 == 1.0
    assert AREA_UNITS_PER_KM2 == 10**10
