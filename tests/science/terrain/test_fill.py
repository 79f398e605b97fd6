"""Filling: the lowest pass on any way out, cell for cell."""

import heapq
from collections.abc import Callable

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyflwdir import dem as pyflwdir_dem

from shuibao.science.errors import InputError
from shuibao.science.grid import Grid
from shuibao.science.terrain.directions import rim_cells
from shuibao.science.terrain.fill import fill_depressions

Rough = Callable[..., NDArray[np.float32]]

small_heights = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 7), st.integers(1, 7)),
    elements=st.sampled_from([np.nan, 0, 1, 2, 3, 4, 5]),
)


def lowest_passes(heights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Brute force: from every cell at the world's edge, the path whose highest cell is lowest."""
    padded = np.pad(heights, 1, constant_values=np.nan)
    levels = np.full(heights.shape, np.inf, np.float32)
    levels[np.isnan(heights)] = np.nan
    queue = []
    for (row, column), height in np.ndenumerate(heights):
        if height == height and np.isnan(padded[row : row + 3, column : column + 3]).any():
            levels[row, column] = height
            queue.append((float(height), row, column))
    heapq.heapify(queue)
    while queue:
        level, row, column = heapq.heappop(queue)
        for r in range(max(row - 1, 0), min(row + 2, heights.shape[0])):
            for c in range(max(column - 1, 0), min(column + 2, heights.shape[1])):
                passed = max(level, float(heights[r, c]))
                if passed < levels[r, c]:
                    levels[r, c] = passed
                    heapq.heappush(queue, (passed, r, c))
    return levels


@given(small_heights)
def test_every_level_is_the_lowest_pass_out(heights: NDArray[np.float32]) -> None:
    np.testing.assert_array_equal(fill_depressions(heights), lowest_passes(heights))


@pytest.mark.parametrize("seed", range(8))
def test_levels_equal_those_of_pyflwdir(rough: Rough, seed: int) -> None:
    heights = rough(seed, (150, 190))
    peer, _ = pyflwdir_dem.fill_depressions(heights, nodata=np.nan)
    np.testing.assert_array_equal(fill_depressions(heights), peer)


@pytest.mark.parametrize("seed", range(4))
def test_levels_equal_those_of_pyflwdir_on_noise(seed: int) -> None:
    heights = (1000 + np.random.default_rng(seed).random((120, 90)) * 100).astype(np.float32)
    peer, _ = pyflwdir_dem.fill_depressions(heights, nodata=np.nan)
    np.testing.assert_array_equal(fill_depressions(heights), peer)


@pytest.mark.parametrize("name", ["bigtujunga_srtm30_utm11", "wangmaogou_copdem30_1arcsec"])
def test_levels_of_real_ground_equal_those_of_pyflwdir(
    dem: Callable[[str], tuple[NDArray[np.float32], Grid]], name: str
) -> None:
    heights, _ = dem(name)
    peer, _ = pyflwdir_dem.fill_depressions(heights, nodata=np.nan)
    np.testing.assert_array_equal(fill_depressions(heights), peer)


def test_a_long_winding_trench_drains_to_its_mouth() -> None:
    heights = np.full((61, 61), 50.0, np.float32)
    for turn in range(1, 58, 2):
        heights[turn, 1:60] = 10
        heights[turn + 1, 59 if turn % 4 == 1 else 1] = 10
    heights[0, 1] = 10
    assert (fill_depressions(heights) == heights).all()
    heights[0, 1] = 20
    assert (fill_depressions(heights)[1, 1:60] == 20).all()


@given(small_heights)
def test_filling_raises_and_filling_again_changes_nothing(heights: NDArray[np.float32]) -> None:
    filled = fill_depressions(heights)
    assert not (filled < heights).any()
    np.testing.assert_array_equal(fill_depressions(filled), filled)


def test_single_and_double_precision_agree_on_whole_metres(rough: Rough) -> None:
    heights = rough(1, (80, 80))
    filled = fill_depressions(heights.astype(np.float64))
    assert filled.dtype == np.float64
    np.testing.assert_array_equal(filled, fill_depressions(heights))


def test_a_surface_is_filled_in_place(rough: Rough) -> None:
    heights = rough(2, (80, 80))
    expected = fill_depressions(heights)
    assert fill_depressions(heights, out=heights) is heights
    np.testing.assert_array_equal(heights, expected)


@pytest.mark.parametrize("seed", range(4))
def test_a_tile_with_final_rim_levels_fills_like_the_whole(rough: Rough, seed: int) -> None:
    heights = rough(seed, (120, 100), holes=9)
    filled = fill_depressions(heights)
    tile = slice(20, 83), slice(31, 95)
    rim_levels = filled[tile].flat[rim_cells(heights[tile].shape)]
    before = heights.copy()
    np.testing.assert_array_equal(fill_depressions(heights[tile].copy(), rim_levels), filled[tile])
    np.testing.assert_array_equal(heights, before)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (2, 2), (0, 0)])
def test_where_every_cell_is_at_the_edge_nothing_is_filled(shape: tuple[int, int]) -> None:
    heights = np.random.default_rng(0).random(shape).astype(np.float32)
    np.testing.assert_array_equal(fill_depressions(heights), heights)


def test_outside_stays_outside() -> None:
    assert np.isnan(fill_depressions(np.full((5, 6), np.nan, np.float32))).all()


def test_infinite_heights_are_refused() -> None:
    with pytest.raises(InputError, match="无穷大"):
        fill_depressions(np.array([[1.0, np.inf]]))
