"""How the tiled chain grows: DEM file to LS working file, each size in a process of its own.

    python bench/scale.py 25 100 140 --workers 1 2      sizes in millions of cells
    python bench/scale.py 1600 --folder /big/disk       needs about 17 bytes of disk per cell

The DEM is a made-up block of 9 million cells, mirrored as often as needed and tilted, written tile by tile as
GeoTIFF (ZSTD). Compilation is not counted. Memory is the greatest resident size of the whole process.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK_SIDE = 3000
CELL_M = 10.0
TILT = np.float32(0.02)
WARM_UP_SIDE = 300


def write_dem(side: int, path: Path) -> None:
    """Streams the made-up DEM of side × side cells to a GeoTIFF."""
    import rasterio
    from dem import loess_like
    from rasterio.transform import Affine
    from rasterio.windows import Window

    block = loess_like(min(side, BLOCK_SIDE))
    layout = {"tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "zstd", "zstd_level": 1}
    place = {"crs": "EPSG:4546", "transform": Affine(CELL_M, 0, 5e5, 0, -CELL_M, 4e6), "nodata": -9999.0}
    size = {"height": side, "width": side, "count": 1, "dtype": "float32", "BIGTIFF": "IF_SAFER"}
    with rasterio.open(path, "w", driver="GTiff", predictor=3, **layout, **place, **size) as dataset:
        for row in range(0, side, 512):
            for column in range(0, side, 512):
                rows, columns = (
                    np.arange(row, min(row + 512, side)),
                    np.arange(column, min(column + 512, side)),
                )
                heights = block[np.ix_(_mirrored(rows, len(block)), _mirrored(columns, len(block)))]
                heights = np.round(heights + TILT * (rows[:, None] + columns).astype(np.float32), 2)
                dataset.write(heights, 1, window=Window(column, row, columns.size, rows.size))


def _mirrored(places: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Places in a block that is laid out forth and back."""
    rest = places % (2 * length)
    return np.where(rest < length, rest, 2 * length - 1 - rest)


def run_chain(dem: Path, folder: Path, tile_size: int, workers: int) -> int:
    """DEM file to LS working file; the number of cells."""
    from shuibao.data.products import WorkingRaster
    from shuibao.data.raster import look_at
    from shuibao.data.working_tiles import FolderTiles
    from shuibao.engine.terrain_tasks import TerrainWorld
    from shuibao.engine.terrain_tiles import join_terrain, map_terrain
    from shuibao.engine.threads import run_tasks
    from shuibao.rules.book import RuleBook
    from shuibao.rules.terrain import slope_factor_choices, terrain_choices
    from shuibao.science.erosion.slope_factors import slope_factors
    from shuibao.science.grid import Tile
    from shuibao.science.terrain.chain import Terrain
    from shuibao.science.terrain.perimeter import Perimeters

    book, source = RuleBook.load(), look_at(dem)
    grid, factor_choices = source.grid, slope_factor_choices(book)
    output = WorkingRaster(folder / "ls.tif", grid, "float32", float("nan"))

    def read(tile: Tile) -> NDArray[np.float32]:
        heights: NDArray[np.float32] = source.read(tile)[0]
        return heights

    def run(work: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        return run_tasks(work, tasks, workers)

    def write(tile: Tile, terrain: Terrain) -> None:
        factors = slope_factors(terrain, factor_choices)
        output.write(tile, factors.length * factors.steepness)

    perimeters = Perimeters(grid.height, grid.width, tile_size)
    layers = FolderTiles(folder)
    world = TerrainWorld(perimeters, read, layers, grid.steps, grid.areas, terrain_choices(book))
    lengths = join_terrain(world, run)
    for _ in map_terrain(world, lengths, write, run):
        pass
    return grid.height * grid.width


def measure(dem: Path, folder: Path, tile_size: int, workers: int) -> dict[str, float]:
    """One run in this process."""
    warm_up = folder / "warm-up"
    warm_up.mkdir()
    write_dem(WARM_UP_SIDE, warm_up / "dem.tif")
    run_chain(warm_up / "dem.tif", warm_up, 128, 1)
    cpu, wall = time.process_time(), time.perf_counter()
    cells = run_chain(dem, folder, tile_size, workers)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"cells": cells, "cpu_us": cpu / cells * 1e6, "wall_s": wall, "gib": gib}


def measured_apart(side: int, folder: Path, tile_size: int, workers: list[int]) -> list[dict[str, float]]:
    """A run per number of workers, each in its own process, on one DEM."""
    found = []
    with tempfile.TemporaryDirectory(dir=folder) as name:
        dem = Path(name) / "dem.tif"
        subprocess.run([sys.executable, __file__, "--make", str(side), "--dem", str(dem)], check=True)
        for count in workers:
            with tempfile.TemporaryDirectory(dir=name) as run_folder:
                one = ["--one", run_folder, "--dem", str(dem), "--tile", str(tile_size)]
                command = [sys.executable, __file__, *one, "--workers", str(count)]
                done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
                found.append(json.loads(done.stdout.splitlines()[-1]) | {"workers": count})
    return found


def table(millions: list[float], folder: Path, tile_size: int, workers: list[int]) -> None:
    """Prints the runs as a Markdown table, and how CPU and memory grow with the cells."""
    print("| cells | workers | CPU µs/cell | wall s | memory GiB |")
    print("|---|---|---|---|---|")
    runs = []
    for size in millions:
        for run in measured_apart(round((size * 1e6) ** 0.5), folder, tile_size, workers):
            runs.append(run)
            print(
                f"| {run['cells'] / 1e6:.0f} M | {run['workers']:.0f} | {run['cpu_us']:.3f} | "
                f"{run['wall_s']:.1f} | {run['gib']:.2f} |",
                flush=True,
            )
    if len(millions) > 1:
        cells, cpu = (np.array([run[key] for run in runs]) for key in ("cells", "cpu_us"))
        per_cell = np.polyfit(cells, [run["gib"] * 2**30 for run in runs], 1)[0]
        exponent = np.polyfit(np.log(cells), np.log(cpu * cells), 1)[0]
        print(f"\nCPU grows as cells^{exponent:.2f}, memory by {per_cell:.2f} bytes per cell.")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("millions", nargs="*", type=float, default=[25.0], help="sizes: 25, 100, 140, 1600 …")
    parser.add_argument("--workers", nargs="*", type=int, default=[1, 2], help="numbers of threads")
    parser.add_argument("--tile", type=int, default=1024, help="side of a tile [cells]")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where to work")
    parser.add_argument("--make", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--dem", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.dem, asked.one, asked.tile, asked.workers[0])))
    elif asked.make:
        write_dem(asked.make, asked.dem)
    else:
        table(asked.millions, asked.folder, asked.tile, asked.workers)


if __name__ == "__main__":
    main()
