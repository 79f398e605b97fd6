"""Wind erosion: a modulus that was given, or the census model on cropland, grassland and sand."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuibao.data.layers import Band, Constant, Layer
from shuibao.data.table import read_table
from shuibao.rules import RuleBook
from shuibao.rules.wind import WindLandUses, wind_correction, wind_land_uses, wind_model
from shuibao.science.erosion.wind import (
    WindModel,
    WindSeason,
    cropland_wind_loss,
    grassland_wind_loss,
    per_km2,
    sand_wind_loss,
)
from shuibao.science.grid import Tile
from shuibao.workflows.annual_monitoring.frame import Frame
from shuibao.workflows.annual_monitoring.land_use import LandUse
from shuibao.workflows.annual_monitoring.plan import Section


@dataclass(frozen=True)
class ModelledWind:
    """The census model: which land takes which of the three forms follows from the land-use code."""

    land_use: LandUse
    uses: WindLandUses
    season: WindSeason
    model: WindModel
    moisture: Layer
    roughness_cm: Layer
    cover_pct: Layer

    def read(self, tile: Tile) -> NDArray[np.float32]:
        """Modulus of wind erosion [t/(km²·a)], NaN where no model applies."""
        codes = self.land_use.read(tile)
        moisture, cover = self.moisture.read(tile), self.cover_pct.read(tile)
        found = np.full(codes.shape, np.nan, dtype=np.float32)
        cropland, grassland, sand = (np.isin(codes, listed) for listed in self.uses)
        found[cropland] = per_km2(
            cropland_wind_loss(
                moisture[cropland], self.roughness_cm.read(tile)[cropland], self.season, self.model
            )
        )
        found[grassland] = per_km2(
            grassland_wind_loss(moisture[grassland], cover[grassland], self.season, self.model)
        )
        found[sand] = per_km2(sand_wind_loss(moisture[sand], cover[sand], self.season, self.model))
        return found


def wind_of(frame: Frame, land_use: LandUse, book: RuleBook) -> Layer | None:
    """What [wind] gives: modulus [t/(km²·a)]; None when there is no such section."""
    section = frame.plan.section("wind")
    if not section.values:
        return None
    source = section.one_of("constant", "raster", "speeds")
    if source == "constant":
        return Constant(section.number("constant", low=0))
    if source == "raster":
        return Band(frame.raster(section.source("raster"), "bilinear"), "风蚀模数", (0, 1e6))
    return ModelledWind(
        land_use,
        wind_land_uses(book),
        _season(frame, section, book),
        wind_model(book),
        _layer(frame, section, "moisture", (0, 1)),
        _layer(frame, section, "roughness_cm", (0, 100)),
        _layer(frame, section, "cover", (0, 100)),
    )


def _season(frame: Frame, section: Section, book: RuleBook) -> WindSeason:
    rows = read_table(frame.read(section.path("speeds")), ("speed_m_s", "minutes"))
    correction = section.number("correction") if "correction" in section else wind_correction(book)
    return WindSeason(
        tuple(row.number("speed_m_s") for row in rows),
        tuple(row.number("minutes", 0) for row in rows),
        correction,
    )


def _layer(frame: Frame, section: Section, key: str, allowed: tuple[float, float]) -> Layer:
    """A number or a raster under one key."""
    if isinstance(section.values.get(key), str):
        return Band(frame.raster(section.source(key), "bilinear"), f"[wind] {key}", allowed)
    return Constant(section.number(key, low=allowed[0]))
