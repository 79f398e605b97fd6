"""Land use in the codes of the monitoring rules, for the whole grid, from what the run file gives."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.data.table import read_table
from shuibao.rules import RuleBook
from shuibao.rules.land_use import gbt21010_table, land_use_classes
from shuibao.science.erosion.land_use import UnknownLandUse, check_translation
from shuibao.science.errors import InputError
from shuibao.science.grid import AREA_UNITS_PER_M2
from shuibao.science.patches import label_areas
from shuibao.workflows.annual_monitoring.frame import Frame
from shuibao.workflows.annual_monitoring.plan import Section

_NONE = 255
_TILE = 1024


class Kinds(NamedTuple):
    """The user's own values: which of them each cell has (_NONE without), and the values as texts."""

    place: NDArray[np.uint8]
    texts: list[str]


def land_use_of(frame: Frame, book: RuleBook) -> NDArray[np.uint8]:
    """Codes of the monitoring rules, whole grid, 0 where there is no land use.

    Raises UnknownLandUse with the area inside the zones of every value that leads to no code.
    """
    section = frame.plan.section("land_use")
    known = {land_use.code for land_use in land_use_classes(book)}
    source = section.one_of("constant", "raster", "polygons")
    if source == "constant":
        return _constant(frame, section, known)
    kinds = _of_raster(frame, section) if source == "raster" else _of_polygons(frame, section)
    table = _translation(frame, section, kinds.texts, book)
    codes = np.zeros(_NONE + 1, dtype=np.uint8)
    codes[: len(kinds.texts)] = [_code(text, table, known) for text in kinds.texts]
    _refuse_unknown(kinds, codes, frame)
    return np.take(codes, kinds.place)


def _constant(frame: Frame, section: Section, known: set[int]) -> NDArray[np.uint8]:
    code = section.number("constant")
    if code not in known:
        raise InputError(
            f"{section.where('constant')} = {code:g} 不是监测规程的土地利用编码（11–84 的二级类）。"
        )
    return np.full(frame.grid.shape, int(code), dtype=np.uint8)


def _of_raster(frame: Frame, section: Section) -> Kinds:
    """The raster's values on the grid. Raises InputError for values that are no codes, or too many kinds."""
    raster = frame.raster(section.path("raster"), "nearest")
    place = np.full(frame.grid.shape, _NONE, dtype=np.uint8)
    kinds: dict[float, int] = {}
    for tile in frame.grid.tiles(_TILE):
        found = raster.read(tile)[0]
        values, inverse = np.unique(found, return_inverse=True, equal_nan=True)
        for value in values[np.isfinite(values)]:
            if value < 0 or value != np.floor(value):
                raise InputError(f"{raster.source.path}：土地利用应是不小于 0 的整数编码，读到 {value:g}。")
            kinds.setdefault(float(value), len(kinds))
        if len(kinds) >= _NONE:
            raise InputError(
                f"{raster.source.path} 有 {len(kinds)} 种以上的值，不像土地利用编码（最多 254 种）。"
            )
        table = np.array([kinds.get(float(value), _NONE) for value in values], dtype=np.uint8)
        place[tile.slices] = table[inverse].reshape(found.shape)
    return Kinds(place, [f"{value:.0f}" for value in kinds])


def _of_polygons(frame: Frame, section: Section) -> Kinds:
    """The polygons' values, by the polygon that holds each cell."""
    column = section.text("column")
    polygons, index = frame.polygons(section, "polygons", column)
    names = [_text(value) for value in polygons.attributes[column]]
    texts = sorted(set(names))
    if len(texts) >= _NONE:
        raise InputError(
            f"{polygons.path} 的 {column} 有 {len(texts)} 种值，不像土地利用编码（最多 254 种）。"
        )
    place_of_polygon = np.array([*(texts.index(name) for name in names), _NONE], dtype=np.uint8)
    return Kinds(np.take(place_of_polygon, index), texts)


def _translation(
    frame: Frame, section: Section, values: Iterable[str], book: RuleBook
) -> dict[str, int] | None:
    """From the user's own values to codes; None when the values are codes already."""
    if "table" in section:
        rows = read_table(frame.read(section.path("table")), ("value", "code"))
        table = {row.text("value"): int(row.number("code", 1, 255)) for row in rows}
        check_translation(table, land_use_classes(book))
        return table
    if section.choice("scheme", "swc", "gbt21010") == "gbt21010":
        return gbt21010_table(book, [value.zfill(4) for value in values])
    return None


def _code(text: str, table: dict[str, int] | None, known: set[int]) -> int:
    """0 for a value that leads to no code. A numeric value also finds a code written with leading zeros."""
    if table is not None:
        return table.get(text, table.get(text.zfill(4), 0))
    return int(text) if text.isdigit() and int(text) in known else 0


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _refuse_unknown(kinds: Kinds, codes: NDArray[np.uint8], frame: Frame) -> None:
    """Raises UnknownLandUse when a value without a code lies inside a zone."""
    if codes[: len(kinds.texts)].all():
        return
    labels = np.where(frame.zones.index >= 0, kinds.place, _NONE).astype(np.int32) + 1
    areas = label_areas(labels, _NONE + 1, *frame.grid.areas)[1:]
    unknown = {
        text: areas[place] / AREA_UNITS_PER_M2 / 1e6
        for place, text in enumerate(kinds.texts)
        if codes[place] == 0 and areas[place]
    }
    if unknown:
        raise UnknownLandUse(unknown)
