"""Drawings (DXF) as rows: closed lines are areas, open ones lines; blocks bring their attributes."""

from collections.abc import Iterator
from pathlib import Path

import ezdxf
import ezdxf.recover
import numpy as np
import shapely
from ezdxf.document import Drawing
from ezdxf.entities.dxfentity import DXFEntity
from ezdxf.lldxf.const import DXFError
from ezdxf.path import make_path

from shuibao.data.feature_files import limits
from shuibao.data.feature_files.answers import Answers
from shuibao.data.feature_files.layers import placed
from shuibao.data.feature_files.rows import Rows, Value
from shuibao.science.errors import InputError

LAYER, HANDLE, TEXT = "图层", "句柄", "文字"
_LINES = ("LINE", "LWPOLYLINE", "POLYLINE", "CIRCLE", "ARC", "ELLIPSE", "SPLINE")
_SAGITTA = 0.01
"""How far a chord may leave its arc [drawing units, m]."""
_Found = tuple[str, str, str, dict[str, str], shapely.Geometry]


def read_dxf(path: Path, name: str, answers: Answers) -> Rows:
    """The shapes of the model space. A drawing never says its coordinate system: it is always asked."""
    found = list(_shapes(_drawing(path, name), name))
    if not found:
        raise InputError(f"{name} 的模型空间里没有点、线、面。请检查图形是否在布局里，或在外部参照里。")
    attributes = tuple(dict.fromkeys(tag for _, _, _, tags, _ in found for tag in tags))
    columns = (LAYER, HANDLE, TEXT, *(tag for tag in attributes if tag not in (LAYER, HANDLE, TEXT)))
    values: list[tuple[Value, ...]] = [
        (layer, handle, text, *(tags.get(tag) for tag in columns[3:]))
        for layer, handle, text, tags, _ in found
    ]
    shapes = np.array([shape for *_, shape in found], dtype=object)
    return placed(columns, values, shapes, None, answers, name)


def _drawing(path: Path, name: str) -> Drawing:
    try:
        return ezdxf.recover.readfile(path)[0]
    except (DXFError, OSError, ValueError, IndexError) as problem:
        raise InputError(f"{name} 不是能读的 DXF 文件。请在 CAD 里另存为 AutoCAD 2010 DXF。") from problem


def _shapes(drawing: Drawing, name: str) -> Iterator[_Found]:
    for number, entity in enumerate(drawing.modelspace(), 1):
        limits.require_count(name, number)
        shape = _shape(entity)
        if shape is not None:
            tags = {tag.dxf.tag: tag.dxf.text for tag in getattr(entity, "attribs", ())}
            text = entity.dxf.text if entity.dxftype() == "TEXT" else ""
            yield entity.dxf.layer, entity.dxf.handle, text, tags, shape


def _shape(entity: DXFEntity) -> shapely.Geometry | None:
    kind = entity.dxftype()
    if kind == "POINT":
        return shapely.Point(*entity.dxf.location.vec2)
    if kind in ("INSERT", "TEXT"):
        return shapely.Point(*entity.dxf.insert.vec2)
    if kind not in _LINES:
        return None
    corners = [point.vec2 for point in make_path(entity).flattening(_SAGITTA)]
    places = [(corner.x, corner.y) for corner in corners]
    if len(set(places)) < 2:
        return None
    is_closed = bool(getattr(entity, "is_closed", False) or getattr(entity, "closed", False))
    if (is_closed or places[0] == places[-1]) and len(set(places)) > 2:
        return shapely.Polygon(places)
    return shapely.LineString(places)
