"""Patches joined across tiles: pieces whose keys meet at a seam are one, whatever the cut into tiles."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.grid import Tile
from shuibao.science.patches import Labels, Pieces, Sums, join


class Sides(NamedTuple):
    """Labels along the four sides of a tile."""

    top: Labels
    bottom: Labels
    left: Labels
    right: Labels


def sides(labels: Labels) -> Sides:
    """The sides of a tile's labels, as arrays of their own."""
    return Sides(*(side.copy() for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1])))


class JoinedPatches(NamedTuple):
    """Whole patches not smaller than asked, in order of their first cells; `numbers` leads there from pieces.

    numbers: of each piece, tile by tile, 1 + the place of its patch; 0 for one that was too small.
    places: by tile, where its pieces stand in `numbers`. The others: as in Pieces.
    """

    key: NDArray[np.int32]
    first_cell: Sums
    cells: Sums
    area: Sums
    loss_milli: Sums
    main_band: NDArray[np.uint8]
    numbers: NDArray[np.int32]
    places: dict[Tile, slice]

    def numbers_of(self, tile: Tile) -> NDArray[np.int32]:
        """By label of a tile, 0 included: the patch's number."""
        return np.concatenate((np.zeros(1, np.int32), self.numbers[self.places[tile]]))


@dataclass
class PatchSeams:
    """Takes the pieces of tiles, row by row of tiles, and remembers where they meet.

    Kept are the pieces and two rows of tiles' sides; never a layer of cells.
    """

    grid_width: int
    _pieces: list[Pieces] = field(default_factory=list)
    _pairs: list[NDArray[np.int64]] = field(default_factory=list)
    _places: dict[Tile, slice] = field(default_factory=dict)
    _count: int = 0
    _above: NDArray[np.int64] = field(init=False)
    _above_key: NDArray[np.int32] = field(init=False)
    _before: NDArray[np.int64] = field(init=False)
    _before_key: NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        self._above = np.full(self.grid_width, -1, np.int64)
        self._above_key = np.full(self.grid_width, -1, np.int32)

    def add(self, tile: Tile, pieces: Pieces, rim: Sides) -> None:
        """Takes a tile: after the one left of it and the one above it."""
        keys = np.concatenate((np.full(1, -1, np.int32), pieces.key))
        place = np.arange(-1, pieces.key.size, dtype=np.int64) + self._count
        columns = slice(tile.column, tile.column + tile.width)
        if tile.row:
            self._meet(self._above[columns], self._above_key[columns], place[rim.top], keys[rim.top])
        if tile.column:
            self._meet(self._before, self._before_key, place[rim.left], keys[rim.left])
        self._above[columns], self._above_key[columns] = place[rim.bottom], keys[rim.bottom]
        self._before, self._before_key = place[rim.right], keys[rim.right]
        self._pieces.append(pieces)
        self._places[tile] = slice(self._count, self._count + pieces.key.size)
        self._count += pieces.key.size

    def _meet(
        self, one: NDArray[np.int64], one_key: Labels, other: NDArray[np.int64], other_key: Labels
    ) -> None:
        is_one = (one_key == other_key) & (one_key >= 0)
        if is_one.any():
            self._pairs.append(np.unique(np.column_stack((one[is_one], other[is_one])), axis=0))

    def joined(self, least_area: int) -> JoinedPatches:
        """The whole patches of at least so much area [cm²]. Forgets the pieces."""
        at_rim = _places_at_rim(self._pieces)
        pieces = _together(self._pieces)
        patch, count = _patch_of_piece(self._count, self._pairs)
        self._pieces, self._pairs = [], []

        area = _summed(pieces.area, patch, count)
        first_cell = np.full(count, np.iinfo(np.int64).max)
        np.minimum.at(first_cell, patch, pieces.first_cell)
        kept = np.flatnonzero(area >= least_area)
        kept = kept[np.argsort(first_cell[kept])]
        number = np.zeros(count, np.int32)
        number[kept] = np.arange(1, kept.size + 1)
        key = np.empty(count, np.int32)
        key[patch] = pieces.key
        return JoinedPatches(
            key[kept],
            first_cell[kept],
            _summed(pieces.cells, patch, count)[kept],
            area[kept],
            _summed(pieces.loss_milli, patch, count)[kept],
            _main_bands(pieces, at_rim, patch, count)[kept],
            number[patch],
            self._places,
        )


def _places_at_rim(pieces: list[Pieces]) -> NDArray[np.int64]:
    """Where the pieces at rims stand among all."""
    starts = np.cumsum([0, *(found.key.size for found in pieces)])
    places = [start + np.arange(len(found.rim_bands)) for start, found in zip(starts, pieces, strict=False)]
    return np.concatenate(places) if places else np.empty(0, np.int64)


def _together(pieces: list[Pieces]) -> Pieces:
    return Pieces(*(np.concatenate(column) for column in zip(*pieces, strict=True)))


def _summed(values: Sums, patch: NDArray[np.int64], count: int) -> Sums:
    sums = np.zeros(count, np.int64)
    np.add.at(sums, patch, values)
    return sums


def _main_bands(pieces: Pieces, at_rim: Sums, patch: NDArray[np.int64], count: int) -> NDArray[np.uint8]:
    """Of patches with pieces at rims the band of all these together, of others their piece's own."""
    main = np.zeros(count, np.uint8)
    main[patch] = pieces.main_band
    open_patches, place = np.unique(patch[at_rim], return_inverse=True)
    sums = np.zeros((open_patches.size, pieces.rim_bands.shape[1]), np.int64)
    np.add.at(sums, place, pieces.rim_bands)
    main[open_patches] = sums.argmax(axis=1)
    return main


def _patch_of_piece(count: int, pairs: list[NDArray[np.int64]]) -> tuple[NDArray[np.int64], int]:
    """Of each piece the number of its patch from 0 on, and how many patches there are."""
    parent = np.arange(count, dtype=np.int64)
    for found in pairs:
        _join_pairs(parent, found)
    _find_roots(parent)
    is_root = parent == np.arange(count)
    return (np.cumsum(is_root) - 1)[parent], int(is_root.sum())


@kernel
def _join_pairs(parent: NDArray[np.int64], pairs: NDArray[np.int64]) -> None:
    for i in range(pairs.shape[0]):
        join(parent, pairs[i, 0], pairs[i, 1])


@kernel
def _find_roots(parent: NDArray[np.int64]) -> None:
    """A root is the lowest of its set, so it is known when a later member asks."""
    for i in range(parent.size):
        parent[i] = parent[parent[i]]
