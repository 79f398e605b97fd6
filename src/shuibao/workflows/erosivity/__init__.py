"""Erosivity of rain stations from their records: R and the 24 half-months."""

from shuibao.workflows.erosivity.settings import Correction, DailyModel, ErosivitySettings
from shuibao.workflows.erosivity.stations import (
    ErosivityOfStations,
    NoCompleteHalfMonth,
    StationErosivity,
    station_erosivity,
)

__all__ = [
    "Correction",
    "DailyModel",
    "ErosivityOfStations",
    "ErosivitySettings",
    "NoCompleteHalfMonth",
    "StationErosivity",
    "station_erosivity",
]
