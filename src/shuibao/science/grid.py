"""A raster's grid as a value: shape, affine, CRS, with true cell sizes and areas."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyproj
from affine import Affine
from numpy.typing import NDArray

from shuibao.science import crs as reference
from shuibao.science.errors import InputError

AREA_UNITS_PER_M2 = 10_000
"""Areas are summed as integers of 1 cm²: sums are exact and do not depend on the order or the tiles."""

STEP_UNITS_PER_M = 10_000
"""Path lengths are summed as integers of 0.1 mm."""

_AREA_BLOCK = 64


class Tile(NamedTuple):
    """A rectangle of cells of a grid."""

    row: int
    column: int
    height: int
    width: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Where it lies in an array of the whole grid."""
        return slice(self.row, self.row + self.height), slice(self.column, self.column + self.width)


class CellAreas(NamedTuple):
    """True cell areas [cm²] by blocks of cells: area of cell (r, c) = units[r // rows, c // columns]."""

    units: NDArray[np.int64]
    rows: int
    columns: int


class CellSteps(NamedTuple):
    """Lengths of one step to a neighbouring cell [m], by row: along the row, along the column, diagonal."""

    along_row_m: NDArray[np.float64]
    along_column_m: NDArray[np.float64]
    diagonal_m: NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """Rows × columns of cells, north up, in a CRS. Two rasters meet only when their grids are equal.

    Raises InputError when the grid is rotated or south up: such a raster must be resampled by its owner.
    """

    height: int
    width: int
    transform: Affine
    crs: pyproj.CRS

    def __post_init__(self) -> None:
        if self.transform.b or self.transform.d or self.transform.a <= 0 or self.transform.e >= 0:
            raise InputError(
                f"栅格不是正北朝上（仿射参数 {tuple(self.transform)[:6]}）。请先用 gdalwarp 重采样。"
            )

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns."""
        return self.height, self.width

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top in the CRS's unit."""
        left, top = self.transform.c, self.transform.f
        right = left + self.width * self.transform.a
        return left, top + self.height * self.transform.e, right, top

    @property
    def is_geographic(self) -> bool:
        """Whether the coordinates are longitude and latitude."""
        return bool(self.crs.is_geographic)

    @property
    def cell_m(self) -> float:
        """Length of a cell's side along the column in the middle row [m], to compare resolutions with."""
        return float(self.steps.along_column_m[self.height // 2])

    @property
    def whole(self) -> Tile:
        """All of it."""
        return Tile(0, 0, self.height, self.width)

    def tiles(self, size: int) -> list[Tile]:
        """Squares of `size` cells that cover it, row by row; the last ones are cut off."""
        return [
            Tile(row, column, min(size, self.height - row), min(size, self.width - column))
            for row in range(0, self.height, size)
            for column in range(0, self.width, size)
        ]

    @cached_property
    def _unit_m(self) -> float:
        """Metres in the unit of a projected CRS."""
        return float(self.crs.axis_info[0].unit_conversion_factor)

    @cached_property
    def ellipsoid(self) -> pyproj.Geod:
        """The ellipsoid of the CRS."""
        geod = self.crs.get_geod()
        if geod is None:
            raise InputError(f"坐标系 {self.crs.name} 没有椭球，不能计算面积。请改用 CGCS2000 的坐标系。")
        return geod

    @cached_property
    def steps(self) -> CellSteps:
        """Step lengths [m] by row: planar in a projected CRS, else on the ellipsoid at the row's latitude."""
        if not self.is_geographic:
            rows = np.ones(self.height)
            east, south = self.transform.a * self._unit_m, -self.transform.e * self._unit_m
            return CellSteps(rows * east, rows * south, rows * np.hypot(east, south))
        return self._geographic_steps()

    def _geographic_steps(self) -> CellSteps:
        """A row's steps lie at its middle latitude: small arcs of the parallel and of the meridian."""
        latitude = np.radians(self.row_centres)
        a, f = self.ellipsoid.a, self.ellipsoid.f
        e2 = f * (2 - f)
        w2 = 1 - e2 * np.sin(latitude) ** 2
        east = np.radians(self.transform.a) * a * np.cos(latitude) / np.sqrt(w2)
        south = np.radians(-self.transform.e) * a * (1 - e2) / w2**1.5
        return CellSteps(east, south, np.hypot(east, south))

    @cached_property
    def row_centres(self) -> NDArray[np.float64]:
        """y of the rows' middles, in the CRS's unit, shape (height,)."""
        return np.asarray(self.transform.f + (np.arange(self.height) + 0.5) * self.transform.e)

    @cached_property
    def column_centres(self) -> NDArray[np.float64]:
        """x of the columns' middles, in the CRS's unit, shape (width,)."""
        return np.asarray(self.transform.c + (np.arange(self.width) + 0.5) * self.transform.a)

    @cached_property
    def areas(self) -> CellAreas:
        """True areas of the cells: on the ellipsoid, unless the CRS is equal-area.

        A projected CRS's areal scale is taken at the middle of blocks of 64 cells from the grid's origin.
        """
        if self.is_geographic:
            return CellAreas(self._zone_areas()[:, None], 1, self.width)
        planar_m2 = self.transform.a * -self.transform.e * self._unit_m**2
        if reference.is_equal_area(self.crs):
            return CellAreas(_to_units(np.array([[planar_m2]])), self.height, self.width)
        return CellAreas(_to_units(planar_m2 / self._areal_scales()), _AREA_BLOCK, _AREA_BLOCK)

    def _zone_areas(self) -> NDArray[np.int64]:
        """Area of one cell per row [cm²]: the ellipsoidal zone between two parallels (authalic latitude)."""
        e2 = self.ellipsoid.f * (2 - self.ellipsoid.f)
        e = np.sqrt(e2)
        edges = self.transform.f + np.arange(self.height + 1) * self.transform.e
        sine = np.sin(np.radians(edges))
        q = sine / (1 - e2 * sine**2) + np.arctanh(e * sine) / e
        zone = self.ellipsoid.a**2 * (1 - e2) / 2 * (q[:-1] - q[1:])
        return _to_units(zone * np.radians(self.transform.a))

    def _areal_scales(self) -> NDArray[np.float64]:
        """Areal scale of the projection at the middles of the blocks."""
        rows = np.minimum(np.arange(0, self.height, _AREA_BLOCK) + _AREA_BLOCK / 2, self.height)
        columns = np.minimum(np.arange(0, self.width, _AREA_BLOCK) + _AREA_BLOCK / 2, self.width)
        x, y = np.meshgrid(
            self.transform.c + columns * self.transform.a, self.transform.f + rows * self.transform.e
        )
        geodetic = self.crs.geodetic_crs
        if geodetic is None:
            raise InputError(
                f"坐标系 {self.crs.name} 没有大地坐标系，不能计算面积。请改用 CGCS2000 的坐标系。"
            )
        longitude, latitude = reference.transformer(self.crs, geodetic).transform(x, y)
        scales = pyproj.Proj(self.crs).get_factors(longitude, latitude).areal_scale
        return np.asarray(scales, dtype=np.float64).reshape(x.shape)


def _to_units(area_m2: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(area_m2 * AREA_UNITS_PER_M2).astype(np.int64)
