"""Patches: connected cells that are alike; their pieces in a tile, and which old one a new one continues."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.erosion.cell_areas import TileAreas

Labels = NDArray[np.int32]
Sums = NDArray[np.int64]


@kernel
def label_alike(key: Labels) -> tuple[Labels, int]:
    """Labels 1…n of the 4-connected regions of equal key (0 where the key is negative), and n.

    Labels are numbered in the order of each region's first cell, row by row.
    """
    height, width = key.shape
    parent = np.zeros(height * width, np.int32)
    flat = key.ravel()
    for i in range(flat.size):
        parent[i] = i
        if flat[i] < 0:
            continue
        if i % width and flat[i - 1] == flat[i]:
            join(parent, i, i - 1)
        if i >= width and flat[i - width] == flat[i]:
            join(parent, i, i - width)
    count = 0
    for i in range(flat.size):
        if flat[i] < 0:
            parent[i] = 0
        elif parent[i] == i:
            count += 1
            parent[i] = -count
        else:
            # a root has the lowest index of its region, so it was numbered before
            root = parent[i]
            while root >= 0:
                root = parent[root]
            parent[i] = root
    for i in range(flat.size):
        parent[i] = -parent[i]
    return parent.reshape(height, width), count


@kernel
def join(parent: NDArray[np.signedinteger[Any]], a: int, b: int) -> None:
    """Puts two members' sets together; the root is the lower index. Paths are halved on the way."""
    while parent[a] != a:
        parent[a] = parent[parent[a]]
        a = parent[a]
    while parent[b] != b:
        parent[b] = parent[parent[b]]
        b = parent[b]
    if a < b:
        parent[b] = a
    elif b < a:
        parent[a] = b


@kernel
def renumber(labels: Labels, kept: Labels) -> None:
    """Replaces each label in place by kept[label] (0 = dropped)."""
    flat = labels.ravel()
    for i in range(flat.size):
        flat[i] = kept[flat[i]]


class Pieces(NamedTuple):
    """What the pieces of patches in a tile hold, exactly; the first ones, `rim_bands`, reach the tile's rim.

    first_cell: flat index in the whole grid. area: cm². loss_milli: Σ loss [1e-3 t/(km²·a)].
    main_band: band of slope that most of the area has (of equal ones the lower).
    rim_bands: area [cm²] by slope band, of the pieces at the rim, which others may continue.
    """

    key: NDArray[np.int32]
    first_cell: Sums
    cells: Sums
    area: Sums
    loss_milli: Sums
    main_band: NDArray[np.uint8]
    rim_bands: Sums


class TileMeasures(NamedTuple):
    """What pieces are measured by: loss [t/(km²·a)], band of slope, number of bands."""

    loss_t_km2_a: NDArray[np.float32]
    slope_band: NDArray[np.uint8]
    bands: int


def pieces_of_tile(
    key: Labels, measures: TileMeasures, areas: TileAreas, grid_width: int, least_area: int
) -> tuple[Labels, Pieces]:
    """Labels 1…n of the pieces (0 for none), and what the pieces hold, in order of their labels.

    Pieces that do not reach the rim and are smaller than least_area [cm²] are left out: nothing adds to them.
    key: what the cells of one patch have in common; negative for none.
    """
    labels, count = label_alike(key)
    lines = areas.lines(*key.shape)
    sums = _sums(
        labels, count, measures.loss_t_km2_a, measures.slope_band, *lines, areas.cells.units, measures.bands
    )
    first, cells, area, loss, bands = (found[1:] for found in sums)
    is_at_rim = np.zeros(count + 1, np.bool_)
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        is_at_rim[side] = True
    is_at_rim = is_at_rim[1:]
    order = np.concatenate((np.flatnonzero(is_at_rim), np.flatnonzero(~is_at_rim & (area >= least_area))))
    numbers = np.zeros(count + 1, np.int32)
    numbers[order + 1] = np.arange(1, order.size + 1)
    row, column = np.divmod(first[order], key.shape[1])
    pieces = Pieces(
        key.reshape(-1)[first[order]],
        (row + areas.row) * grid_width + column + areas.column,
        cells[order],
        area[order],
        loss[order],
        bands[order].argmax(axis=1).astype(np.uint8),
        bands[is_at_rim],
    )
    renumber(labels, numbers)
    return labels, pieces


@kernel
def _sums(
    labels: Labels,
    count: int,
    loss_t_km2_a: NDArray[np.float32],
    slope_band: NDArray[np.uint8],
    rows: Sums,
    columns: Sums,
    units: Sums,
    bands: int,
) -> tuple[Sums, Sums, Sums, Sums, Sums]:
    """By label (0 unused): first cell's flat index, cells, area [cm²], Σ loss, area by slope band [cm²]."""
    first = np.full(count + 1, -1, np.int64)
    cells = np.zeros(count + 1, np.int64)
    areas = np.zeros(count + 1, np.int64)
    loss = np.zeros(count + 1, np.int64)
    slopes = np.zeros((count + 1, bands), np.int64)
    width = labels.shape[1]
    for i in range(labels.shape[0]):
        for j in range(width):
            label = labels[i, j]
            if label == 0:
                continue
            if first[label] < 0:
                first[label] = i * width + j
            area = units[rows[i], columns[j]]
            cells[label] += 1
            areas[label] += area
            loss[label] += np.int64(np.rint(loss_t_km2_a[i, j] * 1000.0))
            slopes[label, slope_band[i, j]] += area
    return first, cells, areas, loss, slopes


class Overlap(NamedTuple):
    """Area [cm²] that a label of one layer shares with a label of another, one row per pair."""

    label: Sums
    other: Sums
    area: Sums


def overlap(labels: Labels, others: Labels, areas: TileAreas) -> Overlap:
    """Shared areas of all pairs of labels (0 is none) in a tile, in order of label, then other."""
    return summed(Overlap(*_runs(labels, others, *areas.lines(*labels.shape), areas.cells.units)))


def summed(pairs: Overlap) -> Overlap:
    """The pairs, each once, in order of label, then other."""
    order = np.lexsort((pairs.other, pairs.label))
    label, other, area = (column[order] for column in pairs)
    is_new = np.ones(label.size, np.bool_)
    is_new[1:] = (label[1:] != label[:-1]) | (other[1:] != other[:-1])
    starts = np.flatnonzero(is_new)
    return Overlap(label[starts], other[starts], np.add.reduceat(area, starts) if starts.size else area)


@kernel
def _runs(labels: Labels, others: Labels, rows: Sums, columns: Sums, units: Sums) -> tuple[Sums, Sums, Sums]:
    """Runs of one pair along the rows: label, other, and the run's area [cm²]."""
    size = 0
    height, width = labels.shape
    for i in range(height):
        for j in range(width):
            new = j == 0 or labels[i, j] != labels[i, j - 1] or others[i, j] != others[i, j - 1]
            size += new and labels[i, j] > 0 and others[i, j] > 0
    first, second, areas = np.empty(size, np.int64), np.empty(size, np.int64), np.zeros(size, np.int64)
    at = -1
    for i in range(height):
        for j in range(width):
            if labels[i, j] == 0 or others[i, j] == 0:
                continue
            if j == 0 or labels[i, j] != labels[i, j - 1] or others[i, j] != others[i, j - 1]:
                at += 1
                first[at], second[at] = labels[i, j], others[i, j]
            areas[at] += units[rows[i], columns[j]]
    return first, second, areas


def main_other(pairs: Overlap, count: int) -> NDArray[np.uint8]:
    """Of each label 1…count the other (below 256) it shares most with, of equals the lower; 0 for none."""
    main = np.zeros(count + 1, np.uint8)
    labels, others = _greatest(pairs.label, pairs.other, pairs.area)
    main[labels] = others
    return main[1:]


def continued(pairs: Overlap) -> tuple[Sums, Sums]:
    """New labels and the old ones they continue: each is the other's greatest overlap (ties: the lower)."""
    new, old = _greatest(pairs.label, pairs.other, pairs.area)
    other_old, best_new = _greatest(pairs.other, pairs.label, pairs.area)
    is_mutual = best_new[np.searchsorted(other_old, old)] == new if old.size else np.empty(0, np.bool_)
    return new[is_mutual], old[is_mutual]


def _greatest(of: Sums, other: Sums, area: Sums) -> tuple[Sums, Sums]:
    """Of each label, rising, the other it shares most with."""
    order = np.lexsort((other, -area, of))
    labels, firsts = np.unique(of[order], return_index=True)
    return labels, other[order][firsts]
