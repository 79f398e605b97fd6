"""Which coordinate system the numbers are in, and the shapes in CGCS2000 longitude and latitude."""

from pathlib import Path

import geopandas
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from shuibao.data.feature_files.answers import Answers, Choice, Question, chosen
from shuibao.data.vector import AxesSwapped, require_degrees
from shuibao.science.crs import CGCS2000, parse_crs, transformer
from shuibao.science.errors import InputError

# Shanxi lies in the 3° belts 37 (111° E) and 38 (114° E) and in the 6° belt 19 (111° E).
_USUAL = (
    ("EPSG:4490", "CGCS2000 经纬度"),
    ("EPSG:4326", "WGS 84 经纬度（GPS、手机）"),
    ("EPSG:4546", "CGCS2000 三度带，中央经线 111°，不带带号（Y 为 6 位）"),
    ("EPSG:4525", "CGCS2000 三度带 37 带，带带号（Y 以 37 开头，8 位）"),
    ("EPSG:4547", "CGCS2000 三度带，中央经线 114°，不带带号（Y 为 6 位）"),
    ("EPSG:4526", "CGCS2000 三度带 38 带，带带号（Y 以 38 开头，8 位）"),
    ("EPSG:4508", "CGCS2000 六度带，中央经线 111°，不带带号（Y 为 6 位）"),
    ("EPSG:4497", "CGCS2000 六度带 19 带，带带号（Y 以 19 开头，8 位）"),
    ("EPSG:3857", "Web 墨卡托（网络地图）"),
)
_SAME_WITHIN_A_METRE = ("China 2000", "World Geodetic System 1984")
_BELT_M = 1_000_000.0


def crs_of(stated: str | None, said: str, bounds: tuple[float, float, float, float], name: str) -> pyproj.CRS:
    """The coordinate system the file states, or else the person. Raises Unanswered when neither does."""
    text = stated or chosen(said, crs_question(bounds))
    crs = parse_crs(text, name)
    datum = crs.geodetic_crs.datum.name if crs.geodetic_crs and crs.geodetic_crs.datum else "未知"
    if not datum.startswith(_SAME_WITHIN_A_METRE):
        raise InputError(
            f"{name} 的坐标系是 {crs.name}，基准 {datum} 与 CGCS2000 之间没有公开的转换参数。"
            f"请先由测绘部门转换为 CGCS2000。"
        )
    return crs


def crs_question(bounds: tuple[float, float, float, float]) -> Question:
    """Asks for the coordinate system; those the numbers cannot be in are left out."""
    west, south, east, north = bounds
    fitting = tuple(Choice(code, f"{label}（{code}）") for code, label in _USUAL if _fits(code, bounds))
    return Question(
        "crs",
        "坐标是哪个坐标系？",
        f"文件没有写明坐标系。坐标范围：横 {west:.10g}–{east:.10g}，纵 {south:.10g}–{north:.10g}。",
        fitting,
        is_free=True,
    )


def to_cgcs2000(
    shapes: NDArray[np.object_], crs: pyproj.CRS, answers: Answers, name: str
) -> NDArray[np.object_]:
    """The shapes in CGCS2000 longitude and latitude, as many as there were.

    Raises Unanswered when latitude stands before longitude, InputError when the numbers do not fit the CRS.
    """
    frame = geopandas.GeoDataFrame(geometry=shapes, crs=crs)
    if not crs.is_geographic:
        moved = _transformed(shapes, crs)
        _require_on_earth(moved, crs, name)
        return moved
    try:
        require_degrees(Path(name), frame, crs)
    except AxesSwapped as swapped:
        chosen(answers.axes, _axes_question(str(swapped)))
        shapes = swapped.frame.geometry.to_numpy()
    return _transformed(shapes, crs)


def _transformed(shapes: NDArray[np.object_], crs: pyproj.CRS) -> NDArray[np.object_]:
    moving = transformer(crs, parse_crs(CGCS2000, "shuibao"))
    moved: NDArray[np.object_] = shapely.transform(shapes, moving.transform, interleaved=False)
    return moved


def _axes_question(found: str) -> Question:
    swap = Choice("swapped", "对调：第一个数是纬度，第二个数是经度")
    return Question("axes", "经纬度颠倒了，要对调吗？", found, (swap,))


def _require_on_earth(shapes: NDArray[np.object_], crs: pyproj.CRS, name: str) -> None:
    bounds = shapely.bounds(shapes)
    given = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    if given.any() and not np.isfinite(bounds[given]).all():
        raise InputError(f"{name} 的坐标不在坐标系 {crs.name} 的范围内。请检查带号和坐标系。")
    area = crs.area_of_use
    if area is None or not given.any():
        return
    west, south = np.min(bounds[given][:, :2], axis=0)
    east, north = np.max(bounds[given][:, 2:], axis=0)
    if east < area.west - 3 or west > area.east + 3 or north < area.south - 3 or south > area.north + 3:
        raise InputError(
            f"{name} 按 {crs.name} 换算后在东经 {west:.2f}–{east:.2f}°、北纬 {south:.2f}–{north:.2f}°，"
            f"不在该坐标系的范围内。请检查带号，或 X、Y 是否写反。"
        )


def _fits(code: str, bounds: tuple[float, float, float, float]) -> bool:
    """Whether the numbers could be in this system: degrees are small, belts show in the first digits."""
    west, south, east, north = bounds
    if code in ("EPSG:4490", "EPSG:4326"):
        return max(abs(west), abs(south), abs(east), abs(north)) <= 360
    if max(abs(west), abs(east), abs(south), abs(north)) <= 360:
        return False
    belts = {"EPSG:4525": 37, "EPSG:4526": 38, "EPSG:4497": 19}
    if code == "EPSG:3857":
        return east > _BELT_M and max(abs(west), abs(east), abs(south), abs(north)) < 20_037_509
    numbers = (west, east, south, north)
    if code in belts:
        return any(int(number // _BELT_M) == belts[code] for number in numbers)
    return min(west, south) > 0 and min(east, north) < _BELT_M
