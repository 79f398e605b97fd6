"""Slope length: planes, cones, channels, cut-offs, and the exact join of tiles."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from shuibao.science.errors import OutOfRange
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
from shuibao.science.terrain.flow import flow_directions
from shuibao.science.terrain.slope import greatest_descent
from shuibao.science.terrain.slope_length import CutOff, raise_lengths, slope_lengths, step_units

Steps = Callable[[int], CellSteps]
Rough = Callable[..., NDArray[np.float32]]

USUAL = CutOff(0.5, 0.7, 2.86)
STEP, DIAGONAL = 100_000, 141_421


def lengths_of(
    heights: NDArray[np.floating], steps: CellSteps, channel_cells: int = 10**9
) -> NDArray[np.int32]:
    """Slope lengths [0.1 mm] of ground, with a channel from so many cells on."""
    filled = fill_depressions(heights.astype(np.float32))
    directions = flow_directions(filled, steps)
    is_channel = upstream_cells(directions) >= channel_cells
    return slope_lengths(directions, greatest_descent(filled, steps), is_channel, step_units(steps), USUAL)


def lengths_along(slopes_deg: list[float], channels: list[int] | None = None) -> list[float]:
    """Slope lengths [steps] of a row of cells that flow east, from their slopes."""
    count = len(slopes_deg)
    directions = np.array([[1] * (count - 1) + [OUTLET]], np.uint8)
    is_channel = np.zeros((1, count), np.bool_)
    is_channel[0, channels or []] = True
    units = step_units(CellSteps(np.array([10.0]), np.array([10.0]), np.array([14.0])))
    slopes = np.array([slopes_deg], np.float32)
    lengths: list[int] = slope_lengths(directions, slopes, is_channel, units, USUAL)[0].tolist()
    return [length / STEP for length in lengths]


@pytest.mark.parametrize("k", [0, 2, 4, 6])
@pytest.mark.parametrize("cell", [(10.0, 10.0), (25.0, 30.0)])
def test_down_a_plane_the_length_grows_by_a_step_from_half_a_step(k: int, cell: tuple[float, float]) -> None:
    rows, columns = np.mgrid[:8, :8]
    plane = -(rows * ROW_OFFSETS[k] + columns * COLUMN_OFFSETS[k]).astype(np.float32)
    one = np.ones(8)
    lengths = lengths_of(plane, CellSteps(one * cell[0], one * cell[1], one * np.hypot(*cell)))
    position = (plane.max() - plane).astype(np.int64)
    step = round(cell[k % 4 // 2] * 10_000)
    expected = step // 2 + position * step
    is_outlet = position == 7
    np.testing.assert_array_equal(lengths[~is_outlet], expected[~is_outlet])
    np.testing.assert_array_equal(lengths[is_outlet], step // 2 + 6 * step + round(cell[1] * 10_000))


@pytest.mark.parametrize("k", [1, 3, 5, 7])
def test_down_a_diagonal_plane_the_steps_are_diagonal(square: Steps, k: int) -> None:
    rows, columns = np.mgrid[:9, :9]
    plane = -(rows * ROW_OFFSETS[k] + columns * COLUMN_OFFSETS[k]).astype(np.float32)
    lengths = lengths_of(plane, square(9))
    line = np.diagonal(lengths if k in (1, 5) else lengths[:, ::-1])
    line = line if k in (1, 3) else line[::-1]
    expected = [DIAGONAL // 2 + i * DIAGONAL for i in range(8)]
    assert line[:8].tolist() == expected
    assert line[8] == expected[-1] + STEP


def test_from_the_top_of_a_cone_the_length_is_the_distance(square: Steps) -> None:
    rows, columns = np.mgrid[-20:21, -20:21]
    lengths = lengths_of(500 - np.hypot(rows, columns), square(41))
    for turned in (np.rot90(lengths, quarter) for quarter in range(4)):
        assert (np.diff(turned[20, 22:40]) == STEP).all()
        assert (np.diff(np.diagonal(turned)[22:40]) == DIAGONAL).all()
        assert turned[20, 39] == pytest.approx(19 * STEP, abs=DIAGONAL)


def test_a_channel_in_a_valley_takes_the_slopes_up(square: Steps) -> None:
    rows, columns = np.mgrid[:30, :21]
    valley = (abs(columns - 10) * 3 - rows * 0.5 + 100).astype(np.float32)
    valley[:, 10] -= 1
    lengths = lengths_of(valley, square(30), channel_cells=50)
    assert (lengths[5:29, 10] == STEP).all()
    assert (np.diff(lengths[15, :10]) == STEP).all()
    assert (np.diff(lengths[15, 11:]) == -STEP).all()


def test_a_step_in_the_slope_cuts_the_length_on_steep_ground_at_a_half() -> None:
    assert lengths_along([20, 20, 10.1, 10]) == [0.5, 1.5, 2.5, 3.5]
    assert lengths_along([20, 20, 10, 10]) == [0.5, 1.5, 1, 2]
    assert lengths_along([20, 5, 20, 5]) == [0.5, 1, 2, 1]


def test_a_step_in_the_slope_cuts_the_length_on_gentle_ground_at_seven_tenths() -> None:
    assert lengths_along([2.5, 2.5, 0.8, 0.8]) == [0.5, 1.5, 2.5, 3.5]
    assert lengths_along([2.5, 2.5, 0.7, 0.7]) == [0.5, 1.5, 1, 2]


def test_level_ground_passes_its_length_on() -> None:
    assert lengths_along([0, 0, 5]) == [0.5, 1.5, 2.5]
    assert lengths_along([5, 0, 0]) == [0.5, 1, 2]


def test_a_channel_cell_is_as_long_as_its_step() -> None:
    assert lengths_along([9, 9, 9, 9], channels=[2]) == [0.5, 1.5, 1, 2]
    assert lengths_along([9, 9, 9, 9], channels=[0, 1]) == [0.5, 1, 2, 3]


def test_of_several_inflows_the_longest_counts() -> None:
    directions = np.array([[1, 1, 4], [1, 1, 0]], np.uint8)
    slope, units = np.ones((2, 3), np.float32), step_units(CellSteps(*(np.full(2, 10.0) for _ in range(3))))
    lengths = slope_lengths(directions, slope, np.zeros((2, 3), np.bool_), units, USUAL)
    assert (lengths / STEP).tolist() == [[0.5, 1.5, 2.5], [0.5, 1.5, 3.5]]


def test_lengths_stop_at_the_greatest_number_instead_of_turning_negative() -> None:
    directions = np.ones((1, 40), np.uint8)
    units = step_units(CellSteps(*(np.array([10_000.0]) for _ in range(3))))
    lengths = slope_lengths(
        directions, np.ones((1, 40), np.float32), np.zeros((1, 40), np.bool_), units, USUAL
    )
    assert (np.diff(lengths[0].astype(np.int64)) >= 0).all()
    assert lengths[0, -1] == 2**31 - 1


@pytest.mark.parametrize("metres", [0.0, 0.0001, 20_000.0, np.nan])
def test_cells_of_no_usable_size_are_refused(metres: float) -> None:
    with pytest.raises(OutOfRange, match="像元步长"):
        step_units(CellSteps(np.array([metres]), np.array([10.0]), np.array([10.0])))


def test_every_valid_cell_has_a_length_and_outside_has_none(rough: Rough, square: Steps) -> None:
    heights = rough(3, (70, 60))
    lengths = lengths_of(heights, square(70))
    assert (lengths[np.isfinite(heights)] >= STEP // 2).all()
    assert (lengths[np.isnan(heights)] == 0).all()
    assert (lengths_of(np.full((2, 2), np.nan), square(2)) == 0).all()
    assert lengths_of(np.array([[5.0]]), square(1)) == STEP // 2


def test_a_quarter_turn_of_the_ground_turns_the_length(square: Steps) -> None:
    rows, columns = np.mgrid[-25:26, -25:26]
    hill = 900 - np.hypot(rows, columns) * 5 + np.random.default_rng(7).random((51, 51))
    hill = hill.astype(np.float32)
    assert (fill_depressions(hill) == hill).all()
    turned = lengths_of(np.rot90(hill).copy(), square(51), channel_cells=40)
    np.testing.assert_array_equal(turned, np.rot90(lengths_of(hill, square(51), channel_cells=40)))


def longest_inflow(
    directions: NDArray[np.uint8],
    slope_deg: NDArray[np.float32],
    lengths: NDArray[np.int32],
    tile: tuple[slice, slice],
) -> NDArray[np.int32]:
    """Per rim cell of a tile, the longest length that comes in after cuts; −1 where none does."""
    is_tile = np.zeros(directions.shape, np.bool_)
    is_tile[tile] = True
    inflow = np.full(directions.shape, -1, np.int32)
    for row, column in np.argwhere(~is_tile & (directions != NODATA) & (directions != OUTLET)):
        code = directions[row, column]
        target = row + ROW_OF_CODE[code], column + COLUMN_OF_CODE[code]
        above, below = float(slope_deg[row, column]), float(slope_deg[target])
        ratio = USUAL.ratio_steep if above >= USUAL.steep_from_deg else USUAL.ratio_gentle
        is_cut = above > 0 and above - below >= ratio * above
        inflow[target] = max(inflow[target], 0 if is_cut else lengths[row, column])
    return inflow[tile].flat[rim_cells(inflow[tile].shape)]


@pytest.mark.parametrize("seed", range(3))
def test_a_tile_with_its_inflow_is_as_long_as_the_whole(rough: Rough, square: Steps, seed: int) -> None:
    filled = fill_depressions(rough(seed, (90, 80)))
    directions, slope = flow_directions(filled, square(90)), greatest_descent(filled, square(90))
    is_channel = upstream_cells(directions) >= 60
    whole = slope_lengths(directions, slope, is_channel, step_units(square(90)), USUAL)
    tile = slice(17, 63), slice(21, 70)
    inflow = longest_inflow(directions, slope, whole, tile)
    part = slope_lengths(
        directions[tile].copy(),
        slope[tile].copy(),
        is_channel[tile].copy(),
        step_units(square(46)),
        USUAL,
        inflow,
    )
    np.testing.assert_array_equal(part, whole[tile])
    alone = (
        directions[tile].copy(),
        slope[tile].copy(),
        is_channel[tile].copy(),
        step_units(square(46)),
        USUAL,
    )
    raised = slope_lengths(*alone)
    raise_lengths(raised, *alone, inflow)
    np.testing.assert_array_equal(raised, whole[tile])
