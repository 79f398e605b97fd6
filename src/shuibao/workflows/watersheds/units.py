"""The watersheds of a DEM: its network divided, leftovers joined, numbers given."""

from dataclasses import dataclass

import numpy as np
import pyproj
from numpy.typing import NDArray

from shuibao.engine.runner import Runner
from shuibao.engine.watershed_tiles import Land, join_land
from shuibao.rules.watersheds import DivisionChoices
from shuibao.science import crs as reference
from shuibao.science.terrain.boundaries import Runs, renumbered
from shuibao.science.terrain.leftovers import Borders, Joined, is_leftover, join_leftovers
from shuibao.science.terrain.streams import Integers, Links, Network, links_of, network
from shuibao.science.terrain.unit_sums import UnitSums
from shuibao.science.terrain.watersheds import Division, Sizes, divide
from shuibao.workflows.watersheds.ground import Ground

WHOLE, INTERVAL, SLOPE = "完整型", "区间型", "坡面型"


@dataclass(frozen=True)
class Units:
    """Watersheds numbered 1…n from north to south by their pour points; arrays by number, 0 unused.

    runs: their boundaries. cell: flat index of the pour point. down: the watershed below, 0 for none.
    upstream_area: what drains through the pour point; joined_area: land at the edge that was joined and does
    not [cm²]. touches_edge: whether a cell lies beside the world's edge; is_complete: whether neither it nor
    any above does.
    """

    runs: Runs
    cell: Integers
    down: Integers
    kind: NDArray[np.object_]
    upstream_area: Integers
    joined_area: Integers
    order: NDArray[np.uint8]
    touches_edge: NDArray[np.bool_]
    is_complete: NDArray[np.bool_]
    code: NDArray[np.object_]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    sums: UnitSums

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.cell) - 1

    def basin(self) -> Integers:
        """The last watershed on the way down from each."""
        last = np.arange(self.count + 1)
        for number in np.argsort(-self.upstream_area, kind="stable"):
            if self.down[number]:
                last[number] = last[self.down[number]]
        return last


@dataclass(frozen=True)
class Rivers:
    """The network with its links, and the number of the watershed that each link lies in."""

    streams: Network
    links: Links
    unit: Integers


@dataclass(frozen=True)
class _Drawn:
    """The division on the ground: leftovers joined, and what each watershed's number has become.

    leaders: those that remain, 0 first, in the order of their new numbers. number: the new number of all.
    """

    division: Division
    joined: Joined
    sides: Borders
    leaders: Integers
    number: Integers
    pour_cell: Integers
    order: NDArray[np.uint8]


def watersheds_of(ground: Ground, choices: DivisionChoices, run: Runner) -> tuple[Units, Rivers]:
    """The land divided near the wanted sizes, and the streams in it."""
    streams = network(ground.streams.cells, ground.grid.shape)
    links = links_of(streams, choices.channel_area, choices.sizes.least)
    division = divide(links, choices.sizes)
    of_cell = division.of_link[links.of_node].astype(np.int32)
    is_wanted = is_leftover(division, choices.sizes)
    is_wanted[0] = True
    land = join_land(ground.world, ground.streams, of_cell, is_wanted, run)
    drawn = _drawn(division, links, streams, land.borders, choices.sizes)
    rivers = Rivers(streams, links, drawn.number[division.of_link])
    return _units(ground, drawn, land), rivers


def _drawn(division: Division, links: Links, streams: Network, sides: Borders, sizes: Sizes) -> _Drawn:
    """Leftovers joined, and numbers given from north to south."""
    joined = join_leftovers(division, sides, sizes)
    pours = division.pour[1:]
    pour_cell = np.concatenate(([-1], streams.cell[links.last[pours]]))
    leaders = np.flatnonzero(joined.leader == np.arange(joined.leader.size))
    leaders = leaders[np.argsort(pour_cell[leaders])]
    number = np.zeros(joined.leader.size, np.int64)
    number[leaders] = np.arange(leaders.size)
    order = np.concatenate(([0], links.order[pours])).astype(np.uint8)
    return _Drawn(division, joined, sides, leaders, number[joined.leader], pour_cell, order)


def _units(ground: Ground, drawn: _Drawn, land: Land) -> Units:
    division, leaders, number = drawn.division, drawn.leaders, drawn.number
    sums = UnitSums.zeros(leaders.size - 1)
    sums.add(land.sums, number)
    has_inflow = (division.own_area < division.area)[leaders]
    kind = np.where(drawn.joined.is_slope[leaders], SLOPE, np.where(has_inflow, INTERVAL, WHOLE))
    down, area = number[division.down[leaders]], division.area[leaders]
    touches = np.zeros(leaders.size, np.bool_)
    touches[number[drawn.sides.other[drawn.sides.one == 0]]] = True
    touches[0] = False
    cell = drawn.pour_cell[leaders]
    lon, lat = _positions(ground, cell)
    return Units(
        runs=renumbered(land.runs, number),
        cell=cell,
        down=down,
        kind=kind.astype(object),
        upstream_area=area,
        joined_area=sums.area - division.own_area[leaders],
        order=drawn.order[leaders],
        touches_edge=touches,
        is_complete=_is_complete(touches, down, area),
        code=np.array([_code(x, y) for x, y in zip(lon, lat, strict=True)], dtype=object),
        lon=lon,
        lat=lat,
        sums=sums,
    )


def _code(lon: float, lat: float) -> str:
    """Longitude and latitude of the pour point in 1e-5 degrees."""
    return f"{round(lon * 1e5):08d}-{round(lat * 1e5):07d}"


def _positions(ground: Ground, cell: Integers) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """CGCS2000 longitude and latitude of the cells' centres [deg]."""
    row, column = np.divmod(cell, ground.grid.width)
    to_degrees = reference.transformer(ground.grid.crs, pyproj.CRS(reference.CGCS2000))
    x, y = ground.grid.column_centres[column], ground.grid.row_centres[row]
    lon, lat = to_degrees.transform(x, y)
    return np.asarray(lon), np.asarray(lat)


def _is_complete(touches: NDArray[np.bool_], down: Integers, area: Integers) -> NDArray[np.bool_]:
    """Whether no watershed on any way down to each, itself included, touches the edge."""
    open_ended = touches.copy()
    for number in np.argsort(area, kind="stable"):
        open_ended[down[number]] |= open_ended[number]
    return ~open_ended
