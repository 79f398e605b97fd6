"""Whether shapes lie where they should: a datum or an encryption that nobody mentions shows here."""

from statistics import median

import numpy as np
import shapely

from shuibao.data.regions import offsets, regions
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.importing.mapping import importing_of
from shuibao.platform.registers.importing.plan import Plan

_SUSPECT_M = (250.0, 5000.0)
"""As in the monitoring: GCJ-02 shifts by some hundred metres, a wrong system by kilometres."""
_ROWS_SHOWN = 8


def position_notes(register: Register, plan: Plan) -> list[str]:
    """What the places of the shapes say: nothing, or a warning with distances or rows."""
    name = importing_of(register).geometry
    if not name:
        return []
    placed = [
        (change.row, str(getattr(change.instance, "region_id", "") or ""), shape)
        for change in (*plan.new, *plan.changed)
        if (shape := getattr(change.instance, name)) is not None
    ]
    if not placed:
        return []
    if register.key == "code" and register.name == "regions":
        return _offset_notes([code for _, code, _ in placed], [shape for *_, shape in placed])
    return _outside_notes(placed)


def _offset_notes(codes: list[str], shapes: list[shapely.Geometry]) -> list[str]:
    found = offsets(codes, np.array(shapes, dtype=object))
    if not found:
        return []
    east, north = median(one.east_m for one in found), median(one.north_m for one in found)
    distance = (east**2 + north**2) ** 0.5
    low, high = _SUSPECT_M
    if distance <= low:
        return []
    what = "坐标系写错，或编码不符" if distance > high else "像是 GCJ-02（火星坐标），请换用 CGCS2000 的数据"
    return [f"与随附边界的中心相比，图形的中位偏移为东 {east:.0f} m、北 {north:.0f} m：{what}。"]


def _outside_notes(placed: list[tuple[int, str, shapely.Geometry]]) -> list[str]:
    """Rows whose shape does not touch the county they name."""
    known = regions("counties")
    rows = [row for row, code, shape in placed if code in known and not _boundary(code).intersects(shape)]
    if not rows:
        return []
    which = "、".join(map(str, rows[:_ROWS_SHOWN])) + ("等" if len(rows) > _ROWS_SHOWN else "")
    return [f"{len(rows)} 行的图形不在所填的县内（第 {which} 行）。请检查行政区和坐标系。"]


def _boundary(code: str) -> shapely.Geometry:
    boundary = regions("counties")[code].boundary
    shapely.prepare(boundary)
    return boundary
