"""Outlines of labelled cells: neighbours share every vertex, so that nothing opens when lines are edited."""

import numpy as np
import rasterio.features
import shapely
import shapely.geometry
from affine import Affine
from numpy.typing import NDArray

from shuibao.science.grid import Grid
from shuibao.science.terrain.land import Labels


def outlines(labels: Labels, count: int, grid: Grid) -> NDArray[np.object_]:
    """One multipolygon per label 1 … count, in the grid's CRS; every label must have a cell.

    Cells joined at corners only are parts that touch in a point. Lines turn, or have a vertex, wherever three
    labels meet (0, the outside, is one).
    """
    parts: list[list[shapely.Geometry]] = [[] for _ in range(count)]
    found = rasterio.features.shapes(labels, mask=labels > 0, connectivity=4, transform=Affine.identity())
    for outline, label in found:
        parts[int(label) - 1].append(shapely.geometry.shape(outline))
    shapes = [shapely.MultiPolygon(sorted(pieces, key=lambda piece: -piece.area)) for pieces in parts]
    if not shapes:
        return np.empty(0, object)
    kind, corners, offsets = shapely.to_ragged_array(shapely.segmentize(shapes, 1.0))
    corners = np.rint(corners).astype(np.int64)
    kept = _turns(corners) | _is_meeting_point(labels, corners)
    rings = offsets[0]
    kept[rings[:-1]] = kept[rings[1:] - 1] = True
    rings = np.concatenate(([0], np.cumsum(kept)))[rings]
    x, y = grid.transform * (corners[kept].astype(np.float64).T)
    return np.asarray(shapely.from_ragged_array(kind, np.column_stack((x, y)), (rings, *offsets[1:])))


def _turns(corners: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the line that runs through the cells' corners turns there; rings follow each other."""
    step = np.diff(corners, axis=0)
    turns = np.ones(len(corners), np.bool_)
    turns[1:-1] = (step[1:] != step[:-1]).any(axis=1)
    return turns


def _is_meeting_point(labels: Labels, corners: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether three or four labels meet at a corner of cells."""
    padded = np.pad(labels, 1)
    column, row = corners.T
    around = np.stack([padded[row + down, column + right] for down in (0, 1) for right in (0, 1)])
    around.sort(axis=0)
    return np.asarray((np.diff(around, axis=0) != 0).sum(axis=0) >= 2)
