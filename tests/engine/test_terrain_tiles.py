"""Tiles give the same numbers as the whole array: for every cut, every surface, any number of workers."""

import pickle
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import CRS

from shuibao.data.raster import RasterFile, look_at
from shuibao.data.working_tiles import FolderTiles, MemoryTiles, WorkingTiles
from shuibao.engine.terrain_tasks import AREA, FILLED, TerrainWorld
from shuibao.engine.terrain_tiles import join_terrain, map_terrain
from shuibao.engine.threads import run_tasks
from shuibao.science.errors import InputError
from shuibao.science.grid import CellAreas, CellSteps, Grid, Tile
from shuibao.science.terrain.accumulation import upstream_area
from shuibao.science.terrain.chain import Terrain, TerrainChoices, read_terrain
from shuibao.science.terrain.directions import NODATA, OUTLET
from shuibao.science.terrain.perimeter import Perimeters
from shuibao.science.terrain.slope import SLOPE_METHODS, greatest_descent
from shuibao.science.terrain.slope_length import CutOff

Heights = NDArray[np.float32]
Layers = dict[str, NDArray[Any]]

CUT = CutOff(0.5, 0.7, 2.86)
CHOICES = TerrainChoices(greatest_descent, CUT, 5_000)
SIZES = (1, 7, 16, 64, 97, 1000)


def square(shape: tuple[int, int]) -> tuple[CellSteps, CellAreas]:
    """Steps and areas of 10 m cells."""
    lengths = np.full(shape[0], 10.0)
    areas = CellAreas(np.array([[1_000_000]]), max(shape[0], 1), max(shape[1], 1))
    return CellSteps(lengths, lengths, lengths * np.sqrt(2)), areas


def on_threads(workers: int) -> Any:
    """A runner on so many threads."""

    def run(work: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        return run_tasks(work, tasks, workers)

    return run


def whole(heights: Heights, steps: CellSteps, areas: CellAreas, choices: TerrainChoices) -> Layers:
    """All layers from the functions for one array."""
    filled = heights.copy()
    terrain = read_terrain(filled, steps, areas, choices)
    return layers_of(terrain) | {"filled": filled, "area": upstream_area(terrain.directions, areas)}


def layers_of(terrain: Terrain) -> Layers:
    """The layers by name."""
    return {
        "slope": terrain.slope_deg,
        "length": terrain.length_units,
        "directions": terrain.directions,
        "steps": np.stack(terrain.steps),
    }


def tiled(world: TerrainWorld, workers: int) -> Layers:
    """The same layers from tiles, put together."""
    perimeters, run = world.perimeters, on_threads(workers)
    shape = perimeters.height, perimeters.width
    types = {"slope": np.float32, "length": np.int32, "directions": np.uint8}
    types |= {"filled": np.float32, "area": np.int64}
    found: Layers = {name: np.empty(shape, dtype) for name, dtype in types.items()}
    found["steps"] = np.empty((3, perimeters.height), np.int32)
    lengths = join_terrain(world, run)
    terrains = map_terrain(world, lengths, lambda tile, terrain: (tile, terrain), run)
    for tile, terrain in terrains:
        layers = layers_of(terrain)
        found["steps"][:, tile.slices[0]] = layers.pop("steps")
        layers |= {"filled": world.layers.read(FILLED, tile), "area": world.layers.read(AREA, tile)}
        for name, values in layers.items():
            found[name][tile.slices] = values
    return found


def require_equal(
    heights: Heights,
    sizes: Iterable[int] = SIZES,
    workers: int = 1,
    choices: TerrainChoices = CHOICES,
    cells: tuple[CellSteps, CellAreas] | None = None,
    layers: Callable[[], WorkingTiles] = MemoryTiles,
) -> Layers:
    """The layers of the whole, once those of the tiles of every size have been found the same."""
    steps, areas = cells or square(heights.shape)
    expected = whole(heights, steps, areas, choices)
    for size in sizes:
        world = TerrainWorld(
            Perimeters(*heights.shape, size),
            lambda tile: heights[tile.slices].copy(),
            layers(),
            steps,
            areas,
            choices,
            frozenset((FILLED, AREA)),
        )
        found = tiled(world, workers)
        for name, values in expected.items():
            assert found[name].dtype == values.dtype
            np.testing.assert_array_equal(found[name], values, err_msg=f"{name}, tiles of {size}")
    return expected


def rough_ground(seed: int, shape: tuple[int, int], holes: int = 5) -> Heights:
    """Rough ground with nested pits and flats of all sizes, and holes."""
    rng = np.random.default_rng(seed)
    z = np.zeros(shape)
    for size in (1, 3, 9, 27):
        coarse = rng.integers(0, 3 * size, (shape[0] // size + 2, shape[1] // size + 2))
        z += np.kron(coarse, np.ones((size, size)))[: shape[0], : shape[1]]
    for _ in range(holes):
        row, column = rng.integers(0, shape[0]), rng.integers(0, shape[1])
        z[row : row + 3, column : column + 2] = np.nan
    return z.astype(np.float32)


few_levels = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 12), st.integers(1, 12)),
    elements=st.sampled_from([np.nan, 0, 0, 1, 1, 2, 3, 7]),
)


@settings(max_examples=60)
@given(few_levels, st.integers(1, 9), st.sampled_from([200.0, 800.0, 1e9]))
def test_any_cut_of_any_small_ground_gives_the_whole(heights: Heights, size: int, channel_m2: float) -> None:
    require_equal(heights, [size], choices=CHOICES._replace(channel_area_m2=channel_m2))


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("name", SLOPE_METHODS)
def test_rough_ground_with_pits_flats_and_holes(workers: int, name: str) -> None:
    choices = CHOICES._replace(slope=SLOPE_METHODS[name])
    require_equal(rough_ground(workers, (130, 113)), (7, 16, 64, 97, 129, 1000), workers, choices)


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_coarse_ground_with_flats_over_many_tiles(workers: int) -> None:
    heights = np.round(rough_ground(workers + 10, (97, 130)) / 12)
    require_equal(heights, (7, 16, 64, 97), workers)


@pytest.mark.parametrize("name", ["bigtujunga_srtm30_utm11", "wangmaogou_copdem30_1arcsec"])
def test_real_ground(reference: Path, name: str) -> None:
    with rasterio.open(reference / f"{name}.tif") as source:
        heights = source.read(1, masked=True).astype(np.float32).filled(np.nan)
        grid = Grid(source.height, source.width, source.transform, CRS.from_wkt(source.crs.to_wkt()))
    choices = CHOICES._replace(channel_area_m2=100_000)
    sizes = (16, 64, 97, 1000) if heights.size > 10_000 else (1, 7, 16, 42, 64)
    require_equal(heights, sizes, 2, choices, (grid.steps, grid.areas))


def test_areas_and_steps_that_differ_by_row_and_block() -> None:
    heights = rough_ground(3, (60, 50))
    rows = np.arange(60)
    steps = CellSteps(20 + rows * 0.3, 25 - rows * 0.1, np.hypot(20 + rows * 0.3, 25 - rows * 0.1))
    areas = CellAreas(np.arange(1, 43).reshape(7, 6) * 1_000_003, 9, 9)
    require_equal(heights, (7, 16, 59), choices=CHOICES._replace(channel_area_m2=9e4), cells=(steps, areas))


def test_a_lake_larger_than_a_tile_drains_to_its_one_outlet() -> None:
    heights = np.full((90, 90), 50, np.float32)
    heights[1:89, 1:89] = np.random.default_rng(5).integers(1, 9, (88, 88))
    heights[30:60, 40:44] = 60
    heights[89, 3] = 30
    found = require_equal(heights, (7, 16, 64), 2)
    assert (found["filled"][1:89, 1:89] >= 30).all()
    assert found["area"][89, 3] == found["area"].max() > 80 * 80 * 1_000_000


def test_nested_depressions_over_tiles() -> None:
    rows, columns = np.mgrid[-45:46, -45:46]
    distance = np.hypot(rows, columns)
    heights = (60 - distance + 8 * np.cos(distance / 3)).astype(np.float32)
    heights = np.where(distance > 43, 70 - columns * 0.01, 80 - heights).astype(np.float32)
    heights[:, 45] -= 3
    require_equal(heights, (7, 16, 31))


@pytest.mark.parametrize("mouth_is_level", [True, False])
def test_a_spiral_that_crosses_every_seam_many_times(mouth_is_level: bool) -> None:
    side = 61
    heights = np.full((side, side), 50, np.float32)
    row, column, turn, length = 1, 0, 0, side - 2
    heights[1, 0] = 9 if mouth_is_level else 5
    while length > 0:
        for _ in range(length):
            row, column = row + (0, 1, 0, -1)[turn % 4], column + (1, 0, -1, 0)[turn % 4]
            heights[row, column] = 9
        turn += 1
        length -= 2 if turn % 2 and turn > 1 else 0
    found = require_equal(heights, (3, 7, 16, 30), choices=CHOICES._replace(channel_area_m2=1e9))
    assert found["length"].max() > 1_000 * 100_000


def test_holes_on_seams_are_outside() -> None:
    heights = rough_ground(6, (64, 64), holes=0)
    heights[15:17, 10:50] = np.nan
    heights[16, 16] = np.nan
    heights[30:34, 31] = np.nan
    heights[31, 47:49] = np.nan
    heights[48, 48] = np.nan
    found = require_equal(heights, (7, 16, 31, 32))
    assert (found["directions"][np.isnan(heights)] == NODATA).all()


@pytest.mark.parametrize("shape", [(1, 50), (50, 1), (2, 50), (3, 33), (17, 17), (33, 65), (1, 1)])
def test_strips_and_last_tiles_one_cell_wide(shape: tuple[int, int]) -> None:
    heights = np.random.default_rng(8).integers(0, 6, shape).astype(np.float32)
    require_equal(heights, (1, 2, 7, 16, 32))


def test_whole_tiles_outside_nothing_at_all_and_a_level_plain() -> None:
    heights = rough_ground(9, (64, 64))
    heights[16:32, 16:48] = np.nan
    heights[48:, :] = np.nan
    require_equal(heights, (7, 16))
    nothing = require_equal(np.full((20, 20), np.nan, np.float32), (7, 16, 20))
    assert (nothing["directions"] == NODATA).all()
    plain = require_equal(np.full((40, 40), 3, np.float32), (7, 16))
    assert (plain["directions"][0] == OUTLET).all()


def test_working_layers_in_a_folder_do_the_same(tmp_path: Path) -> None:
    folders = iter(range(10))

    def layers() -> WorkingTiles:
        folder = tmp_path / str(next(folders))
        folder.mkdir()
        return FolderTiles(folder)

    require_equal(rough_ground(4, (70, 60)), (16, 33), 4, layers=layers)
    assert not list(tmp_path.rglob("*.partial"))
    assert not list(tmp_path.rglob("open/*"))


def by_post(work: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
    """A runner whose tasks and outcomes could have gone to another machine."""
    for task in tasks:
        there_work, there_task = pickle.loads(pickle.dumps((work, task)))
        yield pickle.loads(pickle.dumps(there_work(there_task)))


def test_tasks_and_outcomes_can_be_sent_to_another_process(tmp_path: Path, reference: Path) -> None:
    source = look_at(reference / "bigtujunga_srtm30_utm11.tif")
    grid = source.grid
    perimeters = Perimeters(grid.height, grid.width, 64)
    posted = TerrainWorld(
        perimeters, partial(first_band, source), FolderTiles(tmp_path), grid.steps, grid.areas, CHOICES
    )
    lengths = join_terrain(posted, by_post)
    here = TerrainWorld(
        perimeters, partial(first_band, source), MemoryTiles(), grid.steps, grid.areas, CHOICES
    )
    np.testing.assert_array_equal(lengths, join_terrain(here, on_threads(2)))
    mean_lengths = list(map_terrain(posted, lengths, mean_length, by_post))
    assert mean_lengths == list(map_terrain(here, lengths, mean_length, on_threads(2)))


def first_band(source: RasterFile, tile: Tile) -> Heights:
    """A tile of a DEM file."""
    heights: Heights = source.read(tile)[0]
    return heights


def mean_length(tile: Tile, terrain: Terrain) -> float:
    """Mean slope length [0.1 mm]."""
    assert terrain.slope_deg.shape == (tile.height, tile.width)
    return float(terrain.length_units.mean())


def test_an_infinite_height_is_refused() -> None:
    heights = rough_ground(2, (20, 20), holes=0)
    heights[15, 15] = np.inf
    steps, areas = square(heights.shape)

    def read(tile: Tile) -> Heights:
        return heights[tile.slices]

    world = TerrainWorld(Perimeters(20, 20, 8), read, MemoryTiles(), steps, areas, CHOICES)
    with pytest.raises(InputError, match="无穷大"):
        join_terrain(world, on_threads(1))
