"""GRASS's r.watershed on a DEM, as a peer of bench/terrain.py; only where `grass` is installed."""

import os
import resource
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import Affine


def measure_grass(dem: Path, cell_m: float) -> dict[str, float]:
    """CPU [µs/cell], wall [s] and bytes per cell of r.watershed (fill-free D8 flow, accumulation, LS).

    Import into GRASS is not counted; starting the command is (about half a second).
    """
    heights = np.load(dem)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "place" / "PERMANENT"
        _import(heights, Path(folder), place, cell_m)
        before, wall = os.times(), time.perf_counter()
        outputs = ["threshold=1000", "accumulation=accumulation", "drainage=drainage", "length_slope=ls"]
        _grass(place, "r.watershed", "-s", "elevation=dem", *outputs, "--quiet")
        after, wall = os.times(), time.perf_counter() - wall
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return {"cpu_us": cpu / heights.size * 1e6, "wall_s": wall, "bytes": peak / heights.size}


def _import(heights: np.ndarray, folder: Path, place: Path, cell_m: float) -> None:
    file = folder / "dem.tif"
    height, width = heights.shape
    profile = {"driver": "GTiff", "height": height, "width": width, "count": 1, "dtype": "float32"}
    transform = Affine(cell_m, 0, 5e5, 0, -cell_m, 4e6)
    with rasterio.open(file, "w", crs="EPSG:4546", transform=transform, **profile) as dataset:
        dataset.write(heights, 1)
    subprocess.run(["grass", "-c", str(file), str(place.parent), "-e"], check=True, capture_output=True)
    _grass(place, "r.in.gdal", f"input={file}", "output=dem", "--quiet")
    _grass(place, "g.region", "raster=dem")


def _grass(place: Path, *command: str) -> None:
    subprocess.run(["grass", str(place), "--exec", *command], check=True, capture_output=True)
