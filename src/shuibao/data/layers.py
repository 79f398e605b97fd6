"""A quantity over the run's grid, whatever gives it: a number, a raster, polygons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shuibao.data.alignment import AlignedRaster
from shuibao.data.cell_holders import CellHolders
from shuibao.science.errors import InputError
from shuibao.science.grid import Tile
from shuibao.science.resampling import bilinear


class Layer(Protocol):
    """What is in a tile: float32, rows × columns, NaN where unknown."""

    def read(self, tile: Tile) -> NDArray[np.float32]:
        """The tile's values."""
        ...


@dataclass(frozen=True)
class Constant:
    """The same value everywhere."""

    value: float

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

    def read(self, tile: Tile) -> NDArray[np.float32]:
        """The band's values. Raises InputError where one is outside the allowed range."""
        values: NDArray[np.float32] = self.raster.read(tile, (self.band,))[0]
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
    """Values by polygon: which polygon holds each cell, and a value for each polygon."""

    holders: CellHolders
    values: NDArray[np.float32]
    elsewhere: float

    def read(self, tile: Tile) -> NDArray[np.float32]:
        """The value of the polygon that holds each cell; `elsewhere` where there is none."""
        table = np.append(self.values, np.float32(self.elsewhere))
        return np.asarray(table[self.holders.read(tile)])


@dataclass(frozen=True)
class Coded:
    """Values by the code a raster holds; a code the table does not have is refused with its place."""

    raster: AlignedRaster
    values: Mapping[int, float]
    remedy: str

    def read(self, tile: Tile) -> NDArray[np.float32]:
        """The value of each cell's code, NaN without a code. Raises InputError listing the unknown codes."""
        codes = self.raster.read(tile)[0]
        found, place = np.unique(codes[np.isfinite(codes)], return_inverse=True)
        unknown = [f"{code:g}" for code in found if code not in self.values]
        if unknown:
            raise InputError(f"{self.raster.source.path} 的编码 {'、'.join(unknown)} {self.remedy}")
        values = np.full(codes.shape, np.nan, dtype=np.float32)
        table = np.array([self.values[code] for code in found], dtype=np.float32)
        if found.size:
            values[np.isfinite(codes)] = table[place]
        return values


@dataclass(frozen=True)
class Lattice:
    """Smooth quantities at every `step`-th cell, interpolated between; values: band × node × node.

    Node (i, j) lies on the centre of cell (i · step, j · step).
    """

    values: NDArray[np.float32]
    step: int

    def read_bands(self, tile: Tile) -> NDArray[np.float32]:
        """Bands × rows × columns, bilinear between the nodes."""
        rows = (np.arange(tile.height) + tile.row) / self.step + 0.5
        columns = (np.arange(tile.width) + tile.column) / self.step + 0.5
        return bilinear(
            self.values,
            np.repeat(rows[:, None], tile.width, axis=1),
            np.repeat(columns[None, :], tile.height, axis=0),
        )


@dataclass(frozen=True)
class Smooth:
    """The first band of a lattice as a layer."""

    lattice: Lattice

    def read(self, tile: Tile) -> NDArray[np.float32]:
        """The quantity in the tile."""
        values: NDArray[np.float32] = self.lattice.read_bands(tile)[0]
        return values
