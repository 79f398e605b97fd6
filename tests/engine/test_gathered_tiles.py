"""Flats gathered on tiles: the directions of the whole array for every cut, every surface, any runner."""

import pickle
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from shuibao.data.working_tiles import FolderTiles, MemoryTiles, WorkingTiles
from shuibao.engine.filled_tiles import TiledWorld
from shuibao.engine.gathered_tiles import join_directions
from shuibao.engine.runner import Runner
from shuibao.engine.terrain_tasks import DIRECTIONS, SLOPE
from shuibao.engine.threads import run_tasks
from shuibao.science.grid import CellAreas, CellSteps, Tile
from shuibao.science.terrain.accumulation import upstream_area
from shuibao.science.terrain.directions import rim_cells
from shuibao.science.terrain.fill import fill_depressions
from shuibao.science.terrain.gathered_flats import gathered_directions
from shuibao.science.terrain.perimeter import Perimeters
from shuibao.science.terrain.slope import greatest_descent

Heights = NDArray[np.float32]


def world_of(heights: Heights, size: int, layers: WorkingTiles) -> TiledWorld:
    """Cells of 10 m, the rows a little different."""
    lengths = 10 + np.arange(heights.shape[0]) * 0.01
    steps = CellSteps(lengths, lengths[::-1].copy(), np.hypot(lengths, lengths[::-1]))
    areas = CellAreas(np.array([[1_000_003]]), max(heights.shape[0], 1), max(heights.shape[1], 1))
    return TiledWorld(Perimeters(*heights.shape, size), partial(cut, heights), layers, steps, areas)


def cut(heights: Heights, tile: Tile) -> Heights:
    return heights[tile.slices].copy()


def require_equal(
    heights: Heights,
    sizes: Iterable[int],
    run: Runner = partial(run_tasks, workers=1),  # noqa: B008
    layers: Callable[[], WorkingTiles] = MemoryTiles,
) -> NDArray[np.uint8]:
    """The directions of the whole, once those of tiles of every size have been found the same."""
    filled = fill_depressions(heights)
    whole = world_of(heights, 1, layers())
    expected = gathered_directions(filled, whole.steps)
    area = upstream_area(expected, whole.areas)
    for size in sizes:
        world = world_of(heights, size, layers())
        rim = join_directions(world, run)
        for tile in world.perimeters.tiles:
            found = world.layers.read(DIRECTIONS, tile)
            np.testing.assert_array_equal(found, expected[tile.slices], err_msg=f"tiles of {size}")
            slope = greatest_descent(filled, whole.steps)[tile.slices]
            np.testing.assert_array_equal(world.layers.read(SLOPE, tile), slope)
            own_area = upstream_area(found, world.areas, rim.area_inflow[world.perimeters.place(tile)])
            edge = rim_cells(found.shape)
            np.testing.assert_array_equal(own_area.flat[edge], area[tile.slices].flat[edge])
    return expected


few_levels = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 12), st.integers(1, 12)),
    elements=st.sampled_from([np.nan, 0, 0, 1, 1, 2, 3, 7]),
)


@settings(max_examples=60)
@given(few_levels, st.integers(1, 9))
def test_any_cut_of_any_small_ground_gives_the_whole(heights: Heights, size: int) -> None:
    require_equal(heights, [size])


def steps_of_ground(seed: int, shape: tuple[int, int]) -> Heights:
    """Terraces with flats of all sizes, and holes."""
    rng = np.random.default_rng(seed)
    terraces = np.kron(rng.integers(0, 9, (20, 20)), np.ones((11, 11)))[: shape[0], : shape[1]]
    heights = np.round(terraces + rng.integers(0, 4, shape) / 3).astype(np.float32)
    heights[40:43, 50:70] = np.nan
    return heights


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_terraces_with_flats_of_all_sizes(workers: int) -> None:
    require_equal(
        steps_of_ground(workers, (130, 113)), (7, 16, 64, 97, 1000), partial(run_tasks, workers=workers)
    )


def test_a_lake_over_many_tiles_gathers_in_its_middle() -> None:
    rows = np.indices((101, 140))[0]
    heights = (np.abs(rows - 50) + 5).astype(np.float32)
    heights[20:81, 10:130] = 3
    heights[50, 130:] = 2
    heights[:, :10] += 30
    found = require_equal(heights, (7, 16, 64, 97), partial(run_tasks, workers=2))
    cells = upstream_area(found, CellAreas(np.ones((1, 1), np.int64), 101, 140))
    middle = cells[20:81, 60:128].argmax(axis=0) + 20
    assert (np.abs(middle - 50) <= 1).all()


def test_a_winding_flat_that_crosses_seams_many_times() -> None:
    heights = np.full((45, 45), 50, np.float32)
    for row in range(1, 44, 4):
        heights[row : row + 2, 1:44] = 9
        turn = 41 if row % 8 == 1 else 1
        heights[row : row + 5, turn : turn + 3] = 9
    heights[1, 0] = 8
    require_equal(heights, (3, 7, 16, 30))


def test_whole_tiles_outside_and_a_level_plain() -> None:
    heights = steps_of_ground(9, (64, 64))
    heights[16:32, 16:48] = np.nan
    heights[48:, :] = np.nan
    require_equal(heights, (7, 16))
    require_equal(np.full((40, 40), 3, np.float32), (7, 16))
    require_equal(np.full((20, 20), np.nan, np.float32), (7, 20))


def by_post(work: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
    """A runner whose tasks and outcomes could have gone to another machine, and that runs each task twice."""
    for task in tasks:
        there_work, there_task = pickle.loads(pickle.dumps((work, task)))
        there_work(there_task)
        yield pickle.loads(pickle.dumps(there_work(there_task)))


def test_tasks_can_be_sent_away_and_run_again(tmp_path: Path) -> None:
    folders = iter(range(10))
    require_equal(
        steps_of_ground(4, (70, 60)), (16, 33), by_post, lambda: FolderTiles(tmp_path / str(next(folders)))
    )
    assert {path.name for path in tmp_path.glob("*/*")} == {"directions", "slope", *empty_layers(tmp_path)}


def empty_layers(folder: Path) -> set[str]:
    """Layers that nothing is left of."""
    return {layer.name for layer in folder.glob("*/*") if not any(layer.iterdir())}
