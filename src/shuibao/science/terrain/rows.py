"""Rows with one more cell at either end: the neighbourhood of a rim cell looks like any other."""

from typing import Any

from numpy.typing import NDArray

from shuibao.science.compiled import kernel

Row = NDArray[Any]
"""One row of cells."""


@kernel
def pad_row(cells: NDArray[Any], row: int, outside: float, padded: Row) -> None:
    """Writes a row into `padded`, one cell wider at both ends; beyond the array everything is `outside`."""
    height, width = cells.shape
    padded[:] = outside
    if 0 <= row < height:
        padded[1 : width + 1] = cells[row]
