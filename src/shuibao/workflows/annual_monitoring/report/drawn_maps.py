"""Maps as drawings: a picture, outlines as paths, labels and scale bar in percent of the drawing."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from shuibao.data.overview import coloured_classes, coloured_ramp, png_base64
from shuibao.workflows.annual_monitoring.report import figures
from shuibao.workflows.annual_monitoring.report.maps import Maps, Outline
from shuibao.workflows.annual_monitoring.report.palette import (
    CLASS_COLOURS,
    LOSS_RAMP,
    RAIN_RAMP,
    RELIEF_RAMP,
)

WIDTH = 1000.0
_MARGIN = 0.02
_SIMPLE = 0.4  # outlines are drawn to this part of a unit of the drawing
_LABEL_EM = 13.0
_WIDE_PX, _NARROW_PX = 1000.0, 350.0


@dataclass(frozen=True)
class Label:
    """A zone's name and its place [%]. size: "all", "wide" (fits on a wide screen only) or "none"."""

    name: str
    x: float
    y: float
    size: str


@dataclass(frozen=True)
class Picture:
    """A PNG (base64) and where it lies in the drawing. is_coarse: its cells can be seen, and stay sharp."""

    png: str
    x: float
    y: float
    width: float
    height: float
    is_coarse: bool


@dataclass(frozen=True)
class Sheet:
    """What all maps of a run share: the drawing's height for a width of 1000, outlines, labels, scale bar."""

    height: float
    zone_paths: tuple[str, ...]
    border_path: str
    labels: tuple[Label, ...]
    scale_text: str
    scale_pct: float
    scale_side: str
    crs_name: str


@dataclass(frozen=True)
class QuantityMap:
    """A map of a quantity: title, unit, picture (None without a raster), ramp with its ends, quantiles."""

    title: str
    unit: str
    picture: Picture | None
    colours: tuple[str, ...]
    low: str
    high: str
    quantiles: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DrawnMaps:
    """The sheet, the map of intensity, and the small maps."""

    sheet: Sheet
    intensity: Picture
    quantities: tuple[QuantityMap, ...]


@dataclass(frozen=True)
class _Frame:
    """From map coordinates to the drawing: left and top in the CRS, units of the drawing per unit of x, y."""

    left: float
    top: float
    per_x: float
    per_y: float

    def to_drawing(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return (xy - (self.left, self.top)) * (self.per_x, -self.per_y)


def draw(maps: Maps) -> DrawnMaps:
    """All maps of the report."""
    left, bottom, right, top = _extent(maps)
    metres_x, metres_y = _metres_per_unit(maps, (left + right) / 2, (bottom + top) / 2)
    per_x = WIDTH / (right - left)
    frame = _Frame(left, top, per_x, per_x * metres_y / metres_x)
    height = round((top - bottom) * frame.per_y, 1)
    return DrawnMaps(
        _sheet(maps, frame, height, metres_x / per_x),
        _picture(coloured_classes(maps.intensity, CLASS_COLOURS), maps, frame),
        tuple(
            _quantity(maps, frame, *quantity)
            for quantity in (
                ("土壤侵蚀模数", "t/(km²·a)", maps.loss_t_km2_a, LOSS_RAMP),
                ("降雨侵蚀力 R", "MJ·mm/(hm²·h·a)", maps.rain, RAIN_RAMP),
                ("坡长坡度因子 LS", "无量纲", maps.relief, RELIEF_RAMP),
            )
        ),
    )


def _extent(maps: Maps) -> tuple[float, float, float, float]:
    """The zones with a margin; the rasters where there are no zones."""
    shapes = [outline.shape for outline in maps.outlines]
    left, bottom, right, top = shapely.total_bounds(shapes) if shapes else maps.bounds
    across, down = (right - left) * _MARGIN, (top - bottom) * _MARGIN
    return float(left - across), float(bottom - down), float(right + across), float(top + down)


def _metres_per_unit(maps: Maps, x: float, y: float) -> tuple[float, float]:
    """Metres in one unit of x and of y, at this place."""
    if not maps.crs.is_geographic:
        factor = float(maps.crs.axis_info[0].unit_conversion_factor)
        return factor, factor
    geod = maps.crs.get_geod()
    assert geod is not None  # a geographic CRS has an ellipsoid
    step = 0.01
    east = geod.inv(x, y, x + step, y)[2] / step
    north = geod.inv(x, y, x, y + step)[2] / step
    return float(east), float(north)


def _sheet(maps: Maps, frame: _Frame, height: float, metres_per_unit: float) -> Sheet:
    drawn = [_simplified(outline.shape, frame) for outline in maps.outlines]
    length_m, scale_text = _scale(WIDTH * metres_per_unit)
    whole = _without_slivers(shapely.union_all(drawn))
    authority = maps.crs.to_authority()
    return Sheet(
        height,
        tuple("".join(_rings(shape)) for shape in drawn),
        "".join(_rings(whole)),
        tuple(
            _label(outline, shape, frame, height) for outline, shape in zip(maps.outlines, drawn, strict=True)
        ),
        scale_text,
        round(100 * length_m / (WIDTH * metres_per_unit), 2),
        _empty_side(whole, height),
        f"{maps.crs.name}（{':'.join(authority)}）" if authority else maps.crs.name,
    )


def _simplified(shape: shapely.Geometry, frame: _Frame) -> shapely.Geometry:
    drawn = shapely.transform(shape, frame.to_drawing)
    return shapely.make_valid(shapely.simplify(drawn, _SIMPLE))


def _without_slivers(shape: shapely.Geometry) -> shapely.Geometry:
    """The outer border without the slits that borders of neighbours leave where they do not meet."""
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)]
    kept = [
        shapely.Polygon(part.exterior, [ring for ring in part.interiors if shapely.Polygon(ring).area > 25])
        for part in parts
    ]
    return shapely.MultiPolygon(kept)


def _rings(shape: shapely.Geometry) -> Iterator[str]:
    """SVG path commands of all rings."""
    for part in shapely.get_parts(shape):
        if isinstance(part, shapely.Polygon):
            for ring in (part.exterior, *part.interiors):
                points = shapely.get_coordinates(ring)[:-1]
                yield "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def _label(outline: Outline, drawn: shapely.Geometry, frame: _Frame, height: float) -> Label:
    x, y = frame.to_drawing(np.array([outline.label_x, outline.label_y]))
    bounds = drawn.bounds
    room = (bounds[2] - bounds[0]) / WIDTH
    wanted = 0.8 * _LABEL_EM * len(outline.name)
    size = "all" if room * _NARROW_PX > wanted else "wide" if room * _WIDE_PX > wanted else "none"
    return Label(outline.name, round(x / WIDTH * 100, 2), round(y / height * 100, 2), size)


def _scale(width_m: float) -> tuple[float, str]:
    """A round length of about a sixth of the width [m], and its text."""
    rough = width_m / 6
    power = 10.0 ** math.floor(math.log10(rough))
    length = max(step * power for step in (1, 2, 5) if step * power <= rough)
    return length, f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"


def _empty_side(whole: shapely.Geometry, height: float) -> str:
    """The lower corner where the scale bar covers less land: "left" or "right"."""
    across, down = WIDTH / 4, height / 8
    left = shapely.box(0, height - down, across, height)
    right = shapely.box(WIDTH - across, height - down, WIDTH, height)
    return "right" if whole.intersection(right).area < whole.intersection(left).area else "left"


def _picture(rgba: NDArray[np.uint8], maps: Maps, frame: _Frame) -> Picture:
    left, bottom, right, top = maps.bounds
    (x0, y0), (x1, y1) = frame.to_drawing(np.array([[left, top], [right, bottom]]))
    corner = round(float(x0), 2), round(float(y0), 2)
    width, height = round(float(x1 - x0), 2), round(float(y1 - y0), 2)
    return Picture(png_base64(rgba), *corner, width, height, rgba.shape[1] < width / 2)


def _quantity(
    maps: Maps,
    frame: _Frame,
    title: str,
    unit: str,
    values: NDArray[np.float32] | None,
    colours: tuple[str, ...],
) -> QuantityMap:
    known = np.empty(0) if values is None else values[~np.isnan(values)].astype(np.float64)
    if values is None or not known.size:
        return QuantityMap(title, unit, None, colours, figures.UNKNOWN, figures.UNKNOWN, ())
    low, high = np.percentile(known, (2, 98))
    picture = _picture(coloured_ramp(values, colours, float(low), float(high)), maps, frame)
    return QuantityMap(
        title,
        unit,
        picture,
        colours,
        figures.three_digits(float(low)),
        figures.three_digits(float(high)),
        tuple(_quantiles(known, (2, 25, 50, 75, 98))),
    )


def _quantiles(known: NDArray[np.float64], at_pct: Sequence[int]) -> Iterable[tuple[str, str]]:
    for at, value in zip(at_pct, np.percentile(known, at_pct), strict=True):
        yield f"{at}%", figures.three_digits(float(value))
