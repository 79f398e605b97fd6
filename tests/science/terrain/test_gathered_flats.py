"""Flats drained through their middle: streams join, and everything still drains."""

from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from shuibao.science.grid import CellSteps
from shuibao.science.terrain.accumulation import upstream_cells
from shuibao.science.terrain.directions import COLUMN_OF_CODE, NODATA, OUTLET, ROW_OF_CODE
from shuibao.science.terrain.fill import fill_depressions
from shuibao.science.terrain.flow import flow_directions
from shuibao.science.terrain.gathered_flats import gather_in_flats

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
    directions = flow_directions(filled, square(41))
    before = upstream_cells(directions)
    gather_in_flats(filled, directions)
    after = upstream_cells(directions)
    assert after[directions == OUTLET].sum() == filled.size
    middle = after[20, 20:69]
    assert (after[10:31, 20:69].argmax(axis=0) == 10).all()
    assert (np.diff(middle) > 0).all()
    assert (after[10:31, 15:69] > 60).sum() < (before[10:31, 15:69] > 60).sum() / 2


def test_ground_without_flats_stays_as_it_is(square: Steps) -> None:
    filled = np.add.outer(np.arange(9), np.arange(7)).astype(np.float32)
    directions = flow_directions(filled, square(9))
    before = directions.copy()
    gather_in_flats(filled, directions)
    np.testing.assert_array_equal(directions, before)


def test_a_flat_world_with_no_higher_ground_still_drains(square: Steps) -> None:
    filled = np.zeros((9, 12), np.float32)
    filled[4, 4] = np.nan
    directions = flow_directions(filled, square(9))
    gather_in_flats(filled, directions)
    assert upstream_cells(directions)[directions == OUTLET].sum() == 9 * 12 - 1


@given(seed=st.integers(0, 10**6), height=st.integers(1, 60), width=st.integers(1, 60))
def test_only_level_steps_change_and_everything_drains(
    rough: Rough, square: Steps, seed: int, height: int, width: int
) -> None:
    filled = fill_depressions(rough(seed, (height, width)))
    before = flow_directions(filled, square(height))
    after = before.copy()
    gather_in_flats(filled, after)
    assert upstream_cells(after)[after == OUTLET].sum() == np.isfinite(filled).sum()
    rows, columns = np.nonzero(before != after)
    for codes in (before, after):
        code = codes[rows, columns]
        assert not np.isin(code, (OUTLET, NODATA)).any()
        below = filled[rows + ROW_OF_CODE[code], columns + COLUMN_OF_CODE[code]]
        np.testing.assert_array_equal(below, filled[rows, columns])
