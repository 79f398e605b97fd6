"""Irregular outlines: many at once, around given points."""

import numpy as np
import shapely
from numpy.typing import NDArray

CORNERS = 14
UNEVENNESS = 0.28  # of the radius


def blobs(
    rng: np.random.Generator, centres: NDArray[np.float64], radii_m: NDArray[np.float64]
) -> NDArray[np.object_]:
    """One polygon around each centre (n × 2), of about this radius."""
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    swing = rng.normal(size=(len(centres), 3, 2))
    waves = sum(
        swing[:, i, :1] * np.cos((i + 2) * angle) + swing[:, i, 1:] * np.sin((i + 2) * angle)
        for i in range(3)
    )
    reach = radii_m[:, None] * np.clip(1 + UNEVENNESS * waves / np.sqrt(3), 0.35, 1.9)
    stretch = rng.uniform(0.65, 1.0, len(centres))[:, None]
    turn = rng.uniform(0, np.pi, len(centres))[:, None]
    u, v = reach * np.cos(angle), reach * np.sin(angle) * stretch
    x = centres[:, :1] + u * np.cos(turn) - v * np.sin(turn)
    y = centres[:, 1:] + u * np.sin(turn) + v * np.cos(turn)
    return np.asarray(shapely.polygons(np.stack([x, y], axis=-1)))


def wandering(
    rng: np.random.Generator, start: NDArray[np.float64], end: NDArray[np.float64], share: float
) -> shapely.LineString:
    """A line from start to end, its middles moved aside at random by this share of their distance."""
    line = np.stack([start, end])
    for _ in range(4):
        middle, way = (line[1:] + line[:-1]) / 2, line[1:] - line[:-1]
        middle += way[:, ::-1] * (1, -1) * rng.normal(0, share, (len(middle), 1))
        merged = np.empty((2 * len(line) - 1, 2))
        merged[::2], merged[1::2] = line, middle
        line = merged
    return shapely.LineString(line)
