"""Boundaries and rings: the sides of cells where labels differ, put together without gap or crossing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from shuibao.science.grid import Tile
from shuibao.science.terrain.boundaries import Runs, all_runs, boundary_runs, renumbered
from shuibao.science.terrain.perimeter import Perimeters
from shuibao.science.terrain.rings import Rings, rings_around


def runs_of(labels: NDArray[np.int32], size: int = 1000) -> Runs:
    """The runs of all tiles."""
    padded = np.pad(labels, 1)
    parts = []
    for tile in Perimeters(*labels.shape, size).tiles:
        around = padded[tile.row : tile.row + tile.height + 2, tile.column : tile.column + tile.width + 2]
        parts.append(boundary_runs(around, tile, labels.shape))
    return all_runs(parts)


def sides_of(runs: Runs) -> list[tuple[int, ...]]:
    """Every side of a cell on a run: row, column, whether upright, labels."""
    found = []
    for row, column, length, upright, *labels in zip(*(part.tolist() for part in runs), strict=True):
        for i in range(length):
            found.append((row + i * upright, column + i * (not upright), upright, *labels))
    return sorted(found)


def corners(rings: Rings) -> list[tuple[int, list[tuple[int, int]], int]]:
    """Label, corners and area of each ring."""
    places = list(zip(rings.row.tolist(), rings.column.tolist(), strict=True))
    return [
        (label, places[a:b], area)
        for label, a, b, area in zip(rings.label, rings.start, rings.start[1:], rings.area, strict=False)
    ]


def test_one_cell_is_a_ring_with_itself_on_the_left() -> None:
    labels = np.array([[0, 0, 0], [0, 1, 0]], np.int32)
    assert corners(rings_around(runs_of(labels), 1, 1, 3)) == [
        (1, [(1, 1), (2, 1), (2, 2), (1, 2), (1, 1)], 1)
    ]


def test_cells_joined_at_a_corner_have_rings_of_their_own() -> None:
    labels = np.array([[1, 0], [0, 1]], np.int32)
    assert [area for _, _, area in corners(rings_around(runs_of(labels), 1, 1, 2))] == [1, 1]


def test_a_hole_that_touches_the_ring_at_a_corner_is_a_ring_of_its_own() -> None:
    labels = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 0]], np.int32)
    found = corners(rings_around(runs_of(labels), 1, 1, 3))
    assert sorted(area for _, _, area in found) == [-1, 8]
    assert all(len(set(ring)) == len(ring) - 1 for _, ring, _ in found)


def test_a_vertex_stands_where_a_third_label_begins_on_the_other_side() -> None:
    labels = np.array([[1, 1, 1, 1], [2, 2, 3, 3]], np.int32)
    ring = corners(rings_around(runs_of(labels), 1, 1, 4))[0][1]
    assert ring == [(0, 0), (1, 0), (1, 2), (1, 4), (0, 4), (0, 0)]


def test_where_labels_become_one_no_boundary_remains() -> None:
    labels = np.array([[1, 2], [1, 2]], np.int32)
    runs = renumbered(runs_of(labels), np.array([0, 1, 1]))
    assert [area for _, _, area in corners(rings_around(runs, 1, 1, 2))] == [4]


@given(
    seed=st.integers(0, 10**6), height=st.integers(1, 20), width=st.integers(1, 20), size=st.integers(1, 9)
)
def test_tiles_give_every_side_once(seed: int, height: int, width: int, size: int) -> None:
    labels = np.random.default_rng(seed).integers(0, 3, (height, width)).astype(np.int32)
    padded = np.pad(labels, 1).tolist()
    expected = []
    for row in range(height + 1):
        for column in range(width + 1):
            here, above, left = padded[row + 1][column + 1], padded[row][column + 1], padded[row + 1][column]
            if column < width and here != above:
                expected.append((row, column, False, above, here))
            if row < height and here != left:
                expected.append((row, column, True, left, here))
    assert sides_of(runs_of(labels, size)) == sorted(expected)


@given(
    seed=st.integers(0, 10**6), height=st.integers(1, 20), width=st.integers(1, 20), size=st.integers(1, 9)
)
def test_rings_are_simple_enclose_their_cells_and_do_not_show_the_tiles(
    seed: int, height: int, width: int, size: int
) -> None:
    labels = np.random.default_rng(seed).integers(0, 4, (height, width)).astype(np.int32)
    rings = rings_around(runs_of(labels, size), 1, 3, width)
    for one, other in zip(rings, rings_around(runs_of(labels), 1, 3, width), strict=True):
        np.testing.assert_array_equal(one, other)
    for label in (1, 2, 3):
        assert rings.area[rings.label == label].sum() == (labels == label).sum()
    for _, ring, _ in corners(rings):
        assert ring[0] == ring[-1] == min(ring)
        assert len(set(ring)) == len(ring) - 1


@pytest.mark.parametrize("shape", [(1, 1), (2, 3)])
def test_nothing_labelled_has_no_boundary(shape: tuple[int, int]) -> None:
    runs = boundary_runs(np.zeros((shape[0] + 2, shape[1] + 2), np.int32), Tile(0, 0, *shape), shape)
    assert runs.row.size == 0
    assert rings_around(runs, 1, 5, shape[1]).label.size == 0
