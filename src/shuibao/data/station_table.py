"""Rain stations and where they are, from a CSV file."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shuibao.data.csv_columns import CsvColumns, read_csv_columns
from shuibao.science.errors import InputError

_NAMES = {"station": ("station", "站号"), "lon": ("lon", "经度"), "lat": ("lat", "纬度")}


class Position(NamedTuple):
    """Longitude and latitude [degrees]."""

    lon: float
    lat: float


def read_stations(path: Path) -> dict[str, Position]:
    """Every station's position.

    Raises InputError naming line, field and value where a coordinate is no number, lies outside its range,
    is swapped with the other or was left at 0, where a station occurs twice, or where two share a place.
    """
    columns = read_csv_columns(path, _NAMES, frozenset())
    lon, lat = _degrees(columns, "lon"), _degrees(columns, "lat")
    _refuse_misplaced(columns, lon, lat)
    _refuse_repeated(columns, lon, lat)
    return {
        str(station): Position(float(east), float(north))
        for station, east, north in zip(columns.texts["station"], lon, lat, strict=True)
    }


def _degrees(columns: CsvColumns, column: str) -> NDArray[np.float64]:
    texts = pd.Series(columns.texts[column], dtype=object)
    degrees = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=np.float64)
    wrong = ~np.isfinite(degrees)
    if wrong.any():
        raise columns.refuse(int(np.argmax(wrong)), column, "不是数值。请写十进制度，如 111.0167。")
    return degrees


def _refuse_misplaced(columns: CsvColumns, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> None:
    swapped = (np.abs(lat) > 90) & (np.abs(lat) <= 180) & (np.abs(lon) <= 90)
    if swapped.any():
        row = int(np.argmax(swapped))
        raise columns.refuse(
            row, "lat", f"纬度超出 ±90 度，而 lon = {lon[row]:g}：经度和纬度似乎写反了，请对调。"
        )
    for column, degrees, limit in (("lon", lon, 180), ("lat", lat, 90)):
        outside = np.abs(degrees) > limit
        if outside.any():
            row = int(np.argmax(outside))
            raise columns.refuse(
                row, column, f"超出 ±{limit} 度。请写十进制度（度分 11101 应写作 111.0167）。"
            )
    unset = (lon == 0) & (lat == 0)
    if unset.any():
        raise columns.refuse(
            int(np.argmax(unset)), "lon", "经度和纬度都是 0，像是没有填写。请补上坐标或删去该行。"
        )


def _refuse_repeated(columns: CsvColumns, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> None:
    stations = columns.texts["station"]
    lines: dict[str, int] = {}
    places: dict[tuple[float, float], str] = {}
    for row, (station, place) in enumerate(zip(stations, zip(lon, lat, strict=True), strict=True)):
        line = int(columns.lines[row])
        if station == "":
            raise columns.refuse(row, "station", "站号为空，请补上。")
        if station in lines:
            raise InputError(
                f"{columns.path}：站 {station} 有两行（第 {lines[station]} 行和第 {line} 行）。请删去一行。"
            )
        if place in places:
            raise InputError(
                f"{columns.path} 第 {line} 行：站 {station} 与站 {places[place]} 的坐标相同"
                f"（{place[0]:g}，{place[1]:g}），不能插值。请合并这两站，或更正坐标。"
            )
        lines[station], places[place] = line, station
