"""A small made-up landscape that runs can be written for, piece by piece."""

import json
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import rasterio
from affine import Affine
from distributed import LocalCluster
from shapely.geometry import box

CRS = "EPSG:4546"
WEST, NORTH, CELL = 500_000.0, 3_900_000.0, 10.0


def toml_value(value: Any) -> str:
    """A value as TOML writes it (JSON does for texts, numbers and lists)."""
    return str(value).lower() if isinstance(value, bool) else json.dumps(value, ensure_ascii=False)


@dataclass
class Landscape:
    """A folder with a DEM, zones and a run file; sections can be replaced, rasters and tables added."""

    folder: Path
    shape: tuple[int, int] = (60, 80)
    top: dict[str, Any] = field(default_factory=lambda: {"title": "试验小流域", "year": 2025})
    sections: dict[str, dict[str, Any]] = field(default_factory=dict)

    def raster(self, name: str, values: Any, **facts: Any) -> str:
        """Writes a GeoTIFF on the landscape's grid (or another, by facts); its name."""
        bands = np.asarray(values)
        bands = bands if bands.ndim == 3 else bands[None]
        profile = {
            "driver": "GTiff", "count": bands.shape[0], "height": bands.shape[1], "width": bands.shape[2],
            "dtype": bands.dtype.name, "crs": CRS, "transform": Affine(CELL, 0, WEST, 0, -CELL, NORTH),
        }  # fmt: skip
        with rasterio.open(self.folder / name, "w", **(profile | facts)) as dataset:
            dataset.write(bands)
        return name

    def table(self, name: str, text: str) -> str:
        """Writes a text file; its name."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def polygons(
        self, file: str, shapes: list[Any], columns: dict[str, list[Any]], crs: str | None = CRS
    ) -> str:
        """Writes a GeoPackage of polygons; its name."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "'crs' was not provided")
            geopandas.GeoDataFrame(columns, geometry=shapes, crs=crs).to_file(self.folder / file)
        return file

    def rows(self, first: int, end: int) -> Any:
        """The rectangle of some rows of the grid."""
        return box(WEST, NORTH - end * CELL, WEST + self.shape[1] * CELL, NORTH - first * CELL)

    def run_file(self, name: str = "RUN.toml", **sections: dict[str, Any] | None) -> Path:
        """Writes the run file, with sections replaced (None: left out); its path."""
        chosen = {key: values for key, values in (self.sections | sections).items() if values is not None}
        lines = [f"{key} = {toml_value(value)}" for key, value in self.top.items()]
        for section, values in chosen.items():
            lines += [f"\n[{section}]", *(f"{key} = {toml_value(value)}" for key, value in values.items())]
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path


@pytest.fixture
def landscape(tmp_path: Path) -> Landscape:
    """A plane of 8 degrees falling south, cropland in the west and grass in the east, two zones."""
    land = Landscape(tmp_path)
    height, width = land.shape
    rows, columns = np.mgrid[:height, :width]
    land.raster("dem.tif", (1000 - rows * CELL * np.tan(np.radians(8))).astype(np.float32), nodata=-9999)
    land.raster("land_use.tif", np.where(columns < width // 2, 13, 43).astype(np.uint8), nodata=0)
    half = height // 2
    land.polygons(
        "zones.gpkg",
        [land.rows(0, half), land.rows(half, height)],
        {"code": ["A", "B"], "name": ["上", "下"]},
    )
    land.sections = {
        "dem": {"file": "dem.tif"},
        "zones": {"file": "zones.gpkg", "code": "code", "name": "name"},
        "rainfall": {"constant": 1628.71},
        "soil": {"constant": 0.04},
        "land_use": {"raster": "land_use.tif"},
        "cover": {"constant": 0.04356},
        "rotation": {"constant": 0.4},
        "tolerance": {"constant": 1000},
    }
    return land


@pytest.fixture
def rugged(landscape: Landscape) -> Landscape:
    """The landscape with rough ground, water, towns, holes, computed cover and two kinds of measures."""
    rng = np.random.default_rng(7)
    height, width = landscape.shape
    rows, columns = np.mgrid[:height, :width]
    relief = 40 * np.sin(columns / 7) + 30 * np.cos(rows / 9) - 1.5 * rows + rng.random((height, width)) * 3
    dem = np.round(1000 + relief, 1).astype(np.float32)
    dem[20:23, 30:34] = -9999
    landscape.raster("dem.tif", dem, nodata=-9999)
    codes = rng.choice([12, 13, 21, 31, 32, 43, 51, 53, 71], (height // 5, width // 5))
    landscape.raster("land_use.tif", np.kron(codes, np.ones((5, 5))).astype(np.uint8), nodata=0)
    seasons = 0.35 - 0.3 * np.cos(np.arange(24) / 24 * 2 * np.pi)
    cover = seasons[:, None, None] * rng.uniform(0.5, 1.3, (1, 12, 16))
    landscape.raster(
        "fvc.tif", cover.astype(np.float32), transform=Affine(50, 0, WEST, 0, -50, NORTH), nodata=-1
    )
    landscape.table(
        "understorey.csv",
        "code,half_month,ground_cover\n"
        + "".join(f"{code},{k},{0.3 + 0.01 * k}\n" for code in (21, 31) for k in range(1, 25)),
    )
    landscape.polygons(
        "terraces.gpkg",
        [
            box(WEST + 55, NORTH - 320, WEST + 300, NORTH - 95),
            box(WEST + 400, NORTH - 500, WEST + 700, NORTH - 333),
        ],
        {"code": ["020101", "0205"]},
    )
    weights = [0, 0, 0, 0, 0, 0, 1, 2, 3, 5, 8, 12, 15, 16, 14, 10, 7, 4, 2, 1, 0, 0, 0, 0]
    landscape.sections |= {
        "rainfall": {"constant": 1628.71, "half_month_weights": weights},
        "cover": {"fvc": "fvc.tif", "understorey": "understorey.csv"},
        "measures": {"polygons": "terraces.gpkg", "column": "code"},
    }
    return landscape


@pytest.fixture
def read_band() -> Callable[[Path], Any]:
    """Reads the first band of a raster, float64 with NaN for no data (codes as they are)."""

    def read(path: Path) -> Any:
        with rasterio.open(path) as dataset:
            return dataset.read(1)

    return read


@pytest.fixture(scope="session")
def cluster() -> Iterator[LocalCluster]:
    """Two worker processes on this machine."""
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as started:  # type: ignore[no-untyped-call]
        yield started
