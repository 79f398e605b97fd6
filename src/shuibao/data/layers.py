"""A quantity over the run's grid, whatever gives it: a number, a raster, polygons."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shuibao.data.alignment import AlignedRaster
from shuibao.science.errors import InputError
from shuibao.science.grid import Tile


class Layer(Protocol):
    """What is in a tile: float32, rows × columns, NaN where unknown. `notes` say how it was brought there."""

    notes: tuple[str, ...]

    def read(self, tile: Tile) -> NDArray[np.float32]:
        """The tile's values."""
        ...


@dataclass(frozen=True)
class Constant:
    """The same value everywhere."""

    value: float
    notes: tuple[str, ...] = ()

    def read(self, tile: Tile) -> NDArray[np.float32]:
        """The value in every cell."""
        return np.full((tile.height, tile.width), self.value, dtype=np.float32)


@dataclass(frozen=True)
class Band:
    """One band of a raster; values outside `allowed` are refused with their place."""

    raster: AlignedRaster
    meaning: str
    allowed: tuple[float, float] = (-np.inf, np.inf)
    band: int = 1

    @property
    def notes(self) -> tuple[str, ...]:
        """How the raster was aligned."""
        described = self.raster.describe()
        return (described,) if described else ()

    def read(self, tile: Tile) -> NDArray[np.float32]:
        """The band's values. Raises InputError where one is outside the allowed range."""
        values = self.raster.read(tile, (self.band,))[0]
        low, high = self.allowed
        wrong = (values < low) | (values > high)
        if wrong.any():
            row, column = (int(index[0]) for index in np.nonzero(wrong))
            raise InputError(
                f"{self.raster.source.path}：{self.meaning} 出现 {values[row, column]:.6g}，"
                f"允许范围 {low:g}–{high:g}（第 {tile.row + row + 1} 行第 {tile.column + column + 1} 列）。"
                f"请检查单位，并把无数据值写进文件的 nodata。"
            )
        return values


@dataclass(frozen=True)
class Lookup:
    """Values by index: an index array of the whole grid (−1 = none of them) and a value for each index."""

    index: NDArray[np.int16]
    values: NDArray[np.float32]
    elsewhere: float
    notes: tuple[str, ...] = ()

    def read(self, tile: Tile) -> NDArray[np.float32]:
        """The value of each cell's index; `elsewhere` where there is none."""
        table = np.append(self.values, np.float32(self.elsewhere))
        return np.asarray(table[self.index[tile.slices]])


@dataclass(frozen=True)
class Lattice:
    """A smooth quantity kept on a coarse lattice (cell centres) and interpolated bilinearly."""

    raster_values: NDArray[np.float32]
    step: int
    notes: tuple[str, ...] = ()

    def read(self, tile: Tile) -> NDArray[np.float32]:
        """Bilinear between the lattice's nodes; node (i, j) lies on cell (i·step, j·step)."""
        rows = (np.arange(tile.height, dtype=np.float32) + tile.row) / np.float32(self.step)
        columns = (np.arange(tile.width, dtype=np.float32) + tile.column) / np.float32(self.step)
        row, column = rows.astype(np.int64), columns.astype(np.int64)
        down, along = (rows - row)[:, None], columns - column
        nodes = self.raster_values
        upper = nodes[row][:, column] * (1 - along) + nodes[row][:, column + 1] * along
        lower = nodes[row + 1][:, column] * (1 - along) + nodes[row + 1][:, column + 1] * along
        values: NDArray[np.float32] = (upper * (1 - down) + lower * down).astype(np.float32)
        return values
