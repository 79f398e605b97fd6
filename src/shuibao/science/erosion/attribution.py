"""What each factor did to a change of soil loss: Shapley values of the factors that differ between years.

For every subset of the changed factors, erosion area and loss are summed as if they alone had changed.
These sums are whole numbers and additive over tiles; the values follow from them at the end.
"""

from collections.abc import Sequence
from math import factorial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.erosion.cell_areas import TileAreas, loss_units
from shuibao.science.erosion.loss_kernels import GREATEST_LOSS_T_KM2_A
from shuibao.science.errors import OutOfRange

FloatTile = NDArray[np.float32]
Sums = NDArray[np.int64]

GREATEST_FACTORS = 7
"""The factors of the soil loss equation."""


class SubsetSums(NamedTuple):
    """Sums over tiles, zone × subset; bit i of a subset is set when the i-th changed factor is this year's.

    erosion: cm². loss: LOSS_UNITS_PER_T to the tonne a year. Subset 0 is last year, the last is this year.
    """

    erosion: Sums
    loss: Sums

    @classmethod
    def zeros(cls, zones: int, changed: int) -> "SubsetSums":
        """Sums of nothing for so many changed factors."""
        if not 0 <= changed <= GREATEST_FACTORS:
            raise OutOfRange("变化的因子个数", changed, f"0–{GREATEST_FACTORS}")
        shape = (zones, 1 << changed)
        return cls(np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64))


def of_all_factors(sums: SubsetSums, changed: Sequence[bool]) -> SubsetSums:
    """The same sums by the subsets of all factors; one that did not change makes no difference.

    Tiles in which other factors changed can be added then, in any order.
    """
    place = np.zeros(1 << len(changed), dtype=np.int64)
    bit = 0
    for factor, has_changed in enumerate(changed):
        if has_changed:
            place |= (np.arange(place.size) >> factor & 1) << bit
            bit += 1
    return SubsetSums(sums.erosion[:, place], sums.loss[:, place])


@kernel
def _multiply(pairs: FloatTile, changed: NDArray[np.bool_], products: NDArray[np.float64]) -> None:
    """The product of a cell's factors for every subset, multiplied in their order as soil_loss_tile does.

    pairs: factor × (before, after).
    """
    products[0] = 1.0
    subsets = 1
    for factor in range(changed.size):
        old = np.float64(pairs[factor, 0])
        if changed[factor]:
            new = np.float64(pairs[factor, 1])
            for subset in range(subsets):
                products[subsets + subset] = products[subset] * new
        for subset in range(subsets):
            products[subset] *= old
        subsets *= 2 if changed[factor] else 1


@kernel
def _transpose_row(
    before: tuple[FloatTile, ...], after: tuple[FloatTile, ...], row: int, pairs: FloatTile
) -> None:
    """The factors of a row, cell by cell: cell × factor × (before, after)."""
    for factor in range(len(before)):
        pairs[:, factor, 0] = before[factor][row]
        pairs[:, factor, 1] = after[factor][row]


@kernel
def _add_subsets(
    layers: tuple[tuple[FloatTile, ...], tuple[FloatTile, ...]],
    changed: NDArray[np.bool_],
    tolerance: FloatTile,
    zone: NDArray[np.int32],
    lines: tuple[Sums, Sums, Sums],
    sums: tuple[Sums, Sums],
) -> int:
    """Adds the tile to the sums; comes back with the number of losses that cannot be."""
    rows, columns, units = lines
    erosion, loss = sums
    subsets = erosion.shape[1]
    products = np.empty(subsets)
    pairs = np.empty((zone.shape[1], changed.size, 2), dtype=np.float32)
    impossible = 0
    for row in range(zone.shape[0]):
        _transpose_row(layers[0], layers[1], row, pairs)
        for cell in range(zone.shape[1]):
            place, tolerable = zone[row, cell], tolerance[row, cell]
            if place < 0 or np.isnan(tolerable):
                continue
            _multiply(pairs[cell], changed, products)
            if np.isnan(products[0]) or np.isnan(products[subsets - 1]):
                continue
            area = units[rows[row], columns[cell]]
            for subset in range(subsets):
                modulus = float(np.float32(products[subset] * 100.0))
                impossible += not 0 <= modulus <= GREATEST_LOSS_T_KM2_A
                erosion[place, subset] += area * (modulus >= tolerable)
                loss[place, subset] += loss_units(modulus, area)
    return impossible


def add_subset_sums(
    before: Sequence[FloatTile],
    after: Sequence[FloatTile | None],
    tolerance_t_km2_a: FloatTile,
    zone: NDArray[np.int32],
    areas: TileAreas,
    sums: SubsetSums,
) -> None:
    """Adds a tile to the sums of every subset of the changed factors, by zone.

    Erosion is a loss of the tolerance and more, on the float32 modulus, as soil_loss_tile has it. Cells count
    that have all factors in both years, a tolerance and a zone. Water has no say here: its B must be 0.

    before, after: the factors in the order they are multiplied; None in after for one that is the same.
    tolerance_t_km2_a: this year's; the other tolerance of another year is no factor's doing.
    sums: the caller's own, one to a thread. Raises OutOfRange when a loss cannot be.
    """
    changed = np.array([factor is not None for factor in after])
    old = tuple(_plain(factor, zone) for factor in before)
    new = tuple(
        left if right is None else _plain(right, zone) for left, right in zip(old, after, strict=True)
    )
    if sums.erosion.shape[1] != 1 << int(changed.sum()):
        raise OutOfRange("变化的因子个数", int(changed.sum()), f"{sums.erosion.shape[1].bit_length() - 1}")
    if zone.max(initial=-1) >= len(sums.erosion):
        raise OutOfRange("统计单元的序号", zone.max(), f"小于统计单元的个数 {len(sums.erosion)}")
    lines = (*areas.lines(*zone.shape), areas.cells.units)
    tolerance = _plain(tolerance_t_km2_a, zone)
    impossible = _add_subsets((old, new), changed, tolerance, zone, lines, (sums.erosion, sums.loss))
    if impossible:
        allowed = f"0–{GREATEST_LOSS_T_KM2_A:g}（因子应不为负，单位无误）"
        raise OutOfRange("土壤侵蚀模数（t/(km²·a)）", f"{impossible} 个值", allowed)


def shapley(sums: Sums) -> NDArray[np.float64]:
    """Each changed factor's share of the change from subset 0 to the last, in the unit of the sums.

    Shapley 1953: the mean, over all orders in which the factors could have changed one by one, of what the
    factor's own step did. The shares add up to the whole change; a factor that does nothing has 0.

    sums: …, subsets. Comes back as …, factors.
    """
    subsets = sums.shape[-1]
    factors = subsets.bit_length() - 1
    if subsets != 1 << factors:
        raise OutOfRange("子集个数", subsets, "2 的整数次幂")
    shares = np.zeros((*sums.shape[:-1], factors))
    for factor in range(factors):
        for without in range(subsets):
            if not without >> factor & 1:
                size = without.bit_count()
                weight = factorial(size) * factorial(factors - size - 1) / factorial(factors)
                shares[..., factor] += weight * (sums[..., without | 1 << factor] - sums[..., without])
    return shares


def _plain(layer: FloatTile, zone: NDArray[np.int32]) -> FloatTile:
    """The layer as the one kind of array the pass is compiled for."""
    if layer.shape != zone.shape:
        raise OutOfRange("图层的行列数", layer.shape, f"与统计单元图层相同：{zone.shape}")
    return np.require(layer, np.float32, ("C", "W"))
