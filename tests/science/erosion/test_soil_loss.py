"""The soil loss of a tile, its classes, and areas and losses by zone."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuibao.science.erosion.cell_areas import (
    AREA_UNITS_PER_KM2,
    LOSS_UNITS_PER_T,
    TileAreas,
    mean_loss_t_km2_a,
)
from shuibao.science.erosion.intensity import ModulusLimits, WindLimits, combined_classes, water_classes
from shuibao.science.erosion.soil_loss import (
    OUTSIDE,
    UNKNOWN_LAND,
    Factors,
    Ground,
    Legend,
    LossTile,
    LossTotals,
    ScenarioTotals,
    add_scenario,
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


class Scene(NamedTuple):
    """Random land with gaps, lakes, several zones and areas that differ from place to place."""

    factors: Factors
    ground: Ground
    cells: CellAreas
    zones: int

    def part(self, rows: slice, columns: slice) -> tuple[Factors, Ground, TileAreas]:
        """A tile of it."""
        cut = (rows, columns)
        areas = TileAreas(self.cells, rows.start, columns.start)
        return Factors(*(f[cut] for f in self.factors)), Ground(*(g[cut] for g in self.ground)), areas


def scene(seed: int, height: int = 23, width: int = 31) -> Scene:
    random = np.random.default_rng(seed)
    shape = (height, width)

    def layer(low: float, high: float, gaps: float = 0.03) -> np.ndarray:
        values = random.uniform(low, high, shape).astype(np.float32)
        values[random.random(shape) < gaps] = np.nan
        return values

    factors = Factors(
        layer(800, 2800),
        layer(0.01, 0.06),
        layer(0.3, 5),
        layer(0.03, 10),
        layer(0, 1),
        layer(0.05, 1),
        layer(0.2, 1),
    )
    ground = Ground(
        random.integers(OUTSIDE, 4, shape).astype(np.int32),
        random.choice(
            np.array([CROP, GRASS, LAKE, UNKNOWN_LAND], dtype=np.uint8), shape, p=[0.5, 0.4, 0.07, 0.03]
        ),
        layer(0, 50),
        layer(0, 100, 0.3),
        random.choice(np.array([200, 1000, np.nan], dtype=np.float32), shape, p=[0.3, 0.65, 0.05]),
        layer(0, 9000, 0.7),
    )
    units = random.integers(900_000, 1_100_000, (-(-height // 8), -(-width // 8)))
    return Scene(factors, ground, CellAreas(units, 8, 8), 4)


def whole(land: Scene) -> tuple[LossTile, LossTotals]:
    totals = LossTotals.zeros(land.zones, LEGEND)
    tile = soil_loss_tile(land.factors, land.ground, LEGEND, TileAreas(land.cells, 0, 0), totals)
    return tile, totals


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


def test_totals_and_areas_of_another_grid_are_refused():
    land = scene(1)
    totals = LossTotals.zeros(land.zones, LEGEND)
    with pytest.raises(OutOfRange, match="瓦片"):
        soil_loss_tile(land.factors, land.ground, LEGEND, TileAreas(land.cells, 8, 0), totals)
    other = LEGEND._replace(slope_limits_deg=(5.0, 15.0))
    with pytest.raises(OutOfRange, match="合计表"):
        soil_loss_tile(land.factors, land.ground, other, TileAreas(land.cells, 0, 0), totals)


def test_it_is_the_plain_product_class_and_count():
    land = scene(2)
    tile, totals = whole(land)
    ground = land.ground
    lake = ground.land_use == LAKE
    inside = (ground.zone >= 0) & (ground.land_use < 3)

    product = np.ones(ground.zone.shape)
    for factor in land.factors:
        product = product * factor
    loss = np.where(lake, 0, (product * 100).astype(np.float32))
    loss[~inside | (~lake & np.isnan(ground.tolerance_t_km2_a))] = np.nan
    water = water_classes(loss, np.where(lake, 200, ground.tolerance_t_km2_a), WATER)
    wind = water_classes(np.where(lake, np.nan, ground.wind_t_km2_a), 200, WATER)
    classes = combined_classes(water, wind)

    np.testing.assert_array_equal(tile.loss_t_km2_a, loss)
    np.testing.assert_array_equal(tile.classes, classes)
    area = np.repeat(np.repeat(land.cells.units, 8, 0), 8, 1)[: loss.shape[0], : loss.shape[1]]
    for zone in range(land.zones):
        here = ground.zone == zone
        by_class = [area[here & (classes == intensity)].sum() for intensity in range(7)]
        assert totals.areas[zone].sum(axis=(1, 2, 3)).tolist() == by_class[1:]
        assert totals.missing[zone] == by_class[0]
        kept = here & (classes > 0)
        mean = np.average(loss[kept], weights=area[kept])
        assert mean_loss_t_km2_a(totals.loss[zone], totals.areas[zone].sum()) == pytest.approx(mean, rel=1e-7)


def tiles(height: int, width: int, size: int) -> Iterator[tuple[slice, slice]]:
    for top in range(0, height, size):
        for left in range(0, width, size):
            yield slice(top, min(top + size, height)), slice(left, min(left + size, width))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 31))
def test_tiles_add_up_to_the_whole_to_the_last_digit(seed: int, size: int):
    land = scene(seed)
    tile, totals = whole(land)
    summed = LossTotals.zeros(land.zones, LEGEND)
    for rows, columns in tiles(*land.ground.zone.shape, size):
        factors, ground, areas = land.part(rows, columns)
        part = soil_loss_tile(factors, ground, LEGEND, areas, summed)
        np.testing.assert_array_equal(part.loss_t_km2_a, tile.loss_t_km2_a[rows, columns])
        np.testing.assert_array_equal(part.classes, tile.classes[rows, columns])
    for one, other in zip(summed, totals, strict=True):
        np.testing.assert_array_equal(one, other)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_a_scenario_without_a_change_is_the_result(seed: int):
    land = scene(seed)
    _, totals = whole(land)
    scenario = ScenarioTotals.zeros(land.zones)
    add_scenario(land.factors, land.ground, LEGEND, TileAreas(land.cells, 0, 0), scenario)
    assert scenario.area.tolist() == totals.areas.sum(axis=(1, 2, 3, 4)).tolist()
    assert scenario.erosion.tolist() == totals.areas[:, 1:].sum(axis=(1, 2, 3, 4)).tolist()
    assert scenario.loss.tolist() == totals.loss.tolist()


def test_a_multiplied_scenario_is_that_of_a_multiplied_factor():
    land = scene(5)
    areas = TileAreas(land.cells, 0, 0)
    multiplied, replaced = ScenarioTotals.zeros(land.zones), ScenarioTotals.zeros(land.zones)
    add_scenario(land.factors, land.ground, LEGEND, areas, multiplied, 0.5)
    halved = land.factors._replace(t=land.factors.t / 2)
    add_scenario(halved, land.ground, LEGEND, areas, replaced)
    for one, other in zip(multiplied, replaced, strict=True):
        assert one.tolist() == other.tolist()


def test_a_scenario_refuses_what_the_result_refuses():
    land = scene(5)
    wrong = land.factors._replace(t=-1.0)
    with pytest.raises(OutOfRange, match="土壤侵蚀模数"):
        add_scenario(wrong, land.ground, LEGEND, TileAreas(land.cells, 0, 0), ScenarioTotals.zeros(4))


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
