"""Writes the demo: two years of a made-up Yuncheng, complete with run files."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.workflows.demo import built, cover, land_use, measures, rain, run_file, soil, terrain, treatment
from shuibao.workflows.demo.blocks import means, shares
from shuibao.workflows.demo.files import write_layer, write_raster, write_table
from shuibao.workflows.demo.frame import COARSE_M, Frame, yuncheng

FIRST, SECOND = 2024, 2025
SEED = 20250615  # all of the demo follows from it

Progress = Callable[[str], None]


class Land(NamedTuple):
    """Land use of the two years on the fine grid; slope [deg] and share treated between them at 240 m."""

    first: NDArray[np.uint8]
    second: NDArray[np.uint8]
    slope_deg: NDArray[np.float32]
    treated: NDArray[np.float32]


def write_demo(directory: Path, *, cell_m: float = 30, progress: Progress | None = None) -> tuple[Path, Path]:
    """The run files of 2024 and 2025, in the directory, with their inputs beside them in `inputs`.

    Everything follows from one seed: the same cell size gives the same data.
    progress: told in a few Chinese words what is being made.
    """
    tell = progress or _silence
    frame = yuncheng()
    grid = frame.grid(cell_m)
    inputs = directory / "inputs"
    inputs.mkdir(parents=True, exist_ok=True)

    tell("生成地形")
    relief = terrain.large_shape(frame, _random("large shape"))
    z = terrain.elevation(frame, relief, cell_m, _random("elevation"))
    write_raster(inputs / "dem.tif", z, grid, "高程（m）")
    tell("生成土地利用")
    land = _land(frame, relief, z, cell_m)
    del z
    write_raster(inputs / f"land_use_{FIRST}.tif", land.first, grid, f"{FIRST} 年土地利用")
    write_raster(inputs / f"land_use_{SECOND}.tif", land.second, grid, f"{SECOND} 年土地利用")
    tell("生成植被盖度和工程措施")
    _write_cover(inputs, frame, land)
    _write_measures(inputs, frame, land)
    tell("生成降雨、土壤和统计单元")
    _write_rain_and_soil(inputs, frame, relief)
    write_layer(inputs / "counties.gpkg", frame.counties, "counties", "运城市县级行政区（边界真实）")
    return _write_runs(directory)


def _random(part: str) -> np.random.Generator:
    """A part's own random numbers, so that a change in one part leaves the others as they are."""
    return np.random.default_rng([SEED, *part.encode()])


def _silence(step: str) -> None:
    """Says nothing."""


def _land(frame: Frame, relief: terrain.Relief, z: NDArray[np.float32], cell_m: float) -> Land:
    grid, coarse = frame.grid(cell_m), frame.grid(COARSE_M)
    ground = land_use.land_cover(z, grid, relief, land_use.patterns(relief, cell_m, _random("land cover")))
    slope_deg = means(ground.slope_deg, *coarse.shape)
    places = treatment.treated_places(frame, slope_deg, relief.rock, _random("treatment"))
    settled = built.built_up(frame, slope_deg, _random("settlements"))
    sites = built.sites(frame, slope_deg, _random("sites"))
    level_240 = np.ascontiguousarray(
        z[_centres(z.shape[0], coarse.height)][:, _centres(z.shape[1], coarse.width)]
    )
    waters = built.waters(frame, level_240)

    second = treatment.treated(ground, grid, places)
    changed = (second != ground.codes).view(np.uint8)
    treated_share = shares(changed, np.array([-1, 0] + [-1] * 254), 1, *coarse.shape)[0]
    first = ground.codes
    built.burn(first, grid, [*settled, *built.disturbed(sites.both, sites.finished), *waters])
    built.burn(
        second,
        grid,
        [*settled, *built.restored(sites.finished), *built.disturbed(sites.both, sites.new), *waters],
    )
    return Land(first, second, slope_deg, treated_share)


def _centres(fine: int, coarse: int) -> NDArray[np.int64]:
    """For each coarse cell the fine one that holds its middle."""
    return ((np.arange(coarse) + 0.5) * fine / coarse).astype(np.int64)


def _write_cover(inputs: Path, frame: Frame, land: Land) -> None:
    grid = frame.grid(COARSE_M)
    bands = [f"第 {number} 个半月植被盖度（%）" for number in range(1, cover.HALF_MONTHS + 1)]
    lasting = cover.patches(grid.shape, _random("cover"))
    greener = np.float32(cover.GREENING) + np.float32(cover.TREATED_GREENING) * np.sqrt(land.treated)
    for year, codes, more in ((FIRST, land.first, np.zeros_like(greener)), (SECOND, land.second, greener)):
        patches = lasting + cover.weather(grid.shape, _random(f"weather {year}"))
        percent = cover.vegetation_cover(codes, patches, more)
        write_raster(inputs / f"fvc_{year}.tif", percent, grid, f"{year} 年植被盖度（%）", bands)
    write_table(inputs / "understorey.csv", cover.understorey_table())


def _write_measures(inputs: Path, frame: Frame, land: Land) -> None:
    ground = measures.ground(land.first, land.slope_deg)
    layers = measures.measures(frame, ground, _random("measures"))
    for year, layer in zip((FIRST, SECOND), layers, strict=True):
        write_layer(inputs / f"measures_{year}.gpkg", layer, "measures", f"{year} 年工程措施")


def _write_rain_and_soil(inputs: Path, frame: Frame, relief: terrain.Relief) -> None:
    write_table(inputs / "rain_daily.csv", rain.daily_rain(_random("rain")))
    write_table(inputs / "rain_stations.csv", rain.stations())
    types = soil.soil_types(relief, _random("soil"))
    write_raster(inputs / "soil_types.tif", types, frame.grid(COARSE_M), "土壤类型")
    write_table(inputs / "soil_texture.csv", soil.texture_table())


def _write_runs(directory: Path) -> tuple[Path, Path]:
    (directory / run_file.NOTE_NAME).write_text(run_file.note_text(), encoding="utf-8")
    first, second = directory / f"{FIRST}.toml", directory / f"{SECOND}.toml"
    first.write_text(run_file.run_text(FIRST, None), encoding="utf-8")
    second.write_text(run_file.run_text(SECOND, FIRST), encoding="utf-8")
    return first, second
