"""B, from what the run file gives: itself, or the cover of the 24 half-months."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from shuibao.data.layers import Band, Constant, Layer
from shuibao.data.table import Row, read_table
from shuibao.rules import RuleBook
from shuibao.rules.cover import fixed_cover, ground_cover, responses
from shuibao.rules.land_use import land_use_classes
from shuibao.science.erosion.cover import CoverTables, cover_factor, cover_given, cover_tables
from shuibao.science.erosion.half_months import HALF_MONTHS, RAINY_SEASON
from shuibao.science.erosion.land_use import FOREST, LandUseClass, code_mask
from shuibao.science.errors import InputError
from shuibao.science.grid import Tile
from shuibao.workflows.annual_monitoring.frame import Frame
from shuibao.workflows.annual_monitoring.plan import Section
from shuibao.workflows.annual_monitoring.rainfall import Rainfall
from shuibao.workflows.annual_monitoring.vegetation import HalfMonthCover, half_month_cover

UNDERSTOREY_SHIFTS = (-0.1, 0.1)
"""What the sensitivity panel adds to the ground cover under trees."""

_STRIP = 128

Codes = NDArray[np.uint8]


class CoverTile(NamedTuple):
    """B, the cover [%] of May to September (NaN where unknown), and B by shift of the ground cover."""

    b: NDArray[np.float32]
    cover_pct: NDArray[np.float32]
    shifted: dict[float, NDArray[np.float32]]


class Cover(Protocol):
    """Whatever gives B."""

    def read(self, tile: Tile, codes: Codes) -> CoverTile:
        """B in a tile of these land-use codes."""
        ...


@dataclass(frozen=True)
class GivenCover:
    """B as it was given, but 1 on cropland."""

    layer: Layer
    is_cropland: NDArray[np.bool_]

    def read(self, tile: Tile, codes: Codes) -> CoverTile:
        """B in the tile; the cover in % is not known."""
        b = cover_given(self.layer.read(tile), codes, self.is_cropland)
        return CoverTile(b, np.full(codes.shape, np.nan, dtype=np.float32), {})


@dataclass(frozen=True)
class ComputedCover:
    """B from the cover of the 24 half-months and their shares of R."""

    cover: HalfMonthCover
    rainfall: Rainfall
    tables: CoverTables

    def read(self, tile: Tile, codes: Codes) -> CoverTile:
        """B in the tile, strip by strip: 24 layers of a whole tile would be 100 MB."""
        b = np.empty(codes.shape, dtype=np.float32)
        cover_pct = np.empty(codes.shape, dtype=np.float32)
        shifted = {shift: np.empty(codes.shape, dtype=np.float32) for shift in self.shifts}
        for row in range(0, tile.height, _STRIP):
            strip = tile._replace(row=tile.row + row, height=min(_STRIP, tile.height - row))
            rows = slice(row, row + strip.height)
            self._read_strip(
                strip, codes[rows], b[rows], cover_pct[rows], {s: a[rows] for s, a in shifted.items()}
            )
        return CoverTile(b, cover_pct, shifted)

    @property
    def shifts(self) -> tuple[float, ...]:
        """The shifts that can be tried: none where nothing grows under trees."""
        has_forest = np.isfinite(self.tables.ground_cover[self.tables.form == FOREST]).any()
        return UNDERSTOREY_SHIFTS if has_forest else ()

    def _read_strip(
        self,
        strip: Tile,
        codes: Codes,
        b: NDArray[np.float32],
        cover_pct: NDArray[np.float32],
        shifted: dict[float, NDArray[np.float32]],
    ) -> None:
        weights = self.rainfall.weights_in(strip)
        if weights is None:
            raise InputError(
                "没有 24 个半月的权重，不能计算 B。请在 [rainfall] 写 half_month_weights，或给日雨量。"
            )
        fvc = self.cover.read(strip, codes)
        b[:] = cover_factor(fvc, codes, weights, self.tables)
        cover_pct[:] = fvc[RAINY_SEASON].mean(axis=0) * 100
        is_forest = self.tables.form[codes] == FOREST
        forest_only = np.where(is_forest, codes, 0).astype(np.uint8)
        for shift, target in shifted.items():
            target[:] = b
            if is_forest.any():
                other = cover_factor(fvc, forest_only, weights, _with_ground_cover(self.tables, shift))
                target[is_forest] = other[is_forest]


def _with_ground_cover(tables: CoverTables, shift: float) -> CoverTables:
    return tables._replace(ground_cover=np.clip(tables.ground_cover + shift, 0, 1))


def cover_of(frame: Frame, rainfall: Rainfall, present: Iterable[int], book: RuleBook) -> Cover:
    """What [cover] gives, for the land-use codes that are present."""
    section = frame.plan.section("cover")
    classes = [land_use for land_use in land_use_classes(book) if land_use.code in set(present)]
    source = section.one_of("constant", "raster", "fvc", "ndvi")
    if source in ("constant", "raster"):
        return _given(frame, section, source, classes)
    if rainfall.weights is None:
        raise InputError(
            f"{frame.plan.file} 的 [cover] 要按半月加权，但 [rainfall] 没有半月权重。"
            f"请在 [rainfall] 写 half_month_weights（24 个数），或改用日雨量。"
        )
    needs_ground = [land_use.code for land_use in classes if land_use.needs_ground_cover]
    if "understorey" in section:
        under = _understorey(frame, section)
    else:
        under = dict(ground_cover(book, needs_ground))
    fixed = fixed_cover(book, (land_use.code for land_use in classes))
    tables = cover_tables(classes, fixed, under, responses(book))
    frame.note("表“盖度×强度”用 5—9 月的平均盖度分级。")
    return ComputedCover(half_month_cover(frame, section, classes), rainfall, tables)


def _given(frame: Frame, section: Section, source: str, classes: list[LandUseClass]) -> GivenCover:
    cropland = [land_use.code for land_use in classes if land_use.is_cropland]
    if source == "constant":
        value = section.number("constant", low=0)
        layer: Layer = Constant(value)
        replaced = value != 1
    else:
        layer = Band(frame.raster(section.source("raster"), "bilinear"), "植被因子 B", (0, 1))
        replaced = True
    if cropland and replaced:
        frame.note("耕地的 B 取 1（由 T 起作用），[cover] 给出的 B 只用于其他地类。")
    return GivenCover(layer, code_mask(cropland))


def _understorey(frame: Frame, section: Section) -> dict[int, tuple[float, ...]]:
    """Ground cover by code: 24 half-months each, every one given once."""
    path = frame.read(section.path("understorey"))
    found: dict[int, dict[int, float]] = {}
    for row in read_table(path, ("code", "half_month", "ground_cover")):
        half_month = _half_month(row)
        code = int(row.number("code", 11, 84))
        if half_month in found.setdefault(code, {}):
            raise row.columns.refuse(row.index, "half_month", f"土地利用 {code} 的这个半月已经写过。")
        found[code][half_month] = row.number("ground_cover", 0, 1)
    for code, values in found.items():
        missing = sorted(set(range(1, HALF_MONTHS + 1)) - set(values))
        if missing:
            listed = "、".join(str(half_month) for half_month in missing)
            raise InputError(
                f"{path}：土地利用 {code} 缺少第 {listed} 个半月的 ground_cover。请补齐 24 个半月。"
            )
    return {code: tuple(values[k] for k in range(1, HALF_MONTHS + 1)) for code, values in found.items()}


def _half_month(row: Row) -> int:
    number = row.number("half_month", 1, HALF_MONTHS)
    if number != int(number):
        raise row.columns.refuse(row.index, "half_month", "应是 1–24 的整数。")
    return int(number)
