"""E, T and the tolerance, from the run file: a number, a raster, or polygons with values or codes."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuibao.data.cell_holders import CellHolders
from shuibao.data.layers import Band, Constant, Layer, Lookup
from shuibao.rules import RuleBook
from shuibao.rules.intensity import tolerance_t_km2_a
from shuibao.rules.measures import measures
from shuibao.rules.rotation import zone_factor
from shuibao.science.erosion.practice import Measure
from shuibao.science.errors import InputError
from shuibao.science.grid import Tile
from shuibao.workflows.annual_monitoring.frame import Frame
from shuibao.workflows.annual_monitoring.plan import Section


@dataclass(frozen=True)
class Measures:
    """E, and for the ledger the kinds of measures and which of them each polygon is."""

    e: Layer
    kinds: tuple[Measure, ...]
    holders: CellHolders | None
    kind_of: NDArray[np.int32]

    def kinds_in(self, tile: Tile) -> NDArray[np.int32]:
        """Which of the kinds lies on each cell, −1 for none."""
        if self.holders is None:
            return np.full((tile.height, tile.width), -1, np.int32)
        return np.asarray(np.append(self.kind_of, np.int32(-1))[self.holders.read(tile)])


def _unlisted(e: Layer) -> Measures:
    """E of which nobody knows by which measures."""
    return Measures(e, (), None, np.empty(0, np.int32))


def measures_of(frame: Frame, book: RuleBook) -> Measures:
    """What [measures] gives: E [-], 1 where there is no measure."""
    section = frame.plan.section("measures")
    if not section.values:
        frame.note("没有给出 [measures]，全区按没有工程措施计（E = 1）。")
        return _unlisted(Constant(1))
    source = section.one_of("constant", "raster", "polygons")
    if source != "polygons":
        return _unlisted(_number_or_raster(frame, section, "工程措施因子 E", (0, 1)))
    polygons, holders = frame.polygons(section, "polygons", section.text("column"))
    codes = [str(value).strip() for value in polygons.attributes[section.text("column")]]
    kinds = measures(book, Counter(codes))
    places = {kind.code: place for place, kind in enumerate(kinds)}
    kind_of = np.array([places[code] for code in codes], dtype=np.int32)
    values = np.array([kind.factor for kind in kinds], dtype=np.float32)[kind_of]
    return Measures(Lookup(holders, values, 1.0), tuple(kinds), holders, kind_of)


def rotation_of(frame: Frame, has_cropland: bool, book: RuleBook) -> Layer:
    """What [rotation] gives: T [-] of cropland.

    Raises InputError naming the rules when there is cropland and no T: nobody knows it for Shanxi.
    """
    section = frame.plan.section("rotation")
    if not section.values:
        if has_cropland:
            unknown = [
                rule.id
                for rule in book.current()
                if rule.id.startswith("rotation.zone.") and rule.value is None
            ]
            raise InputError(
                f"{frame.plan.file} 有耕地而没有 [rotation]：T 未知，不能计算。规则表 rules/rotation.toml 中 "
                f"{'、'.join(unknown[:4])} 等均为 null。请写 [rotation] constant（1 是上限），"
                f"或给轮作区面图层并用 --rules 补上这些规则。"
            )
        return Constant(1)
    source = section.one_of("constant", "raster", "polygons")
    if has_cropland and source == "constant":
        value = section.number("constant", low=0)
        upper = "，是上限" if value == 1 else ""
        frame.note(f"耕地的 T 由运行文件给定为 {value:g}{upper}，不是规则表中的值。")
    if source != "polygons":
        return _number_or_raster(frame, section, "耕作措施因子 T", (0, 1))
    return _polygon_values(frame, section, "T", (0, 1), lambda zone: zone_factor(book, zone))


def tolerance_of(frame: Frame, book: RuleBook) -> Layer:
    """What [tolerance] gives: tolerable soil loss [t/(km²·a)]."""
    section = frame.plan.section("tolerance")
    source = section.one_of("constant", "raster", "polygons")
    if source == "constant" and isinstance(section.values["constant"], str):
        return Constant(tolerance_t_km2_a(book, section.text("constant")))
    if source != "polygons":
        return _number_or_raster(frame, section, "容许土壤流失量", (1, 2500))
    return _polygon_values(
        frame, section, "容许土壤流失量", (1, 2500), lambda region: tolerance_t_km2_a(book, region)
    )


def _number_or_raster(frame: Frame, section: Section, meaning: str, allowed: tuple[float, float]) -> Layer:
    if "constant" not in section:
        return Band(frame.raster(section.source("raster"), "nearest"), meaning, allowed)
    value = section.number("constant")
    low, high = allowed
    if not low <= value <= high:
        raise InputError(f"{section.where('constant')} = {value:g}，{meaning} 应在 {low:g}–{high:g}。")
    return Constant(value)


def _polygon_values(
    frame: Frame,
    section: Section,
    meaning: str,
    allowed: tuple[float, float],
    by_word: Callable[[str], float],
) -> Layer:
    """Values from a polygon column: numbers as they are, words by the rules."""
    column = section.text("column")
    polygons, holders = frame.polygons(section, "polygons", column)
    low, high = allowed
    values = []
    for place, given in enumerate(polygons.attributes[column]):
        value = _number(given)
        value = by_word(str(given).strip()) if value is None else value
        if not low <= value <= high:
            raise InputError(
                f"{polygons.path} 第 {place + 1} 个面 {column} = {value:g}：{meaning}应在 {low:g}–{high:g}。"
            )
        values.append(value)
    return Lookup(holders, np.array(values, dtype=np.float32), float("nan"))


def _number(given: object) -> float | None:
    try:
        return float(str(given))
    except ValueError:
        return None
