"""What flows from tile to tile, joined along perimeter cells: area as a sum, slope length as a maximum.

And upstream again: what water from a perimeter cell meets first.
"""

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.terrain.perimeter import NOWHERE, Nodes
from shuibao.science.terrain.rim_links import LengthLinks, Ways
from shuibao.science.terrain.slope_length import LONGEST, CutOff, is_cut


def downstream_order(ways: Ways) -> Nodes:
    """All nodes, each after those that lead to it."""
    return _order(ways.following)


def area_inflow(ways: Ways, order: Nodes, local: NDArray[np.int64]) -> NDArray[np.int64]:
    """What enters each node from other tiles [unit of `local`].

    local: what drains through each node inside its tile.
    """
    inflow = np.zeros(local.size, np.int64)
    _add_up(ways, order, np.where(ways.crosses, local, 0), inflow)
    return inflow


def length_inflow(
    ways: Ways,
    order: Nodes,
    local: NDArray[np.int32],
    links: LengthLinks,
    slope_deg: NDArray[np.float32],
    cutoff: CutOff,
) -> NDArray[np.int32]:
    """The slope length that enters each node from other tiles, after cuts [0.1 mm]; −1 where none does.

    local: the slope length at each node inside its tile.
    """
    inflow = np.full(local.size, -1, np.int32)
    _lengthen(ways, order, local.copy(), links, slope_deg, cutoff, inflow)
    return inflow


def first_met(ways: Ways, order: Nodes, local: NDArray[np.int64]) -> NDArray[np.int64]:
    """What each node's way meets first, in its tile or further down.

    local: what it meets inside its tile; NOWHERE if nothing.
    """
    met = local.copy()
    _carry_up(ways.following, order, met)
    return met


@kernel
def _order(following: NDArray[np.int32]) -> Nodes:
    waiting = np.zeros(following.size, np.int32)
    for node in following:
        if node != NOWHERE:
            waiting[node] += 1
    order, size = np.empty(following.size, np.int64), 0
    for node in range(following.size):
        if waiting[node] == 0:
            order[size] = node
            size += 1
    done = 0
    while done < size:
        node = following[order[done]]
        done += 1
        if node != NOWHERE:
            waiting[node] -= 1
            if waiting[node] == 0:
                order[size] = node
                size += 1
    return order[:size]


@kernel
def _carry_up(following: NDArray[np.int32], order: Nodes, met: NDArray[np.int64]) -> None:
    for node in order[::-1]:
        if met[node] == NOWHERE and following[node] != NOWHERE:
            met[node] = met[following[node]]


@kernel
def _add_up(ways: Ways, order: Nodes, totals: NDArray[np.int64], inflow: NDArray[np.int64]) -> None:
    for node in order:
        following = ways.following[node]
        if following != NOWHERE:
            totals[following] += totals[node]
            if ways.crosses[node]:
                inflow[following] += totals[node]


@kernel
def _lengthen(
    ways: Ways,
    order: Nodes,
    lengths: NDArray[np.int32],
    links: LengthLinks,
    slope_deg: NDArray[np.float32],
    cutoff: CutOff,
    inflow: NDArray[np.int32],
) -> None:
    for node in order:
        following = ways.following[node]
        if following == NOWHERE:
            continue
        leaving = node if ways.crosses[node] else following
        if inflow[node] >= 0:
            length = links.added[node] + (inflow[node] if links.is_whole[node] else 0)
            lengths[leaving] = max(np.int64(lengths[leaving]), min(length, LONGEST))
        if ways.crosses[node]:
            is_broken = is_cut(np.float64(slope_deg[node]), slope_deg[following], cutoff)
            inflow[following] = max(inflow[following], 0 if is_broken else lengths[node])
