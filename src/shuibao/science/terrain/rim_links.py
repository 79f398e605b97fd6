"""Where what enters a tile leaves it, and what becomes of a slope length on the way."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.grid import Tile
from shuibao.science.terrain.directions import COLUMN_OF_CODE, NODATA, OUTLET, ROW_OF_CODE, Codes, rim_cells
from shuibao.science.terrain.perimeter import NOWHERE, Perimeters
from shuibao.science.terrain.slope_length import CutOff, StepUnits, is_cut, own_step


class Ways(NamedTuple):
    """Each node's next: across the seam for one that leaves its tile, else where its way leaves the tile."""

    following: NDArray[np.int32]
    crosses: NDArray[np.bool_]


ENDS = -1
"""The way from a rim cell ends in the tile."""

_NEVER = -1
_ALWAYS = np.iinfo(np.int64).max


class LengthLinks(NamedTuple):
    """What the length that enters a rim cell has become where it leaves: `added`, plus itself if `is_whole`.

    Where it cannot change the length there, `added` is 0 and it is not whole.
    """

    added: NDArray[np.int64]
    is_whole: NDArray[np.bool_]


def last_cells(directions: Codes) -> NDArray[np.int64]:
    """The cell in which each rim cell's way leaves the tile or ends, as a flat index; NOWHERE outside."""
    rim = rim_cells(directions.shape)
    last = np.full(rim.size, NOWHERE, np.int64)
    _follow(directions, rim, np.zeros(directions.shape, np.int32), last)
    return last


def rim_exits(directions: Codes) -> NDArray[np.int32]:
    """The rim cell by which each rim cell's way leaves the tile, as places in `rim_cells`; or ENDS."""
    rim, last = rim_cells(directions.shape), last_cells(directions)
    ends = (last == NOWHERE) | (directions.reshape(-1)[last] == OUTLET)
    return np.where(ends, ENDS, np.searchsorted(rim, last)).astype(np.int32)


def tile_ways(perimeters: Perimeters, tile: Tile, directions: Codes) -> Ways:
    """For each rim cell of a tile, the node it leads to."""
    row, column = np.divmod(rim_cells(directions.shape), tile.width)
    codes = directions[row, column]
    next_row, next_column = row + ROW_OF_CODE[codes], column + COLUMN_OF_CODE[codes]
    stays = (next_row >= 0) & (next_row < tile.height) & (next_column >= 0) & (next_column < tile.width)
    across = perimeters.nodes_at(next_row + tile.row, next_column + tile.column)
    exits = rim_exits(directions)
    within = np.where(exits == ENDS, NOWHERE, exits + perimeters.place(tile).start)
    return Ways(np.where(stays, within, across).astype(np.int32), ~stays)


def length_links(
    directions: Codes,
    slope_deg: NDArray[np.float32],
    is_channel: NDArray[np.bool_],
    steps: StepUnits,
    cutoff: CutOff,
) -> LengthLinks:
    """The links between rim cells and the cells where their ways leave the tile.

    A length stops in a channel and at a cut: what leaves then is what would leave without it. The exception
    is a channel cell that nothing else flows into, which has a whole step for a half one.
    """
    rim = rim_cells(directions.shape)
    links = LengthLinks(np.zeros(rim.size, np.int64), np.zeros(rim.size, np.bool_))
    _measure(directions, slope_deg, is_channel, steps, cutoff, rim, links)
    return links


@kernel
def _follow(
    directions: Codes, rim: NDArray[np.int64], seen: NDArray[np.int32], last: NDArray[np.int64]
) -> None:
    """Follows each way down until it leaves, ends, or meets a way followed before (`seen`, from 1)."""
    height, width = directions.shape
    for i in range(rim.size):
        r, c = divmod(rim[i], width)
        if directions[r, c] == NODATA:
            continue
        while seen[r, c] == 0:
            seen[r, c] = i + 1
            code = directions[r, c]
            next_r, next_c = r + ROW_OF_CODE[code], c + COLUMN_OF_CODE[code]
            if code == OUTLET or not (0 <= next_r < height and 0 <= next_c < width):
                last[i] = r * width + c
                break
            r, c = next_r, next_c
        else:
            last[i] = last[seen[r, c] - 1]


@kernel
def _measure(
    directions: Codes,
    slope_deg: NDArray[np.float32],
    is_channel: NDArray[np.bool_],
    steps: StepUnits,
    cutoff: CutOff,
    rim: NDArray[np.int64],
    links: LengthLinks,
) -> None:
    """Adds up the steps of each way; `before`: the sum above a cell in the way that saw it first (`seen`).

    stops: per way, the sum above the last cell that stops a length in it or after it.
    """
    height, width = directions.shape
    seen, before = np.zeros(directions.shape, np.int32), np.empty(directions.shape, np.int64)
    totals, stops = np.zeros(rim.size, np.int64), np.full(rim.size, _NEVER, np.int64)
    for i in range(rim.size):
        r, c = divmod(rim[i], width)
        if directions[r, c] == NODATA:
            continue
        total, stop, starts_in_channel = 0, _NEVER, False
        while seen[r, c] == 0:
            seen[r, c], before[r, c] = i + 1, total
            code, step = directions[r, c], own_step(directions[r, c], r, steps)
            next_r, next_c = r + ROW_OF_CODE[code], c + COLUMN_OF_CODE[code]
            leaves = code == OUTLET or not (0 <= next_r < height and 0 <= next_c < width)
            cuts = not leaves and is_cut(np.float64(slope_deg[r, c]), slope_deg[next_r, next_c], cutoff)
            if cuts or is_channel[r, c]:
                stop, starts_in_channel = total, total == 0 and not cuts
            total += step
            if leaves:
                break
            r, c = next_r, next_c
        else:
            way = seen[r, c] - 1
            total += int(totals[way] - before[r, c])
            stop = _ALWAYS if stops[way] >= before[r, c] else stop
        totals[i], stops[i] = total, stop
        links.is_whole[i] = stop == _NEVER
        links.added[i] = total if stop == _NEVER or (starts_in_channel and stop == 0) else 0
