"""The fused pass of the annual monitoring against numpy and xarray with dask, on the same layers in memory.

    python bench/monitoring.py                      # 4 million cells
    python bench/monitoring.py --cells 4 16 25      # several sizes, millions of cells

Each peer runs in a process of its own: a warm-up on a small scene, then the best of a few runs. All make the
same things: modulus and class of every cell, areas by zone × class × land use × slope × cover, the loss of
each zone. The run fails when they do not agree. CPU ratios count; wall times depend on the cores.
"""

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

ZONES, LAND_USES, WATER = 13, 24, (18, 19, 20)
CLASS_LIMITS = (2500.0, 5000.0, 8000.0, 15000.0)
SLOPE_LIMITS_DEG = (2.0, 5.0, 6.0, 8.0, 15.0, 25.0, 35.0)
COVER_LIMITS_PCT = (30.0, 45.0, 60.0, 75.0)
SHAPE_OF_AREAS = (ZONES, 6, LAND_USES, len(SLOPE_LIMITS_DEG) + 1, len(COVER_LIMITS_PCT) + 2)
SLAB_ROWS = 256
CHUNK = 1024


class Layers(NamedTuple):
    """A scene: seven factors, ground, and the area of a cell by row [cm²]."""

    factors: tuple[NDArray[np.float32], ...]
    tolerance: NDArray[np.float32]
    zone: NDArray[np.int32]
    land_use: NDArray[np.uint8]
    slope_deg: NDArray[np.float32]
    cover_pct: NDArray[np.float32]
    row_areas: NDArray[np.int64]

    def rows(self, top: int) -> "Layers":
        """A slab from this row on."""
        cut = slice(top, top + SLAB_ROWS)
        return Layers(tuple(f[cut] for f in self.factors), *(layer[cut] for layer in self[1:]))


class Found(NamedTuple):
    """What a peer makes of the layers; losses by zone are modulus times area [t/(km²·a) × cm²]."""

    loss: NDArray[np.float32]
    classes: NDArray[np.uint8]
    areas: NDArray[np.int64]
    zone_loss: NDArray[np.float64]


def made_up_layers(cells: int) -> Layers:
    """A square scene of so many cells: zones and land in patches, gaps in K and cover, some outside."""
    random = np.random.default_rng(20250101)
    side = round(cells**0.5)
    shape = (side, side)

    def uniform(low: float, high: float) -> NDArray[np.float32]:
        layer = random.random(shape, dtype=np.float32)
        layer *= np.float32(high - low)
        layer += np.float32(low)
        return layer

    def patches(size: int, low: int, high: int) -> NDArray[np.int64]:
        few = random.integers(low, high, (-(-side // size), -(-side // size)))
        return np.repeat(np.repeat(few, size, 0), size, 1)[:side, :side]

    bounds = ((800, 2800), (0.01, 0.06), (0.3, 5), (0.03, 10), (0.01, 0.6), (0.1, 1), (0.3, 1))
    factors = tuple(uniform(*bound) for bound in bounds)
    factors[1][patches(24, 0, 50) == 0] = np.nan
    cover = uniform(0, 100)
    cover[patches(32, 0, 3) == 0] = np.nan
    return Layers(
        factors,
        np.where(patches(400, 0, 3) == 0, np.float32(200), np.float32(1000)),
        patches(300, -1, ZONES).astype(np.int32),
        patches(12, 0, LAND_USES).astype(np.uint8),
        uniform(0, 50),
        cover,
        np.linspace(1_000_000, 1_050_000, side).astype(np.int64),
    )


def by_shuibao(layers: Layers) -> Found:
    """The fused pass, in slabs as a workflow has its tiles."""
    from shuibao.science.erosion.cell_areas import AREA_UNITS_PER_KM2, LOSS_UNITS_PER_T, TileAreas
    from shuibao.science.erosion.intensity import ModulusLimits, WindLimits
    from shuibao.science.erosion.soil_loss import Factors, Ground, Legend, LossTotals, soil_loss_tile
    from shuibao.science.grid import CellAreas

    is_water = np.isin(np.arange(LAND_USES), WATER)
    limits = ModulusLimits(*CLASS_LIMITS)
    legend = Legend(limits, WindLimits(200, *CLASS_LIMITS), SLOPE_LIMITS_DEG, COVER_LIMITS_PCT, is_water)
    totals = LossTotals.zeros(ZONES, legend)
    cells = CellAreas(layers.row_areas[:, None], 1, layers.zone.shape[1])
    loss = np.empty(layers.zone.shape, dtype=np.float32)
    classes = np.empty(layers.zone.shape, dtype=np.uint8)
    for top in range(0, len(loss), SLAB_ROWS):
        slab = layers.rows(top)
        ground = Ground(slab.zone, slab.land_use, slab.slope_deg, slab.cover_pct, slab.tolerance, None)
        tile = soil_loss_tile(Factors(*slab.factors), ground, legend, TileAreas(cells, top, 0), totals)
        loss[top : top + SLAB_ROWS], classes[top : top + SLAB_ROWS] = tile
    return Found(loss, classes, totals.areas, totals.loss / (LOSS_UNITS_PER_T / AREA_UNITS_PER_KM2))


def by_numpy(layers: Layers) -> Found:
    """As a person writes it with numpy, a whole layer at a time."""
    water = np.isin(layers.land_use, WATER)
    product = layers.factors[0].astype(np.float64)
    for factor in layers.factors[1:]:
        product *= factor
    loss = (product * 100).astype(np.float32)
    loss[water] = 0
    loss[layers.zone < 0] = np.nan
    classes = np.digitize(loss, CLASS_LIMITS).astype(np.uint8) + (loss >= layers.tolerance) + np.uint8(1)
    classes[water] = 1
    found = ~np.isnan(loss)
    classes[~found] = 0

    cover = np.where(
        np.isnan(layers.cover_pct), len(COVER_LIMITS_PCT) + 1, np.digitize(layers.cover_pct, COVER_LIMITS_PCT)
    )
    slope = np.digitize(layers.slope_deg, SLOPE_LIMITS_DEG)
    area = np.broadcast_to(layers.row_areas[:, None], loss.shape)[found].astype(np.float64)
    place = (layers.zone[found], classes[found] - 1, layers.land_use[found], slope[found], cover[found])
    key = np.ravel_multi_index(place, SHAPE_OF_AREAS)
    areas = np.bincount(key, area, minlength=int(np.prod(SHAPE_OF_AREAS)))
    zone_loss = np.bincount(layers.zone[found], loss[found] * area, minlength=ZONES)
    return Found(loss, classes, areas.astype(np.int64).reshape(SHAPE_OF_AREAS), zone_loss)


def by_numpy_in_slabs(layers: Layers) -> Found:
    """The same, in slabs that stay in the cache."""
    loss = np.empty(layers.zone.shape, dtype=np.float32)
    classes = np.empty(layers.zone.shape, dtype=np.uint8)
    areas = np.zeros(SHAPE_OF_AREAS, dtype=np.int64)
    zone_loss = np.zeros(ZONES)
    for top in range(0, len(loss), SLAB_ROWS):
        part = by_numpy(layers.rows(top))
        loss[top : top + SLAB_ROWS], classes[top : top + SLAB_ROWS] = part.loss, part.classes
        areas += part.areas
        zone_loss += part.zone_loss
    return Found(loss, classes, areas, zone_loss)


def by_xarray_and_dask(layers: Layers) -> Found:
    """xarray over dask chunks, computed together on dask's threads."""
    import dask
    import dask.array as da
    import xarray as xr

    def lazy(layer: NDArray[Any]) -> Any:
        return xr.DataArray(da.from_array(layer, chunks=CHUNK), dims=("y", "x"))

    zone, land_use, slope = lazy(layers.zone), lazy(layers.land_use), lazy(layers.slope_deg)
    cover, tolerance = lazy(layers.cover_pct), lazy(layers.tolerance)
    area = xr.DataArray(da.from_array(layers.row_areas, chunks=CHUNK), dims="y").astype("f8")
    water = land_use.isin(WATER)
    product = lazy(layers.factors[0]).astype("f8")
    for factor in layers.factors[1:]:
        product = product * lazy(factor)
    loss = (product * 100).astype("f4").where(~water, np.float32(0)).where(zone >= 0)
    classes = (loss >= tolerance).astype("u1") + np.uint8(1)
    for limit in CLASS_LIMITS:
        classes = classes + (loss >= limit)
    found = loss.notnull()
    classes = classes.where(~water, np.uint8(1)).where(found, np.uint8(0))

    covers = xr.zeros_like(cover, dtype="i8")
    for limit in COVER_LIMITS_PCT:
        covers = covers + (cover >= limit)
    covers = covers.where(cover.notnull(), len(COVER_LIMITS_PCT) + 1)
    slopes = xr.zeros_like(slope, dtype="i8")
    for limit in SLOPE_LIMITS_DEG:
        slopes = slopes + (slope >= limit)
    key = zone.astype("i8")
    for index, size in zip(
        (classes.astype("i8") - 1, land_use, slopes, covers), SHAPE_OF_AREAS[1:], strict=True
    ):
        key = key * size + index
    weights = area.broadcast_like(key).transpose("y", "x").where(found, 0.0)
    length = int(np.prod(SHAPE_OF_AREAS))
    areas = da.bincount(key.where(found, 0).data.ravel(), weights.data.ravel(), minlength=length)
    losses = (loss * weights).where(found, 0.0)
    zone_loss = da.bincount(zone.where(found, 0).data.ravel(), losses.data.ravel(), minlength=ZONES)
    made = dask.compute(loss.data, classes.data, areas, zone_loss)
    return Found(made[0], made[1], made[2].astype(np.int64).reshape(SHAPE_OF_AREAS), made[3])


PEERS: dict[str, Callable[[Layers], Found]] = {
    "shuibao": by_shuibao,
    "numpy": by_numpy,
    "numpy, slabs": by_numpy_in_slabs,
    "xarray + dask": by_xarray_and_dask,
}


def measured(peer: str, millions: float, repeats: int) -> dict[str, Any]:
    """Times and memory of a peer in this process, and what it found, as digests."""
    PEERS[peer](made_up_layers(400_000))
    layers = made_up_layers(round(millions * 1e6))
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    runs = []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        found = PEERS[peer](layers)
        runs.append((time.process_time() - cpu, time.perf_counter() - wall))
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu_s, wall_s = min(runs)
    return {
        "cells": layers.zone.size,
        "cpu_s": cpu_s,
        "wall_s": wall_s,
        "peak_mib": peak_kib / 1024,
        "above_mib": (peak_kib - before_kib) / 1024,
        "digests": [hashlib.sha256(np.ascontiguousarray(part)).hexdigest()[:16] for part in found[:3]],
        "zone_loss": found.zone_loss.tolist(),
    }


def run_apart(peer: str, millions: float, repeats: int) -> dict[str, Any]:
    """The same in a process of its own."""
    command = [sys.executable, __file__, "--peer", peer, "--cells", str(millions), "--repeats", str(repeats)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        sys.exit(f"{peer}: {answer.stderr[-2000:]}")
    parsed: dict[str, Any] = json.loads(answer.stdout)
    return parsed


def compare(millions: float, repeats: int) -> None:
    """Prints the table of one size. Exits when the peers do not agree."""
    results = {peer: run_apart(peer, millions, repeats) for peer in PEERS}
    ours = results["shuibao"]
    print(f"\n{ours['cells'] / 1e6:.1f} million cells\n")
    print("| | CPU s | wall s | Mcells/s per CPU | peak MiB | above the layers MiB | CPU ratio |")
    print("|---|---|---|---|---|---|---|")
    for peer, result in results.items():
        speed, ratio = result["cells"] / 1e6 / result["cpu_s"], result["cpu_s"] / ours["cpu_s"]
        times = f"{result['cpu_s']:.2f} | {result['wall_s']:.2f} | {speed:.1f}"
        print(f"| {peer} | {times} | {result['peak_mib']:.0f} | {result['above_mib']:.0f} | {ratio:.1f} |")
    for peer, result in results.items():
        if result["digests"] != ours["digests"]:
            sys.exit(f"{peer} does not agree with shuibao: {result['digests']} and {ours['digests']}")
        if not np.allclose(result["zone_loss"], ours["zone_loss"], rtol=1e-6, atol=0):
            sys.exit(f"{peer} does not agree with shuibao on the losses of the zones")
    print("\nModulus, class and areas are the same in every cell, losses of the zones to six digits.")


def main() -> None:
    """Reads the command line: one peer in this process, or all of them side by side."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=float, nargs="+", default=[4], help="millions of cells")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--peer", choices=list(PEERS), help="only this one, in this process, as JSON")
    asked = parser.parse_args()
    if asked.peer:
        print(json.dumps(measured(asked.peer, asked.cells[0], asked.repeats)))
        return
    for millions in asked.cells:
        compare(millions, asked.repeats)


if __name__ == "__main__":
    main()
