"""The shipped boundaries of Shanxi's 11 cities and 117 counties, and how far a zone lies off them."""

import importlib.resources
import json
from functools import cache
from typing import NamedTuple

import numpy as np
import pyproj
import shapely
import shapely.geometry
from numpy.typing import NDArray


class Region(NamedTuple):
    """An administrative region: adcode, name, boundary (CGCS2000 lon-lat)."""

    code: str
    name: str
    boundary: shapely.Geometry


class Township(NamedTuple):
    """A township or street: its code and name; its boundary is not shipped."""

    code: str
    name: str


class Offset(NamedTuple):
    """How far a zone's centre lies from the shipped centre of the region with its code [m]."""

    code: str
    name: str
    east_m: float
    north_m: float


@cache
def regions(level: str) -> dict[str, Region]:
    """The shipped regions of a level ("cities" or "counties") by adcode."""
    source = importlib.resources.files("shuibao.data") / "boundaries" / f"shanxi_{level}.geojson"
    kind = {"cities": "city", "counties": "district"}[level]
    found = {}
    for feature in json.loads(source.read_text(encoding="utf-8"))["features"]:
        facts = feature["properties"]
        code = str(facts[f"{kind}_adcode"])
        found[code] = Region(code, facts[f"{kind}_name"], shapely.geometry.shape(feature["geometry"]))
    return found


@cache
def townships() -> tuple[Township, ...]:
    """The shipped townships of Shanxi (codes and names of 2023)."""
    source = importlib.resources.files("shuibao.data") / "boundaries" / "shanxi_townships.csv"
    lines = source.read_text(encoding="utf-8").splitlines()[1:]
    return tuple(Township(*line.split(",")) for line in lines)


def offsets(codes: list[str], lon_lat: NDArray[np.object_]) -> list[Offset]:
    """Offsets of the zones' centres [m] for those whose code is a shipped region's."""
    known = regions("counties") | regions("cities")
    geod = pyproj.Geod(ellps="GRS80")
    found = []
    for code, shape in zip(codes, lon_lat, strict=True):
        if code not in known:
            continue
        here, there = shape.centroid, known[code].boundary.centroid
        azimuth, _, distance = geod.inv(there.x, there.y, here.x, here.y)
        angle = np.radians(azimuth)
        found.append(
            Offset(code, known[code].name, float(distance * np.sin(angle)), float(distance * np.cos(angle)))
        )
    return found
