"""Spill graphs: basins joined at the lowest pass between them, and the level at which water leaves each.

Node 0 is the outside. A pass's level is the higher of the two cells that touch. Joined in the order of their
passes (Kruskal 1956), basins meet at the lowest pass of all ways between them. After Barnes 2016
(doi:10.1016/j.cageo.2016.07.001), with pits in place of flooded watersheds.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.terrain.directions import Elevation

OUTSIDE = 0
"""The node of all that lies outside, and of the cells beside it."""

Parents = NDArray[np.int32]


class Passes(NamedTuple):
    """Ways between two basins, and the level [m] from which they are open."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    levels: Elevation

    def rising(self) -> "Passes":
        """In the order of their levels."""
        order = np.argsort(self.levels)
        return self.chosen(order)

    def chosen(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> "Passes":
        """Some of them, or all in another order."""
        return Passes(self.first[which], self.second[which], self.levels[which])


def joined(*parts: Passes) -> Passes:
    """All passes of several lists."""
    return Passes(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def spill_tree(rising: Passes, nodes: int) -> Passes:
    """The passes that first join two basins, rising: as many as needed and no more."""
    return rising.chosen(_joins(rising, nodes))


def passes_between(tree: Passes, nodes: int, ends: int) -> Passes:
    """A tree over the nodes below `ends` alone, with the same lowest passes between them; `tree` rises."""
    first, second, is_between = _contract(tree, nodes, ends)
    return Passes(first[is_between], second[is_between], tree.levels[is_between])


def spill_levels(rising: Passes, nodes: int) -> Elevation:
    """The lowest pass on any way from each node to the outside [m]; −∞ outside, +∞ where there is no way."""
    levels = np.full(nodes, np.inf, rising.levels.dtype)
    _flood(rising, levels)
    return levels


@kernel
def _root(parents: Parents, node: int) -> int:
    """The root of a node's tree; halves the way there."""
    while parents[node] != node:
        parents[node] = parents[parents[node]]
        node = parents[node]
    return node


@kernel
def _joins(rising: Passes, nodes: int) -> NDArray[np.bool_]:
    parents = np.arange(nodes).astype(np.int32)
    is_join = np.zeros(rising.first.size, np.bool_)
    for i in range(rising.first.size):
        a, b = _root(parents, rising.first[i]), _root(parents, rising.second[i])
        if a != b:
            parents[max(a, b)] = min(a, b)
            is_join[i] = True
    return is_join


@kernel
def _contract(
    tree: Passes, nodes: int, ends: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]]:
    """Of each pass, an end on either side (the lowest node joined so far), and whether both have one."""
    parents = np.arange(nodes).astype(np.int32)
    first, second = np.empty_like(tree.first), np.empty_like(tree.second)
    is_between = np.zeros(first.size, np.bool_)
    for i in range(first.size):
        a, b = _root(parents, tree.first[i]), _root(parents, tree.second[i])
        first[i], second[i] = a, b
        is_between[i] = a != b and a < ends and b < ends
        parents[max(a, b)] = min(a, b)
    return first, second, is_between


@kernel
def _flood(rising: Passes, levels: Elevation) -> None:
    """Joins basins until all have met the outside: those that meet it take the level of that pass."""
    nodes = levels.size
    parents, ring = np.arange(nodes).astype(np.int32), np.arange(nodes).astype(np.int32)
    levels[OUTSIDE] = -np.inf
    for i in range(rising.first.size):
        a, b = _root(parents, rising.first[i]), _root(parents, rising.second[i])
        if a == b:
            continue
        a, b = min(a, b), max(a, b)
        parents[b] = a
        if a == OUTSIDE:
            node = b
            while True:
                levels[node] = rising.levels[i]
                node = ring[node]
                if node == b:
                    break
        else:
            ring[a], ring[b] = ring[b], ring[a]
