"""Areas of a tile by what its cells hold: a label, or one of a few values."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.erosion.cell_areas import TileAreas

GREATEST_KINDS = 255
"""So many different values at most are told apart."""


class Tally(NamedTuple):
    """The different values of a tile, NaN left out, and the area [cm²] of each that lies inside."""

    values: NDArray[np.float32]
    inside: NDArray[np.int64]


def tally(values: NDArray[np.float32], is_inside: NDArray[np.bool_], areas: TileAreas) -> Tally:
    """The values of a tile in the order in which they are met; of more than GREATEST_KINDS only these."""
    found, inside = np.empty(GREATEST_KINDS, np.float32), np.zeros(GREATEST_KINDS, np.int64)
    count = _tally(values, is_inside, *areas.lines(*values.shape), areas.cells.units, found, inside)
    return Tally(found[:count], inside[:count])


def areas_by_label(labels: NDArray[np.int32], count: int, areas: TileAreas) -> NDArray[np.int64]:
    """Area of each label 0…count − 1 in a tile [cm²]; negative labels are nothing."""
    sums = np.zeros(count, np.int64)
    _add_by_label(labels, *areas.lines(*labels.shape), areas.cells.units, sums)
    return sums


def recoded(
    values: NDArray[np.float32], kinds: NDArray[np.float32], codes: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Of each cell the code that stands where its value stands among the kinds; 0 for any other value."""
    found = np.empty(values.shape, np.uint8)
    _recode(values, kinds, codes, found)
    return found


@kernel
def _place(value: float, kinds: NDArray[np.float32], count: int, before: int) -> int:
    """Where the value stands among the first kinds, looking first where the last one stood; −1 if nowhere."""
    if before >= 0 and kinds[before] == value:
        return before
    for place in range(count):
        if kinds[place] == value:
            return place
    return -1


@kernel
def _tally(
    values: NDArray[np.float32],
    is_inside: NDArray[np.bool_],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    units: NDArray[np.int64],
    found: NDArray[np.float32],
    inside: NDArray[np.int64],
) -> int:
    """Fills found and inside; the number of different values."""
    count, place = 0, -1
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            value = values[i, j]
            if np.isnan(value):
                continue
            place = _place(value, found, count, place)
            if place < 0:
                if count == found.size:
                    return count
                place, found[count] = count, value
                count += 1
            if is_inside[i, j]:
                inside[place] += units[rows[i], columns[j]]
    return count


@kernel
def _add_by_label(
    labels: NDArray[np.int32],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    units: NDArray[np.int64],
    sums: NDArray[np.int64],
) -> None:
    for i in range(labels.shape[0]):
        for j in range(labels.shape[1]):
            if labels[i, j] >= 0:
                sums[labels[i, j]] += units[rows[i], columns[j]]


@kernel
def _recode(
    values: NDArray[np.float32],
    kinds: NDArray[np.float32],
    codes: NDArray[np.uint8],
    found: NDArray[np.uint8],
) -> None:
    place = -1
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            place = _place(values[i, j], kinds, kinds.size, place)
            found[i, j] = codes[place] if place >= 0 else 0
