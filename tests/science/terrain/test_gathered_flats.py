"""Flats drained through their middle: streams join, everything drains, and by the cheapest steps."""

from collections.abc import Callable

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
    UNDRAINED,
)
from shuibao.science.terrain.fill import fill_depressions
from shuibao.science.terrain.flats import NotFilled
from shuibao.science.terrain.flow import descents, flow_directions
from shuibao.science.terrain.gathered_flats import gathered_directions

Steps = Callable[[int], CellSteps]
Rough = Callable[..., NDArray[np.float32]]


def plain() -> NDArray[np.float32]:
    """A flat floor of 21 × 60 cells within slopes, with one way out in the middle of its eastern end."""
    z = np.full((41, 81), 10, np.float32)
    z += np.maximum(np.abs(np.arange(41) - 20) - 10, 0)[:, None]
    z[:, :10] += np.arange(10, 0, -1)
    z[:, 70:] += np.arange(1, 12)
    z[20, 70:] = 9
    return z


def test_streams_across_a_plain_join_in_its_middle(square: Steps) -> None:
    filled = fill_depressions(plain())
    before = upstream_cells(flow_directions(filled, square(41)))
    directions = gathered_directions(filled, square(41))
    after = upstream_cells(directions)
    assert after[directions == OUTLET].sum() == filled.size
    middle = after[20, 20:69]
    assert (after[10:31, 20:69].argmax(axis=0) == 10).all()
    assert (np.diff(middle) > 0).all()
    assert (after[10:31, 15:69] > 60).sum() < (before[10:31, 15:69] > 60).sum() / 2


def test_ground_without_flats_stays_as_it_is(square: Steps) -> None:
    filled = np.add.outer(np.arange(9), np.arange(7)).astype(np.float32)
    expected = flow_directions(filled, square(9))
    np.testing.assert_array_equal(gathered_directions(filled, square(9)), expected)


def test_a_flat_world_with_no_higher_ground_still_drains(square: Steps) -> None:
    filled = np.zeros((9, 12), np.float32)
    filled[4, 4] = np.nan
    directions = gathered_directions(filled, square(9))
    assert upstream_cells(directions)[directions == OUTLET].sum() == 9 * 12 - 1


@given(seed=st.integers(0, 10**6), height=st.integers(1, 60), width=st.integers(1, 60))
def test_only_level_steps_change_and_everything_drains(
    rough: Rough, square: Steps, seed: int, height: int, width: int
) -> None:
    filled = fill_depressions(rough(seed, (height, width)))
    before = flow_directions(filled, square(height))
    after = gathered_directions(filled, square(height))
    assert upstream_cells(after)[after == OUTLET].sum() == np.isfinite(filled).sum()
    rows, columns = np.nonzero(before != after)
    for codes in (before, after):
        code = codes[rows, columns]
        assert not np.isin(code, (OUTLET, NODATA)).any()
        below = filled[rows + ROW_OF_CODE[code], columns + COLUMN_OF_CODE[code]]
        np.testing.assert_array_equal(below, filled[rows, columns])


def by_the_definition(filled: NDArray[np.float32], steps: CellSteps) -> NDArray[np.uint8]:
    """The directions, each value lowered by its neighbours over and over until nothing changes."""
    codes = descents(filled, steps)
    flat = [(int(row), int(column)) for row, column in np.argwhere(codes == UNDRAINED)]
    ways = {
        cell: [(k, (cell[0] + ROW_OFFSETS[k], cell[1] + COLUMN_OFFSETS[k])) for k in range(8)]
        for cell in flat
    }
    from_higher = {
        cell: 1
        if any(inside(filled, there) and filled[there] > filled[cell] for _, there in ways[cell])
        else np.inf
        for cell in flat
    }
    settle(from_higher, ways, lambda cell, k: 1)
    out = {
        cell: next((k for k, there in ways[cell] if is_way_out(filled, codes, cell, there)), None)
        for cell in flat
    }

    def step(cell: tuple[int, int], k: int) -> float:
        beside_edge = 2**20 // from_higher[cell] ** 2 if np.isfinite(from_higher[cell]) else 0
        return (7 if k % 2 else 5) * (1 + beside_edge)

    costs = {cell: np.inf if out[cell] is None else 0 for cell in flat}
    settle(costs, ways, step)
    for cell in flat:
        cheapest = out[cell]
        if cheapest is None:
            totals = [(costs[there] + step(cell, k), k) for k, there in ways[cell] if there in costs]
            cheapest = min(totals)[1]
        codes[cell] = 1 << cheapest
    return codes


def settle(values: dict, ways: dict, step) -> None:
    changed = True
    while changed:
        changed = False
        for cell in values:
            least = min(
                (values[there] + step(cell, k) for k, there in ways[cell] if there in values), default=np.inf
            )
            if least < values[cell]:
                values[cell], changed = least, True


def inside(filled: NDArray[np.float32], cell: tuple[int, int]) -> bool:
    return 0 <= cell[0] < filled.shape[0] and 0 <= cell[1] < filled.shape[1]


def is_way_out(
    filled: NDArray[np.float32], codes: NDArray[np.uint8], cell: tuple[int, int], there: tuple[int, int]
) -> bool:
    return inside(filled, there) and filled[there] == filled[cell] and codes[there] <= 128


@given(
    seed=st.integers(0, 10**6), height=st.integers(1, 16), width=st.integers(1, 16), levels=st.integers(1, 5)
)
def test_flats_drain_as_the_definition_says(
    square: Steps, seed: int, height: int, width: int, levels: int
) -> None:
    rng = np.random.default_rng(seed)
    heights = rng.integers(0, levels, (height, width)).astype(np.float32)
    heights[rng.random(heights.shape) < 0.02] = np.nan
    filled = fill_depressions(heights)
    expected = by_the_definition(filled, square(height))
    np.testing.assert_array_equal(gathered_directions(filled, square(height)), expected)


def test_an_unfilled_pit_is_refused(square: Steps) -> None:
    surface = np.full((7, 7), 9, np.float32)
    surface[2:5, 2:5] = 3
    with pytest.raises(NotFilled):
        gathered_directions(surface, square(7))
