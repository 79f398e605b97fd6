"""Coordinates that stand in the columns of a table: a point in every row, or the corners of areas."""

import re
from dataclasses import dataclass, replace

import numpy as np
import shapely

from shuibao.data.feature_files.answers import Answers, Choice, Question, Unanswered
from shuibao.data.feature_files.reference import crs_of, to_cgcs2000
from shuibao.data.feature_files.rings import TooFewCorners, polygon_of
from shuibao.data.feature_files.rows import Row, Rows, Value
from shuibao.science.errors import InputError

_EAST = ("经度", "东经", "lon", "lng", "long", "longitude", "东坐标", "横坐标")
_NORTH = ("纬度", "北纬", "lat", "latitude", "北坐标", "纵坐标")
_PLANAR = ("x", "y", "x坐标", "y坐标", "坐标x", "坐标y", "x（m）", "y（m）", "x(m)", "y(m)")
_DEGREES = re.compile(
    r"^(?P<before>[NSEW北南东西]?)[经纬]?\s*(\d+)\s*[°度]\s*(?:(\d+(?:\.\d+)?)\s*[′'分])?\s*"
    r"(?:(\d+(?:\.\d+)?)\s*[″\"”秒])?\s*(?P<after>[NSEW北南东西]?)$"
)
_WIDEST_NORTHING_M = 10_000_000


@dataclass(frozen=True)
class _Columns:
    east: str
    north: str


def with_shapes(rows: Rows, answers: Answers, name: str) -> Rows:
    """The rows with the shapes their coordinate columns give; as they were where there are none.

    Raises Unanswered while it is not said what the columns mean and which coordinate system they are in.
    """
    found = _found(rows)
    if not answers.shape and found is None:
        return rows
    if answers.shape == "none":
        return rows
    if answers.shape not in ("points", "vertices"):
        raise Unanswered(*_questions(rows, found))
    columns = _chosen_columns(rows, answers, found)
    positions = _positions(rows, columns, name)
    if answers.shape == "vertices":
        rows, shapes = _areas(rows, positions, answers, name)
    else:
        shapes = [None if position is None else shapely.Point(position) for position in positions]
    return _placed(rows, shapes, answers, name)


def number_of(value: Value) -> float | None:
    """A coordinate [degrees or m] from a number, a text, or degrees, minutes and seconds; None when empty.

    Raises ValueError when it is none of these.
    """
    if value is None or value == "":
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    text = str(value).strip().translate(_HALF_WIDTH).replace(",", "")
    parts = _DEGREES.match(text)
    if parts is None:
        return float(text)
    _, degrees, minutes, seconds, _ = parts.groups()
    size = float(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    return -size if (parts["before"] or parts["after"]) in tuple("SW南西") else size


_HALF_WIDTH = {ord("０") + digit: str(digit) for digit in range(10)} | {ord("．"): ".", ord("－"): "-"}


def _found(rows: Rows) -> _Columns | None:
    """The columns whose names say that they are coordinates. X and Y are told apart by their numbers."""
    lowered = {column.lower().replace(" ", ""): column for column in rows.columns}
    east = next((lowered[name] for name in _EAST if name in lowered), None)
    north = next((lowered[name] for name in _NORTH if name in lowered), None)
    if east and north:
        return _Columns(east, north)
    planar = [lowered[name] for name in _PLANAR if name in lowered]
    return _told_apart(rows, planar[0], planar[1]) if len(planar) == 2 else None


def _told_apart(rows: Rows, x: str, y: str) -> _Columns:
    """In Chinese surveying X is the northing (7 digits), Y the easting (6 digits, or 8 with the belt)."""
    first, second = (_median(rows.column(column)) for column in (x, y))
    x_is_northing = 1_000_000 < first < _WIDEST_NORTHING_M and not 1_000_000 < second < _WIDEST_NORTHING_M
    return _Columns(y, x) if x_is_northing else _Columns(x, y)


def _median(values: list[Value]) -> float:
    numbers = []
    for value in values[:200]:
        try:
            number = number_of(value)
        except ValueError:
            continue
        if number is not None:
            numbers.append(number)
    return float(np.median(numbers)) if numbers else 0.0


def _questions(rows: Rows, found: _Columns | None) -> tuple[Question, ...]:
    columns = tuple(Choice(column, column) for column in rows.columns)
    names = f"表里有坐标列（{found.east}、{found.north}）。" if found else ""
    shape = Question(
        "shape",
        "坐标列怎样用？",
        names,
        (
            Choice("points", "每行一个点"),
            Choice("vertices", "每行一个拐点：同一地块的拐点依次连成面"),
            Choice("none", "不用坐标，只导入属性"),
        ),
    )
    east = Question(
        "east", "经度（或东坐标 Y）是哪一列？", "", columns, found.east if found else "", is_optional=True
    )
    north = Question(
        "north", "纬度（或北坐标 X）是哪一列？", "", columns, found.north if found else "", is_optional=True
    )
    ring_of = Question(
        "ring_of", "地块编号是哪一列？", "只在“每行一个拐点”时需要。", columns, is_optional=True
    )
    return shape, east, north, ring_of


def _chosen_columns(rows: Rows, answers: Answers, found: _Columns | None) -> _Columns:
    east, north = (
        answers.east or (found.east if found else ""),
        answers.north or (found.north if found else ""),
    )
    known = set(rows.columns)
    if east not in known or north not in known or east == north:
        raise Unanswered(*_questions(rows, found))
    if answers.shape == "vertices" and answers.ring_of not in known:
        raise Unanswered(*_questions(rows, found))
    return _Columns(east, north)


def _positions(rows: Rows, columns: _Columns, name: str) -> list[tuple[float, float] | None]:
    places = rows.columns.index(columns.east), rows.columns.index(columns.north)
    positions: list[tuple[float, float] | None] = []
    for row in rows.rows:
        pair: list[float | None] = []
        for place in places:
            try:
                pair.append(number_of(row.values[place]))
            except ValueError:
                raise InputError(
                    f"{name} 第 {row.number} 行，{rows.columns[place]} = {row.values[place]!r}：不是坐标。"
                    f"请写数字或度分秒（如 111°22′33.4″）。"
                ) from None
        east, north = pair
        if (east is None) != (north is None):
            empty = columns.east if east is None else columns.north
            raise InputError(f"{name} 第 {row.number} 行，{empty} 是空的。请补上，或两个坐标都留空。")
        positions.append(None if east is None or north is None else (east, north))
    return positions


def _areas(
    rows: Rows, positions: list[tuple[float, float] | None], answers: Answers, name: str
) -> tuple[Rows, list[shapely.Geometry | None]]:
    """One row for each area, with the first value that its corners have in a column."""
    place = rows.columns.index(answers.ring_of)
    members: dict[Value, list[int]] = {}
    label: Value = None
    for index, row in enumerate(rows.rows):
        label = row.values[place] if row.values[place] not in (None, "") else label
        members.setdefault(label, []).append(index)
    areas, shapes = [], []
    for label, indexes in members.items():
        corners = [position for index in indexes if (position := positions[index]) is not None]
        first = rows.rows[indexes[0]]
        try:
            shapes.append(polygon_of(corners))
        except TooFewCorners:
            raise InputError(
                f"{name} 第 {first.number} 行起的地块 {label!r} 有一圈不足 3 个拐点。请补全或删去。"
            ) from None
        columns = zip(*(rows.rows[index].values for index in indexes), strict=True)
        values = tuple(
            next((value for value in column if value not in (None, "")), None) for column in columns
        )
        areas.append(Row(first.number, values))
    return replace(rows, rows=tuple(areas)), shapes


def _placed(rows: Rows, shapes: list[shapely.Geometry | None], answers: Answers, name: str) -> Rows:
    given = np.array(shapes, dtype=object)
    if shapely.is_missing(given).all():
        raise InputError(f"{name} 的坐标列都是空的。请换一列，或选“不用坐标”。")
    crs = crs_of(None, answers.crs, tuple(shapely.total_bounds(given)), name)
    moved = to_cgcs2000(given, crs, answers, name)
    placed = tuple(replace(row, shape=shape) for row, shape in zip(rows.rows, moved, strict=True))
    return replace(rows, rows=placed, crs=crs.name)
