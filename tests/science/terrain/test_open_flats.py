"""Flats that run on beyond a tile are drained as in the whole once their rim distances are known."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from shuibao.science.grid import CellSteps
from shuibao.science.terrain.directions import UNDRAINED
from shuibao.science.terrain.fill import fill_depressions
from shuibao.science.terrain.flats import NotFilled
from shuibao.science.terrain.flow import flow_directions
from shuibao.science.terrain.open_flats import (
    UNREACHED,
    crossed_distances,
    has_flats,
    open_directions,
    settled_directions,
)

Steps = Callable[[int], CellSteps]


def test_flats_inside_a_tile_are_drained_at_once(
    rough: Callable[..., NDArray[np.float32]], square: Steps
) -> None:
    filled = fill_depressions(rough(2, (60, 60)))
    found = open_directions(np.pad(filled, 1, constant_values=np.nan), square(62))
    assert not has_flats(found.codes)
    assert (found.rim_distances == 0).all()
    np.testing.assert_array_equal(found.codes, flow_directions(filled, square(60)))


def test_a_lake_open_to_one_side_waits_for_its_distances(square: Steps) -> None:
    padded = np.full((5, 6), 9, np.float32)
    padded[1:4, 1:6] = 4
    codes, distances = open_directions(padded, square(5))
    assert has_flats(codes)
    assert (distances == UNREACHED).all()
    over = np.full(10, UNREACHED, np.int32)
    over[5] = 7
    assert crossed_distances(codes, over).tolist() == [10, 9, 8, 8, 10, 7, 10, 9, 8, 8]
    rim_codes = np.full(10, UNDRAINED, np.uint8)
    rim_codes[5] = 1
    settled = settled_directions(codes, over, rim_codes)
    assert settled.tolist() == [[1, 1, 2, 4], [1, 1, 1, 1], [1, 1, 128, 64]]


def test_a_flat_that_stays_without_a_way_out_is_refused(square: Steps) -> None:
    codes, _ = open_directions(np.full((5, 5), 9, np.float32), square(5))
    nowhere = np.full(8, UNREACHED, np.int32)
    with pytest.raises(NotFilled, match="9 个像元流不出去"):
        settled_directions(codes, nowhere, np.full(8, UNDRAINED, np.uint8))
