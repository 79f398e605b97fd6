"""Dividing a DEM's land into small watersheds: from a DEM to a folder of products."""

from dataclasses import dataclass
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from shuibao.data.dem import dem_files
from shuibao.data.json_file import write_json
from shuibao.data.layers import Band
from shuibao.data.products import folder_when_whole
from shuibao.data.provenance import Provenance, provenance
from shuibao.data.working_tiles import FolderTiles
from shuibao.engine.runner import Runner
from shuibao.rules import RuleBook
from shuibao.rules.watersheds import DivisionChoices, division_choices
from shuibao.science.grid import AREA_UNITS_PER_M2, Grid
from shuibao.workflows.progress import Progress, silent
from shuibao.workflows.tiled_run import Counted, resuming_runner, working_folder
from shuibao.workflows.watersheds.ground import Ground, look_at_dem, read_ground
from shuibao.workflows.watersheds.layers import UNITS_PER_KM2, lines, points, polygons, write_layers
from shuibao.workflows.watersheds.summary import notes_on, summary_of
from shuibao.workflows.watersheds.units import Rivers, Units, watersheds_of

_WORKING_BYTES_PER_CELL = 12  # heights, passes, slope, directions, flats
_ROUNDS_TO_STREAMS = 5
_BYTES_PER_CELL = 2
_BYTES_PER_CHANNEL = 150
_BYTES_BESIDE = 20 << 20


@dataclass(frozen=True)
class WatershedResult:
    """What came out: the summary's values, and what the reader must see."""

    summary: dict[str, Any]
    notes: tuple[str, ...]
    directory: Path


def divide_land(
    dem: Path,
    out: Path,
    *,
    area_km2: float | None = None,
    channel_km2: float | None = None,
    tile: int = 1024,
    workers: int = 1,
    cluster: str = "",
    rules: RuleBook | None = None,
    progress: Progress = silent,
) -> WatershedResult:
    """The land of a DEM divided into watersheds of about `area_km2`, written to `out`.

    channel_km2: upstream area from which on there is a stream. Where an area is None, the rules' holds.
    The same content for any tile size and runner. cluster: address of a Dask scheduler; threads of this
    process when empty. A killed run leaves a hidden folder beside `out`; the same run started again goes on
    from it. After an error or an interrupt nothing is left. Raises DomainError for whatever the caller can
    mend.
    """
    if cluster:
        dem, out = dem.absolute(), out.absolute()  # workers have folders of their own
    book = rules if rules is not None else RuleBook.load()
    choices = division_choices(book, area_km2, channel_km2)
    elevation = look_at_dem(dem)
    origin = _origin(elevation, choices, book)
    whole = folder_when_whole(out, bytes_needed=_bytes_needed(elevation.raster.grid, choices))
    with whole as folder, working_folder(out, f"{origin.run_id} {tile}") as work:
        runner = resuming_runner(work, workers, cluster)
        units, rivers, ground = _divided(elevation, choices, work, tile, runner, progress)
        progress("写出图层", 0.85)
        facts = _write(folder, ground, units, rivers, origin)
        notes = notes_on(units, book)
        write_json(folder / "summary.json", {"run_id": origin.run_id, **facts, "notes": list(notes)})
        write_json(folder / "provenance.json", origin.as_dict())
    progress("完成", 1.0)
    return WatershedResult(facts, notes, out)


def _origin(elevation: Band, choices: DivisionChoices, book: RuleBook) -> Provenance:
    """Hashes the DEM, and names the rules that the choices have read."""
    rules = (rule for _, rule in sorted(book.used.items()))
    return provenance(_parameters(choices), dem_files(elevation.raster.source), rules)


def _divided(
    elevation: Band, choices: DivisionChoices, work: Path, tile: int, runner: Runner, progress: Progress
) -> tuple[Units, Rivers, Ground]:
    """All rounds of tiles, and between them the division on the streams alone."""
    tiles = len(elevation.raster.grid.tiles(tile))
    shown = partial(progress, "填洼、流向和水系")
    counted = Counted(runner, shown, 0.0, 0.65, _ROUNDS_TO_STREAMS * tiles)
    ground = read_ground(elevation, choices.channel_area, FolderTiles(work / "layers"), tile, counted)
    counted = Counted(runner, partial(progress, "划分小流域"), 0.65, 0.85, tiles)
    units, rivers = watersheds_of(ground, choices, counted)
    return units, rivers, ground


def _bytes_needed(grid: Grid, choices: DivisionChoices) -> int:
    """Room for the working layers and the product: measured on hills; lines grow as channels shrink."""
    cells = grid.height * grid.width
    cell_area = float(grid.steps.along_row_m.mean()) * grid.cell_m * AREA_UNITS_PER_M2
    channels = cells * cell_area / choices.channel_area
    return (
        int(cells * (_WORKING_BYTES_PER_CELL + _BYTES_PER_CELL) + channels * _BYTES_PER_CHANNEL)
        + _BYTES_BESIDE
    )


def _parameters(choices: DivisionChoices) -> dict[str, Any]:
    sizes = {f"{name}_km2": area / UNITS_PER_KM2 for name, area in choices.sizes._asdict().items()}
    return {"watersheds": sizes, "channel_km2": choices.channel_area / UNITS_PER_KM2}


def _write(folder: Path, ground: Ground, units: Units, rivers: Rivers, origin: Provenance) -> dict[str, Any]:
    """The layers; the summary's values."""
    created = origin.started.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    streams = lines(units, rivers, ground)
    layers = {
        "watersheds": polygons(units, ground.grid),
        "streams": streams,
        "outlets": points(units, ground.grid),
    }
    write_layers(folder / "watersheds.gpkg", layers, created)
    lengths_km = np.bincount(streams["order"], weights=streams["length_m"]) / 1000
    return origin.parameters | summary_of(units, lengths_km)
