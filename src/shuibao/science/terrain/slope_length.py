"""Slope length: the longest way water runs to a cell, until the ground flattens or a channel takes it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.errors import OutOfRange
from shuibao.science.grid import STEP_UNITS_PER_M, CellSteps
from shuibao.science.terrain.accumulation import DONE, inflow_counts
from shuibao.science.terrain.directions import COLUMN_OF_CODE, NODATA, OUTLET, ROW_OF_CODE, Codes, rim_cells

LONGEST = np.iinfo(np.int32).max
_LONGEST_STEP_M = 10_000.0


class CutOff(NamedTuple):
    """Where slope length starts anew: the relative fall in slope [-] that ends it, by the slope above."""

    ratio_steep: float
    ratio_gentle: float
    steep_from_deg: float


class StepUnits(NamedTuple):
    """Step lengths by row as whole numbers of 0.1 mm: along the row, along the column, diagonal."""

    along_row: NDArray[np.int32]
    along_column: NDArray[np.int32]
    diagonal: NDArray[np.int32]

    def rows(self, first: int, end: int) -> "StepUnits":
        """The steps of rows first … end − 1."""
        return StepUnits(*(lengths[first:end] for lengths in self))


def step_units(steps: CellSteps) -> StepUnits:
    """Step lengths rounded to 0.1 mm. Raises OutOfRange when one is under 1 mm or over 10 km."""
    for lengths_m in steps:
        wrong = lengths_m[~((lengths_m >= 0.001) & (lengths_m <= _LONGEST_STEP_M))]
        if wrong.size:
            raise OutOfRange("像元步长（m）", float(wrong[0]), "0.001–10000")
    return StepUnits(*(np.rint(lengths_m * STEP_UNITS_PER_M).astype(np.int32) for lengths_m in steps))


def slope_lengths(
    directions: Codes,
    slope_deg: NDArray[np.float32],
    is_channel: NDArray[np.bool_],
    steps: StepUnits,
    cutoff: CutOff,
    rim_inflow: NDArray[np.int32] | None = None,
) -> NDArray[np.int32]:
    """Horizontal slope length at the lower end of each cell [0.1 mm]; 0 outside.

    A cell adds its own step (an outlet, a step along the column) to the longest length that reaches it; where
    nothing flows in, it starts with half a step. What reaches it counts as 0 in a channel, and when it comes
    from a neighbour of slope θ and the cell's slope θ' makes (θ − θ')/θ reach the cut-off's ratio. After
    Hickey 2000 (Cartography 29: 1–8) and Van Remortel et al. 2001 (Cartography 30: 27–35).

    rim_inflow: the length that reaches the rim cells from beyond the array, after cuts, in the order of
    `rim_cells`; −1 where nothing flows in.
    """
    lengths = np.full(directions.shape, -1, np.int32)
    if rim_inflow is not None:
        lengths.reshape(-1)[rim_cells(directions.shape)] = rim_inflow
    _lengthen(directions, slope_deg, is_channel, steps, cutoff, inflow_counts(directions), lengths)
    lengths[directions == NODATA] = 0
    return lengths


def raise_lengths(
    lengths: NDArray[np.int32],
    directions: Codes,
    slope_deg: NDArray[np.float32],
    is_channel: NDArray[np.bool_],
    steps: StepUnits,
    cutoff: CutOff,
    rim_inflow: NDArray[np.int32],
) -> None:
    """Turns slope lengths without inflow at the rim into those with it, in place: as by `slope_lengths`.

    Only the ways down from the rim are walked, each as far as it is longer than what is there.
    """
    entries = np.flatnonzero(rim_inflow >= 0)
    cells = rim_cells(directions.shape)[entries]
    _raise_ways(lengths, directions, slope_deg, is_channel, steps, cutoff, cells, rim_inflow[entries])


@kernel
def own_step(code: int, row: int, steps: StepUnits) -> int:
    """Length of a cell's step: E, W along the row; N, S and outlets along the column; the rest diagonal."""
    if code & (1 | 16):
        return int(steps.along_row[row])
    return int(steps.diagonal[row]) if code & (2 | 8 | 32 | 128) else int(steps.along_column[row])


@kernel
def is_cut(above_deg: float, below_deg: float, cutoff: CutOff) -> bool:
    """Whether the fall in slope from one cell to the next ends the slope."""
    ratio = cutoff.ratio_steep if above_deg >= cutoff.steep_from_deg else cutoff.ratio_gentle
    return above_deg > 0 and above_deg - below_deg >= ratio * above_deg


@kernel
def _length_out(length_in: int, step: int, is_channel: bool) -> int:
    """The length at a cell's lower end from that at its upper end; −1 there means that nothing flows in."""
    if length_in < 0:
        return step // 2
    return step if is_channel else min(length_in + step, LONGEST)


@kernel
def _lengthen(
    directions: Codes,
    slope_deg: NDArray[np.float32],
    is_channel: NDArray[np.bool_],
    steps: StepUnits,
    cutoff: CutOff,
    waiting: NDArray[np.uint8],
    lengths: NDArray[np.int32],
) -> None:
    """Turns the lengths that enter from beyond into those at the lower ends; `waiting` is used up."""
    height, width = directions.shape
    for row in range(height):
        for column in range(width):
            if waiting[row, column] != 0 or directions[row, column] == NODATA:
                continue
            r, c = row, column
            while True:
                waiting[r, c] = DONE
                code, above_deg = directions[r, c], np.float64(slope_deg[r, c])
                length = _length_out(lengths[r, c], own_step(code, r, steps), is_channel[r, c])
                lengths[r, c] = length
                r, c = r + ROW_OF_CODE[code], c + COLUMN_OF_CODE[code]
                if code == OUTLET or not (0 <= r < height and 0 <= c < width):
                    break
                inflow = 0 if is_cut(above_deg, slope_deg[r, c], cutoff) else length
                lengths[r, c] = max(lengths[r, c], inflow)
                if waiting[r, c] > 1:
                    waiting[r, c] -= 1
                    break


@kernel
def _raise_ways(
    lengths: NDArray[np.int32],
    directions: Codes,
    slope_deg: NDArray[np.float32],
    is_channel: NDArray[np.bool_],
    steps: StepUnits,
    cutoff: CutOff,
    cells: NDArray[np.int64],
    inflow: NDArray[np.int32],
) -> None:
    height, width = directions.shape
    for i in range(cells.size):
        r, c = divmod(cells[i], width)
        length_in = int(inflow[i])
        while True:
            code, above_deg = directions[r, c], np.float64(slope_deg[r, c])
            length = _length_out(length_in, own_step(code, r, steps), is_channel[r, c])
            if length <= lengths[r, c]:
                break
            lengths[r, c] = length
            r, c = r + ROW_OF_CODE[code], c + COLUMN_OF_CODE[code]
            if code == OUTLET or not (0 <= r < height and 0 <= c < width):
                break
            length_in = 0 if is_cut(above_deg, slope_deg[r, c], cutoff) else length
