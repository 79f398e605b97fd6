"""The loop over cells that gives B: 24 half-months, in blocks that stay in the cache, form by form."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.erosion.half_months import HALF_MONTHS
from shuibao.science.erosion.land_use import FOREST, FORMS_LIMIT, GRASS, SHRUB
from shuibao.science.erosion.soil_loss_ratio import (
    Responses,
    Sigmoid,
    Understorey,
    forest_ratio,
    sigmoid_ratio,
)
from shuibao.science.erosion.valid_range import ROUNDING

BLOCK = 1024
_ABOVE, _BELOW = 1.0 + ROUNDING, -ROUNDING

Column = NDArray[np.float64]


class _Block(NamedTuple):
    """Room for a block, its cells sorted by form: where they lie, a half-month of values, the sums so far."""

    position: NDArray[np.int64]
    starts: NDArray[np.int64]
    value: Column
    weight: Column
    ground: Column
    loss: Column
    share: Column


@kernel
def cover_cells(
    fvc: NDArray[np.float32],
    land_use: NDArray[np.uint8],
    weights: NDArray[np.floating],
    form: NDArray[np.uint8],
    fixed: NDArray[np.float64],
    ground_cover: NDArray[np.float64],
    responses: Responses,
    cover: NDArray[np.float32],
) -> tuple[int, int]:
    """B of each cell into `cover`; returns how many covers lie outside 0–1 and how many weights below 0.

    In blocks, half-month by half-month, for the rows of `fvc` lie far apart in memory; and form by form, so
    that the loops with the formulas have no branches and compile to vector instructions.

    weights: (24, 1) or (24, cells).
    """
    position, starts = np.empty(BLOCK, np.int64), np.empty(FORMS_LIMIT + 1, np.int64)
    value, weight, ground = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK)
    block = _Block(position, starts, value, weight, ground, np.empty(BLOCK), np.empty(BLOCK))
    outside, negative = 0, 0
    for start in range(0, land_use.size, BLOCK):
        codes, result = land_use[start : start + BLOCK], cover[start : start + BLOCK]
        _group_by_form(codes, form, position, starts)
        block.loss[:] = 0.0
        block.share[:] = 0.0
        for k in range(HALF_MONTHS):
            first = 0 if weights.shape[1] == 1 else start
            _gather(
                fvc[k, start:], weights[k, first:], weights.shape[1] > 1, ground_cover[:, k], codes, block
            )
            beyond, below = _add_half_month(block, codes.size, responses)
            outside += beyond
            negative += below
        for j in range(codes.size):
            i = position[j]
            result[i] = fixed[codes[i]] if j < starts[SHRUB] else block.loss[j] / block.share[j]
    return outside, negative


@kernel
def _gather(
    fvc: NDArray[np.float32],
    weights: NDArray[np.floating],
    weights_differ: bool,
    ground_cover: Column,
    codes: NDArray[np.uint8],
    block: _Block,
) -> None:
    """One half-month of the block's vegetated cells, brought together by form."""
    for j in range(block.starts[SHRUB], codes.size):
        i = block.position[j]
        block.value[j] = fvc[i]
        block.weight[j] = weights[i] if weights_differ else weights[0]
    for j in range(block.starts[FOREST], codes.size):
        block.ground[j] = ground_cover[codes[block.position[j]]]


@kernel
def _add_half_month(block: _Block, end: int, responses: Responses) -> tuple[int, int]:
    """Adds a half-month to the sums; returns what `_add_share` counts."""
    value, weight, loss = block.value, block.weight, block.loss
    shrub, grass, forest = block.starts[SHRUB], block.starts[GRASS], block.starts[FOREST]
    _add_sigmoid(value[shrub:grass], weight[shrub:grass], responses.shrub, loss[shrub:grass])
    _add_sigmoid(value[grass:forest], weight[grass:forest], responses.grass, loss[grass:forest])
    ground = block.ground[forest:end]
    _add_forest(value[forest:end], ground, weight[forest:end], responses.forest, loss[forest:end])
    return _add_share(value[shrub:end], weight[shrub:end], block.share[shrub:end])


@kernel
def _group_by_form(
    codes: NDArray[np.uint8],
    form: NDArray[np.uint8],
    position: NDArray[np.int64],
    starts: NDArray[np.int64],
) -> None:
    """Positions of the cells with those of one form together: form f from starts[f] up to starts[f + 1]."""
    starts[:] = 0
    for code in codes:
        starts[form[code] + 1] += 1
    for f in range(1, starts.size):
        starts[f] += starts[f - 1]

    place = starts.copy()
    for i in range(codes.size):
        f = form[codes[i]]
        position[place[f]] = i
        place[f] += 1


@kernel
def _add_sigmoid(value: Column, weight: Column, response: Sigmoid, loss: Column) -> None:
    for j in range(value.size):
        loss[j] += weight[j] * sigmoid_ratio(value[j], response) if weight[j] != 0.0 else 0.0


@kernel
def _add_forest(value: Column, ground: Column, weight: Column, response: Understorey, loss: Column) -> None:
    for j in range(value.size):
        loss[j] += weight[j] * forest_ratio(value[j], ground[j], response) if weight[j] != 0.0 else 0.0


@kernel
def _add_share(value: Column, weight: Column, share: Column) -> tuple[int, int]:
    """Adds the weights; returns how many values lie outside 0–1 and how many weights below 0."""
    outside, negative = 0, 0
    for j in range(value.size):
        share[j] += weight[j]
        outside += (value[j] > _ABOVE) | (value[j] < _BELOW)
        negative += weight[j] < 0.0
    return outside, negative
