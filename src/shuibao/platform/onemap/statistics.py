"""What lies inside a region or a drawn polygon: areas by class on the product's own cells."""

import json
from dataclasses import dataclass
from typing import Any

import shapely
import shapely.geometry

from shuibao.platform.core.models import Region
from shuibao.platform.monitoring.models import Product
from shuibao.platform.monitoring.results import CLASSES
from shuibao.platform.onemap.heavy import counting
from shuibao.science.errors import InputError

POINTS_AT_MOST = 20_000


@dataclass(frozen=True)
class Areas:
    """Areas by class [km²], of what, and whether they were counted now or stand in the product."""

    name: str
    classes: tuple[float, ...]
    is_counted: bool

    @property
    def land_km2(self) -> float:
        """Everything with a result."""
        return sum(self.classes)

    @property
    def erosion_km2(self) -> float:
        """轻度 and above."""
        return sum(self.classes[1:])

    @property
    def rate_pct(self) -> float | None:
        """水土保持率; None where there is no result."""
        return 100 * (1 - self.erosion_km2 / self.land_km2) if self.land_km2 else None

    def as_json(self) -> dict[str, Any]:
        """For the strip below the map."""
        return {
            "name": self.name,
            "classes": [
                {"name": name, "km2": area} for name, area in zip(CLASSES, self.classes, strict=True)
            ],
            "land_km2": self.land_km2,
            "erosion_km2": self.erosion_km2,
            "strong_km2": sum(self.classes[2:]),
            "rate_pct": self.rate_pct,
            "counted": self.is_counted,
        }


def areas_of_region(product: Product, region: Region) -> Areas:
    """The areas of a region: from the product's own table where it has the region, else counted."""
    totals = product.summary["totals"]
    zones = {zone["code"]: zone for zone in product.summary["zones"]} | {product.region_id: totals}
    zone = zones.get(region.code)
    if zone is not None:
        classes = tuple(zone["class_area_km2"][str(number)] for number in range(1, 7))
        return Areas(region.name, classes, is_counted=False)
    if region.boundary is None:
        raise InputError(f"{region}没有边界，不能统计。请先导入它的边界。")
    return areas_of_shape(product, region.boundary, region.name)


def areas_of_shape(product: Product, shape: shapely.Geometry, name: str) -> Areas:
    """The areas inside a shape, counted cell by cell as a run counts its zones."""
    classes = counting().class_areas_km2(product.directory / "intensity.tif", shape, len(CLASSES))
    return Areas(name, classes, is_counted=True)


def drawn_polygon(text: bytes) -> shapely.Geometry:
    """The polygon of a GeoJSON geometry. Raises InputError for what is no simple polygon on land."""
    try:
        shape = shapely.geometry.shape(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError) as problem:
        raise InputError("圈定的范围不是 GeoJSON 多边形。请重新绘制。") from problem
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        raise InputError(f"圈定的范围是 {shape.geom_type}，应为多边形。请重新绘制。")
    if shapely.get_num_coordinates(shape) > POINTS_AT_MOST:
        raise InputError(f"圈定的范围超过 {POINTS_AT_MOST} 个点。请简化后再试。")
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InputError("圈定的范围超出经纬度范围。请重新绘制。")
    if not shape.is_valid:
        raise InputError("圈定的边线自己相交。请重新绘制，边线不要交叉。")
    return shape
