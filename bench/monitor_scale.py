"""How a year's monitoring grows: RUN.toml to the folder of products, each size in a process of its own.

    python bench/monitor_scale.py 25 100 --workers 2        sizes in millions of cells
    python bench/monitor_scale.py 1600 --folder /big/disk   needs about 150 bytes of disk per cell

The DEM is that of bench/scale.py; land use comes in fields of a few hectares, zones are squares of 400 km²,
measures are rectangles on a tenth of the land, cover has 24 half-months at 250 m. Compilation is not counted.
Memory is the greatest resident size of the whole process. --baseline: a second year, against the first.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scale import CELL_M, write_dem

WEST, NORTH = 5e5, 4e6
ZONE_SIDE_M = 20_000.0
FIELD_CELLS = 16
COVER_CELL_M = 250.0
CODES = np.array([12, 13, 21, 31, 32, 41, 43, 51, 53, 71], np.uint8)
WARM_UP_SIDE = 300
WEIGHTS = [0, 0, 0, 0, 0, 0, 1, 2, 3, 5, 8, 12, 15, 16, 14, 10, 7, 4, 2, 1, 0, 0, 0, 0]


def write_inputs(side: int, folder: Path, min_area_m2: float) -> None:
    """Everything a run of side × side cells reads, streamed."""
    folder.mkdir(parents=True, exist_ok=True)
    write_dem(side, folder / "dem.tif")
    _write_land_use(side, folder / "land_use.tif")
    _write_cover(side, folder / "fvc.tif")
    _write_polygons(side, folder)
    under = "".join(f"{code},{k},{0.3 + 0.01 * k}\n" for code in (21, 31, 32) for k in range(1, 25))
    (folder / "under.csv").write_text("code,half_month,ground_cover\n" + under, encoding="utf-8")
    for year, rain in ((2024, 1500.0), (2025, 1700.0)):
        baseline = 'baseline = "out2024"\n' if year == 2025 else ""
        (folder / f"{year}.toml").write_text(
            f'title = "规模试验"\nyear = {year}\n{baseline}'
            '[dem]\nfile = "dem.tif"\n[zones]\nfile = "zones.gpkg"\ncode = "code"\nname = "code"\n'
            f"[rainfall]\nconstant = {rain}\nhalf_month_weights = {WEIGHTS}\n"
            '[soil]\nconstant = 0.04\n[land_use]\nraster = "land_use.tif"\n'
            '[cover]\nfvc = "fvc.tif"\nunderstorey = "under.csv"\n'
            '[measures]\npolygons = "measures.gpkg"\ncolumn = "code"\n'
            "[rotation]\nconstant = 0.4\n[tolerance]\nconstant = 1000\n"
            f"[patches]\nmin_area_m2 = {min_area_m2}\n",
            encoding="utf-8",
        )


def _raster(path: Path, shape: tuple[int, int], cell_m: float, **facts: Any) -> Any:
    import rasterio
    from rasterio.transform import Affine

    layout = {"tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "zstd", "zstd_level": 1}
    place = {"crs": "EPSG:4546", "transform": Affine(cell_m, 0, WEST, 0, -cell_m, NORTH)}
    size = {"height": shape[0], "width": shape[1], "BIGTIFF": "IF_SAFER"}
    return rasterio.open(path, "w", driver="GTiff", **layout, **place, **size, **facts)


def _write_land_use(side: int, path: Path) -> None:
    """Fields of FIELD_CELLS × FIELD_CELLS cells."""
    from rasterio.windows import Window

    with _raster(path, (side, side), CELL_M, count=1, dtype="uint8", nodata=0) as dataset:
        for row in range(0, side, 512):
            for column in range(0, side, 512):
                height, width = min(512, side - row), min(512, side - column)
                fields = np.random.default_rng([row, column]).choice(CODES, (512 // FIELD_CELLS,) * 2)
                codes: NDArray[np.uint8] = np.kron(fields, np.ones((FIELD_CELLS,) * 2, np.uint8))
                dataset.write(codes[:height, :width], 1, window=Window(column, row, width, height))


def _write_cover(side: int, path: Path) -> None:
    cells = int(np.ceil(side * CELL_M / COVER_CELL_M)) + 1
    random = np.random.default_rng(5)
    level = random.uniform(0.5, 1.3, (cells, cells)).astype(np.float32)
    with _raster(path, (cells, cells), COVER_CELL_M, count=24, dtype="float32", nodata=-1) as dataset:
        for half_month in range(24):
            season = 0.35 - 0.3 * np.cos(half_month / 24 * 2 * np.pi)
            dataset.write((level * np.float32(season)), half_month + 1)


def _write_polygons(side: int, folder: Path) -> None:
    """Zones, and measures: one rectangle to the square kilometre."""
    import geopandas
    import shapely

    extent = side * CELL_M
    edges = np.unique(np.append(np.arange(0, extent, ZONE_SIDE_M), extent))
    zones = [
        shapely.box(WEST + left, NORTH - bottom, WEST + right, NORTH - top)
        for top, bottom in pairwise(edges)
        for left, right in pairwise(edges)
    ]
    codes = [f"Z{place:04d}" for place in range(len(zones))]
    geopandas.GeoDataFrame({"code": codes}, geometry=zones, crs="EPSG:4546").to_file(folder / "zones.gpkg")
    random = np.random.default_rng(6)
    count = max(2, int((extent / 1000) ** 2))
    x, y = WEST + random.uniform(0, extent, count), NORTH - random.uniform(0, extent, count)
    sizes = random.uniform(100, 500, (2, count))
    measures = shapely.box(x, y - sizes[0], x + sizes[1], y)
    kinds = random.choice(["020101", "0205"], count)
    geopandas.GeoDataFrame({"code": kinds}, geometry=measures, crs="EPSG:4546").to_file(
        folder / "measures.gpkg"
    )


def measure(folder: Path, tile: int, workers: int, year: int) -> dict[str, float]:
    """One run in this process."""
    from shuibao.workflows.annual_monitoring import load_plan, run

    with tempfile.TemporaryDirectory(dir=folder) as name:
        warm_up = Path(name)
        write_inputs(WARM_UP_SIDE, warm_up, 400)
        for warm_year in (2024, 2025):
            out = warm_up / f"out{warm_year}"
            run(load_plan(warm_up / f"{warm_year}.toml"), out=out, tile=128, workers=2)
    cpu, wall = time.process_time(), time.perf_counter()
    result = run(load_plan(folder / f"{year}.toml"), out=folder / f"out{year}", tile=tile, workers=workers)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"cpu_s": cpu, "wall_s": wall, "gib": gib, "patches": result.patch_count}


def measured_apart(side: int, asked: argparse.Namespace) -> list[dict[str, float]]:
    """The year, and with a baseline the next, each in a process of its own."""
    found = []
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        make = [
            sys.executable,
            __file__,
            "--make",
            str(side),
            "--one",
            name,
            "--min-area",
            str(asked.min_area),
        ]
        subprocess.run(make, check=True)
        for year in (2024, 2025) if asked.baseline else (2024,):
            one = [
                "--one",
                name,
                "--tile",
                str(asked.tile),
                "--workers",
                str(asked.workers),
                "--year",
                str(year),
            ]
            command = [sys.executable, __file__, *one]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            found.append(json.loads(done.stdout.splitlines()[-1]) | {"year": year, "cells": side * side})
    return found


def table(asked: argparse.Namespace) -> None:
    """Prints the runs as a Markdown table, and how memory grows."""
    print("| cells | year | patches | CPU µs/cell | wall s | memory GiB |")
    print("|---|---|---|---|---|---|")
    runs = []
    for size in asked.millions:
        for run in measured_apart(round((size * 1e6) ** 0.5), asked):
            runs.append(run)
            print(
                f"| {run['cells'] / 1e6:.0f} M | {run['year']} | {run['patches']} | "
                f"{run['cpu_s'] / run['cells'] * 1e6:.3f} | {run['wall_s']:.1f} | {run['gib']:.2f} |",
                flush=True,
            )
    for year in {run["year"] for run in runs}:
        of_year = [run for run in runs if run["year"] == year]
        if len(of_year) > 1:
            grown = (of_year[-1]["gib"] - of_year[0]["gib"]) * 2**30
            cells = of_year[-1]["cells"] - of_year[0]["cells"]
            patches = max(1, of_year[-1]["patches"] - of_year[0]["patches"])
            print(
                f"\n{year}: memory grows by {grown / cells:.2f} bytes a cell, {grown / patches:.0f} a patch."
            )


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("millions", nargs="*", type=float, default=[25.0], help="sizes: 25, 100, 1600 …")
    parser.add_argument("--workers", type=int, default=2, help="number of threads")
    parser.add_argument("--tile", type=int, default=512, help="side of a tile [cells]")
    parser.add_argument("--min-area", type=float, default=400, help="area of the smallest patch [m²]")
    parser.add_argument("--baseline", action="store_true", help="a second year against the first")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where to work")
    parser.add_argument("--year", type=int, default=2024, help=argparse.SUPPRESS)
    parser.add_argument("--make", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.make:
        write_inputs(asked.make, asked.one, asked.min_area)
    elif asked.one:
        print(json.dumps(measure(asked.one, asked.tile, asked.workers, asked.year)))
    else:
        table(asked)


if __name__ == "__main__":
    main()
