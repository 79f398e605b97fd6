"""Vegetation cover of the 24 half-months, from cover layers or from a stack of NDVI pictures."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shuibao.data.alignment import AlignedRaster
from shuibao.data.table import read_table
from shuibao.science.erosion.half_months import HALF_MONTHS, Days
from shuibao.science.erosion.land_use import LandUseClass, code_mask
from shuibao.science.erosion.ndvi_composite import half_month_composite
from shuibao.science.erosion.vegetation import EndMembers, cover_fraction, end_members
from shuibao.science.errors import InputError
from shuibao.science.grid import Tile
from shuibao.workflows.annual_monitoring.frame import Frame
from shuibao.workflows.annual_monitoring.plan import Section

ALL = tuple(range(1, HALF_MONTHS + 1))


class HalfMonthCover(Protocol):
    """Whatever gives the cover."""

    def read(self, tile: Tile, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
        """24 × rows × columns, fractions 0–1, NaN where unknown."""
        ...


@dataclass(frozen=True)
class CoverBands:
    """One file of 24 bands, or 24 files; `scale` turns its unit into fractions."""

    rasters: tuple[AlignedRaster, ...]
    scale: float

    def read(self, tile: Tile, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The cover in the tile. Raises InputError when it is not in the unit that was said."""
        if len(self.rasters) == 1:
            fvc = self.rasters[0].read(tile, ALL)
        else:
            fvc = np.concatenate([raster.read(tile) for raster in self.rasters])
        fvc *= np.float32(self.scale)
        lowest, highest = np.fmin.reduce(fvc, axis=None), np.fmax.reduce(fvc, axis=None)
        if lowest < -1e-4 or highest > 1 + 1e-4:
            unit = "percent" if self.scale != 1 else "fraction"
            raise InputError(
                f"{self.rasters[0].source.path}：植被盖度换算后为 {lowest:.4g}–{highest:.4g}，超出 0–1。"
                f'[cover] unit 现为 "{unit}"，请写对单位，并把无数据值写进 nodata。'
            )
        return np.clip(fvc, 0, 1)


@dataclass(frozen=True)
class CoverOfNdvi:
    """Cover by the dimidiate pixel model, from half-month composites of NDVI."""

    ndvi: AlignedRaster
    cloud: AlignedRaster | None
    days: Days
    ends: EndMembers
    vegetated: NDArray[np.bool_]

    def read(self, tile: Tile, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The cover in the tile."""
        bands = tuple(range(1, len(self.days) + 1))
        ndvi = self.ndvi.read(tile, bands)
        cloud = None if self.cloud is None else np.nan_to_num(self.cloud.read(tile, bands), nan=1) != 0
        composite = half_month_composite(ndvi, cloud, self.days, "median")
        return cover_fraction(composite.ndvi, codes, self.ends, self.vegetated)


def half_month_cover(frame: Frame, section: Section, classes: list[LandUseClass]) -> HalfMonthCover:
    """What [cover] gives of the 24 half-months."""
    if "fvc" in section:
        return _bands(frame, section)
    return _of_ndvi(frame, section, classes)


def _bands(frame: Frame, section: Section) -> CoverBands:
    paths = section.sources("fvc")
    rasters = tuple(frame.raster(path, "bilinear") for path in paths)
    bands = rasters[0].source.bands if len(rasters) == 1 else len(rasters)
    if bands != HALF_MONTHS:
        raise InputError(f"{section.where('fvc')} 应有 24 个半月，读到 {bands} 个。请补齐，从 1 月上半月起。")
    scale = {"fraction": 1.0, "percent": 0.01}[section.choice("unit", "fraction", "percent")]
    return CoverBands(rasters, scale)


def _of_ndvi(frame: Frame, section: Section, classes: list[LandUseClass]) -> CoverOfNdvi:
    ndvi = frame.raster(section.source("ndvi"), "bilinear")
    days = _dates(frame, section, ndvi)
    cloud = None
    if "cloud_mask" in section:
        cloud = frame.raster(section.source("cloud_mask"), "nearest")
        if cloud.source.bands != len(days):
            raise InputError(
                f"{cloud.source.path} 有 {cloud.source.bands} 个波段，NDVI 有 {len(days)} 个。请一一对应。"
            )
    vegetated = [land_use.code for land_use in classes if land_use.is_vegetation]
    frame.note("植被盖度由 NDVI 按像元二分模型计算，半月内取中值，缺的半月按时间线性内插。")
    return CoverOfNdvi(ndvi, cloud, days, _ends(frame, section, vegetated), code_mask(vegetated))


def _dates(frame: Frame, section: Section, ndvi: AlignedRaster) -> Days:
    path = frame.read(section.path("dates"))
    days: dict[int, np.datetime64] = {}
    for row in read_table(path, ("band", "date")):
        try:
            days[int(row.number("band", 1))] = np.datetime64(row.text("date"), "D")
        except ValueError as problem:
            raise row.columns.refuse(row.index, "date", "不是日期。请写成 2025-07-15。") from problem
    bands = ndvi.source.bands
    if sorted(days) != list(range(1, bands + 1)):
        raise InputError(
            f"{path} 应给出 {ndvi.source.path.name} 的 {bands} 个波段各一个日期，读到 {len(days)} 个。"
        )
    return np.array([days[band] for band in range(1, bands + 1)], dtype="datetime64[D]")


def _ends(frame: Frame, section: Section, vegetated: list[int]) -> EndMembers:
    if "endmembers" in section:
        rows = read_table(frame.read(section.path("endmembers")), ("code", "ndvi_soil", "ndvi_vegetation"))
        return end_members(
            {
                int(row.number("code", 11, 84)): (row.number("ndvi_soil"), row.number("ndvi_vegetation"))
                for row in rows
            }
        )
    soil, vegetation = section.number("ndvi_soil"), section.number("ndvi_vegetation")
    return end_members(dict.fromkeys(vegetated, (soil, vegetation)))
