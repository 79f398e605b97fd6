"""Terrain against its peers on one made-up DEM: CPU, wall time and memory, each in a process of its own.

    python bench/terrain.py 4 25              sizes in millions of cells
    python bench/terrain.py 25 --peer-python /path/to/python   where GPL peers are installed, if anywhere

Every run warms up on a corner of the DEM (compilation is not counted) and reads the DEM before its clock
starts. Memory is the greatest resident size less that before the DEM was read: the DEM itself is included.
This process stays small, because a child's greatest resident size starts from its parent's.
"""

import argparse
import importlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

CELL_M = 10.0
CORNER = 64
BLOCK_ROWS = 1024
GRASS = "grass"

Elevation = NDArray[np.float32]
Chain = Callable[[Elevation], object]


def flow_chain() -> Chain:
    """Fill, flats, direction, accumulation by this project."""
    from shuibao.science.terrain.accumulation import upstream_cells
    from shuibao.science.terrain.fill import fill_depressions
    from shuibao.science.terrain.flow import flow_directions

    def run(heights: Elevation) -> int:
        fill_depressions(heights, out=heights)
        return int(upstream_cells(flow_directions(heights, _steps(len(heights)))).max())

    return run


def factor_chain() -> Chain:
    """The same and slope, slope length, L and S by this project."""
    from shuibao.rules.book import RuleBook
    from shuibao.rules.terrain import slope_factor_choices, terrain_choices
    from shuibao.science.erosion.slope_factors import slope_factors
    from shuibao.science.grid import CellAreas
    from shuibao.science.terrain.chain import read_terrain

    book = RuleBook.load()
    choices, factor_choices = terrain_choices(book), slope_factor_choices(book)

    def run(heights: Elevation) -> float:
        areas = CellAreas(np.array([[1_000_000]]), *heights.shape)
        terrain = read_terrain(heights, _steps(len(heights)), areas, choices)
        total = 0.0
        for first in range(0, len(heights), BLOCK_ROWS):
            factors = slope_factors(terrain.rows(first, first + BLOCK_ROWS), factor_choices)
            total += float((factors.length * factors.steepness).sum(dtype=np.float64))
        return total / heights.size

    return run


def pyflwdir_chain() -> Chain:
    """Fill with flow directions, accumulation by pyflwdir."""
    pyflwdir = importlib.import_module("pyflwdir")
    return lambda heights: int(pyflwdir.from_dem(heights, nodata=np.nan).upstream_area("cell").max())


def richdem_chain() -> Chain:
    """Fill, flats, accumulation by richdem."""
    richdem = importlib.import_module("richdem")

    def run(heights: Elevation) -> int:
        dem = richdem.rdarray(heights, no_data=-9999)
        richdem.FillDepressions(dem, in_place=True)
        richdem.ResolveFlats(dem, in_place=True)
        return int(richdem.FlowAccumulation(dem, method="D8").max())

    return run


def topotoolbox_chain() -> Chain:
    """Fill, flats, direction, accumulation by topotoolbox."""
    topotoolbox = importlib.import_module("topotoolbox")

    def run(heights: Elevation) -> int:
        dem = topotoolbox.GridObject()
        dem.z, dem.cellsize = np.asfortranarray(heights), CELL_M
        return int(topotoolbox.FlowObject(dem).flow_accumulation().z.max())

    return run


OWN: dict[str, Callable[[], Chain]] = {"shuibao": flow_chain, "shuibao with L and S": factor_chain}
PEERS: dict[str, Callable[[], Chain]] = {
    "pyflwdir": pyflwdir_chain,
    "richdem": richdem_chain,
    "topotoolbox": topotoolbox_chain,
}


def _steps(rows: int) -> Any:
    from shuibao.science.grid import CellSteps

    lengths = np.full(rows, CELL_M)
    return CellSteps(lengths, lengths, lengths * np.sqrt(2))


def _resident_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measure(name: str, dem: Path) -> dict[str, float]:
    """One run of a chain in this process (GRASS: in one of its own)."""
    if name == GRASS:
        from grass import measure_grass

        return measure_grass(dem, CELL_M)
    chain = {**OWN, **PEERS}[name]()
    chain(np.load(dem, mmap_mode="r")[:CORNER, :CORNER].copy())
    before = _resident_bytes()
    heights = np.load(dem)
    cpu, wall = time.process_time(), time.perf_counter()
    chain(heights)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    cells = heights.size
    return {
        "cpu_us": cpu / cells * 1e6,
        "wall_s": wall,
        "bytes": (_resident_bytes() - before) / cells,
    }


def make(side: int, dem: Path) -> None:
    """Writes the made-up DEM."""
    from dem import loess_like

    np.save(dem, loess_like(side))


def measured_apart(name: str, dem: Path, peer_python: str, repeats: int) -> dict[str, float] | None:
    """The run with the least CPU of several, each in its own process; None where the peer is missing."""
    python = peer_python if name in ("richdem", "topotoolbox") else sys.executable
    best: dict[str, float] | None = None
    for _ in range(repeats):
        command = [python, __file__, "--one", name, "--dem", str(dem)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{name}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
            return None
        found = json.loads(done.stdout.splitlines()[-1])
        best = found if best is None or found["cpu_us"] < best["cpu_us"] else best
    return best


def table(sizes: list[float], peer_python: str, repeats: int) -> None:
    """Prints the comparison as a Markdown table."""
    print("| cells | chain | CPU µs/cell | × pyflwdir | wall s | bytes/cell |")
    print("|---|---|---|---|---|---|")
    for millions in sizes:
        side = round((millions * 1e6) ** 0.5)
        with tempfile.TemporaryDirectory() as folder:
            dem = Path(folder) / "dem.npy"
            subprocess.run([sys.executable, __file__, "--make", str(side), "--dem", str(dem)], check=True)
            found = {name: measured_apart(name, dem, peer_python, repeats) for name in (*OWN, *PEERS)}
            if shutil.which("grass"):
                found["GRASS r.watershed, with LS"] = measured_apart(GRASS, dem, sys.executable, 1)
        peer = found["pyflwdir"]
        for name, run in found.items():
            if run:
                ratio = f"{run['cpu_us'] / peer['cpu_us']:.2f}" if peer else ""
                print(
                    f"| {side**2 / 1e6:.0f} M | {name} | {run['cpu_us']:.3f} | {ratio} | "
                    f"{run['wall_s']:.2f} | {run['bytes']:.0f} |",
                    flush=True,
                )


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("millions", nargs="*", type=float, default=[4.0], help="sizes: 1, 4, 9, 25 …")
    parser.add_argument("--peer-python", default=sys.executable, help="Python that has richdem, topotoolbox")
    parser.add_argument("--repeats", type=int, default=2, help="runs of each, the best counts")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--make", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--dem", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.one, asked.dem)))
    elif asked.make:
        make(asked.make, asked.dem)
    else:
        table(asked.millions, asked.peer_python, asked.repeats)


if __name__ == "__main__":
    main()
