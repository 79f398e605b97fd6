"""The soil loss of whole tiles: as a plain person computes it, the same on any tiles, and in scenarios."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuibao.science.erosion.cell_areas import (
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


def test_totals_and_areas_of_another_grid_are_refused():
    land = scene(1)
    totals = LossTotals.zeros(land.zones, LEGEND)
    with pytest.raises(OutOfRange, match="瓦片"):
        soil_loss_tile(land.factors, land.ground, LEGEND, TileAreas(land.cells, 8, 0), totals)
    other = LEGEND._replace(slope_limits_deg=(5.0, 15.0))
    with pytest.raises(OutOfRange, match="合计表"):
        soil_loss_tile(land.factors, land.ground, other, TileAreas(land.cells, 0, 0), totals)
