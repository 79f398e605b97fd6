"""The numbers of a division for other programs, and the sentences its reader must see."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuibao.rules import RuleBook
from shuibao.science.grid import AREA_UNITS_PER_M2
from shuibao.workflows.watersheds.units import INTERVAL, SLOPE, WHOLE, Units

_UNITS_PER_KM2 = AREA_UNITS_PER_M2 * 1_000_000
_SIZE_STEPS_KM2 = (0, 3, 5, 10, 20, 30, 40, 50, 100)


def summary_of(units: Units, lengths_km: NDArray[np.float64]) -> dict[str, Any]:
    """Counts and areas. lengths_km: length of all streams of order 0, 1, 2, …"""
    area_km2 = units.sums.area[1:] / _UNITS_PER_KM2
    kind = units.kind[1:]
    return {
        "count": units.count,
        "land_area_km2": float(units.sums.area.sum()) / _UNITS_PER_KM2,
        "kinds": {
            name: {"count": int((kind == name).sum()), "area_km2": float(area_km2[kind == name].sum())}
            for name in (WHOLE, INTERVAL, SLOPE)
        },
        "area_km2": {
            "least": float(area_km2.min()),
            "median": float(np.median(area_km2)),
            "mean": float(area_km2.mean()),
            "most": float(area_km2.max()),
        },
        "count_from_km2": _histogram(area_km2),
        "touching_edge": int(units.touches_edge.sum()),
        "stream_length_km": {str(order): float(km) for order, km in enumerate(lengths_km) if order > 0},
    }


def notes_on(units: Units, book: RuleBook) -> tuple[str, ...]:
    """What limits the result, in sentences."""
    notes = []
    at_edge = int(units.touches_edge.sum())
    if at_edge:
        notes.append(
            f"{at_edge} 个小流域触及 DEM 的边缘，集水区可能不全（字段 touches_edge、upstream_complete）。"
            f"要完整，请把 DEM 的范围向外扩。"
        )
    joined_km2 = float(units.joined_area[units.kind != SLOPE].sum()) / _UNITS_PER_KM2
    if joined_km2 > 0:
        notes.append(
            f"边缘零星坡面共 {joined_km2:.2f} km² 并入了相邻小流域，不流经其出口（字段 joined_area_km2）。"
        )
    unverified = book.unverified_used()
    if unverified:
        notes.append("未核验的数值：" + "、".join(f"{rule.name}（{rule.id}）" for rule in unverified) + "。")
    return tuple(notes)


def _histogram(area_km2: NDArray[np.float64]) -> dict[str, int]:
    """How many are at least so large and smaller than the next step."""
    steps = np.array(_SIZE_STEPS_KM2)
    counts = np.bincount(np.searchsorted(steps, area_km2, side="right") - 1, minlength=steps.size)
    return {str(step): int(count) for step, count in zip(_SIZE_STEPS_KM2, counts, strict=True)}
