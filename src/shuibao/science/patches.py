"""Patches: connected cells that are alike; labels, sums by label, and which old patch a new one continues."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.grid import CellAreas


@kernel
def label_alike(key: NDArray[np.int32]) -> tuple[NDArray[np.int32], int]:
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
            _join(parent, i, i - 1)
        if i >= width and flat[i - width] == flat[i]:
            _join(parent, i, i - width)
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
def _join(parent: NDArray[np.int32], a: int, b: int) -> None:
    """Puts two cells' regions together; the root is the lower index. Paths are halved on the way."""
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
def label_areas(
    labels: NDArray[np.int32], count: int, units: NDArray[np.int64], rows: int, columns: int
) -> NDArray[np.int64]:
    """Area of each label [cm²], shape (count + 1,); units, rows, columns: the fields of CellAreas."""
    areas = np.zeros(count + 1, np.int64)
    for i in range(labels.shape[0]):
        for j in range(labels.shape[1]):
            if labels[i, j]:
                areas[labels[i, j]] += units[i // rows, j // columns]
    return areas


@kernel
def renumber(labels: NDArray[np.int32], kept: NDArray[np.int32]) -> None:
    """Replaces each label in place by kept[label] (0 = dropped)."""
    flat = labels.ravel()
    for i in range(flat.size):
        flat[i] = kept[flat[i]]


class PatchSums(NamedTuple):
    """By label (0 unused): first cell's flat index, cells, Σ loss [1e-3 t/(km²·a)], area by slope band."""

    first_cell: NDArray[np.int64]
    cells: NDArray[np.int64]
    loss_milli: NDArray[np.int64]
    slope_areas: NDArray[np.int64]


def patch_sums(
    labels: NDArray[np.int32],
    count: int,
    loss_t_km2_a: NDArray[np.float32],
    slope_band: NDArray[np.uint8],
    areas: CellAreas,
    bands: int,
) -> PatchSums:
    """What the patches hold, exactly: integers only."""
    return PatchSums(*_patch_sums(labels, count, loss_t_km2_a, slope_band, *areas, bands))


@kernel
def _patch_sums(
    labels: NDArray[np.int32],
    count: int,
    loss_t_km2_a: NDArray[np.float32],
    slope_band: NDArray[np.uint8],
    units: NDArray[np.int64],
    rows: int,
    columns: int,
    bands: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    first = np.full(count + 1, -1, np.int64)
    cells = np.zeros(count + 1, np.int64)
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
            cells[label] += 1
            loss[label] += np.int64(np.rint(loss_t_km2_a[i, j] * 1000.0))
            slopes[label, slope_band[i, j]] += units[i // rows, j // columns]
    return first, cells, loss, slopes


class Overlap(NamedTuple):
    """Area [cm²] that a label of one layer shares with a label of another, one row per pair."""

    label: NDArray[np.int64]
    other: NDArray[np.int64]
    area: NDArray[np.int64]


def overlap(labels: NDArray[np.int32], others: NDArray[np.int32], areas: CellAreas) -> Overlap:
    """Shared areas of all pairs of labels (0 is none), in order of label, then other."""
    pairs, areas_cm2 = _runs(labels, others, *areas)
    unique, place = np.unique(pairs, return_inverse=True)
    summed = np.zeros(unique.size, np.int64)
    np.add.at(summed, place, areas_cm2)
    return Overlap(unique >> 32, unique & 0xFFFFFFFF, summed)


@kernel
def _runs(
    labels: NDArray[np.int32], others: NDArray[np.int32], units: NDArray[np.int64], rows: int, columns: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Runs of one pair along the rows: the pair as one integer, and the run's area [cm²]."""
    size = 0
    height, width = labels.shape
    for i in range(height):
        for j in range(width):
            new = j == 0 or labels[i, j] != labels[i, j - 1] or others[i, j] != others[i, j - 1]
            size += new and labels[i, j] > 0 and others[i, j] > 0
    pairs, areas = np.empty(size, np.int64), np.zeros(size, np.int64)
    at = -1
    for i in range(height):
        for j in range(width):
            if labels[i, j] == 0 or others[i, j] == 0:
                continue
            if j == 0 or labels[i, j] != labels[i, j - 1] or others[i, j] != others[i, j - 1]:
                at += 1
                pairs[at] = (np.int64(labels[i, j]) << 32) | np.int64(others[i, j])
            areas[at] += units[i // rows, j // columns]
    return pairs, areas


def continued(pairs: Overlap) -> dict[int, int]:
    """New label → old label it continues: each is the other's greatest overlap (ties: the lower)."""
    best_old = _greatest(pairs.label, pairs.other, pairs.area)
    best_new = _greatest(pairs.other, pairs.label, pairs.area)
    return {label: other for label, other in best_old.items() if best_new[other] == label}


def _greatest(of: NDArray[np.int64], other: NDArray[np.int64], area: NDArray[np.int64]) -> dict[int, int]:
    order = np.lexsort((other, -area, of))
    labels, firsts = np.unique(of[order], return_index=True)
    return dict(zip(labels.tolist(), other[order][firsts].tolist(), strict=True))
