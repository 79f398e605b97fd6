"""Stacked bars from zero: erosion by class, or the fate of eroding land, one row per thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from shuibao.workflows.annual_monitoring.report import figures
from shuibao.workflows.annual_monitoring.report.charts.axis import Axis, axis_from_zero
from shuibao.workflows.annual_monitoring.report.palette import CLASS_COLOURS, STATUS_COLOURS
from shuibao.workflows.annual_monitoring.result import CLASS_NAMES
from shuibao.workflows.annual_monitoring.tables import ClassRow


@dataclass(frozen=True)
class Piece:
    """A piece of a bar: what it is, its colour, place and length [%], and its value as text."""

    name: str
    colour: str
    x: float
    width: float
    text: str


@dataclass(frozen=True)
class StackRow:
    """A bar: its name, its pieces, and what stands at its right."""

    name: str
    pieces: tuple[Piece, ...]
    figures: tuple[str, ...]


@dataclass(frozen=True)
class Stack:
    """All bars on one axis. unit: of the axis; heads: of the figures at the right."""

    rows: tuple[StackRow, ...]
    axis: Axis
    unit: str
    heads: tuple[str, ...]
    legend: tuple[tuple[str, str], ...]


def erosion_areas(rows: Sequence[ClassRow]) -> Stack:
    """Erosion area by class [km²], 轻度 to 剧烈, with the erosion area and its share of the thing itself."""
    axis = axis_from_zero(row.erosion_km2 for row in rows)
    bars = tuple(
        StackRow(
            row.name,
            _pieces(row.class_km2[1:], axis, _EROSION, " km²"),
            (figures.area(row.erosion_km2), figures.share(row.erosion_pct)),
        )
        for row in rows
    )
    return Stack(bars, axis, "km²", ("流失 km²", "占比 %"), _EROSION)


def erosion_shares(rows: Sequence[ClassRow]) -> Stack:
    """Erosion as a share of the land by class [%], 轻度 to 剧烈, and 中度 and above as its share."""
    shares = [tuple(pct or 0.0 for pct in row.class_pct[1:]) for row in rows]
    axis = axis_from_zero(sum(row) for row in shares)
    bars = tuple(
        StackRow(
            row.name,
            _pieces(share, axis, _EROSION, "%"),
            (figures.share(row.erosion_pct), figures.share(row.moderate_and_above_pct)),
        )
        for row, share in zip(rows, shares, strict=True)
    )
    return Stack(bars, axis, "%", ("流失占 %", "中度及以上占流失 %"), _EROSION)


def statuses(areas_km2: dict[str, dict[str, float]], names: dict[str, str]) -> Stack:
    """Fate of eroding land [km²] by zone code, 新增 to 消减, with what was lost and gained in all."""
    rows = {code: areas_km2[code] for code in names if code in areas_km2}
    axis = axis_from_zero(sum(row.values()) for row in rows.values())
    legend = tuple(STATUS_COLOURS.items())
    bars = tuple(
        StackRow(
            names[code],
            _pieces([row.get(name, 0.0) for name, _ in legend], axis, legend, " km²"),
            (figures.area_change(row.get("新增", 0.0) - row.get("消减", 0.0)),),
        )
        for code, row in rows.items()
    )
    return Stack(bars, axis, "km²", ("增减 km²",), legend)


_EROSION = tuple(zip(CLASS_NAMES[1:], CLASS_COLOURS[1:], strict=True))


def _pieces(
    values: Sequence[float], axis: Axis, legend: Sequence[tuple[str, str]], unit: str
) -> tuple[Piece, ...]:
    starts = [0.0, *accumulate(values)]
    text = figures.percent if unit == "%" else figures.area
    return tuple(
        Piece(name, colour, axis.x(start), axis.width(value), f"{text(value)}{unit}")
        for (name, colour), start, value in zip(legend, starts, values, strict=False)
        if value > 0
    )
