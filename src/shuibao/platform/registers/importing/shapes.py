"""The shapes of a file as a register takes them: valid, of the right kind; mended only when asked to."""

import re

import shapely
from shapely.validation import explain_validity

_WORDS = {
    "Self-intersection": "边界自相交",
    "Ring Self-intersection": "边界在一点上自相交",
    "Hole lies outside shell": "洞在外边界之外",
    "Holes are nested": "洞套着洞",
    "Interior is disconnected": "内部被分成几块",
    "Nested shells": "部分之间互相包含",
    "Duplicate Rings": "有重复的边界",
    "Too few points in geometry component": "点数不足",
    "Invalid Coordinate": "坐标无效",
}
_KINDS = {
    "Point": "点",
    "MultiPoint": "多点",
    "LineString": "线",
    "MultiLineString": "多线",
    "Polygon": "面",
    "MultiPolygon": "多部分面",
    "GeometryCollection": "混合图形",
}
_PLACE = re.compile(r"^(?P<reason>[^\[]+)\[(?P<x>\S+) (?P<y>\S+?)[ \]]")


class ShapeProblem(ValueError):
    """A shape that the register cannot take; the message says what and where."""


def fitted(shape: shapely.Geometry, kinds: tuple[str, ...], is_repaired: bool) -> shapely.Geometry:
    """The shape as one of the kinds. Raises ShapeProblem.

    A part that stands alone and a whole of one part are the same thing. is_repaired: the person chose that
    an invalid shape is mended (make_valid, keeping what has the dimension that it had).
    """
    if shape.is_empty:
        raise ShapeProblem("图形是空的。请补上图形，或删去这一行。")
    if not shape.is_valid:
        if not is_repaired:
            raise ShapeProblem(f"{_reason(shape)}。请在 GIS 里改正，或选“修复图形”后重新核对。")
        shape = _mended(shape)
    if not kinds or shape.geom_type in kinds:
        return shape
    parts = list(getattr(shape, "geoms", [shape]))
    if len(parts) == 1 and parts[0].geom_type in kinds:
        return parts[0]
    many = f"Multi{shape.geom_type}"
    if many in kinds:
        return getattr(shapely, many)([shape])
    wanted = "、".join(_KINDS.get(kind, kind) for kind in kinds)
    raise ShapeProblem(f"图形是{kind_words(shape)}，这里要{wanted}。")


def kind_words(shape: shapely.Geometry) -> str:
    """What kind of shape it is."""
    return _KINDS.get(shape.geom_type, str(shape.geom_type))


def mended_words(before: shapely.Geometry, after: shapely.Geometry) -> str:
    """What mending did to a shape, for the preview."""
    share = abs(after.area - before.area) / after.area if after.area else 0.0
    return f"{_reason(before)}，已修复（平面面积变化 {share:.2%}）"


def _mended(shape: shapely.Geometry) -> shapely.Geometry:
    dimension = shapely.get_dimensions(shape)
    valid = shapely.make_valid(shape)
    parts = [part for part in shapely.get_parts(valid) if shapely.get_dimensions(part) == dimension]
    flat = [piece for part in parts for piece in shapely.get_parts(part)]
    if not flat:
        raise ShapeProblem(f"{_reason(shape)}，修复后没有剩下图形。请在 GIS 里改正。")
    return flat[0] if len(flat) == 1 else shapely.union_all(flat)


def _reason(shape: shapely.Geometry) -> str:
    found = _PLACE.match(explain_validity(shape) + " ")
    if found is None:
        return f"图形无效（{explain_validity(shape)}）"
    words = _WORDS.get(found["reason"].strip(), found["reason"].strip())
    return f"{words}，位置 东经 {float(found['x']):.6f}°、北纬 {float(found['y']):.6f}°"
