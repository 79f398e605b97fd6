"""K, from what the run file gives: itself, or texture and carbon."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuibao.data.layers import Band, Coded, Constant, Layer, Lookup
from shuibao.data.table import read_table
from shuibao.rules import RuleBook
from shuibao.rules.soil import Method, conversion, epic, nomograph, organic_matter_per_carbon, texture_limits
from shuibao.science.erosion.soil import (
    Correction,
    check_carbon,
    check_texture,
    epic_erodibility,
    erodibility_si,
    nomograph_erodibility,
    organic_matter,
)
from shuibao.science.errors import InputError
from shuibao.science.grid import Tile
from shuibao.workflows.annual_monitoring.frame import Frame
from shuibao.workflows.annual_monitoring.plan import Section

Values = Mapping[str, NDArray[np.float32]]
Erodibility = Callable[[Values], NDArray[np.float32]]

_TEXTURE = ("sand", "silt", "clay", "carbon")
_NOMOGRAPH = (*_TEXTURE, "very_fine_sand", "structure", "permeability")
K_RANGE = (0.0, 0.2)


@dataclass(frozen=True)
class FromProperties:
    """K computed cell by cell from layers of soil properties."""

    properties: Mapping[str, Layer]
    erodibility: Erodibility

    def read(self, tile: Tile) -> NDArray[np.float32]:
        """K in the tile."""
        return self.erodibility({name: layer.read(tile) for name, layer in self.properties.items()})


def soil_of(frame: Frame, book: RuleBook) -> Layer:
    """What [soil] gives: K [t·hm²·h/(hm²·MJ·mm)]."""
    section = frame.plan.section("soil")
    if not {"constant", "raster"} & set(section.values):
        return _computed(frame, section, book)
    if section.one_of("constant", "raster") == "constant":
        return Constant(section.number("constant", low=0))
    return Band(frame.raster(section.source("raster"), "bilinear"), "土壤可蚀性 K", K_RANGE)


def _computed(frame: Frame, section: Section, book: RuleBook) -> Layer:
    method = soil_method(section)
    wanted = _TEXTURE if method == "epic" else _NOMOGRAPH
    erodibility = _erodibility(method, section, book)
    if section.one_of("sand", "types") == "sand":
        layers = {
            name: Band(frame.raster(section.source(name), "bilinear"), f"土壤 {name}", (0, 100))
            for name in wanted
        }
        return FromProperties(layers, erodibility)
    return _by_type(frame, section, wanted, erodibility)


def soil_method(section: Section) -> Method:
    """The formula K is computed with."""
    return "nomograph" if section.choice("method", "epic", "nomograph") == "nomograph" else "epic"


def soil_correction(section: Section) -> Correction:
    """The correction K is computed with; none for a K that was given."""
    words: dict[str, Correction] = {"none": "none", "zhang_si": "zhang_si", "zhang_us": "zhang_us"}
    return words[section.choice("correction", *words)]


def _erodibility(method: Method, section: Section, book: RuleBook) -> Erodibility:
    """From named properties to K in SI units, with the checks of the texture."""
    limits = texture_limits(book)
    to_si = conversion(book, method, soil_correction(section))

    def by_epic(soil: Values) -> NDArray[np.float32]:
        check_texture(soil["sand"], soil["silt"], soil["clay"], limits)
        check_carbon(soil["carbon"], limits)
        k_us = epic_erodibility(soil["sand"], soil["silt"], soil["clay"], soil["carbon"], coefficients)
        return erodibility_si(k_us, to_si).astype(np.float32)

    def by_nomograph(soil: Values) -> NDArray[np.float32]:
        check_texture(soil["sand"], soil["silt"], soil["clay"], limits)
        check_carbon(soil["carbon"], limits)
        k_us = nomograph_erodibility(
            soil["silt"] + soil["very_fine_sand"],
            soil["clay"],
            organic_matter(soil["carbon"], per_carbon),
            soil["structure"],
            soil["permeability"],
            curve,
        )
        return erodibility_si(k_us, to_si).astype(np.float32)

    if method == "epic":
        coefficients = epic(book)
        return by_epic
    curve, per_carbon = nomograph(book), organic_matter_per_carbon(book)
    return by_nomograph


def _by_type(frame: Frame, section: Section, wanted: tuple[str, ...], erodibility: Erodibility) -> Layer:
    """K once per soil type of the table, then looked up."""
    table = read_table(frame.read(section.path("table")), ("type", *wanted))
    names = [row.text("type") for row in table]
    values = {
        name: np.array([row.number(name, 0, 100) for row in table], dtype=np.float32) for name in wanted
    }
    k = dict(zip(names, erodibility(values).tolist(), strict=True))
    path = section.source("types")
    if "column" in section:
        return _by_polygon(frame, section, k)
    try:
        codes = {int(float(name)): value for name, value in k.items()}
    except ValueError as problem:
        raise InputError(
            f"{section.path('table')} 的 type 应是 {path.name} 里的整数编码（{problem}）。"
        ) from problem
    remedy = f"不在 {section.text('table')} 里。请在表中补上这些土类。"
    return Coded(frame.raster(path, "nearest"), codes, remedy)


def _by_polygon(frame: Frame, section: Section, k: Mapping[str, float]) -> Layer:
    column = section.text("column")
    polygons, holders = frame.polygons(section, "types", column)
    types = [str(value).strip() for value in polygons.attributes[column]]
    unknown = sorted(set(types) - set(k))
    if unknown:
        raise InputError(
            f"{polygons.path} 的土类 {'、'.join(unknown)} 不在 {section.text('table')} 里。请在表中补上。"
        )
    return Lookup(holders, np.array([k[name] for name in types], dtype=np.float32), float("nan"))
