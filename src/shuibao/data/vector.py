"""Vector files: polygons with attributes, in the run's CRS."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray

from shuibao.data.files import File
from shuibao.science.errors import InputError

_MAX_SEGMENT = {True: 0.01, False: 1000.0}
"""Edges are straight in the file's own CRS: before reprojection they are cut to 0.01° or 1000 units."""


@dataclass(frozen=True)
class Polygons:
    """A layer's polygons: as in the file (lon-lat or planar), in the run's CRS, and their attributes."""

    path: File
    crs: pyproj.CRS
    as_given: NDArray[np.object_]
    in_run_crs: NDArray[np.object_]
    attributes: dict[str, list[Any]]

    def areas_km2(self) -> NDArray[np.float64]:
        """True areas on the ellipsoid."""
        geodetic = self.crs.geodetic_crs or self.crs
        frame = geopandas.GeoSeries(self.as_given, crs=self.crs)
        geod = geodetic.get_geod()
        if geod is None:
            raise InputError(f"{self.path}：坐标系 {self.crs.name} 没有椭球，不能计算面积。")
        degrees = frame.segmentize(_MAX_SEGMENT[bool(self.crs.is_geographic)]).to_crs(geodetic)
        return np.array([abs(geod.geometry_area_perimeter(shape)[0]) for shape in degrees]) / 1e6


class AxesSwapped(InputError):
    """Latitude stands before longitude. `frame`: the features, put right."""

    def __init__(self, path: File, bounds: str, frame: geopandas.GeoDataFrame) -> None:
        super().__init__(f"{path}：经纬度颠倒了（纬度超过 90°）：{bounds}。请按经度在前、纬度在后重新导出。")
        turned = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1])
        self.frame = frame.set_geometry(turned, crs=frame.crs)


def read_polygons(path: File, columns: tuple[str, ...], run_crs: pyproj.CRS, layer: str | None) -> Polygons:
    """The polygons of a vector file with the named columns.

    Raises InputError when the file cannot be read, lacks a column or a CRS, is empty, or holds no polygons.
    """
    frame = _read(path, layer)
    for column in columns:
        if column not in frame.columns:
            have = "、".join(str(name) for name in frame.columns if name != frame.geometry.name)
            raise InputError(f"{path} 没有字段 {column}。它有：{have}。请在运行文件里写对字段名。")
    if frame.crs is None:
        raise InputError(f"{path} 没有坐标系。请补上 .prj 或在 GIS 里指定后另存；不会替您猜。")
    crs = pyproj.CRS.from_user_input(frame.crs)
    require_degrees(path, frame, crs)
    shapes = shapely.make_valid(shapely.force_2d(frame.geometry.to_numpy()))
    given = geopandas.GeoSeries(shapes, crs=crs)
    run = given.segmentize(_MAX_SEGMENT[bool(crs.is_geographic)]).to_crs(run_crs)
    return Polygons(
        path,
        crs,
        given.to_numpy(),
        run.to_numpy(),
        {column: frame[column].tolist() for column in columns},
    )


def overlaps(shapes: NDArray[np.object_]) -> list[tuple[int, int, float]]:
    """Pairs of polygons that share area, with the share of the smaller one."""
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="intersects")
    apart = first < second
    first, second = first[apart], second[apart]
    shared = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    smaller = np.minimum(shapely.area(shapes[first]), shapely.area(shapes[second]))
    share = np.divide(shared, smaller, out=np.zeros_like(shared), where=smaller > 0)
    return [(int(a), int(b), float(s)) for a, b, s in zip(first, second, share, strict=True) if s > 0]


def _read(path: File, layer: str | None) -> geopandas.GeoDataFrame:
    if isinstance(path, Path) and not path.exists():
        raise InputError(f"找不到矢量文件 {path}。请检查路径（相对于运行文件所在目录）。")
    try:
        frame = pyogrio.read_dataframe(str(path), layer=layer or None)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeDecodeError) as problem:
        reason = str(problem).splitlines()[0][:160]
        raise InputError(
            f"{path} 不是能读的矢量文件：{reason}。请换成 GeoPackage 或 Shapefile。"
        ) from problem
    if not isinstance(frame, geopandas.GeoDataFrame) or frame.empty:
        raise InputError(f"{path} 里没有图形。请检查图层。")
    kinds = set(frame.geometry.geom_type.dropna().unique()) - {"Polygon", "MultiPolygon"}
    if kinds or frame.geometry.isna().any():
        what = "、".join(sorted(kinds)) or "空图形"
        raise InputError(f"{path} 应全是面，读到 {what}。请只保留面要素。")
    return frame


def require_degrees(path: File, frame: geopandas.GeoDataFrame, crs: pyproj.CRS) -> None:
    """Raises InputError when coordinates cannot be degrees; AxesSwapped when they can the other way round."""
    west, south, east, north = frame.total_bounds
    if not crs.is_geographic or (south >= -90 and north <= 90 and west >= -180 and east <= 360):
        return
    bounds = f"x {west:.4f}–{east:.4f}，y {south:.4f}–{north:.4f}"
    if west >= -90 and east <= 90:
        raise AxesSwapped(path, bounds, frame)
    raise InputError(f"{path}：坐标不是经纬度：{bounds}。请写对坐标系。")
