"""What each factor did to a change of soil loss."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuibao.science.erosion.attribution import SubsetSums, add_subset_sums, of_all_factors, shapley
from shuibao.science.erosion.cell_areas import LOSS_UNITS_PER_T, TileAreas
from shuibao.science.erosion.intensity import ModulusLimits, WindLimits
from shuibao.science.erosion.soil_loss import Factors, Ground, Legend, LossTotals, soil_loss_tile
from shuibao.science.errors import OutOfRange
from shuibao.science.grid import CellAreas

SHAPE = (13, 17)
CELLS = CellAreas(np.random.default_rng(0).integers(900_000, 1_100_000, (4, 5)), 4, 4)
WHOLE = TileAreas(CELLS, 0, 0)
ZONES = 3


def layer(random: np.random.Generator, low: float, high: float) -> np.ndarray:
    values = random.uniform(low, high, SHAPE).astype(np.float32)
    values[random.random(SHAPE) < 0.02] = np.nan
    return values


def two_years(seed: int, changed: tuple[int, ...]) -> tuple[list, list, np.ndarray, np.ndarray]:
    """Seven factors of a year, those of the next, tolerance and zones."""
    random = np.random.default_rng(seed)
    bounds = ((800, 2800), (0.01, 0.06), (0.3, 5), (0.03, 10), (0.01, 1), (0.05, 1), (0.2, 1))
    before = [layer(random, *bound) for bound in bounds]
    after = [layer(random, *bound) if i in changed else None for i, bound in enumerate(bounds)]
    tolerance = random.choice(np.float32([200, 1000, np.nan]), SHAPE, p=[0.3, 0.65, 0.05])
    return before, after, tolerance, random.integers(-1, ZONES, SHAPE).astype(np.int32)


def sums_of(before: list, after: list, tolerance: np.ndarray, zone: np.ndarray) -> SubsetSums:
    sums = SubsetSums.zeros(ZONES, sum(factor is not None for factor in after))
    add_subset_sums(before, after, tolerance, zone, WHOLE, sums)
    return sums


changes = st.sets(st.integers(0, 6), max_size=7).map(lambda found: tuple(sorted(found)))


def test_two_factors_of_one_cell_by_hand():
    """Loss 4000 → 1000 t/km²: halving B and T first or second makes 2000 or 1000 of difference each."""
    one = np.ones((1, 1), dtype=np.float32)
    before = [1000 * one, one * 0.04, one, one, one, one, one]
    after = [None, None, None, None, one / 2, None, one / 2]
    sums = SubsetSums.zeros(1, 2)
    cell = TileAreas(CellAreas(np.array([[1_000_000]]), 1, 1), 0, 0)
    add_subset_sums(before, after, 1500 * one, np.zeros((1, 1), dtype=np.int32), cell, sums)
    assert sums.loss[0] / LOSS_UNITS_PER_T == pytest.approx([0.4, 0.2, 0.2, 0.1])
    assert shapley(sums.loss)[0] / LOSS_UNITS_PER_T == pytest.approx([-0.15, -0.15])
    assert sums.erosion[0].tolist() == [1_000_000, 1_000_000, 1_000_000, 0]
    assert shapley(sums.erosion)[0].tolist() == [-500_000, -500_000]


def test_the_shapley_value_is_the_mean_over_all_orders():
    sums = np.random.default_rng(3).integers(0, 10**15, 16)
    expected = np.zeros(4)
    for order in permutations(range(4)):
        subset = 0
        for factor in order:
            expected[factor] += (sums[subset | 1 << factor] - sums[subset]) / 24
            subset |= 1 << factor
    assert shapley(sums) == pytest.approx(expected, rel=1e-9)


@settings(max_examples=30)
@given(st.integers(0, 10_000), changes)
def test_the_shares_add_up_to_the_whole_change(seed: int, changed: tuple[int, ...]):
    sums = sums_of(*two_years(seed, changed))
    for summed in sums:
        whole = summed[:, -1] - summed[:, 0]
        assert shapley(summed).sum(axis=1) == pytest.approx(whole, rel=1e-9, abs=1e-3)


def test_a_factor_that_stays_as_it_is_did_nothing():
    before, after, tolerance, zone = two_years(4, (2, 4, 6))
    after[2] = before[2]
    sums = sums_of(before, after, tolerance, zone)
    assert (shapley(sums.loss)[:, 0] == 0).all()
    assert (shapley(sums.erosion)[:, 0] == 0).all()


def test_factors_that_change_alike_have_the_same_share():
    before, after, tolerance, zone = two_years(5, (4, 5))
    before[5], after[5] = before[4], after[4]
    for summed in sums_of(before, after, tolerance, zone):
        shares = shapley(summed)
        assert shares[:, 0] == pytest.approx(shares[:, 1], rel=1e-9)


def test_the_order_of_the_factors_does_not_matter():
    before, after, tolerance, zone = two_years(6, (0, 3, 4, 6))
    order = [6, 2, 4, 1, 0, 5, 3]
    mixed = sums_of([before[i] for i in order], [after[i] for i in order], tolerance, zone)
    straight = shapley(sums_of(before, after, tolerance, zone).loss)
    assert shapley(mixed.loss)[:, [2, 3, 1, 0]] == pytest.approx(straight, rel=1e-6)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(1, 17), changes)
def test_tiles_add_up_to_the_whole(seed: int, size: int, changed: tuple[int, ...]):
    before, after, tolerance, zone = two_years(seed, changed)
    whole = sums_of(before, after, tolerance, zone)
    summed = SubsetSums.zeros(ZONES, len(changed))
    for top in range(0, SHAPE[0], size):
        for left in range(0, SHAPE[1], size):
            cut = slice(top, top + size), slice(left, left + size)
            add_subset_sums(
                [factor[cut] for factor in before],
                [None if factor is None else factor[cut] for factor in after],
                tolerance[cut],
                zone[cut],
                TileAreas(CELLS, top, left),
                summed,
            )
    for one, other in zip(summed, whole, strict=True):
        np.testing.assert_array_equal(one, other)


def test_both_ends_are_the_soil_loss_of_the_two_years_to_the_last_digit():
    before, after, tolerance, zone = two_years(8, tuple(range(7)))
    both = ~np.isnan(np.sum(before, axis=0) + np.sum(after, axis=0))
    zone[~both] = -1
    legend = Legend(
        ModulusLimits(2500, 5000, 8000, 15000),
        WindLimits(200, 2500, 5000, 8000, 15000),
        (5.0,),
        (30.0,),
        np.array([False]),
    )
    ground = Ground(zone, np.zeros(SHAPE, np.uint8), 10, 20, tolerance, None)
    sums = sums_of(before, after, tolerance, zone)
    for year, subset in ((before, 0), (after, -1)):
        totals = LossTotals.zeros(ZONES, legend)
        soil_loss_tile(Factors(*year), ground, legend, WHOLE, totals)
        assert sums.loss[:, subset].tolist() == totals.loss.tolist()
        assert sums.erosion[:, subset].tolist() == totals.areas[:, 1:].sum(axis=(1, 2, 3, 4)).tolist()


def test_when_nothing_changed_there_is_nothing_to_share():
    sums = sums_of(*two_years(9, ()))
    assert sums.loss.shape == (ZONES, 1)
    assert shapley(sums.loss).shape == (ZONES, 0)


def test_what_cannot_be_is_refused():
    before, after, tolerance, zone = two_years(10, (4,))
    sums = SubsetSums.zeros(ZONES, 1)
    with pytest.raises(OutOfRange, match="变化的因子个数"):
        SubsetSums.zeros(1, 8)
    with pytest.raises(OutOfRange, match="变化的因子个数"):
        add_subset_sums(before, after, tolerance, zone, WHOLE, SubsetSums.zeros(ZONES, 2))
    with pytest.raises(OutOfRange, match="统计单元"):
        add_subset_sums(before, after, tolerance, zone, WHOLE, SubsetSums.zeros(1, 1))
    with pytest.raises(OutOfRange, match="行列数"):
        add_subset_sums(before, after, tolerance[1:], zone, WHOLE, sums)
    with pytest.raises(OutOfRange, match="土壤侵蚀模数"):
        add_subset_sums([-before[0], *before[1:]], after, tolerance, zone, WHOLE, sums)
    with pytest.raises(OutOfRange, match="子集个数"):
        shapley(np.zeros((2, 6), dtype=np.int64))


def test_tiles_in_which_other_factors_changed_add_up_by_the_subsets_of_all() -> None:
    sums = SubsetSums(np.array([[10, 20, 40, 70]]), np.array([[1, 2, 4, 7]]))
    whole = of_all_factors(sums, [False, True, False, True])
    shares = shapley(whole.erosion[0])
    assert shares.tolist() == [0, 20, 0, 40]
    assert shares[[1, 3]].tolist() == shapley(sums.erosion[0]).tolist()
    unchanged = of_all_factors(SubsetSums(np.array([[5]]), np.array([[3]])), [False] * 4)
    assert shapley((whole.erosion + unchanged.erosion)[0]).tolist() == shares.tolist()
