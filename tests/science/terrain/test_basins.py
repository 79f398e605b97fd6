"""Basins and the passes between them fill a tile like sweeps do, and stand for its ways in the world."""

from collections.abc import Callable

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from shuibao.science.terrain.basins import basin_passes, basins, fill_basins, rim_passes
from shuibao.science.terrain.directions import rim_cells
from shuibao.science.terrain.fill import fill_depressions
from shuibao.science.terrain.spill_graph import OUTSIDE, Passes, joined, spill_levels, spill_tree

Heights = NDArray[np.float32]

small_heights = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 8), st.integers(1, 8)),
    elements=st.sampled_from([np.nan, 0, 1, 1, 2, 3, 4, 5]),
)


def filled_by_basins(heights: Heights, rim_levels: Heights) -> Heights:
    """The filled surface from basins."""
    found = basins(heights)
    return fill_basins(heights, found, basin_passes(heights, found), rim_levels)


@given(small_heights)
def test_basins_fill_like_sweeps(heights: Heights) -> None:
    rim_heights = heights.flat[rim_cells(heights.shape)]
    np.testing.assert_array_equal(filled_by_basins(heights, rim_heights), fill_depressions(heights))


@given(small_heights, st.integers(0, 3), st.integers(0, 3))
def test_a_tile_of_a_larger_world_fills_like_the_whole(heights: Heights, row: int, column: int) -> None:
    tile = slice(row, row + 4), slice(column, column + 4)
    filled = fill_depressions(heights)[tile]
    rim_levels = filled.flat[rim_cells(filled.shape)]
    np.testing.assert_array_equal(filled_by_basins(heights[tile].copy(), rim_levels), filled)


@pytest.mark.parametrize("seed", range(4))
def test_many_basins_fill_like_sweeps(rough: Callable[..., Heights], seed: int) -> None:
    heights = rough(seed, (220, 190))
    rim_heights = heights.flat[rim_cells(heights.shape)]
    assert basins(heights).nodes > 3000
    np.testing.assert_array_equal(filled_by_basins(heights, rim_heights), fill_depressions(heights))


def test_every_cell_leads_down_to_its_basin() -> None:
    heights = np.array([[9, 9, 9, 9, 9], [9, 1, 5, 3, 9], [9, 2, 6, 4, 9], [9, 9, 9, 9, 9]], np.float32)
    labels, nodes = basins(heights)
    assert nodes == 1 + 14 + 2
    assert labels[1:3, 1:4].tolist() == [[15, 15, 16], [15, 15, 16]]
    assert labels[0].tolist() == [1, 2, 3, 4, 5]


def test_cells_beside_a_hole_are_the_outside() -> None:
    heights = np.ones((7, 7), np.float32)
    heights[3, 3] = np.nan
    assert (basins(heights).labels[2:5, 2:5] == OUTSIDE).all()
    heights[0, 0] = np.nan
    assert basins(heights).labels[0, 0] == basins(heights).labels[1, 1] == OUTSIDE


def lowest_pass(passes: Passes, nodes: int, start: int) -> list[float]:
    """From one node to all others, by repeated relaxation."""
    levels = np.full(nodes, np.inf)
    levels[start] = -np.inf
    for _ in range(nodes):
        for a, b, level in zip(*passes, strict=True):
            levels[a] = min(levels[a], max(levels[b], level))
            levels[b] = min(levels[b], max(levels[a], level))
    return [float(level) for level in levels]


@given(small_heights)
def test_passes_between_rim_cells_are_those_of_all_basins(heights: Heights) -> None:
    found, rim = basins(heights), rim_cells(heights.shape).size
    tree = basin_passes(heights, found)
    between = rim_passes(tree, found.nodes, rim)
    assert (np.diff(between.levels) >= 0).all()
    for start in (OUTSIDE, 1, rim):
        expected = lowest_pass(tree, found.nodes, start)[: rim + 1]
        assert lowest_pass(between, rim + 1, start) == expected


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 9)), max_size=20),
)
def test_levels_are_the_lowest_passes_to_the_outside(ways: list[tuple[int, int, int]]) -> None:
    table = np.array(ways).reshape(-1, 3)
    passes = Passes(
        table[:, 0].astype(np.int32), table[:, 1].astype(np.int32), table[:, 2].astype(np.float32)
    ).rising()
    expected = lowest_pass(passes, 7, OUTSIDE)
    assert spill_levels(passes, 7).tolist() == expected
    assert spill_levels(spill_tree(passes, 7), 7).tolist() == expected
    assert spill_levels(joined(passes, passes).rising(), 7).tolist() == expected
