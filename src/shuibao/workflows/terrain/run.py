"""The terrain job: a DEM of any size in, its products out; killed and started again, it goes on."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from shuibao.data.alignment import aligned
from shuibao.data.dem import ELEVATION_RANGE_M, dem_files
from shuibao.data.files import File
from shuibao.data.json_file import write_json
from shuibao.data.layers import Band
from shuibao.data.products import WorkingRaster, folder_when_whole
from shuibao.data.provenance import Provenance, provenance
from shuibao.data.raster import RasterFile, look_at
from shuibao.data.working_tiles import FolderTiles
from shuibao.engine.runner import Runner
from shuibao.engine.terrain_cells import map_cells
from shuibao.engine.terrain_tasks import AREA, DIRECTIONS, FILLED, TerrainWorld
from shuibao.engine.terrain_tiles import join_terrain, map_terrain
from shuibao.engine.threads import run_tasks
from shuibao.rules import RuleBook
from shuibao.rules.terrain import slope_factor_choices, terrain_choices
from shuibao.science.errors import InputError
from shuibao.science.grid import Grid
from shuibao.science.terrain.directions import NODATA
from shuibao.science.terrain.perimeter import Perimeters
from shuibao.workflows.progress import Progress, silent
from shuibao.workflows.terrain.products import LENGTHS, LS, PRODUCTS, CellWriter, Product, TileWriter
from shuibao.workflows.tiled_run import Counted, resuming_runner, working_folder

_WORKING_BYTES_PER_CELL = 14  # heights, passes, slope, lengths, directions, channels
_ROUNDS = 6


@dataclass(frozen=True)
class TerrainProducts:
    """What was made: files by product name, the grid, and where it comes from."""

    files: dict[str, Path]
    grid: Grid
    origin: Provenance


def run(
    dem: File,
    *,
    out: Path,
    products: Iterable[str] = ("ls",),
    tile: int = 1024,
    workers: int = 1,
    cluster: str = "",
    rules: RuleBook | None = None,
    progress: Progress = silent,
) -> TerrainProducts:
    """The products of a DEM in `out`, the same bytes for any tile size and runner.

    cluster: address of a Dask scheduler; threads of this process when empty.
    A killed run leaves a hidden folder beside `out`; the same run started again goes on from it. After an
    error or an interrupt nothing is left. Raises DomainError for whatever the caller can mend.
    """
    wanted = _chosen(products)
    if cluster:
        dem, out = dem.absolute(), out.absolute()  # workers have folders of their own
    book = rules if rules is not None else RuleBook.load()
    source = look_at(dem)
    origin = _origin(source, wanted, book)
    needed = _bytes_needed(source.grid, [PRODUCTS[name] for name in wanted])
    whole, working = (
        folder_when_whole(out, bytes_needed=needed),
        working_folder(out, f"{origin.run_id} {tile}"),
    )
    with whole as folder, working as work:
        runner = resuming_runner(work, workers, cluster)
        world = _world(source, wanted, FolderTiles(work / "layers"), tile, book)
        _compute(world, wanted, runner, book, progress)
        publish = partial(_publish, world, source, origin, folder)
        for number, _ in enumerate(run_tasks(publish, wanted, workers), start=1):
            progress("写出栅格", 0.8 + 0.2 * number / len(wanted))
        write_json(folder / "provenance.json", origin.as_dict())
    progress("完成", 1.0)
    return TerrainProducts({name: out / f"{name}.tif" for name in wanted}, source.grid, origin)


def _chosen(products: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(products))
    unknown = [name for name in wanted if name not in PRODUCTS]
    if unknown or not wanted:
        raise InputError(f"不认识的产品 {'、'.join(unknown) or '（空）'}。可写：{'、'.join(PRODUCTS)}。")
    return wanted


def _origin(source: RasterFile, wanted: list[str], book: RuleBook) -> Provenance:
    """Reads the rules the products need, so that they are named, and hashes the DEM."""
    terrain_choices(book)
    if "ls" in wanted:
        slope_factor_choices(book)
    rules = [rule for _, rule in sorted(book.used.items())]
    return provenance({"products": sorted(wanted)}, dem_files(source), rules)


def _bytes_needed(grid: Grid, products: list[Product]) -> int:
    """Working layers, then each product as a layer, a working raster and a COG."""
    per_product = sum(3 * np.dtype(product.dtype or "float64").itemsize for product in products)
    return grid.height * grid.width * (_WORKING_BYTES_PER_CELL + per_product) + (50 << 20)


def _world(
    source: RasterFile, wanted: list[str], layers: FolderTiles, tile: int, book: RuleBook
) -> TerrainWorld:
    grid = source.grid
    elevation = Band(aligned(source, grid, "nearest"), "高程", ELEVATION_RANGE_M)
    kept = {PRODUCTS[name].layer for name in wanted} & {FILLED, AREA}
    return TerrainWorld(
        Perimeters(grid.height, grid.width, tile),
        elevation.read,
        layers,
        grid.steps,
        grid.areas,
        terrain_choices(book),
        frozenset(kept),
    )


def _compute(
    world: TerrainWorld, wanted: list[str], runner: Runner, book: RuleBook, progress: Progress
) -> None:
    """All rounds of tiles; afterwards every wanted product's layer is among the working layers."""
    layers = frozenset(PRODUCTS[name].layer for name in wanted)
    shown = partial(progress, "逐块计算")
    counted = Counted(runner, shown, 0.0, 0.8, _ROUNDS * len(world.perimeters.tiles))
    lengths = join_terrain(world, counted)
    if layers & {LENGTHS, LS}:
        writer = TileWriter(world.layers, layers, slope_factor_choices(book))
        for _ in map_terrain(world, lengths, writer, counted):
            pass
    if "accumulation" in wanted:
        map_cells(world, CellWriter(world.layers), counted)


def _publish(world: TerrainWorld, source: RasterFile, origin: Provenance, folder: Path, name: str) -> str:
    """Puts a product's tiles together and writes its COG."""
    product = PRODUCTS[name]
    dtype, nodata = product.dtype or source.dtype, product.nodata
    if not product.dtype:
        nodata = source.nodata if source.nodata is not None else _nan_if_float(dtype)
    raster = WorkingRaster(folder / f"{name}.work.tif", source.grid, dtype, nodata)
    for tile in world.perimeters.tiles:
        values = world.layers.read(product.layer, tile)
        outside = world.layers.read(DIRECTIONS, tile) == NODATA
        made = product.made(values, outside)
        if nodata is not None and not product.dtype:
            made = np.where(outside, nodata, made)
        raster.write(tile, made.astype(dtype))
    raster.publish(folder / f"{name}.tif", {"RUN_ID": origin.run_id})
    return name


def _nan_if_float(dtype: str) -> float | None:
    return float("nan") if np.dtype(dtype).kind == "f" else None
