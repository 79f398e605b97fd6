"""Last year's result, as a run against it needs it: classes, factors, summary, patches."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyogrio
from numpy.typing import NDArray

from shuibao.data.alignment import aligned
from shuibao.data.cell_holders import CellHolders, cell_holders
from shuibao.data.raster import RasterFile, look_at
from shuibao.science.errors import InputError
from shuibao.science.grid import Grid, Tile

_STRIP = 512

FACTORS = ("r", "k", "l", "s", "b", "e", "t")


@dataclass(frozen=True)
class Baseline:
    """The products of an earlier run on the same grid."""

    directory: Path
    summary: dict[str, Any]
    factors: dict[str, RasterFile]
    classes: RasterFile
    patches: CellHolders

    @property
    def year(self) -> int:
        """The year it measured."""
        return int(self.summary["year"])

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.summary["title"])

    @property
    def run_id(self) -> str:
        """The run that made it: part of what makes the change what it is."""
        return str(self.summary["run_id"])

    def zone(self, code: str) -> dict[str, Any] | None:
        """A zone of its summary; the totals for ""."""
        if code == "":
            return dict(self.summary["totals"])
        return next((zone for zone in self.summary["zones"] if zone["code"] == code), None)

    def read_factors(self, tile: Tile) -> list[NDArray[np.float32]]:
        """The seven factors of a tile."""
        return [self.factors[name].read(tile)[0] for name in FACTORS]

    def read_classes(self, tile: Tile) -> NDArray[np.uint8]:
        """The classes of a tile, 0 without a result."""
        classes = np.empty((tile.height, tile.width), dtype=np.uint8)
        for row in range(0, tile.height, _STRIP):
            strip = tile._replace(row=tile.row + row, height=min(_STRIP, tile.height - row))
            classes[row : row + strip.height] = np.nan_to_num(self.classes.read(strip)[0], nan=0)
        return classes


def read_baseline(directory: Path, grid: Grid, year: int) -> Baseline:
    """The earlier result. Raises InputError when it is on another grid, not earlier, or not whole."""
    try:
        summary = json.loads((directory / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise InputError(
            f"读不了 {directory / 'summary.json'}（{problem}）。请指向一次完整的结果目录。"
        ) from problem
    if int(summary["year"]) >= year:
        raise InputError(f"baseline {directory} 是 {summary['year']} 年的结果，应早于本次的 {year} 年。")
    files = {name: look_at(directory / f"{name}.tif") for name in FACTORS}
    classes = look_at(directory / "intensity.tif")
    for file in (*files.values(), classes):
        if not aligned(file, grid, "nearest").is_same_grid:
            raise InputError(
                f"{file.path} 的格网（{file.grid.height}×{file.grid.width}）与本次的"
                f"（{grid.height}×{grid.width}）不同，两年不能逐格比较。请用同一个 DEM 重算基准年。"
            )
    return Baseline(directory, summary, files, classes, _cells_of_patches(directory, grid))


def read_patches(directory: Path) -> geopandas.GeoDataFrame:
    """The patches of an earlier result, in the order in which they are counted."""
    return pyogrio.read_dataframe(directory / "patches.gpkg", layer="patches")


def _cells_of_patches(directory: Path, grid: Grid) -> CellHolders:
    with np.errstate(invalid="ignore"):  # GEOS may raise the flag on whole shapes; wrong ones it refuses
        shapes = pyogrio.read_dataframe(directory / "patches.gpkg", layer="patches", columns=[]).geometry
    return cell_holders(shapes.to_numpy(), grid)
