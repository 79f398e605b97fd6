"""Coordinate reference systems: longitude before latitude, transformers built once and kept."""

from functools import cache

import pyproj
from pyproj.exceptions import CRSError

from shuibao.science.errors import InputError

CGCS2000 = "EPSG:4490"

# Albers for all of China, as the dynamic monitoring sums its areas (meridian 105 E, parallels 25/47 N).
ALBERS_CHINA = (
    "+proj=aea +lat_0=0 +lon_0=105 +lat_1=25 +lat_2=47 +x_0=0 +y_0=0 +ellps=GRS80 +units=m +no_defs"
)


@cache
def parse_crs(text: str, where: str) -> pyproj.CRS:
    """The CRS a text names (authority code, WKT or PROJ string). Raises InputError naming the place."""
    try:
        return pyproj.CRS.from_user_input(text)
    except CRSError as problem:
        raise InputError(
            f"{where}：认不出坐标系 {text!r}。请写 EPSG 代码（如 EPSG:4490）或 WKT。"
        ) from problem


@cache
def transformer(source: pyproj.CRS, target: pyproj.CRS) -> pyproj.Transformer:
    """From source to target, x/longitude first in both. Building one costs 200 ms, so each is built once."""
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


@cache
def is_equal_area(crs: pyproj.CRS) -> bool:
    """Whether planar areas in this CRS are true areas."""
    method = crs.coordinate_operation.method_name.lower() if crs.coordinate_operation else ""
    return "equal area" in method
