"""Land use in the codes of the monitoring rules, tile by tile, from what the run file gives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.data.cell_holders import CellHolders
from shuibao.data.layers import Band, Constant, Layer, Lookup
from shuibao.data.table import read_table
from shuibao.engine.runner import Runner
from shuibao.rules import RuleBook
from shuibao.rules.land_use import gbt21010_table, land_use_classes
from shuibao.science.erosion.cell_areas import TileAreas
from shuibao.science.erosion.land_use import UnknownLandUse, check_translation
from shuibao.science.errors import InputError
from shuibao.science.grid import AREA_UNITS_PER_M2, CellAreas, Tile
from shuibao.science.tally import GREATEST_KINDS, recoded, tally
from shuibao.workflows.annual_monitoring.frame import Frame
from shuibao.workflows.annual_monitoring.plan import Section

_KINDS_ALLOWED = GREATEST_KINDS - 1
_TILE = 1024


@dataclass(frozen=True)
class LandUse:
    """Codes of the monitoring rules. kinds, codes: the values of the layer and what each means.

    present: the codes that occur inside the zones.
    """

    values: Layer
    kinds: NDArray[np.float32]
    codes: NDArray[np.uint8]
    present: list[int]
    zones: CellHolders

    def read(self, tile: Tile) -> NDArray[np.uint8]:
        """The code of each cell, 0 where there is no land use and outside the zones."""
        codes = recoded(self.values.read(tile), self.kinds, self.codes)
        codes[self.zones.read(tile) < 0] = 0
        return codes


class _Given(NamedTuple):
    """What was given: a layer, the values it holds as texts, and their areas inside the zones [cm²]."""

    values: Layer
    texts: dict[float, str]
    inside: Mapping[float, int]


def land_use_of(frame: Frame, book: RuleBook, run: Runner) -> LandUse:
    """What [land_use] gives, after one look at all of it.

    Raises UnknownLandUse with the area inside the zones of every value that leads to no code.
    """
    section = frame.plan.section("land_use")
    known = {land_use.code for land_use in land_use_classes(book)}
    source = section.one_of("constant", "raster", "polygons")
    if source == "constant":
        return _constant(frame, section, known)
    given = _of_raster(frame, section, run) if source == "raster" else _of_polygons(frame, section, run)
    table = _translation(frame, section, given.texts.values(), book)
    codes = {value: _code(text, table, known) for value, text in given.texts.items()}
    _refuse_unknown(given, codes)
    return LandUse(
        given.values,
        np.array([*codes], dtype=np.float32),
        np.array([*codes.values()], dtype=np.uint8),
        sorted({code for value, code in codes.items() if given.inside.get(value)}),
        frame.zones.cells,
    )


def _constant(frame: Frame, section: Section, known: set[int]) -> LandUse:
    code = section.number("constant")
    if code not in known:
        raise InputError(
            f"{section.where('constant')} = {code:g} 不是监测规程的土地利用编码（11–84 的二级类）。"
        )
    kinds, codes = np.array([code], dtype=np.float32), np.array([code], dtype=np.uint8)
    return LandUse(Constant(code), kinds, codes, [int(code)], frame.zones.cells)


def _of_raster(frame: Frame, section: Section, run: Runner) -> _Given:
    """The raster's values. Raises InputError for values that are no codes, or too many kinds."""
    raster = frame.raster(section.source("raster"), "nearest")
    path = raster.source.path
    inside = _areas_inside(Band(raster, "土地利用"), frame, run)
    for value in inside:
        if value < 0 or value != np.floor(value):
            raise InputError(f"{path}：土地利用应是不小于 0 的整数编码，读到 {value:g}。")
    if len(inside) > _KINDS_ALLOWED:
        raise InputError(f"{path} 有 {len(inside)} 种以上的值，不像土地利用编码（最多 254 种）。")
    return _Given(Band(raster, "土地利用"), {value: f"{value:.0f}" for value in sorted(inside)}, inside)


def _of_polygons(frame: Frame, section: Section, run: Runner) -> _Given:
    """The polygons' values, by the polygon that holds each cell: numbers that stand for texts."""
    column = section.text("column")
    polygons, holders = frame.polygons(section, "polygons", column)
    names = [_text(value) for value in polygons.attributes[column]]
    texts = sorted(set(names))
    if len(texts) > _KINDS_ALLOWED:
        raise InputError(
            f"{polygons.path} 的 {column} 有 {len(texts)} 种值，不像土地利用编码（最多 254 种）。"
        )
    places = {text: place for place, text in enumerate(texts)}
    layer = Lookup(holders, np.array([places[name] for name in names], dtype=np.float32), float("nan"))
    return _Given(
        layer, {float(place): text for text, place in places.items()}, _areas_inside(layer, frame, run)
    )


@dataclass(frozen=True)
class _Look:
    """The look at one tile."""

    values: Layer
    zones: CellHolders
    areas: CellAreas

    def __call__(self, tile: Tile) -> dict[float, int]:
        """The tile's values with their areas inside the zones [cm²]."""
        areas = TileAreas(self.areas, tile.row, tile.column)
        found = tally(self.values.read(tile), self.zones.read(tile) >= 0, areas)
        return dict(zip(found.values.tolist(), found.inside.tolist(), strict=True))


def _areas_inside(values: Layer, frame: Frame, run: Runner) -> dict[float, int]:
    """All values with their areas inside the zones [cm²]; the look ends when they are too many for codes."""
    areas: dict[float, int] = {}
    for found in run(_Look(values, frame.zones.cells, frame.grid.areas), frame.grid.tiles(_TILE)):
        for value, area in found.items():
            areas[value] = areas.get(value, 0) + area
        if len(areas) > _KINDS_ALLOWED:
            break
    return areas


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


def _refuse_unknown(given: _Given, codes: Mapping[float, int]) -> None:
    """Raises UnknownLandUse when a value without a code lies inside a zone."""
    unknown = {
        given.texts[value]: area / AREA_UNITS_PER_M2 / 1e6
        for value, area in given.inside.items()
        if area and codes[value] == 0
    }
    if unknown:
        raise UnknownLandUse(unknown)
