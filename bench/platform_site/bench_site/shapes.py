"""Made-up places in the counties of Shanxi: the same ones for the same seed."""

from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from shuibao.data.regions import regions

CORNERS = 12
_TRIES = 8


class Made(NamedTuple):
    """Where things lie: the code and name of the county, and the centre [degrees]."""

    code: str
    name: str
    lon: float
    lat: float


def spread(count: int, seed: int) -> list[Made]:
    """Centres inside the 117 counties, as many in each."""
    random = np.random.default_rng(seed)
    counties = sorted(regions("counties").values())
    found: list[Made] = []
    for place, county in enumerate(counties):
        wanted = count * (place + 1) // len(counties) - len(found)
        west, south, east, north = county.boundary.bounds
        tried = random.uniform((west, south), (east, north), (max(1, wanted) * _TRIES, 2))
        within = tried[shapely.contains_xy(county.boundary, *tried.T)]
        chosen = np.resize(within, (wanted, 2))
        found += [Made(county.code, county.name, float(lon), float(lat)) for lon, lat in chosen]
    return found


def polygons(made: list[Made], seed: int) -> "NDArray[Any]":
    """A ring of twelve corners, 50 to 300 m from its centre, around each."""
    random = np.random.default_rng(seed)
    centres = np.array([(one.lon, one.lat) for one in made]).reshape(-1, 1, 2)
    angles = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    radii = random.uniform(50, 300, (len(made), 1)) * random.uniform(0.7, 1.0, (len(made), CORNERS)) / 111_000
    rings = centres + np.stack([radii * np.cos(angles) * 1.2, radii * np.sin(angles)], axis=-1)
    return shapely.polygons(rings)
