"""Directions go to TauDEM's codes and back."""

import numpy as np
import pytest

from shuibao.science.errors import OutOfRange
from shuibao.science.terrain.directions import NODATA
from shuibao.science.terrain.taudem import NO_DIRECTION, from_taudem, to_taudem


def test_codes_turn_counter_clockwise_from_east() -> None:
    ours = np.array([[1, 128, 64, 32], [16, 8, 4, 2]], np.uint8)
    assert to_taudem(ours).tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]


def test_there_and_back_is_the_same() -> None:
    ours = np.array([[1, 0, NODATA, 64], [2, 4, 128, 0]], np.uint8)
    theirs = to_taudem(ours)
    assert theirs[0, 1] == theirs[0, 2] == NO_DIRECTION
    np.testing.assert_array_equal(from_taudem(theirs, ours != NODATA), ours)


def test_a_code_that_is_not_theirs_is_refused() -> None:
    with pytest.raises(OutOfRange, match=r"TauDEM.* 9 "):
        from_taudem(np.array([[9]]), np.array([[True]]))
