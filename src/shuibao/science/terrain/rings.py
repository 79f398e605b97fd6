"""Closed rings around labelled cells, put together from the runs of their boundaries."""

from typing import NamedTuple

import numpy as np

from shuibao.science.compiled import kernel
from shuibao.science.terrain.boundaries import Runs
from shuibao.science.terrain.streams import Integers

_EAST, _SOUTH, _WEST, _NORTH = 0, 1, 2, 3


class Rings(NamedTuple):
    """Simple rings, each with its label's cells on the left; vertices at turns, and where three labels meet.

    row, column: corners of cells, ring by ring, each ring from its northernmost corner, of those the western
    one; ring i has vertices start[i] … start[i + 1] − 1. area: in cells, negative for holes.
    """

    label: Integers
    start: Integers
    area: Integers
    row: Integers
    column: Integers


class _Edges(NamedTuple):
    """Runs with their label on the left, sorted by it and the corner they begin at. other: on the right."""

    label: Integers
    begin: Integers
    end: Integers
    heading: Integers
    other: Integers


def rings_around(runs: Runs, first_label: int, last_label: int, width: int) -> Rings:
    """The rings around the labels from first_label (above 0) to last_label.

    Cells joined at a corner only have rings of their own; a hole may touch a ring at a corner.
    width: columns of the whole grid.
    """
    edges = _edges(runs, first_label, last_label, width + 1)
    starts = np.flatnonzero(np.diff(edges.label, prepend=-1))
    bounds = np.concatenate((starts, [edges.label.size]))
    following = _following(edges, bounds)
    label, start, area, corner = _trace(edges, following, width + 1)
    row, column = np.divmod(corner, width + 1)
    return Rings(label, start, area, row, column)


def _edges(runs: Runs, first_label: int, last_label: int, corners: int) -> _Edges:
    parts = []
    begin = runs.row.astype(np.int64) * corners + runs.column
    end = begin + np.where(runs.is_upright, corners, 1) * runs.length.astype(np.int64)
    sides = (
        (runs.first, runs.second, begin, end, (_EAST, _NORTH)),
        (runs.second, runs.first, end, begin, (_WEST, _SOUTH)),
    )
    for label, other, level_begin, level_end, headings in sides:
        which = np.flatnonzero((label >= first_label) & (label <= last_label))
        upright = runs.is_upright[which]
        a, b = level_begin[which], level_end[which]
        heading = np.where(upright, headings[1], headings[0])
        parts.append((label[which], np.where(upright, b, a), np.where(upright, a, b), heading, other[which]))
    found = _Edges(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    order = np.lexsort((found.begin, found.label))
    return _Edges(*(column[order] for column in found))


@kernel
def _following(edges: _Edges, bounds: Integers) -> Integers:
    """The edge after each: where two go on from a corner, the left one, which stays with the same cell."""
    following = np.empty(edges.begin.size, np.int64)
    for part in range(bounds.size - 1):
        low, high = bounds[part], bounds[part + 1]
        begins = edges.begin[low:high]
        for edge in range(low, high):
            place = low + np.searchsorted(begins, edges.end[edge])
            has_second = place + 1 < high and edges.begin[place + 1] == edges.end[edge]
            if has_second and edges.heading[place] != (edges.heading[edge] + 3) % 4:
                place += 1
            following[edge] = place
    return following


@kernel
def _trace(edges: _Edges, following: Integers, corners: int) -> tuple[Integers, Integers, Integers, Integers]:
    """Label, first vertex and area of each ring, and the vertices' corners.

    A walk that comes back to a corner it has passed closes a ring there and goes on without it.
    """
    count = edges.begin.size
    is_done, place_of = np.zeros(count, np.bool_), np.full(count, -1, np.int64)
    walk = np.empty(count, np.int64)
    label, start, area = np.empty(count, np.int64), np.zeros(count + 1, np.int64), np.empty(count, np.int64)
    corner, rings, size = np.empty(count + count // 4, np.int64), 0, 0  # a ring closes at its first vertex
    for first in range(count):
        edge, length = first, 0
        while True:
            twin = edge - 1 if _begin_together(edges, edge - 1, edge) else edge
            if place_of[twin] >= 0:
                begun = place_of[twin]
                area[rings] = _area(edges, walk[begun:length], corners)
                label[rings] = edges.label[first]
                size = _write(edges, walk[begun:length], corner, size)
                for place in range(begun, length):
                    passed = walk[place]
                    place_of[passed - 1 if _begin_together(edges, passed - 1, passed) else passed] = -1
                rings += 1
                start[rings] = size
                length = begun
            if is_done[edge]:
                break
            is_done[edge] = True
            place_of[twin] = length
            walk[length] = edge
            length += 1
            edge = following[edge]
    return label[:rings].copy(), start[: rings + 1].copy(), area[:rings].copy(), corner[:size].copy()


@kernel
def _begin_together(edges: _Edges, one: int, other: int) -> bool:
    return one >= 0 and edges.begin[one] == edges.begin[other] and edges.label[one] == edges.label[other]


@kernel
def _area(edges: _Edges, ring: Integers, corners: int) -> int:
    """Cells that a ring encloses, negative when they are on its right."""
    area = 0
    for edge in ring:
        if edges.heading[edge] == _EAST or edges.heading[edge] == _WEST:
            area += (edges.begin[edge] // corners) * (edges.end[edge] - edges.begin[edge])
    return area


@kernel
def _write(edges: _Edges, ring: Integers, corner: Integers, size: int) -> int:
    """Adds a ring's vertices, the first again at the end; the number of all vertices then."""
    first = 0
    for i in range(ring.size):
        if edges.begin[ring[i]] < edges.begin[ring[first]]:
            first = i
    for step in range(ring.size):
        before, edge = ring[(first + step - 1) % ring.size], ring[(first + step) % ring.size]
        if edges.heading[before] != edges.heading[edge] or edges.other[before] != edges.other[edge]:
            corner[size] = edges.begin[edge]
            size += 1
    corner[size] = edges.begin[ring[first]]
    return size + 1
