"""The soil loss of a tile, its classes, and areas and losses by zone."""

import numpy as np
import pytest

from shuibao.science.erosion.cell_areas import (
    AREA_UNITS_PER_KM2,
    LOSS_UNITS_PER_T,
    TileAreas,
    mean_loss_t_km2_a,
)
from shuibao.science.erosion.intensity import ModulusLimits, WindLimits
from shuibao.science.erosion.soil_loss import (
    OUTSIDE,
    UNKNOWN_LAND,
    Factors,
    Ground,
    Legend,
    LossTotals,
    soil_loss_tile,
)
from shuibao.science.errors import OutOfRange
from shuibao.science.grid import CellAreas

WATER = ModulusLimits(2500, 5000, 8000, 15000)
CROP, GRASS, LAKE = 0, 1, 2
LEGEND = Legend(
    WATER,
    WindLimits(200, 2500, 5000, 8000, 15000),
    (2, 5, 6, 8, 15, 25, 35),
    (30, 45, 60, 75),
    np.array([False, False, True]),
)
CELL = 1_000_000  # 100 m² in cm²


def even(height: int, width: int, units: int = CELL) -> TileAreas:
    """Cells of one area, from the grid's corner on."""
    return TileAreas(CellAreas(np.array([[units]]), height, width), 0, 0)


def one_cell(factors: Factors, **ground: object) -> tuple[float, int, LossTotals]:
    """Loss, class and totals of a single cell of cropland in zone 0."""
    layers = {
        "zone": np.zeros((1, 1), dtype=np.int32),
        "land_use": np.full((1, 1), CROP, dtype=np.uint8),
        "slope_deg": 10.0,
        "cover_pct": 20.0,
        "tolerance_t_km2_a": 1000.0,
        "wind_t_km2_a": None,
        **ground,
    }
    totals = LossTotals.zeros(1, LEGEND)
    tile = soil_loss_tile(factors, Ground(**layers), LEGEND, even(1, 1), totals)
    return float(tile.loss_t_km2_a[0, 0]), int(tile.classes[0, 0]), totals


def test_a_slope_of_grass_as_computed_by_hand():
    csle3 = one_cell(Factors(1628.71, 0.04, 2.137878, 4.710725, 0.04356, 1, 1))
    assert csle3[0] == pytest.approx(2857.97, abs=0.05)  # B is printed with five decimals
    assert csle3[1] == 3


def test_the_slope_variant_can_flip_the_class():
    csle4 = one_cell(Factors(1628.71, 0.04, 2.137878, 3.98880, 0.04356, 1, 1))
    assert csle4[0] == pytest.approx(2419.97, abs=0.05)
    assert csle4[1] == 2


def test_a_dry_field_and_the_same_with_terraces_as_computed_by_hand():
    bare = one_cell(Factors(1628.71, 0.04, 2.137878, 1.8381, 1, 1, 0.4))
    terraced = one_cell(Factors(1628.71, 0.04, 2.137878, 1.8381, 1, 0.084, 0.4))
    assert bare[0] == pytest.approx(10_240, abs=1)
    assert terraced[0] == pytest.approx(860.2, abs=0.05)
    assert (bare[1], terraced[1]) == (5, 1)


def test_the_area_is_counted_by_zone_class_land_use_slope_and_cover():
    _, intensity, totals = one_cell(Factors(1000, 0.04, 1, 1, 1, 1, 1))
    assert intensity == 3
    assert totals.areas.sum() == totals.areas[0, 2, CROP, 4, 0] == CELL
    assert totals.missing[0] == 0
    assert totals.loss[0] == 4000 * 1e-4 * LOSS_UNITS_PER_T


def test_water_loses_nothing_even_where_its_factors_are_unknown():
    gaps = Factors(1000, np.nan, np.nan, 1, np.nan, 1, 1)
    lake = np.full((1, 1), LAKE, dtype=np.uint8)
    for factors, tolerance in ((gaps, np.nan), (Factors(1000, 0.04, 2, 2, 1, 1, 1), 1000.0)):
        loss, intensity, totals = one_cell(
            factors, land_use=lake, slope_deg=np.nan, tolerance_t_km2_a=tolerance, wind_t_km2_a=6000.0
        )
        assert (loss, intensity) == (0, 1)
        assert totals.areas[0, 0, LAKE, 0, 0] == CELL
        assert totals.loss[0] == 0


@pytest.mark.parametrize("missing", Factors._fields)
def test_a_missing_factor_leaves_no_result(missing: str):
    factors = Factors(1000, 0.04, 1, 1, 1, 1, 1)._replace(**{missing: np.nan})
    loss, intensity, totals = one_cell(factors)
    assert np.isnan(loss)
    assert intensity == 0
    assert totals.areas.sum() == totals.loss.sum() == 0
    assert totals.missing[0] == CELL


def test_no_tolerance_or_unknown_land_leaves_no_result():
    unknown = np.full((1, 1), UNKNOWN_LAND, dtype=np.uint8)
    for ground in ({"tolerance_t_km2_a": np.nan}, {"land_use": unknown}):
        loss, intensity, totals = one_cell(Factors(1000, 0.04, 1, 1, 1, 1, 1), **ground)
        assert np.isnan(loss)
        assert (intensity, totals.missing[0]) == (0, CELL)


def test_outside_the_zones_there_is_no_result_and_no_area():
    outside = np.full((1, 1), OUTSIDE, dtype=np.int32)
    loss, intensity, totals = one_cell(Factors(1000, 0.04, 1, 1, 1, 1, 1), zone=outside)
    assert np.isnan(loss)
    assert (intensity, totals.areas.sum(), totals.missing.sum()) == (0, 0, 0)


def test_unknown_cover_has_its_own_band():
    _, _, totals = one_cell(Factors(1000, 0.04, 1, 1, 1, 1, 1), cover_pct=np.nan)
    assert totals.areas[0, 2, CROP, 4, 5] == CELL


def test_the_higher_class_of_wind_counts_and_the_loss_stays_that_of_water():
    loss, intensity, totals = one_cell(Factors(1000, 0.005, 1, 1, 1, 1, 1), wind_t_km2_a=2600.0)
    assert (loss, intensity) == (500, 3)
    assert totals.loss[0] == 500 * 1e-4 * LOSS_UNITS_PER_T
    assert one_cell(Factors(1000, 0.04, 1, 1, 1, 1, 1), wind_t_km2_a=300.0)[1] == 3
    assert one_cell(Factors(np.nan, 0.04, 1, 1, 1, 1, 1), wind_t_km2_a=9000.0)[1] == 0


def test_the_class_is_that_of_the_stored_value():
    factors = Factors(*np.float32((1000.0, 0.01, 1, 1, 1, 1, 1)))
    exact = float(np.float64(factors.r) * factors.k * 100)
    assert exact < 1000
    loss, intensity, _ = one_cell(factors)
    assert (loss, intensity) == (1000, 2)


@pytest.mark.parametrize(
    ("factors", "ground", "message"),
    [
        (Factors(1000, -0.04, 1, 1, 1, 1, 1), {}, "土壤侵蚀模数"),
        (Factors(1000, 0.04, np.inf, 1, 1, 1, 1), {}, "土壤侵蚀模数"),
        (Factors(1000, 0.04, 1, 1, 1, 1, 1), {"tolerance_t_km2_a": 2600.0}, "容许土壤流失量"),
        (Factors(1000, 0.04, 1, 1, 1, 1, 1), {"tolerance_t_km2_a": 0.0}, "容许土壤流失量"),
        (Factors(1000, 0.04, 1, 1, 1, 1, 1), {"wind_t_km2_a": -1.0}, "风蚀模数"),
        (Factors(1000, 0.04, 1, 1, 1, 1, 1), {"zone": np.ones((1, 1), dtype=np.int32)}, "统计单元"),
        (Factors(1000, np.ones((2, 2)), 1, 1, 1, 1, 1), {}, "行列数"),
    ],
)
def test_values_that_cannot_be_are_refused(factors: Factors, ground: dict[str, object], message: str):
    with pytest.raises(OutOfRange, match=message):
        one_cell(factors, **ground)


def test_the_mean_loss_of_a_large_even_area_has_six_digits():
    shape = (200, 200)
    ground = Ground(np.zeros(shape, np.int32), np.zeros(shape, np.uint8), 10, 20, 1000, None)
    totals = LossTotals.zeros(1, LEGEND)
    tile = soil_loss_tile(Factors(987.6543, 1 / 1234, 1, 1, 1, 1, 1), ground, LEGEND, even(*shape), totals)
    mean = mean_loss_t_km2_a(int(totals.loss[0]), int(totals.areas.sum()))
    assert mean == pytest.approx(float(tile.loss_t_km2_a[0, 0]), rel=1e-6)
    assert totals.areas.sum() == 200 * 200 * 1e-4 * AREA_UNITS_PER_KM2


def test_a_zone_without_area_has_no_mean():
    assert mean_loss_t_km2_a(0, 0) is None


def test_a_tile_without_cells_adds_nothing():
    ground = Ground(np.empty((0, 5), np.int32), np.empty((0, 5), np.uint8), 1, 1, 1000, None)
    totals = LossTotals.zeros(1, LEGEND)
    tile = soil_loss_tile(Factors(1, 1, 1, 1, 1, 1, 1), ground, LEGEND, even(1, 5), totals)
    assert tile.classes.shape == (0, 5)
    assert totals.areas.sum() == 0
