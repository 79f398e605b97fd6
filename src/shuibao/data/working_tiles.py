"""Working layers of a tiled run: arrays by layer and tile, in memory or as files of a folder."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from shuibao.data.products import CannotWrite
from shuibao.science.grid import Tile


class WorkingTiles(Protocol):
    """Where tasks leave arrays for later tasks on the same tile."""

    def write(self, layer: str, tile: Tile, values: NDArray[Any]) -> None:
        """Keeps a tile of a layer."""

    def read(self, layer: str, tile: Tile) -> NDArray[Any]:
        """A tile that was written before."""

    def remove(self, layer: str, tile: Tile) -> None:
        """Forgets a tile that was written before."""


@dataclass(frozen=True)
class MemoryTiles:
    """Working layers in this process's memory."""

    _tiles: dict[tuple[str, Tile], NDArray[Any]] = field(default_factory=dict, repr=False)

    def write(self, layer: str, tile: Tile, values: NDArray[Any]) -> None:
        """Keeps a tile of a layer."""
        self._tiles[layer, tile] = values

    def read(self, layer: str, tile: Tile) -> NDArray[Any]:
        """A tile that was written before."""
        return self._tiles[layer, tile]

    def remove(self, layer: str, tile: Tile) -> None:
        """Forgets a tile that was written before."""
        del self._tiles[layer, tile]


@dataclass(frozen=True)
class FolderTiles:
    """Working layers as one plain file per layer and tile: whole or absent, whatever ends the process."""

    folder: Path

    def write(self, layer: str, tile: Tile, values: NDArray[Any]) -> None:
        """Keeps a tile of a layer. Raises CannotWrite when the disk is full."""
        path = self._path(layer, tile)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as unfinished:
                np.save(unfinished, values)
            Path(unfinished.name).replace(path)
        except OSError as problem:
            raise CannotWrite(
                f"写中间文件 {path} 时出错（{problem.strerror or problem}）。请检查磁盘空间和权限。"
            ) from problem

    def read(self, layer: str, tile: Tile) -> NDArray[Any]:
        """A tile that was written before."""
        values: NDArray[Any] = np.load(self._path(layer, tile))
        return values

    def remove(self, layer: str, tile: Tile) -> None:
        """Forgets a tile that was written before."""
        self._path(layer, tile).unlink(missing_ok=True)  # a run that goes on has removed it before

    def _path(self, layer: str, tile: Tile) -> Path:
        return self.folder / layer / f"{tile.row}_{tile.column}.npy"
