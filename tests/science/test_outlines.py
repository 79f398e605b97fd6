"""Outlines from corners: GDAL's polygons, point for point, however the corners were found."""

import numpy as np
import rasterio.features
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shuibao.science.outlines import Corners, corners_in, rings_of
from shuibao.science.patches import label_alike

Rings = dict[int, list[list[tuple[float, ...]]]]
keys = arrays(np.int32, st.tuples(st.integers(1, 11), st.integers(1, 11)), elements=st.integers(-1, 2))


def outlined(corners: Corners) -> Rings:
    """Closed rings by label, as columns and rows."""
    rings = rings_of(corners)
    found: Rings = {}
    for place, label in enumerate(rings.label.tolist()):
        points = slice(rings.starts[place], rings.starts[place + 1])
        columns, rows = rings.column[points].astype(float), rings.row[points].astype(float)
        found.setdefault(label, []).append(list(zip(columns.tolist(), rows.tolist(), strict=True)))
    return found


def by_gdal(labels: np.ndarray) -> Rings:
    """What GDAL traces."""
    here = Affine(1, 0, 0, 0, 1, 0)
    shapes = rasterio.features.shapes(labels, mask=labels > 0, connectivity=4, transform=here)
    return {int(label): shape["coordinates"] for shape, label in shapes}


@given(keys)
@settings(max_examples=300, deadline=None)
def test_outlines_are_those_of_gdal_point_for_point(key: np.ndarray) -> None:
    labels, _ = label_alike(key)
    assert outlined(corners_in(np.pad(labels, 1), 0, 0)) == by_gdal(labels)


@given(keys, st.integers(1, 6))
@settings(max_examples=100, deadline=None)
def test_corners_of_tiles_in_any_order_make_the_same_outlines(key: np.ndarray, size: int) -> None:
    labels, _ = label_alike(key)
    padded = np.pad(labels, 1)
    found = []
    for row in range(0, labels.shape[0] + 1, size):
        for column in range(0, labels.shape[1] + 1, size):
            found.append(corners_in(padded[row : row + size + 1, column : column + size + 1], row, column))
    together = Corners(*(np.concatenate(part) for part in zip(*reversed(found), strict=True)))
    assert outlined(together) == outlined(corners_in(padded, 0, 0))


def test_a_ring_that_closes_at_a_point_only_has_a_hole_and_is_valid() -> None:
    labels = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 0]], np.int32)
    (rings,) = outlined(corners_in(np.pad(labels, 1), 0, 0)).values()
    shape = shapely.Polygon(rings[0], rings[1:])
    assert len(rings) == 2
    assert shape.is_valid
    assert shape.area == 7


def test_nothing_has_no_outline() -> None:
    assert rings_of(corners_in(np.zeros((4, 4), np.int32), 0, 0)).label.size == 0
