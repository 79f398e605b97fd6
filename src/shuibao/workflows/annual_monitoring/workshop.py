"""Where a run works: its folder, the cut into tiles, what runs the tiles, and where tile results go."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from shuibao.data.products import WorkingRaster
from shuibao.data.working_tiles import FolderTiles
from shuibao.engine.runner import Runner
from shuibao.science.grid import Grid, Tile
from shuibao.workflows.progress import Progress

RASTERS = ("soil_loss", "intensity", "ls", "r", "k", "l", "s", "b", "e", "t")
CODES = ("intensity",)

Rasters = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Workshop:
    """Folder of the products in the making, size of the tiles, runner of tile tasks, intermediate layers."""

    folder: Path
    tile: int
    workers: int
    run: Runner
    is_shared: bool
    progress: Progress

    @property
    def layers(self) -> FolderTiles:
        """Intermediate layers, one file per tile."""
        return FolderTiles(self.folder / "work")

    @property
    def patch_layers(self) -> FolderTiles:
        """The labels of the patches, one file per tile."""
        return FolderTiles(self.folder / "patches")


class Sink(Protocol):
    """Where a tile's rasters go."""

    def put(self, tile: Tile, rasters: Rasters) -> None:
        """Takes a tile's rasters by product name."""


@dataclass(frozen=True)
class RasterSink:
    """The working rasters of all products."""

    rasters: dict[str, WorkingRaster]

    def put(self, tile: Tile, rasters: Rasters) -> None:
        """Writes them in their place."""
        for name in RASTERS:
            self.rasters[name].write(tile, rasters[name])


@dataclass(frozen=True)
class LayerSink:
    """Files per tile in a folder that all machines share."""

    layers: FolderTiles

    def put(self, tile: Tile, rasters: Rasters) -> None:
        """Leaves them for the process that puts the products together."""
        for name in RASTERS:
            self.layers.write(name, tile, rasters[name])

    def hand_over(self, tile: Tile, sink: Sink) -> None:
        """Passes a tile on and forgets it."""
        sink.put(tile, {name: self.layers.read(name, tile) for name in RASTERS})
        for name in RASTERS:
            self.layers.remove(name, tile)


def raster_sink(folder: Path, grid: Grid) -> RasterSink:
    """Working rasters for every product."""
    rasters = {}
    for name in RASTERS:
        dtype, nodata = ("uint8", 0.0) if name in CODES else ("float32", float("nan"))
        rasters[name] = WorkingRaster(folder / f"{name}.work.tif", grid, dtype, nodata)
    return RasterSink(rasters)
