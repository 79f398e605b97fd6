"""Patches are 4-connected regions of equal key and keep their identity across years."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from shuibao.science.grid import CellAreas
from shuibao.science.patches import (
    continued,
    label_alike,
    label_areas,
    overlap,
    patch_sums,
    renumber,
)

UNIT_CELLS = CellAreas(np.array([[900_0000]]), 1000, 1000)


@given(arrays(np.int32, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=st.integers(-1, 2)))
def test_regions_are_those_that_scipy_finds_key_by_key(key: np.ndarray) -> None:
    labels, count = label_alike(key)

    expected = 0
    for value in np.unique(key[key >= 0]):
        theirs, found = ndimage.label(key == value)
        expected += found
        for region in range(1, found + 1):
            ours = np.unique(labels[theirs == region])
            assert ours.size == 1
            assert (labels == ours[0]).sum() == (theirs == region).sum()
    assert count == expected
    assert (labels[key < 0] == 0).all()


def test_labels_follow_the_order_of_the_first_cells() -> None:
    key = np.array([[1, 0, 1], [1, 0, 1], [1, 1, 1]], np.int32)
    labels, count = label_alike(key)
    assert count == 2
    assert labels.tolist() == [[1, 2, 1], [1, 2, 1], [1, 1, 1]]


def test_small_patches_are_dropped_and_the_rest_renumbered() -> None:
    labels, count = label_alike(np.array([[1, 2, 2], [3, 2, 2]], np.int32))
    areas = label_areas(labels, count, *UNIT_CELLS)
    assert areas.tolist() == [0, 900_0000, 4 * 900_0000, 900_0000]
    kept = np.zeros(count + 1, np.int32)
    kept[2] = 1
    renumber(labels, kept)
    assert labels.tolist() == [[0, 1, 1], [0, 1, 1]]


def test_sums_are_exact() -> None:
    labels = np.array([[1, 1, 0], [0, 2, 2]], np.int32)
    loss = np.array([[1000.5, 2000.25, np.nan], [0, 3000, 3000]], np.float32)
    bands = np.array([[0, 1, 0], [0, 2, 2]], np.uint8)
    sums = patch_sums(labels, 2, loss, bands, UNIT_CELLS, 3)
    assert sums.first_cell.tolist() == [-1, 0, 4]
    assert sums.cells.tolist() == [0, 2, 2]
    assert sums.loss_milli.tolist() == [0, 1000500 + 2000250, 6_000_000]
    assert sums.slope_areas[2].tolist() == [0, 0, 2 * 900_0000]


def test_a_patch_continues_the_one_it_shares_most_with_and_a_split_leaves_one_heir() -> None:
    old = np.array([[1, 1, 1, 1, 0, 2]], np.int32)
    new = np.array([[1, 0, 2, 2, 2, 3]], np.int32)
    pairs = overlap(new, old, UNIT_CELLS)
    assert continued(pairs) == {2: 1, 3: 2}
    assert pairs.area.sum() == 4 * 900_0000
