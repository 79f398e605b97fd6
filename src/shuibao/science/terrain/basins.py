"""Basins of a tile: the cells that lead down to the same pit, rim cell or the outside, and their passes."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.terrain.directions import Elevation, rim_cells
from shuibao.science.terrain.spill_graph import (
    OUTSIDE,
    Passes,
    joined,
    passes_between,
    spill_levels,
    spill_tree,
)

Labels = NDArray[np.int32]

_HASH = 0x9E3779B97F4A7C1
_EMPTY = -1


class Basins(NamedTuple):
    """The basin of each cell: 0 outside and beside it, then the rim cells from 1 on, then the pits."""

    labels: Labels
    nodes: int


def basins(ground: Elevation) -> Basins:
    """Each inner cell's way down leads to the lowest of its neighbours, of equals to the first.

    Rim cells and cells beside NaN are basins of their own. A pit in a flat may make several basins: they are
    joined at the flat's own level.
    """
    labels = np.empty(ground.shape, np.int32)
    rim = rim_cells(ground.shape)
    is_outside = np.isnan(ground.reshape(-1)[rim])
    nodes = _point_down(ground, labels, rim.size + 1)
    labels.reshape(-1)[rim] = ~np.where(is_outside, OUTSIDE, np.arange(1, rim.size + 1)).astype(np.int32)
    _follow(labels.reshape(-1))
    return Basins(labels, nodes)


def basin_passes(ground: Elevation, found: Basins) -> Passes:
    """The tree of lowest passes between a tile's basins, rising."""
    passes = Passes(*_lowest_passes(ground, found.labels))
    return spill_tree(passes.rising(), found.nodes)


def rim_passes(tree: Passes, count: int, rim: int) -> Passes:
    """The passes between a tile's rim cells (from 1 on) and the outside (0), through the tile."""
    return passes_between(tree, count, rim + 1)


def fill_basins(ground: Elevation, found: Basins, tree: Passes, rim_levels: Elevation) -> Elevation:
    """The filled surface, from the passes between basins and the rim cells' final levels (NaN outside)."""
    rim = np.flatnonzero(rim_levels == rim_levels).astype(np.int32)
    ways_out = Passes(np.zeros_like(rim), rim + np.int32(1), rim_levels[rim])
    levels = spill_levels(joined(tree, ways_out).rising(), found.nodes)
    filled = np.empty_like(ground)
    _raise(ground, found.labels, levels, filled)
    return filled


@kernel
def _point_down(ground: Elevation, targets: Labels, first_pit: int) -> int:
    """Writes where each inner cell leads, or the complement of its basin; the number of basins."""
    height, width = ground.shape
    count = first_pit
    for row in range(1, height - 1):
        above, here, below, target = ground[row - 1], ground[row], ground[row + 1], targets[row]
        start = row * width
        for c in range(1, width - 1):
            lowest, place = above[c - 1], start - width + c - 1
            lowest, place = (above[c], start - width + c) if above[c] < lowest else (lowest, place)
            lowest, place = (
                (above[c + 1], start - width + c + 1) if above[c + 1] < lowest else (lowest, place)
            )
            lowest, place = (here[c - 1], start + c - 1) if here[c - 1] < lowest else (lowest, place)
            lowest, place = (here[c], start + c) if here[c] < lowest else (lowest, place)
            lowest, place = (here[c + 1], start + c + 1) if here[c + 1] < lowest else (lowest, place)
            lowest, place = (
                (below[c - 1], start + width + c - 1) if below[c - 1] < lowest else (lowest, place)
            )
            lowest, place = (below[c], start + width + c) if below[c] < lowest else (lowest, place)
            lowest, place = (
                (below[c + 1], start + width + c + 1) if below[c + 1] < lowest else (lowest, place)
            )
            block = (above[c - 1] + above[c] + above[c + 1]) + (here[c - 1] + here[c] + here[c + 1])
            block += below[c - 1] + below[c] + below[c + 1]
            target[c] = place if block == block else ~OUTSIDE
        for c in range(1, width - 1):
            if target[c] == start + c:
                target[c] = ~count
                count += 1
    return count


@kernel
def _follow(targets: Labels) -> None:
    """Turns targets into basins."""
    for cell in range(targets.size):
        end = cell
        while targets[end] >= 0:
            end = targets[end]
        basin = targets[end]
        step = cell
        while targets[step] >= 0:
            following = targets[step]
            targets[step] = basin
            step = following
    for cell in range(targets.size):
        targets[cell] = ~targets[cell]


@kernel
def _note(first: int, second: int, level: float, keys: NDArray[np.int64], levels: Elevation) -> int:
    """Notes a pass in the table if it is the lowest between the two; 1 when the pair is new."""
    key = (np.int64(min(first, second)) << 32) | np.int64(max(first, second))
    mask = keys.size - 1
    slot = ((key * _HASH) >> 24) & mask
    while keys[slot] != _EMPTY and keys[slot] != key:
        slot = (slot + 1) & mask
    if keys[slot] == _EMPTY:
        keys[slot], levels[slot] = key, level
        return 1
    levels[slot] = min(levels[slot], level)
    return 0


@kernel
def _grown(keys: NDArray[np.int64], levels: Elevation) -> tuple[NDArray[np.int64], Elevation]:
    """The table in four times the space."""
    wide_keys, wide_levels = np.full(4 * keys.size, _EMPTY, np.int64), np.empty(4 * keys.size, levels.dtype)
    for slot in range(keys.size):
        if keys[slot] != _EMPTY:
            _note(keys[slot] >> 32, keys[slot] & 0xFFFFFFFF, levels[slot], wide_keys, wide_levels)
    return wide_keys, wide_levels


@kernel
def _higher(one: float, other: float) -> float:
    """The higher of two; NaN does not count."""
    return other if other > one or one != one else one


@kernel
def _lowest_passes(
    ground: Elevation, labels: Labels
) -> tuple[NDArray[np.int32], NDArray[np.int32], Elevation]:
    """The two basins and the level of the lowest pass between any two that touch."""
    height, width = ground.shape
    keys, levels, count = np.full(1 << 14, _EMPTY, np.int64), np.empty(1 << 14, ground.dtype), 0
    for row in range(height):
        here, below = labels[row], labels[min(row + 1, height - 1)]
        z, z_below = ground[row], ground[min(row + 1, height - 1)]
        for c in range(width):
            label, west, east = here[c], max(c - 1, 0), min(c + 1, width - 1)
            if here[east] == below[east] == below[c] == below[west] == label:
                continue
            if 2 * count > keys.size:
                keys, levels = _grown(keys, levels)
            if here[east] != label:
                count += _note(label, here[east], _higher(z[c], z[east]), keys, levels)
            for next_c in range(west, east + 1):
                if below[next_c] != label and row + 1 < height:
                    count += _note(label, below[next_c], _higher(z[c], z_below[next_c]), keys, levels)
    slots = np.flatnonzero(keys != _EMPTY)
    found = keys[slots]
    return (found >> 32).astype(np.int32), (found & 0xFFFFFFFF).astype(np.int32), levels[slots]


@kernel
def _raise(ground: Elevation, labels: Labels, levels: Elevation, filled: Elevation) -> None:
    for row in range(ground.shape[0]):
        for column in range(ground.shape[1]):
            level = levels[labels[row, column]]
            filled[row, column] = level if level > ground[row, column] else ground[row, column]
