"""Outlines of labelled cells: neighbours share every vertex, so that nothing opens when lines are edited."""

import numpy as np
import shapely
from numpy.typing import NDArray

from shuibao.science.grid import Grid
from shuibao.science.terrain.boundaries import Runs
from shuibao.science.terrain.rings import Rings, rings_around
from shuibao.science.terrain.streams import Integers

RUNS_AT_ONCE = 2_000_000
"""Keeps what is traced at one time to some hundred megabytes."""


def outlines(runs: Runs, count: int, grid: Grid, at_once: int = RUNS_AT_ONCE) -> NDArray[np.object_]:
    """One multipolygon per label 1 … count, in the grid's CRS; every label must have a cell.

    Cells joined at corners only are parts that touch in a point. Lines turn, or have a vertex, wherever three
    labels meet (0, the outside, is one). Parts come the largest first, rings begin at their northernmost
    corner: neither what the runs were cut into nor how many are traced at once shows.
    """
    shapes = np.empty(count, object)
    for first, last in _portions(runs, count, at_once):
        shapes[first - 1 : last] = _multipolygons(rings_around(runs, first, last, grid.width), grid)
    return shapes


def _portions(runs: Runs, count: int, at_once: int) -> list[tuple[int, int]]:
    """First and last label of portions with about so many runs at most, or one label."""
    held = np.bincount(runs.first, minlength=count + 1) + np.bincount(runs.second, minlength=count + 1)
    portion = np.cumsum(held[1:]) // at_once
    firsts = np.flatnonzero(np.diff(portion, prepend=-1)) + 1
    return list(zip(firsts.tolist(), [*(firsts[1:] - 1).tolist(), count], strict=False))


def _multipolygons(rings: Rings, grid: Grid) -> NDArray[np.object_]:
    exterior = _exteriors(rings)
    area = np.bincount(exterior, weights=rings.area, minlength=rings.area.size)
    order = np.lexsort((np.arange(exterior.size), rings.area < 0, exterior, -area[exterior], rings.label))
    polygon_start = np.flatnonzero(rings.area[order] > 0)
    label_start = np.flatnonzero(np.diff(rings.label[order][polygon_start], prepend=-1))
    sizes = np.diff(rings.start)[order]
    ends = np.cumsum(sizes)
    vertex = np.arange(ends[-1]) + np.repeat(rings.start[order] - (ends - sizes), sizes)
    x, y = grid.transform * (rings.column[vertex].astype(np.float64), rings.row[vertex].astype(np.float64))
    offsets = (
        np.concatenate(([0], ends)),
        np.append(polygon_start, order.size),
        np.append(label_start, polygon_start.size),
    )
    kind = shapely.GeometryType.MULTIPOLYGON
    return np.asarray(shapely.from_ragged_array(kind, np.column_stack((x, y)), offsets))


def _exteriors(rings: Rings) -> Integers:
    """The ring each belongs to: itself, or for a hole the one around it with the same label."""
    exterior = np.arange(rings.area.size)
    for hole in np.flatnonzero(rings.area < 0):
        low, high = np.searchsorted(rings.label, (rings.label[hole], rings.label[hole] + 1))
        around = low + np.flatnonzero(rings.area[low:high] > 0)
        if around.size > 1:
            around = around[_contain(rings, around, int(rings.start[hole]))]
        exterior[hole] = around[np.argmin(rings.area[around])]
    return exterior


def _contain(rings: Rings, which: Integers, vertex: int) -> NDArray[np.bool_]:
    """Which rings contain the cell above a hole's first corner."""
    polygons = []
    for ring in which:
        part = slice(rings.start[ring], rings.start[ring + 1])
        polygons.append(shapely.Polygon(np.column_stack((rings.column[part], rings.row[part]))))
    inside = shapely.contains_xy(polygons, rings.column[vertex] + 0.5, rings.row[vertex] - 0.5)
    return np.asarray(inside)
