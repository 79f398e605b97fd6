"""How fast the map answers: raster tiles and polygon statistics of a made-up city. Run: python bench/tiles.py

Writes a raster of classes of the size asked for into a temporary folder; prints p50 and p95 of each.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import morecantile
import numpy as np
import rasterio
import shapely
from rasterio.transform import from_origin

from shuibao.data.class_areas import class_areas_km2
from shuibao.data.web_tiles import write_web_raster

WEST, NORTH = 110.2, 35.9
SIDE_DEG = 1.2  # a city of about 14 000 km²


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cell", type=float, default=30.0, help="metres")
    parser.add_argument("--tiles", type=int, default=200)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = _raster(folder / "intensity.tif", args.cell)
        began = time.perf_counter()
        write_web_raster(source, folder / "web.tif")
        print(f"Web Mercator COG of {args.cell:g} m: {time.perf_counter() - began:.1f} s")
        _tiles(folder / "web.tif", args.tiles)
        for share in (0.1, 1.0):
            edge = SIDE_DEG * share
            shape = shapely.Point(WEST + SIDE_DEG / 2, NORTH - SIDE_DEG / 2).buffer(edge / 2)
            _print(
                f"statistics of a circle {share:.0%} wide",
                lambda shape=shape: class_areas_km2(source, shape, 6),
                5,
            )


def _raster(path: Path, cell_m: float) -> Path:
    """Classes in blobs of 8 cells, as CGCS2000 degrees."""
    cell = cell_m / 111_000
    side = int(SIDE_DEG / cell)
    coarse = np.random.default_rng(1).integers(1, 7, (side // 8 + 1, side // 8 + 1), dtype=np.uint8)
    codes = np.kron(coarse, np.ones((8, 8), np.uint8))[:side, :side]
    shape = {"height": side, "width": side, "count": 1, "dtype": "uint8", "nodata": 0}
    layout = {"tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "zstd"}
    place = {"crs": "EPSG:4490", "transform": from_origin(WEST, NORTH, cell, cell)}
    with rasterio.open(path, "w", driver="GTiff", **shape, **layout, **place) as dataset:
        dataset.write(codes, 1)
    return path


def _tiles(path: Path, count: int) -> None:
    from shuibao.platform.start import start_django

    start_django()
    from shuibao.platform.onemap.tile_drawing import tile

    grid = morecantile.tms.get("WebMercatorQuad")
    rng = random.Random(1)
    for zoom in (9, 12, 14):
        spots = [
            grid.tile(WEST + rng.random() * SIDE_DEG, NORTH - rng.random() * SIDE_DEG, zoom)
            for _ in range(count)
        ]
        asked = iter(spots)
        _print(f"raster tile z{zoom}", lambda asked=asked: tile(path, True, zoom, *_xy(next(asked))), count)  # noqa: B023


def _xy(spot: morecantile.Tile) -> tuple[int, int]:
    return spot.x, spot.y


def _print(what: str, act: Callable[[], object], count: int) -> None:
    took = []
    for _ in range(count):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    print(
        f"{what}: p50 {np.percentile(took, 50):.1f} ms, p95 {np.percentile(took, 95):.1f} ms ({count} times)"
    )


if __name__ == "__main__":
    main()
