"""How the division into watersheds grows: DEM file to GeoPackage, each size in a process of its own.

    python bench/watersheds.py 4 25 100 --workers 1 2     sizes in millions of cells
    python bench/watersheds.py 400 --folder /big/disk     needs about 20 bytes of disk per cell

The DEM is that of bench/scale.py, with cells of 10 m. Compilation is not counted. Memory is the greatest
resident size of the whole process.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WARM_UP_SIDE = 300


def divided(dem: Path, out: Path, tile_size: int, workers: int) -> int:
    """DEM file to GeoPackage; the number of watersheds."""
    from shuibao.workflows.watersheds import divide_land

    return int(divide_land(dem, out, tile=tile_size, workers=workers).summary["count"])


def measure(dem: Path, folder: Path, tile_size: int, workers: int) -> dict[str, float]:
    """One run in this process."""
    from scale import write_dem

    write_dem(WARM_UP_SIDE, folder / "warm-up.tif")
    divided(folder / "warm-up.tif", folder / "warm-up", 128, 1)
    cpu, wall = time.process_time(), time.perf_counter()
    count = divided(dem, folder / "out", tile_size, workers)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"watersheds": count, "cpu_s": cpu, "wall_s": wall, "gib": gib}


def measured_apart(side: int, folder: Path, tile_size: int, workers: list[int]) -> list[dict[str, float]]:
    """A run per number of workers, each in its own process, on one DEM."""
    found = []
    with tempfile.TemporaryDirectory(dir=folder) as name:
        dem = Path(name) / "dem.tif"
        make = [sys.executable, str(Path(__file__).with_name("scale.py")), "--make", str(side)]
        subprocess.run([*make, "--dem", str(dem)], check=True)
        for count in workers:
            with tempfile.TemporaryDirectory(dir=name) as run_folder:
                one = ["--one", run_folder, "--dem", str(dem), "--tile", str(tile_size)]
                command = [sys.executable, __file__, *one, "--workers", str(count)]
                done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
                found.append(json.loads(done.stdout.splitlines()[-1]) | {"workers": count})
    return found


def table(millions: list[float], folder: Path, tile_size: int, workers: list[int]) -> None:
    """Prints the runs as a Markdown table."""
    print("| cells | watersheds | workers | CPU µs/cell | CPU s | wall s | memory GiB |")
    print("|---|---|---|---|---|---|---|")
    for size in millions:
        side = round((size * 1e6) ** 0.5)
        for run in measured_apart(side, folder, tile_size, workers):
            print(
                f"| {side * side / 1e6:.0f} M | {run['watersheds']:.0f} | {run['workers']:.0f} | "
                f"{run['cpu_s'] / side / side * 1e6:.3f} | {run['cpu_s']:.1f} | {run['wall_s']:.1f} | "
                f"{run['gib']:.2f} |",
                flush=True,
            )


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("millions", nargs="*", type=float, default=[4.0, 25.0], help="sizes: 4, 25, 100 …")
    parser.add_argument("--workers", nargs="*", type=int, default=[1, 2], help="numbers of threads")
    parser.add_argument("--tile", type=int, default=1024, help="side of a tile [cells]")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where to work")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--dem", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.dem, asked.one, asked.tile, asked.workers[0])))
    else:
        table(asked.millions, asked.folder, asked.tile, asked.workers)


if __name__ == "__main__":
    main()
