"""The demo's frame: Yuncheng's real counties, the box around them, and the grids laid over it."""

import importlib.resources
import math
from dataclasses import dataclass

import geopandas
import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray

from shuibao.science import crs as reference
from shuibao.science.errors import OutOfRange
from shuibao.science.grid import Grid

CITY = "1408"
BELT = "EPSG:4546"  # CGCS2000, 3-degree belt on 111 E: Yuncheng's own
COARSE_M = 240.0  # soil, vegetation cover and the fields that steer land use
MARGIN_M = 1000.0
SNAP_M = 2400.0  # the box lies on multiples of this: grids of 30, 240, 300 or 600 m share its corners


@dataclass(frozen=True)
class Frame:
    """Counties (EPSG:4490 as published; columns adcode, name), their outline in the belt, and the box [m]."""

    counties: geopandas.GeoDataFrame
    outline: shapely.Polygon
    left: float
    top: float
    width_m: float
    height_m: float

    def grid(self, cell_m: float) -> Grid:
        """The grid of this cell size over the box. Raises OutOfRange unless whole cells fill it."""
        if not cell_m > 0 or SNAP_M % cell_m:
            raise OutOfRange("cell_m", cell_m, f"{SNAP_M:g} 的约数（如 30、60、240、300、600）")
        rows, columns = round(self.height_m / cell_m), round(self.width_m / cell_m)
        transform = Affine(cell_m, 0, self.left, 0, -cell_m, self.top)
        return Grid(rows, columns, transform, reference.parse_crs(BELT, "示例数据"))


def yuncheng() -> Frame:
    """The 13 counties as they ship with the project, and the box around them."""
    source = importlib.resources.files("shuibao.data") / "boundaries" / "shanxi_counties.geojson"
    with importlib.resources.as_file(source) as path:
        shanxi = geopandas.read_file(path)
    codes = shanxi["district_adcode"].astype(str)
    inside = codes.str.startswith(CITY)
    counties = geopandas.GeoDataFrame(
        {"adcode": codes[inside].to_numpy(), "name": shanxi["district_name"][inside].to_numpy()},
        geometry=shanxi.geometry[inside].to_numpy(),
        crs=reference.CGCS2000,
    )
    outline = shapely.union_all(counties.to_crs(BELT).geometry.to_numpy())
    x0, y0, x1, y1 = outline.bounds
    left, bottom = (math.floor((edge - MARGIN_M) / SNAP_M) * SNAP_M for edge in (x0, y0))
    right, top = (math.ceil((edge + MARGIN_M) / SNAP_M) * SNAP_M for edge in (x1, y1))
    return Frame(counties, outline, left, top, right - left, top - bottom)


def in_belt(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longitude, latitude (n × 2) as x, y of the belt [m]."""
    to_belt = reference.transformer(
        reference.parse_crs(reference.CGCS2000, "示例数据"), reference.parse_crs(BELT, "示例数据")
    )
    return np.column_stack(to_belt.transform(lon_lat[:, 0], lon_lat[:, 1]))
