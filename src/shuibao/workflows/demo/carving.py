"""Water carves a surface: hollows opened, valleys cut by stream power, slopes kept below an angle."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel

FILL_STEP_M = 1e-3  # each cell of a filled hollow lies this much above the next, so that all of it drains


class Carving(NamedTuple):
    """How a surface is cut: rounds, strength [-], least channel area [m²], steepest slope left [deg]."""

    rounds: int
    strength: float
    channel_area_m2: float
    steepest_deg: float


@kernel
def filled(z: NDArray[np.float32], step_m: float) -> NDArray[np.float32]:
    """The surface with its hollows filled to a slight slope outward: Planchon & Darboux 2002, by sweeps."""
    rows, columns = z.shape
    level = np.full((rows, columns), np.float32(1e9), np.float32)
    level[0], level[-1] = z[0], z[-1]
    level[:, 0], level[:, -1] = z[:, 0], z[:, -1]
    sweep, changed = 0, True
    while changed:
        changed = False
        for i in range(1, rows - 1):
            r = i if sweep & 1 else rows - 1 - i
            for j in range(1, columns - 1):
                c = j if sweep & 2 else columns - 1 - j
                if level[r, c] <= z[r, c]:
                    continue
                lowest = np.float32(1e9)
                for dr in range(-1, 2):
                    for dc in range(-1, 2):
                        if dr or dc:
                            lowest = min(lowest, level[r + dr, c + dc])
                wanted = max(z[r, c], np.float32(lowest + step_m))
                if wanted < level[r, c]:
                    level[r, c] = wanted
                    changed = True
        sweep += 1
    return level


@kernel
def receivers_of(surface: NDArray[np.float32]) -> NDArray[np.int32]:
    """Flat index of the neighbour each cell falls to most steeply, or of itself where none is lower."""
    rows, columns = surface.shape
    receivers = np.empty(rows * columns, np.int32)
    for r in range(rows):
        for c in range(columns):
            steepest, receiver = np.float32(0), r * columns + c
            for y in range(max(r - 1, 0), min(r + 2, rows)):
                for x in range(max(c - 1, 0), min(c + 2, columns)):
                    fall = surface[r, c] - surface[y, x]
                    if y != r and x != c:
                        fall *= np.float32(0.70710678)
                    if fall > steepest:
                        steepest, receiver = fall, y * columns + x
            receivers[r * columns + c] = receiver
    return receivers


@kernel
def ridges_first(receivers: NDArray[np.int32]) -> NDArray[np.int32]:
    """All cells, each before its receiver."""
    cells = receivers.size
    donors = np.zeros(cells, np.uint8)
    for cell in range(cells):
        if receivers[cell] != cell:
            donors[receivers[cell]] += 1
    order = np.empty(cells, np.int32)
    tail = 0
    for cell in range(cells):
        if donors[cell] == 0:
            order[tail] = cell
            tail += 1
    for head in range(cells):
        receiver = receivers[order[head]]
        if receiver != order[head]:
            donors[receiver] -= 1
            if donors[receiver] == 0:
                order[tail] = receiver
                tail += 1
    return order


@kernel
def contributing_cells(receivers: NDArray[np.int32], downstream: NDArray[np.int32]) -> NDArray[np.float32]:
    """Cells that drain through each cell, itself included."""
    cells = np.ones(receivers.size, np.float32)
    for cell in downstream:
        if receivers[cell] != cell:
            cells[receivers[cell]] += cells[cell]
    return cells


@kernel
def incise(
    z: NDArray[np.float32],
    receivers: NDArray[np.int32],
    downstream: NDArray[np.int32],
    erodibility: NDArray[np.float32],
    cell_m: float,
    channel_area_m2: float,
    steepest: float,
) -> None:
    """Lowers z in place from the outlets up: stream power, implicit (Braun & Willett 2013).

    erodibility: of one round, times the root of the area [m], over the distance [m]; steepest: the tangent
    that no cell exceeds towards its receiver.
    """
    columns = z.shape[1]
    cells = contributing_cells(receivers, downstream)
    height, soft = z.ravel(), erodibility.ravel()
    for t in range(downstream.size - 1, -1, -1):
        cell = downstream[t]
        receiver = receivers[cell]
        if receiver == cell or height[cell] <= height[receiver]:
            continue
        is_diagonal = receiver // columns != cell // columns and receiver % columns != cell % columns
        distance = cell_m * 1.41421356 if is_diagonal else cell_m
        area = cells[cell] * cell_m * cell_m - channel_area_m2
        if area > 0:
            cut = soft[cell] * np.sqrt(area) / distance
            height[cell] = (height[cell] + cut * height[receiver]) / (1 + cut)
        height[cell] = min(height[cell], height[receiver] + steepest * distance)


@kernel
def _lowered(
    z: NDArray[np.float32],
    receivers: NDArray[np.int32],
    downstream: NDArray[np.int32],
    cuttable: NDArray[np.bool_],
) -> NDArray[np.float32]:
    """The surface with each receiver no higher than what drains into it, where it may be cut."""
    height, may_cut = z.copy().ravel(), cuttable.ravel()
    for cell in downstream:
        receiver = receivers[cell]
        if may_cut[receiver] and height[receiver] > height[cell]:
            height[receiver] = height[cell]
    return height.reshape(z.shape)


def breached(z: NDArray[np.float32], cuttable: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The surface with its hollows opened along the way their water would leave; the rest stays as it is."""
    receivers = receivers_of(filled(z, FILL_STEP_M))
    return _lowered(z, receivers, ridges_first(receivers), cuttable)


def carve(z: NDArray[np.float32], erodibility: NDArray[np.float32], cell_m: float, plan: Carving) -> None:
    """Cuts z in place by one round. A hollow keeps what drains into it."""
    receivers = receivers_of(z)
    incise(
        z,
        receivers,
        ridges_first(receivers),
        erodibility * np.float32(plan.strength),
        cell_m,
        plan.channel_area_m2,
        math.tan(math.radians(plan.steepest_deg)),
    )
