"""Dividing land: what is cut where, and what every division keeps."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from shuibao.science.grid import CellAreas, CellSteps
from shuibao.science.terrain.accumulation import upstream_cells
from shuibao.science.terrain.directions import COLUMN_OF_CODE, NODATA, OUTLET, ROW_OF_CODE, Codes
from shuibao.science.terrain.fill import fill_depressions
from shuibao.science.terrain.gathered_flats import gathered_directions
from shuibao.science.terrain.land import UNDECIDED, label_land, rim_cells
from shuibao.science.terrain.leftovers import Borders, borders, is_leftover, join_leftovers
from shuibao.science.terrain.streams import Links, Network, links_of, network, stream_cells
from shuibao.science.terrain.unit_sums import UnitSums, unit_sums
from shuibao.science.terrain.watersheds import Division, Sizes, divide

SIZES = Sizes(10, 30, 50)
Rough = Callable[..., NDArray[np.float32]]
Steps = Callable[[int], CellSteps]


def division_of(down: list[int], own: list[int]) -> Division:
    """The division of cells that drain into each other, listed upstream first."""
    area = np.array(own, np.int64)
    for cell, place in enumerate(down):
        if place >= 0:
            area[place] += area[cell]
    below = np.array(down, np.int64)
    codes = np.where(below < 0, OUTLET, 1).astype(np.uint8)
    streams = Network(np.arange(len(down)), codes, area, below)
    return divide(links_of(streams, 1, 10**9), SIZES)


def test_what_stays_below_the_greatest_size_is_one_watershed() -> None:
    division = division_of([2, 2, -1], [20, 20, 5])
    assert division.own_area.tolist() == [0, 45]
    assert division.down.tolist() == [0, 0]


def test_heads_too_large_together_are_cut_at_their_mouths_and_drain_into_the_interval() -> None:
    division = division_of([2, 2, -1], [30, 25, 17])
    assert sorted(division.own_area[1:].tolist()) == [17, 25, 30]
    last = division.of_link[-1]
    assert division.own_area[last] == 17
    assert division.area[last] == 72
    assert sorted(division.down.tolist()) == [0, 0, last, last]


def test_a_small_rest_at_the_outlet_goes_to_the_smallest_watershed_above() -> None:
    division = division_of([2, 2, -1], [30, 25, 6])
    assert sorted(division.own_area[1:].tolist()) == [30, 31]
    assert division.area.max() == 61


def test_a_small_tributary_of_a_bigger_river_belongs_to_the_interval() -> None:
    division = division_of([2, 2, 4, 4, -1], [30, 25, 4, 8, 3])
    assert sorted(division.own_area[1:].tolist()) == [15, 25, 30]


def test_a_large_tributary_of_a_bigger_river_is_cut_and_a_short_interval_runs_on() -> None:
    division = division_of([2, 2, 4, 4, -1], [30, 25, 12, 14, 9])
    assert sorted(division.own_area[1:].tolist()) == [14, 21, 25, 30]


def test_an_interval_ends_where_a_tributary_is_cut_once_it_has_half_way_to_the_target() -> None:
    division = division_of([2, 2, 4, 4, -1], [30, 25, 20, 14, 11])
    assert sorted(division.own_area[1:].tolist()) == [11, 14, 20, 25, 30]


def test_an_interval_ends_at_any_confluence_once_it_has_the_target() -> None:
    division = division_of([2, 2, 4, 4, -1], [30, 25, 30, 1, 11])
    assert sorted(division.own_area[1:].tolist()) == [12, 25, 30, 30]


def test_many_small_branches_are_cut_until_the_rest_is_small_enough() -> None:
    division = division_of([6, 6, 6, 6, 6, 6, -1], [9, 9, 9, 9, 9, 8, 9])
    assert division.own_area[1:].max() <= 50
    assert division.own_area.sum() == 62


def test_a_world_without_land_has_no_watersheds() -> None:
    division = division_of([], [])
    assert division.own_area.tolist() == [0]


class World(NamedTuple):
    """A rough surface divided, in cells."""

    directions: Codes
    streams: Network
    links: Links
    division: Division
    labels: NDArray[np.int32]


def divided(heights: NDArray[np.float32], steps: CellSteps, sizes: Sizes, channel: int) -> World:
    filled = fill_depressions(heights)
    directions = gathered_directions(filled, steps)
    area = upstream_cells(directions)
    streams = network(stream_cells(directions, area, channel, heights.shape[1]), heights.shape)
    links = links_of(streams, channel, sizes.least)
    division = divide(links, sizes)
    labels = label_land(directions, streams.cell, division.of_link[links.of_node].astype(np.int32))
    return World(directions, streams, links, division, labels)


def next_cells(directions: Codes) -> NDArray[np.int64]:
    """The flat index of the cell below each; its own at outlets and outside."""
    rows, columns = np.indices(directions.shape)
    return (
        (rows + ROW_OF_CODE[directions]) * directions.shape[1] + columns + COLUMN_OF_CODE[directions]
    ).ravel()


@given(
    seed=st.integers(0, 10**6),
    height=st.integers(1, 70),
    width=st.integers(1, 70),
    holes=st.integers(0, 6),
    least=st.integers(4, 60),
    channel=st.integers(1, 4),
)
def test_watersheds_part_the_land_and_drain_as_they_say(
    rough: Rough, square: Steps, seed: int, height: int, width: int, holes: int, least: int, channel: int
) -> None:
    sizes = Sizes(least, 3 * least, 5 * least)
    heights = rough(seed, (height, width), holes)
    world = divided(heights, square(height), sizes, channel)
    division, labels = world.division, world.labels
    np.testing.assert_array_equal(labels > 0, np.isfinite(heights))

    counts = np.bincount(labels.ravel(), minlength=division.pour.size)
    np.testing.assert_array_equal(counts[1:], division.own_area[1:])
    through = division.own_area.copy()
    np.add.at(through, division.down[1:], division.area[1:])
    np.testing.assert_array_equal(through[1:], division.area[1:])

    pours = np.zeros(heights.size, np.bool_)
    pours[world.streams.cell[world.links.last[division.pour[1:]]]] = True
    own = labels.ravel()
    below = own[next_cells(world.directions)]
    np.testing.assert_array_equal(below[~pours], own[~pours])
    leaves = world.directions.ravel() == OUTLET
    np.testing.assert_array_equal(np.where(leaves, 0, below)[pours], division.down[own[pours]])

    inner = division.down[1:] > 0
    assert (division.own_area[1:][inner] >= least).all()
    assert (division.own_area[1:][inner] <= sizes.most).all()
    assert division.own_area.max() <= sizes.most + least


@given(seed=st.integers(0, 10**6), top=st.integers(0, 50), left=st.integers(0, 40), size=st.integers(1, 60))
def test_a_tile_alone_with_its_rims_labels_is_labelled_as_in_the_whole(
    rough: Rough, square: Steps, seed: int, top: int, left: int, size: int
) -> None:
    world = divided(rough(seed, (90, 80)), square(90), Sizes(30, 90, 150), 3)
    window = np.s_[top : top + size, left : left + size]
    part = np.ascontiguousarray(world.directions[window])
    row, column = np.divmod(world.streams.cell, 80)
    height, width = part.shape
    inside = (row >= top) & (row < top + height) & (column >= left) & (column < left + width)
    cells = (row[inside] - top) * width + column[inside] - left
    labels = world.division.of_link[world.links.of_node][inside].astype(np.int32)
    whole = world.labels[window]
    np.testing.assert_array_equal(label_land(part, cells, labels, whole.flat[rim_cells(part.shape)]), whole)
    alone = label_land(part, cells, labels)
    np.testing.assert_array_equal(alone[alone != UNDECIDED], whole[alone != UNDECIDED])


@pytest.mark.parametrize("seed", range(6))
def test_a_larger_box_keeps_the_pour_points_where_all_that_meets_was_complete(
    rough: Rough, square: Steps, seed: int
) -> None:
    heights = rough(seed, (150, 140))
    sizes, box = Sizes(30, 90, 150), np.s_[20:130, 20:120]
    large = divided(heights, square(150), sizes, 3)
    small = divided(np.ascontiguousarray(heights[box]), square(110), sizes, 3)
    kept = np.zeros(heights.shape, np.bool_)
    kept.flat[large.streams.cell[large.links.last[large.division.pour[1:]]]] = True
    same = (small.directions == large.directions[box]) & (
        upstream_cells(small.directions) == upstream_cells(large.directions)[box]
    )
    outlets = np.flatnonzero(small.directions == OUTLET)
    found = 0
    for unit in np.flatnonzero(small.division.down[1:]) + 1:
        pour = small.streams.cell[small.links.last[small.division.pour[unit]]]
        below = small.links.down[small.division.pour[unit]]
        seeds = np.append(outlets, small.streams.cell[small.links.last[below]])
        names = np.append(np.full(outlets.size, 2), 1).astype(np.int32)
        is_same = same[label_land(small.directions, seeds, names) == 1].all()
        taken_back = large.division.down[large.labels[box].flat[pour]] == 0
        if is_same and not taken_back:
            assert kept[box].flat[pour]
            found += 1
    assert found > 0


@given(seed=st.integers(0, 10**6), height=st.integers(1, 60), width=st.integers(1, 60))
def test_leftovers_join_until_they_are_large_enough_or_alone(
    rough: Rough, square: Steps, seed: int, height: int, width: int
) -> None:
    sizes = Sizes(40, 120, 200)
    world = divided(rough(seed, (height, width)), square(height), sizes, 4)
    small = is_leftover(world.division, sizes)
    small[0] = True
    sides = borders(np.pad(world.labels, 1), small)
    joined = join_leftovers(world.division, sides, sizes)
    area = np.zeros_like(world.division.own_area)
    np.add.at(area, joined.leader, world.division.own_area)
    leaders = np.flatnonzero(joined.leader == np.arange(joined.leader.size))[1:]
    assert (joined.leader[joined.leader] == joined.leader).all()
    assert area[leaders].sum() == (world.labels > 0).sum()
    moved = np.flatnonzero(joined.leader != np.arange(joined.leader.size))
    assert small[moved].all()
    groups = joined.leader[world.labels]
    for unit in leaders[area[leaders] < sizes.least]:
        again = borders(np.pad(groups.astype(np.int32), 1), np.arange(joined.leader.size) == unit)
        assert set(again.one) | set(again.other) == {0, unit}
    assert (area[leaders] <= 2 * sizes.most).all()


def leftovers(own: list[int], sides: dict[tuple[int, int], int], area: list[int] | None = None) -> list[int]:
    """Leaders of watersheds 1 … n that all leave the world, with these borders."""
    size = len(own) + 1
    own_area = np.array([0, *own])
    division = Division(
        np.arange(size) - 1,
        np.zeros(size, np.int64),
        own_area,
        np.array([0, *(area or own)]),
        np.arange(size),
    )
    pairs = np.array(list(sides)).reshape(-1, 2)
    borders_between = Borders(pairs[:, 0], pairs[:, 1], np.array(list(sides.values()), np.int64))
    joined = join_leftovers(division, borders_between, SIZES)
    assert joined.leader[0] == 0
    return [int(one) for one in joined.leader[1:]]


def test_leftovers_join_each_other_before_a_watershed_though_the_border_is_shorter() -> None:
    assert leftovers([4, 7, 20], {(1, 2): 3, (1, 3): 50, (2, 3): 9}) == [2, 2, 3]


def test_a_leftover_without_its_like_joins_the_watershed_beside_it() -> None:
    assert leftovers([4, 30], {(1, 2): 3}) == [2, 2]
    assert leftovers([4, 49, 48], {(1, 2): 9, (1, 3): 3}) == [3, 2, 3]


def test_a_leftover_alone_stays_what_it_is() -> None:
    assert leftovers([4], {(0, 1): 16}) == [1]


def test_mean_slope_is_weighted_by_true_area() -> None:
    labels = np.array([[1, 1, 0], [2, 1, 2]], np.int32)
    slope = np.array([[10, 20, 0], [4, 30, 8]], np.float32)
    heights = np.array([[5, 7, np.nan], [1, 9, 3]], np.float32)
    areas = CellAreas(np.array([[1], [2]]), 1, 3)
    sums = unit_sums(labels, 3, slope, heights, areas)
    assert sums.area.tolist() == [0, 4, 4, 0]
    assert sums.mean_slope_deg[1:3].tolist() == [22.5, 6.0]
    assert np.isnan(sums.mean_slope_deg[3])
    assert sums.lowest_m[1:3].tolist() == [5, 1]
    assert sums.highest_m[1:3].tolist() == [9, 3]
    halves = UnitSums.zeros(3)
    same = np.arange(4)
    halves.add(unit_sums(labels[1:], 3, slope[1:], heights[1:], areas, (1, 0)), same)
    halves.add(unit_sums(labels[:1], 3, slope[:1], heights[:1], areas), same)
    np.testing.assert_array_equal(halves.slope, sums.slope)
    joined = UnitSums.zeros(1)
    joined.add(sums, np.array([0, 1, 1, 0]))
    assert joined.area.tolist() == [0, 8]
    assert (joined.lowest_m[1], joined.highest_m[1]) == (1, 9)


def test_land_that_drains_to_nothing_labelled_is_undecided() -> None:
    directions = np.array([[1, 1, OUTLET, NODATA]], np.uint8)
    none = np.empty(0, np.int64), np.empty(0, np.int32)
    assert label_land(directions, *none).tolist() == [[UNDECIDED] * 3 + [0]]
