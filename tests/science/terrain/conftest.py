"""Surfaces and rasters the terrain tests share."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from pyproj import CRS

from shuibao.science.grid import CellSteps, Grid


@pytest.fixture(scope="session")
def square() -> Callable[[int], CellSteps]:
    """Steps of 10 m cells, for so many rows."""
    return lambda rows: CellSteps(np.full(rows, 10.0), np.full(rows, 10.0), np.full(rows, np.hypot(10, 10)))


@pytest.fixture(scope="session")
def rough() -> Callable[..., NDArray[np.float32]]:
    """Rough ground with nested pits, flats and holes, about 1000 m high; the same for the same seed."""

    def surface(seed: int, shape: tuple[int, int], holes: int = 5) -> NDArray[np.float32]:
        rng = np.random.default_rng(seed)
        z = np.zeros(shape)
        for size in (1, 3, 9, 27):
            coarse = rng.integers(0, 3 * size, (shape[0] // size + 2, shape[1] // size + 2))
            z += np.kron(coarse, np.ones((size, size)))[: shape[0], : shape[1]]
        z += 1000
        for _ in range(holes):
            row, column = rng.integers(0, shape[0]), rng.integers(0, shape[1])
            z[row : row + 3, column : column + 2] = np.nan
        return z.astype(np.float32)

    return surface


@pytest.fixture(scope="session")
def dem(reference: Path) -> Callable[[str], tuple[NDArray[np.float32], Grid]]:
    """A real DEM [m] and its grid."""

    def read(name: str) -> tuple[NDArray[np.float32], Grid]:
        with rasterio.open(reference / f"{name}.tif") as source:
            heights = source.read(1, masked=True).astype(np.float32).filled(np.nan)
            crs = CRS.from_wkt(source.crs.to_wkt())
            return heights, Grid(source.height, source.width, source.transform, crs)

    return read
