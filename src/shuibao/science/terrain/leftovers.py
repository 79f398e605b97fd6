"""Small pieces of land at the world's edge, joined to their neighbours until they are large enough."""

import heapq
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.terrain.land import Labels
from shuibao.science.terrain.streams import Integers
from shuibao.science.terrain.watersheds import Division, Sizes


class Borders(NamedTuple):
    """How long two labels lie side by side [pairs of neighbouring cells, of eight]; one < other."""

    one: Integers
    other: Integers
    length: Integers


class Joined(NamedTuple):
    """What became of the watersheds; shape (n + 1,).

    leader: the watershed each belongs to now. is_slope: whether a leader is made of leftovers alone, with
    more than one way out.
    """

    leader: Integers
    is_slope: NDArray[np.bool_]


def borders(around: Labels, is_wanted: NDArray[np.bool_]) -> Borders:
    """Borders between labels of which one at least is wanted, a pair counted once in the world.

    around: labels of an array and of the cells around it, 0 outside. Of a tile of a larger world without the
    row above, unless it is the world's first, and without the column before it, likewise: the neighbours
    there count those pairs.
    """
    pairs, length = np.unique(_border_pairs(around, is_wanted), return_counts=True)
    return Borders(pairs >> 32, pairs & 0xFFFFFFFF, length)


def all_borders(parts: Iterable[Borders]) -> Borders:
    """The borders of all tiles, added up."""
    found = [Borders(*(np.empty(0, np.int64) for _ in Borders._fields)), *parts]
    one, other, length = (np.concatenate(column) for column in zip(*found, strict=True))
    pairs, place = np.unique((one << 32) | other, return_inverse=True)
    total = np.zeros(pairs.size, np.int64)
    np.add.at(total, place, length)
    return Borders(pairs >> 32, pairs & 0xFFFFFFFF, total)


def is_leftover(division: Division, sizes: Sizes) -> NDArray[np.bool_]:
    """Land smaller than the least watershed that leaves the world by itself, shape (n + 1,)."""
    is_small = (division.down == 0) & (division.own_area < sizes.least)
    small: NDArray[np.bool_] = is_small & (division.own_area == division.area)
    small[0] = False
    return small


def join_leftovers(division: Division, sides: Borders, sizes: Sizes) -> Joined:
    """Leftovers joined one by one, the smallest first, until each group has `least` or no neighbour.

    The partner is, in this order: another group of leftovers; a watershed that leaves the world; any
    watershed: each with no more than `most` together, and of those the one with the longest border; if all
    are too large, the smallest. A group is led by its watershed or, if it has none, by its largest member.
    """
    groups = _Groups(division, is_leftover(division, sizes), sides, sizes)
    waiting = [(groups.area[one], one) for one in groups.neighbours if groups.is_slope[one]]
    heapq.heapify(waiting)
    while waiting:
        area, one = heapq.heappop(waiting)
        if one not in groups.neighbours or area != groups.area[one] or area >= sizes.least:
            continue
        partner = groups.partner_of(one)
        if partner is None:
            continue
        kept = groups.join(one, partner)
        if groups.is_slope[kept]:
            heapq.heappush(waiting, (groups.area[kept], kept))
    leader = np.array(groups.leader, np.int64)
    while (leader[leader] != leader).any():
        leader = leader[leader]
    members = np.bincount(leader, minlength=leader.size)
    return Joined(leader, np.array(groups.is_slope) & (members > 1) & (leader == np.arange(leader.size)))


class _Groups:
    """Watersheds and groups of leftovers, with their areas and who lies beside whom."""

    def __init__(self, division: Division, leftover: NDArray[np.bool_], sides: Borders, sizes: Sizes) -> None:
        self.area: list[int] = division.own_area.tolist()
        self.largest: list[int] = division.own_area.tolist()
        self.leaves: list[bool] = (division.down == 0).tolist()
        self.is_slope: list[bool] = leftover.tolist()
        self.leader = list(range(len(self.area)))
        self.most = sizes.most
        self.neighbours: dict[int, dict[int, int]] = {int(one): {} for one in np.flatnonzero(leftover)}
        for one, other, length in zip(*(column.tolist() for column in sides), strict=True):
            if one != 0:
                self.neighbours.setdefault(one, {})[other] = length
                self.neighbours.setdefault(other, {})[one] = length

    def partner_of(self, one: int) -> int | None:
        """Whom a group is joined to; None when it has no neighbour."""
        beside = self.neighbours[one]
        if not beside:
            return None
        fitting = [other for other in beside if self.area[one] + self.area[other] <= self.most]
        if not fitting:
            return min(beside, key=lambda other: (self.area[other], other))
        return min(fitting, key=lambda other: (self._rank(other), -beside[other], other))

    def _rank(self, other: int) -> int:
        if self.is_slope[other]:
            return 0
        return 1 if self.leaves[other] else 2

    def join(self, one: int, partner: int) -> int:
        """Makes the two one group; its leader."""
        gone, kept = one, partner
        if self.is_slope[partner] and (-self.largest[one], one) < (-self.largest[partner], partner):
            gone, kept = partner, one
        self.leader[gone] = kept
        self.area[kept] += self.area[gone]
        for other, length in self.neighbours.pop(gone).items():
            del self.neighbours[other][gone]
            if other != kept:
                total = self.neighbours[kept].get(other, 0) + length
                self.neighbours[kept][other] = self.neighbours[other][kept] = total
        return kept


@kernel
def _border_pairs(around: Labels, is_wanted: NDArray[np.bool_]) -> Integers:
    """Each pair of neighbouring cells with different labels, as one number: lower label · 2^32 + higher."""
    height, width = around.shape
    pairs, size = np.empty(1024, np.int64), 0
    for row in range(height - 1):
        here, below = around[row], around[row + 1]
        if size + 4 * width > pairs.size:
            pairs = np.concatenate((pairs, np.empty(pairs.size + 4 * width, np.int64)))
        for i in range(width - 1):
            beside = (
                (here[i], here[i + 1]),
                (here[i], below[i]),
                (here[i], below[i + 1]),
                (here[i + 1], below[i]),
            )
            for one, other in beside:
                if one != other and (is_wanted[one] or is_wanted[other]):
                    pairs[size] = (np.int64(min(one, other)) << 32) | np.int64(max(one, other))
                    size += 1
    return pairs[:size].copy()
