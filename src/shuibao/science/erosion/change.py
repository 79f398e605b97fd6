"""Change of intensity between two years: area by class before and after, and what became of it."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.erosion.cell_areas import TileAreas
from shuibao.science.erosion.intensity import CLASS_COUNT, LIGHT, NO_RESULT, Classes
from shuibao.science.errors import OutOfRange

Sums = NDArray[np.int64]


class ChangeStatus(StrEnum):
    """What became of an eroding place since the other year."""

    NEW = "新增"
    GONE = "消减"
    LIGHTER = "减轻"
    HEAVIER = "加重"
    SAME = "存量"


def zero_transitions(zones: int) -> Sums:
    """Transition sums of nothing, zone × class before × class after."""
    return np.zeros((zones, CLASS_COUNT, CLASS_COUNT), dtype=np.int64)


@kernel
def _add_transitions(
    before: Classes,
    after: Classes,
    zone: NDArray[np.int32],
    rows: Sums,
    columns: Sums,
    units: Sums,
    transitions: Sums,
) -> None:
    for row in range(zone.shape[0]):
        areas = units[rows[row]]
        for cell in range(zone.shape[1]):
            place, left, right = zone[row, cell], before[row, cell], after[row, cell]
            if place >= 0 and left != NO_RESULT and right != NO_RESULT:
                transitions[place, left - 1, right - 1] += areas[columns[cell]]


def add_transitions(
    before: Classes, after: Classes, zone: NDArray[np.int32], areas: TileAreas, transitions: Sums
) -> None:
    """Adds a tile's areas [cm²] to the sums by zone, class before and class after (转移矩阵).

    Cells without a result in either year, and cells in no zone (−1), are left out. The sums of two tiles,
    added, are those of the whole. transitions: the caller's own, one to a thread.
    """
    if not before.shape == after.shape == zone.shape:
        raise OutOfRange("强度栅格的行列数", (before.shape, after.shape), f"均为 {zone.shape}")
    for year, classes in (("前期", before), ("后期", after)):
        if classes.max(initial=0) > CLASS_COUNT:
            raise OutOfRange(f"{year}的强度等级", classes.max(), f"0–{CLASS_COUNT}")
    if zone.max(initial=-1) >= len(transitions):
        raise OutOfRange("统计单元的序号", zone.max(), f"小于统计单元的个数 {len(transitions)}")
    rows, columns = areas.lines(*zone.shape)
    _add_transitions(before, after, zone, rows, columns, areas.cells.units, transitions)


def change_status(before: int, after: int) -> ChangeStatus | None:
    """What a move from one class to another means; None where there was and is no erosion.

    SL 190-2007: erosion is 轻度 and above.
    """
    for intensity in (before, after):
        if not 1 <= intensity <= CLASS_COUNT:
            raise OutOfRange("强度等级", intensity, f"1–{CLASS_COUNT}")
    if before < LIGHT:
        return ChangeStatus.NEW if after >= LIGHT else None
    if after < LIGHT:
        return ChangeStatus.GONE
    if after == before:
        return ChangeStatus.SAME
    return ChangeStatus.LIGHTER if after < before else ChangeStatus.HEAVIER


def status_areas(transition: Sums) -> dict[ChangeStatus, int]:
    """Area of each status, in the unit of one 6 × 6 transition matrix."""
    areas = dict.fromkeys(ChangeStatus, 0)
    for (before, after), area in np.ndenumerate(transition):
        status = change_status(before + 1, after + 1)
        if status is not None:
            areas[status] += int(area)
    return areas


def net_reduction(transition: Sums) -> int:
    """Erosion area before less erosion area after, in the unit of the matrix; negative when it grew."""
    areas = status_areas(transition)
    return areas[ChangeStatus.GONE] - areas[ChangeStatus.NEW]
