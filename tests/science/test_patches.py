"""Patches are 4-connected regions of equal key, whatever the tiles, and keep their identity across years."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from shuibao.science.erosion.cell_areas import TileAreas
from shuibao.science.grid import CellAreas, Tile
from shuibao.science.patch_seams import JoinedPatches, PatchSeams, sides
from shuibao.science.patches import (
    Overlap,
    TileMeasures,
    continued,
    label_alike,
    main_other,
    overlap,
    pieces_of_tile,
    renumber,
    summed,
)

CELL = 900_0000
ALIKE = TileAreas(CellAreas(np.array([[CELL]]), 1000, 1000), 0, 0)
ROWS_OF_THEIR_OWN = CellAreas(np.arange(1, 41)[:, None] * 1000, 1, 1000)

keys = arrays(np.int32, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=st.integers(-1, 2))


@given(keys)
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


def test_small_regions_are_dropped_and_the_rest_renumbered() -> None:
    labels, _ = label_alike(np.array([[1, 2, 2], [3, 2, 2]], np.int32))
    renumber(labels, np.array([0, 0, 1, 0], np.int32))
    assert labels.tolist() == [[0, 1, 1], [0, 1, 1]]


def joined(key: np.ndarray, size: int, least_area: int) -> tuple[JoinedPatches, np.ndarray]:
    """The patches found on tiles of a size, and each cell's number put together from them."""
    height, width = key.shape
    random = np.random.default_rng(1)
    loss = random.uniform(0, 5000, key.shape).astype(np.float32)
    bands = random.integers(0, 3, key.shape).astype(np.uint8)
    seams, labels = PatchSeams(width), {}
    for row in range(0, height, size):
        for column in range(0, width, size):
            tile = Tile(row, column, min(size, height - row), min(size, width - column))
            cut = tile.slices
            areas = TileAreas(ROWS_OF_THEIR_OWN, row, column)
            measures = TileMeasures(loss[cut], bands[cut], 3)
            labels[tile], pieces = pieces_of_tile(key[cut].copy(), measures, areas, width, least_area)
            seams.add(tile, pieces, sides(labels[tile]))
    found = seams.joined(least_area)
    numbers = np.zeros(key.shape, np.int32)
    for tile, local in labels.items():
        numbers[tile.slices] = found.numbers_of(tile)[local]
    return found, numbers


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@given(keys, st.sampled_from([0, 9000, 30_000]))
@settings(max_examples=40, deadline=None)
def test_tiles_do_not_change_the_patches(size: int, key: np.ndarray, least_area: int) -> None:
    whole, numbers = joined(key, 100, least_area)
    by_tiles, same = joined(key, size, least_area)
    np.testing.assert_array_equal(same, numbers)
    for name in ("key", "first_cell", "cells", "area", "loss_milli", "main_band"):
        np.testing.assert_array_equal(getattr(by_tiles, name), getattr(whole, name), err_msg=name)
    assert (whole.area >= least_area).all()
    assert (np.diff(whole.first_cell) > 0).all()


def test_a_snail_through_many_tiles_is_one_patch() -> None:
    key = np.full((9, 9), -1, np.int32)
    key[0], key[:, 8], key[8], key[2:, 0], key[2, :7], key[2:7, 6], key[6, 2:7] = (1,) * 7
    found, _ = joined(key, 2, 0)
    assert found.key.tolist() == [1]
    assert found.cells.tolist() == [(key == 1).sum()]
    assert found.first_cell.tolist() == [0]


def test_sums_are_exact_and_small_pieces_inside_a_tile_are_left_out() -> None:
    key = np.array([[1, 1, 1, 1, 1], [1, 2, 3, 3, 1], [1, 1, 3, 3, 1], [1, 1, 1, 1, 1]], np.int32)
    loss = np.full(key.shape, 1000.5, np.float32)
    loss[1, 2] = 2000.25
    bands = np.zeros(key.shape, np.uint8)
    bands[1:3, 3] = 2
    labels, pieces = pieces_of_tile(key, TileMeasures(loss, bands, 3), ALIKE, 50, 2 * CELL)
    assert labels.max() == 2
    assert labels[1, 1] == 0
    assert pieces.key.tolist() == [1, 3]
    assert pieces.first_cell.tolist() == [0, 52]
    assert pieces.cells.tolist() == [15, 4]
    assert pieces.area.tolist() == [15 * CELL, 4 * CELL]
    assert pieces.loss_milli.tolist() == [15 * 1000500, 3 * 1000500 + 2000250]
    assert pieces.main_band.tolist() == [0, 0]  # of two bands of equal area the lower
    assert pieces.rim_bands.tolist() == [[15 * CELL, 0, 0]]


def test_a_patch_continues_the_one_it_shares_most_with_and_a_split_leaves_one_heir() -> None:
    old = np.array([[1, 1, 1, 1, 0, 2]], np.int32)
    new = np.array([[1, 0, 2, 2, 2, 3]], np.int32)
    pairs = overlap(new, old, ALIKE)
    heirs, sources = continued(pairs)
    assert dict(zip(heirs.tolist(), sources.tolist(), strict=True)) == {2: 1, 3: 2}
    assert pairs.area.sum() == 4 * CELL


def test_nothing_continues_nothing() -> None:
    none = np.zeros((2, 2), np.int32)
    heirs, sources = continued(overlap(none, none, ALIKE))
    assert heirs.size == sources.size == 0


def test_pairs_of_many_tiles_are_summed_and_the_greatest_share_counts_ties_to_the_lower() -> None:
    label, other = np.array([2, 1, 2, 2]), np.array([5, 3, 4, 5])
    pairs = summed(Overlap(label, other, np.array([10, 7, 15, 5])))
    assert [column.tolist() for column in pairs] == [[1, 2, 2], [3, 4, 5], [7, 15, 15]]
    assert main_other(pairs, 3).tolist() == [3, 4, 0]
