"""Streams and labels on tiles: what lies in each watershed and between them, as on the whole array."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from shuibao.data.working_tiles import MemoryTiles
from shuibao.engine.filled_tiles import TiledWorld
from shuibao.engine.gathered_tiles import join_directions
from shuibao.engine.threads import run_tasks
from shuibao.engine.watershed_tiles import join_land, join_streams
from shuibao.science.grid import CellAreas, CellSteps
from shuibao.science.terrain.accumulation import upstream_area
from shuibao.science.terrain.boundaries import boundary_runs
from shuibao.science.terrain.directions import rim_cells
from shuibao.science.terrain.fill import fill_depressions
from shuibao.science.terrain.gathered_flats import gathered_directions
from shuibao.science.terrain.land import label_land
from shuibao.science.terrain.leftovers import borders
from shuibao.science.terrain.perimeter import NOWHERE, Perimeters
from shuibao.science.terrain.rings import rings_around
from shuibao.science.terrain.slope import greatest_descent
from shuibao.science.terrain.streams import stream_cells
from shuibao.science.terrain.unit_sums import unit_sums


def ground(seed: int, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Terraces, noise, and some cells outside."""
    rng = np.random.default_rng(seed)
    coarse = np.kron(rng.integers(0, 9, (20, 20)), np.ones((6, 6)))[: shape[0], : shape[1]]
    heights = (coarse + rng.integers(0, 4, shape)).astype(np.float32)
    heights[rng.random(shape) < 0.01] = np.nan
    heights[5:20, 8:30] = np.nan
    return heights


def require_equal(seed: int, shape: tuple[int, int], size: int, channel_cells: int, workers: int) -> None:
    heights = ground(seed, shape)
    height, width = shape
    lengths = np.full(height, 10.0)
    steps = CellSteps(lengths, lengths, lengths * np.sqrt(2))
    areas = CellAreas(np.arange(100, 142).reshape(6, 7), 20, 20)
    run = partial(run_tasks, workers=workers)

    filled = fill_depressions(heights)
    directions = gathered_directions(filled, steps)
    cells = stream_cells(directions, upstream_area(directions, areas), channel_cells * 120, width)
    places = np.arange(1, cells.cell.size + 1, dtype=np.int32)
    first = label_land(directions, cells.cell, places)
    labels = np.random.default_rng(seed).integers(1, 9, cells.cell.size).astype(np.int32)
    is_wanted = np.arange(9) % 3 == 0
    land = label_land(directions, cells.cell, labels)

    def read(tile):  # type: ignore[no-untyped-def]
        return heights[tile.slices].copy()

    perimeters = Perimeters(height, width, size)
    world = TiledWorld(perimeters, read, MemoryTiles(), steps, areas)
    streams = join_streams(world, channel_cells * 120, join_directions(world, run), run)
    for whole, tiled in zip(cells, streams.cells, strict=True):
        np.testing.assert_array_equal(tiled, whole)
    for tile in perimeters.tiles:
        met = streams.met[perimeters.place(tile)]
        expected = first[tile.slices].reshape(-1)[rim_cells((tile.height, tile.width))]
        np.testing.assert_array_equal(met, np.append(NOWHERE, cells.cell)[expected])

    found = join_land(world, streams, labels, is_wanted, run)
    for name, column in vars(unit_sums(land, 8, greatest_descent(filled, steps), heights, areas)).items():
        np.testing.assert_array_equal(getattr(found.sums, name), column, err_msg=name)
    for tiled, whole in zip(found.borders, borders(np.pad(land, 1), is_wanted), strict=True):
        np.testing.assert_array_equal(tiled, whole)
    runs = boundary_runs(np.pad(land, 1), perimeters.tiles[0]._replace(height=height, width=width), shape)
    for tiled, whole in zip(
        rings_around(found.runs, 1, 8, width), rings_around(runs, 1, 8, width), strict=True
    ):
        np.testing.assert_array_equal(tiled, whole)


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10**6),
    height=st.integers(1, 70),
    width=st.integers(1, 70),
    size=st.integers(1, 40),
    channel=st.integers(1, 40),
)
def test_any_cut_gives_the_streams_and_labels_of_the_whole(
    seed: int, height: int, width: int, size: int, channel: int
) -> None:
    require_equal(seed, (height, width), max(size, height * width // 900), channel, 1)


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("size", [7, 64, 97])
def test_threads_change_nothing(size: int, workers: int) -> None:
    require_equal(workers, (117, 119), size, 12, workers)
