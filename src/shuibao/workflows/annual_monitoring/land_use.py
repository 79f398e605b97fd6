"""Land use in the codes of the monitoring rules, for the whole grid, from what the run file gives."""

from collections.abc import Iterable

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

_STRIP = 512


def land_use_of(frame: Frame, book: RuleBook) -> NDArray[np.uint8]:
    """Codes of the monitoring rules, whole grid, 0 where there is no land use.

    Raises UnknownLandUse with the area inside the zones of every value that leads to no code.
    """
    section = frame.plan.section("land_use")
    known = {land_use.code for land_use in land_use_classes(book)}
    source = section.one_of("constant", "raster", "polygons")
    if source == "constant":
        return _constant(frame, section, known)
    if source == "raster":
        values = _raster_values(frame, section)
        texts = {int(value): f"{value:g}" for value in np.unique(values) if value >= 0}
    else:
        column = section.text("column")
        polygons, index = frame.polygons(section, "polygons", column)
        names = [_text(value) for value in polygons.attributes[column]]
        kinds = sorted(set(names))
        places = np.array([kinds.index(name) for name in names] + [-1], dtype=np.int32)
        values = places[index]
        texts = dict(enumerate(kinds))
    table = _translation(frame, section, texts.values(), book)
    codes = {value: _code(text, table, known) for value, text in texts.items()}
    _refuse_unknown(values, texts, codes, frame)
    return _translated(values, codes)


def _constant(frame: Frame, section: Section, known: set[int]) -> NDArray[np.uint8]:
    code = section.number("constant")
    if code not in known:
        raise InputError(
            f"{section.where('constant')} = {code:g} 不是监测规程的土地利用编码（11–84 的二级类）。"
        )
    return np.full(frame.grid.shape, int(code), dtype=np.uint8)


def _raster_values(frame: Frame, section: Section) -> NDArray[np.int32]:
    """The raster's values on the grid, −1 without data. Raises InputError for values that are no codes."""
    raster = frame.raster(section.path("raster"), "nearest")
    values = np.empty(frame.grid.shape, dtype=np.int32)
    for tile in frame.grid.tiles(max(_STRIP, frame.grid.width)):
        found = raster.read(tile)[0]
        wrong = (found < 0) | (found != np.floor(found)) & np.isfinite(found)
        if wrong.any():
            raise InputError(
                f"{raster.source.path}：土地利用应是不小于 0 的整数编码，读到 {found[wrong][0]:g}。"
            )
        values[tile.slices] = np.where(np.isfinite(found), found, -1)
    return values


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


def _refuse_unknown(
    values: NDArray[np.int32], texts: dict[int, str], codes: dict[int, int], frame: Frame
) -> None:
    unknown = [value for value, code in codes.items() if code == 0]
    if not unknown:
        return
    areas = _areas_in_zones(values, max(texts) + 1, frame)
    listed = {texts[value]: areas[value] / AREA_UNITS_PER_M2 / 1e6 for value in unknown if areas[value]}
    if listed:
        raise UnknownLandUse(listed)


def _areas_in_zones(values: NDArray[np.int32], count: int, frame: Frame) -> NDArray[np.int64]:
    """Area of each value [cm²] inside the zones."""
    labels = np.where(frame.zones.index >= 0, values + 1, 0).astype(np.int32)
    areas: NDArray[np.int64] = label_areas(labels, count, *frame.grid.areas)[1:]
    return areas


def _translated(values: NDArray[np.int32], codes: dict[int, int]) -> NDArray[np.uint8]:
    table = np.zeros(max(codes, default=0) + 2, dtype=np.uint8)
    for value, code in codes.items():
        table[value] = code
    return table[values]
