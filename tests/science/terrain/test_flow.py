"""Flow directions: the steepest way, and the shortest way through flats."""

from collections.abc import Callable
from fractions import Fraction

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from shuibao.science.grid import CellSteps
from shuibao.science.terrain.accumulation import upstream_cells
from shuibao.science.terrain.directions import (
    COLUMN_OF_CODE,
    COLUMN_OFFSETS,
    NODATA,
    OUTLET,
    ROW_OF_CODE,
    ROW_OFFSETS,
    rim_cells,
)
from shuibao.science.terrain.fill import fill_depressions
from shuibao.science.terrain.flats import NotFilled
from shuibao.science.terrain.flow import flow_directions

Steps = Callable[[int], CellSteps]
Rough = Callable[..., NDArray[np.float32]]

heights_of_any_shape = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    elements=st.sampled_from([np.nan, 0, 0, 1, 1, 2, 3, 7]),
)


def neighbours(row: int, column: int, shape: tuple[int, int]) -> list[tuple[int, int, int]]:
    """Code, row and column of the neighbours inside the array, by code."""
    cells = [(1 << k, row + ROW_OFFSETS[k], column + COLUMN_OFFSETS[k]) for k in range(8)]
    return [(code, r, c) for code, r, c in cells if 0 <= r < shape[0] and 0 <= c < shape[1]]


def directions_by_brute_force(filled: NDArray[np.float32], steps: CellSteps) -> NDArray[np.uint8]:
    """The same rules in exact arithmetic (squared falls as fractions), then flats by repeated relaxation."""
    padded = np.pad(filled, 1, constant_values=np.nan)
    codes = np.full(filled.shape, NODATA, np.uint8)
    distances = np.full(filled.shape, np.inf)
    for (row, column), z in np.ndenumerate(filled):
        if np.isnan(z):
            continue
        along, down = (Fraction(float(lengths[row])) ** 2 for lengths in steps[:2])
        lengths2 = {1: along, 16: along, 4: down, 64: down}
        falls = {
            code: Fraction(float(z - filled[r, c])) ** 2 / lengths2.get(code, along + down)
            for code, r, c in neighbours(row, column, filled.shape)
            if filled[r, c] < z
        }
        if falls:
            codes[row, column] = min(falls, key=lambda code: (-falls[code], code))
            distances[row, column] = 0
        elif np.isnan(padded[row : row + 3, column : column + 3]).any():
            codes[row, column] = OUTLET
            distances[row, column] = 0
    in_flats = np.argwhere(np.isinf(distances) & ~np.isnan(filled))
    for _ in range(filled.size):
        for row, column in in_flats:
            level = [
                (distances[r, c] + 1, code)
                for code, r, c in neighbours(row, column, filled.shape)
                if filled[r, c] == filled[row, column]
            ]
            distances[row, column], codes[row, column] = min(level)
    return codes


@given(heights_of_any_shape, st.sampled_from([(10.0, 10.0), (10.0, 20.0), (30.0, 25.0)]))
def test_directions_are_those_of_exact_arithmetic(
    heights: NDArray[np.float32], cell: tuple[float, float]
) -> None:
    rows = np.ones(heights.shape[0])
    steps = CellSteps(rows * cell[0], rows * cell[1], rows * np.hypot(*cell))
    filled = fill_depressions(heights)
    np.testing.assert_array_equal(flow_directions(filled, steps), directions_by_brute_force(filled, steps))


@given(heights_of_any_shape)
def test_every_valid_cell_drains_to_an_outlet(heights: NDArray[np.float32]) -> None:
    rows = np.ones(heights.shape[0])
    directions = flow_directions(fill_depressions(heights), CellSteps(rows, rows, rows * np.sqrt(2)))
    drained = upstream_cells(directions)[directions == OUTLET].sum()
    assert drained == np.isfinite(heights).sum()


@pytest.mark.parametrize("k", range(8))
def test_a_plane_falls_towards_its_aspect(square: Steps, k: int) -> None:
    rows, columns = np.mgrid[:9, :11]
    plane = -(rows * ROW_OFFSETS[k] + columns * COLUMN_OFFSETS[k]).astype(np.float32)
    directions = flow_directions(plane, square(9))
    assert (directions[1:-1, 1:-1] == 1 << k).all()


def test_of_equally_steep_ways_the_lowest_code_is_taken(square: Steps) -> None:
    peak = np.zeros((3, 3), np.float32)
    peak[1, 1] = 1
    assert flow_directions(peak, square(3))[1, 1] == 1
    peak[1, 2] = 1
    assert flow_directions(peak, square(3))[1, 1] == 4


def test_the_length_of_the_step_decides_between_equal_drops() -> None:
    narrow = CellSteps(np.full(3, 5.0), np.full(3, 20.0), np.full(3, np.hypot(5, 20)))
    peak = np.zeros((3, 3), np.float32)
    peak[1, 1] = 1
    peak[1, 2] = 1
    assert flow_directions(peak, narrow)[1, 1] == 16


def test_a_flat_drains_to_its_edge_and_every_edge_cell_is_an_outlet(square: Steps) -> None:
    directions = flow_directions(np.full((7, 7), 3, np.float32), square(7))
    assert (directions.flat[rim_cells((7, 7))] == OUTLET).all()
    assert directions[3].tolist() == [0, 8, 8, 1, 1, 1, 0]


def test_a_flat_flows_to_its_only_way_out(square: Steps) -> None:
    heights = np.full((5, 7), 9, np.float32)
    heights[1:4, 1:6] = 4
    heights[2, 6] = 1
    directions = flow_directions(fill_depressions(heights), square(5))
    assert directions[2, 1:6].tolist() == [1, 1, 1, 1, 1]
    assert directions[1, 1:6].tolist() == [1, 1, 1, 1, 2]
    assert directions[2, 6] == OUTLET


def test_unfilled_ground_is_refused(square: Steps) -> None:
    bowl = np.ones((3, 3), np.float32)
    bowl[1, 1] = 0
    with pytest.raises(NotFilled, match="1 个像元流不出去"):
        flow_directions(bowl, square(3))


def test_one_cell_is_an_outlet_and_nothing_is_nothing(square: Steps) -> None:
    assert flow_directions(np.array([[5.0]], np.float32), square(1)) == OUTLET
    assert (flow_directions(np.full((3, 4), np.nan, np.float32), square(3)) == NODATA).all()


def test_a_strip_one_cell_wide_flows_along_itself(square: Steps) -> None:
    strip = np.array([[3.0, 2.0, 4.0, 4.0]], np.float32)
    assert flow_directions(strip, square(1)).tolist() == [[1, 0, 16, 0]]
    assert flow_directions(strip.T.copy(), square(4)).T.tolist() == [[4, 0, 64, 0]]


def distances_within_flats(filled: NDArray[np.float32], directions: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Steps along the flow before the level is left, or an outlet reached."""
    distances = np.zeros(filled.shape, np.int32)
    for (row, column), start in np.ndenumerate(filled):
        r, c, steps = row, column, 0
        while directions[r, c] not in (OUTLET, NODATA):
            code = directions[r, c]
            r, c = r + ROW_OF_CODE[code], c + COLUMN_OF_CODE[code]
            if filled[r, c] != start:
                break
            steps += 1
        distances[row, column] = steps
    return distances


@pytest.mark.parametrize("seed", range(6))
def test_a_tile_with_a_halo_flows_like_the_whole(rough: Rough, square: Steps, seed: int) -> None:
    filled = fill_depressions(np.round(rough(seed, (90, 80)) / 6))
    whole = flow_directions(filled, square(90))
    distances = distances_within_flats(filled, whole)
    tile = slice(17, 63), slice(21, 70)
    rim_distances = distances[tile].flat[rim_cells(filled[tile].shape)]
    assert rim_distances.max() > 1
    part = flow_directions(filled[tile].copy(), square(46), rim_distances)
    np.testing.assert_array_equal(part[1:-1, 1:-1], whole[tile][1:-1, 1:-1])
