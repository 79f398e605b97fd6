"""The stream network as a sparse thing: cells taken out of tiles, what lies below each, links and orders."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.science.compiled import kernel
from shuibao.science.terrain.directions import COLUMN_OF_CODE, OUTLET, ROW_OF_CODE, Codes
from shuibao.science.terrain.slope_length import StepUnits, own_step

Integers = NDArray[np.int64]


class StreamCells(NamedTuple):
    """Channel cells and outlets, ascending: flat index in the whole grid, D8 code, upstream area [cm²]."""

    cell: Integers
    code: Codes
    area: Integers


class Network(NamedTuple):
    """Stream cells with the place, in these arrays, of the one below each (−1: the flow leaves the world)."""

    cell: Integers
    code: Codes
    area: Integers
    down: Integers


class Links(NamedTuple):
    """Stretches of stream between heads, confluences and outlets, numbered so that water runs to higher ones.

    of_node: the link of each stream cell. first, last: its upper and lower end, as places in the network.
    down: the link below, −1 for none. area: what drains through the lower end; own_area: what of it comes
    from beside the link rather than from the links above [cm²]. order: Strahler's; 0 for an outlet that no
    channel reaches.
    """

    of_node: Integers
    first: Integers
    last: Integers
    down: Integers
    area: Integers
    own_area: Integers
    order: NDArray[np.uint8]


def stream_cells(
    directions: Codes, area: Integers, channel_area: int, width: int, origin: tuple[int, int] = (0, 0)
) -> StreamCells:
    """The channel cells of a tile (upstream area from `channel_area` on), and all its outlets.

    width: columns of the whole grid. origin: the tile's first row and column in it.
    """
    rows, columns = np.nonzero((area >= channel_area) | (directions == OUTLET))
    cell = (rows + origin[0]) * width + (columns + origin[1])
    return StreamCells(cell, directions[rows, columns], area[rows, columns])


def in_one(parts: Iterable[StreamCells]) -> StreamCells:
    """The cells of all tiles, in the grid's order, whatever the order of the tiles."""
    cell, code, area = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(cell)
    return StreamCells(cell[order], code[order], area[order])


def network(cells: StreamCells, shape: tuple[int, int]) -> Network:
    """The cells, each with the one below it. shape: of the whole grid."""
    height, width = shape
    row, column = np.divmod(cells.cell, width)
    row, column = row + ROW_OF_CODE[cells.code], column + COLUMN_OF_CODE[cells.code]
    below = row * width + column
    place = np.minimum(np.searchsorted(cells.cell, below), max(len(cells.cell) - 1, 0))
    is_inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    is_there = is_inside & (cells.code != OUTLET) & (cells.cell[place] == below)
    return Network(*cells, np.where(is_there, place, -1))


def links_of(streams: Network, channel_area: int, longest_area: int) -> Links:
    """The network's links with their Strahler order.

    A link to which more than `longest_area` [cm²] drains from beside it is split, so that land can be divided
    there. Order after Strahler 1957 (doi:10.1029/TR038i006p00913): heads are 1; where two links of the
    greatest order meet it grows by one.
    """
    upstream_first = np.argsort(streams.area, kind="stable")
    of_node, first, last, own_area = _link_cells(streams.down, streams.area, upstream_first, longest_area)
    below = streams.down[last]
    down = np.where(below < 0, -1, of_node[below])
    order = _strahler(down, streams.area[last] >= channel_area)
    return Links(of_node, first, last, down, streams.area[last], own_area, order)


@kernel
def _link_cells(
    down: Integers, area: Integers, upstream_first: Integers, longest_area: int
) -> tuple[Integers, Integers, Integers, Integers]:
    """The link of each cell; first and last cell and own area of each link."""
    inflows, from_above = np.zeros(down.size, np.int64), np.zeros(down.size, np.int64)
    above, of_node = np.full(down.size, -1, np.int64), np.full(down.size, -1, np.int64)
    for i in range(down.size):
        if down[i] >= 0:
            inflows[down[i]] += 1
            from_above[down[i]] += area[i]
            above[down[i]] = i
    first, last = np.empty(down.size, np.int64), np.empty(down.size, np.int64)
    count = 0
    for i in upstream_first:
        link = of_node[above[i]] if inflows[i] == 1 else -1
        if link < 0 or area[i] - from_above[first[link]] > longest_area:
            link = count
            first[link] = i
            count += 1
        of_node[i] = link
        last[link] = i
    own_area = area[last[:count]] - from_above[first[:count]]
    return of_node, first[:count].copy(), last[:count].copy(), own_area


@kernel
def _strahler(down: Integers, is_stream: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Order of each link; links come upstream first."""
    order, greatest = np.zeros(down.size, np.uint8), np.zeros(down.size, np.uint8)
    meeting = np.zeros(down.size, np.int64)
    for link in range(down.size):
        if is_stream[link]:
            order[link] = max(1, greatest[link] + (meeting[link] > 1))
        below = down[link]
        if below < 0:
            continue
        if order[link] > greatest[below]:
            greatest[below], meeting[below] = order[link], 1
        elif order[link] == greatest[below]:
            meeting[below] += 1
    return order


def link_lengths(links: Links, streams: Network, steps: StepUnits, width: int) -> Integers:
    """Length of each link from its upper cell to the confluence or outlet below [0.1 mm].

    width: columns of the whole grid.
    """
    lengths = np.zeros(links.first.size, np.int64)
    _add_steps(links.of_node, streams, steps, width, lengths)
    return lengths


@kernel
def _add_steps(of_node: Integers, streams: Network, steps: StepUnits, width: int, lengths: Integers) -> None:
    for i in range(of_node.size):
        if streams.down[i] >= 0:
            lengths[of_node[i]] += own_step(streams.code[i], streams.cell[i] // width, steps)
