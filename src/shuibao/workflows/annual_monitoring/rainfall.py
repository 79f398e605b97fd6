"""R and the half-months' shares of it, from what the run file gives."""

from dataclasses import dataclass

import numpy as np
import pyproj
from numpy.typing import NDArray

from shuibao.data.layers import Band, Constant, Lattice, Layer, Smooth
from shuibao.data.rain_series import Absent, Record
from shuibao.rules import RuleBook
from shuibao.rules.rainfall import EnergyName, EventRuleName, interpolation
from shuibao.science import crs as reference
from shuibao.science.erosion.half_months import HALF_MONTHS
from shuibao.science.erosion.interpolation import Interpolation, Method, interpolate
from shuibao.science.errors import InputError
from shuibao.science.grid import Grid, Tile
from shuibao.workflows.annual_monitoring.frame import Frame
from shuibao.workflows.annual_monitoring.plan import Section, choice_of
from shuibao.workflows.erosivity import ErosivityOfStations, station_erosivity
from shuibao.workflows.erosivity.settings import Correction, DailyModel, ErosivitySettings

LATTICE_STEP_M = 2000.0
"""Rain is smooth: it is interpolated from stations at points this far apart, and bilinearly between them."""

_NAMED = 3


@dataclass(frozen=True)
class Rainfall:
    """R [MJ·mm/(hm²·h·a)] and, where known, the shares of the 24 half-months."""

    r: Layer
    weights: NDArray[np.float64] | Lattice | None

    def weights_in(self, tile: Tile) -> NDArray[np.floating] | None:
        """The shares: (24,), or 24 × rows × columns where they differ from place to place."""
        if isinstance(self.weights, Lattice):
            return self.weights.read_bands(tile)
        return self.weights


def rainfall_of(frame: Frame, book: RuleBook) -> Rainfall:
    """What [rainfall] gives."""
    section = frame.plan.section("rainfall")
    source = section.one_of("constant", "raster", "daily", "breakpoint")
    if source == "constant":
        return Rainfall(Constant(section.number("constant", low=0)), _given_weights(section))
    if source == "raster":
        raster = frame.raster(section.source("raster"), "bilinear")
        return Rainfall(Band(raster, "降雨侵蚀力 R", (0, 1e5)), _given_weights(section))
    return _from_stations(frame, section, source, book)


def _given_weights(section: Section) -> NDArray[np.float64] | None:
    if "half_month_weights" not in section:
        return None
    weights = section.values["half_month_weights"]
    numbers = isinstance(weights, list) and all(isinstance(weight, int | float) for weight in weights)
    if not numbers or len(weights) != HALF_MONTHS or min(weights) < 0 or sum(weights) <= 0:
        raise InputError(
            f"{section.where('half_month_weights')} 应是 24 个不小于 0 的数（1月上半月起），和大于 0。"
        )
    shares: NDArray[np.float64] = np.array(weights, dtype=np.float64) / sum(weights)
    return shares


def _from_stations(frame: Frame, section: Section, source: str, book: RuleBook) -> Rainfall:
    record, stations = frame.read(section.path(source)), frame.read(section.path("stations"))
    found = station_erosivity([record], rules=book, settings=_settings(section), stations_file=stations)
    _note_warnings(frame, record.name, found)
    if len(found.stations) == 1:
        only = found.stations[0]
        frame.note(f"只有 1 个雨量站（{only.station}），全区取它的 R = {only.R:.1f}。")
        return Rainfall(Constant(only.R), np.array(only.half_months) / sum(only.half_months))
    method = choice_of(section, "interpolation", Method, "auto")
    return _interpolated(frame, found, interpolation(book, method))


def _settings(section: Section) -> ErosivitySettings:
    """The choices of the section; what was not written is left to the rules."""
    return ErosivitySettings(
        model=choice_of(section, "model", DailyModel),
        threshold_mm=section.number("threshold_mm") if "threshold_mm" in section else None,
        absent_days=choice_of(section, "absent_days", Absent, "missing"),
        energy=choice_of(section, "energy", EnergyName),
        event_rule=choice_of(section, "event_rule", EventRuleName),
        record=choice_of(section, "record", Record),
        fixed_interval_correction=choice_of(section, "fixed_interval_correction", Correction),
    )


def _note_warnings(frame: Frame, name: str, found: ErosivityOfStations) -> None:
    """The same warning of many stations is one sentence."""
    stations: dict[str, list[str]] = {}
    for station in found.stations:
        for warning in (*station.notes, *station.warnings):
            stations.setdefault(warning, []).append(station.station)
    for warning, names in stations.items():
        named = "、".join(names[:_NAMED]) + (f" 等 {len(names)} 站" if len(names) > _NAMED else "")
        frame.note(f"{name} 站 {named}：{warning}")
    for warning in found.warnings:
        frame.note(f"{name}：{warning}")


def _interpolated(frame: Frame, found: ErosivityOfStations, settings: Interpolation) -> Rainfall:
    """R and the shares on a lattice: each half-month is interpolated, then all are made to sum to 1 again."""
    grid = frame.grid
    step = max(1, round(LATTICE_STEP_M / grid.cell_m))
    points, shape = _lattice_points(grid, step)
    places = _planar(
        pyproj.CRS(reference.CGCS2000), [s.lon for s in found.stations], [s.lat for s in found.stations]
    )
    half_months = np.array([station.half_months for station in found.stations])
    surface = interpolate(places, np.array([station.R for station in found.stations]), points, settings)
    frame.note(f"R 的插值：{surface.note}")
    layers = np.array([interpolate(places, half, points, settings).values for half in half_months.T])
    shares = layers / layers.sum(axis=0)
    return Rainfall(
        Smooth(Lattice(surface.values.reshape(1, *shape).astype(np.float32), step)),
        Lattice(shares.reshape(HALF_MONTHS, *shape).astype(np.float32), step),
    )


def _lattice_points(grid: Grid, step: int) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Planar places [m] of every step-th cell, and one row and column beyond the last."""
    rows = np.arange(0, grid.height - 1 + step, step)
    columns = np.arange(0, grid.width - 1 + step, step)
    x, y = np.meshgrid(
        grid.transform.c + (columns + 0.5) * grid.transform.a,
        grid.transform.f + (rows + 0.5) * grid.transform.e,
    )
    return _planar(grid.crs, x.ravel(), y.ravel()), (rows.size, columns.size)


def _planar(crs: pyproj.CRS, x: object, y: object) -> NDArray[np.float64]:
    """Coordinates in the Albers projection of China [m], shape (n, 2)."""
    to_planar = reference.transformer(crs, pyproj.CRS(reference.ALBERS_CHINA))
    return np.column_stack(to_planar.transform(x, y))
