"""A raster seen on another grid: exact where it can be, the same for any tile, refused when elsewhere."""

from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio
from affine import Affine

from shuibao.data.alignment import aligned
from shuibao.data.raster import look_at
from shuibao.science.errors import InputError
from shuibao.science.grid import Grid, Tile

UTM = pyproj.CRS("EPSG:32649")


def write(
    path: Path, values: np.ndarray, transform: Affine, crs: str | None, nodata: float | None = None
) -> Path:
    bands = values if values.ndim == 3 else values[None]
    with rasterio.open(
        path, "w", driver="GTiff", height=bands.shape[1], width=bands.shape[2], count=bands.shape[0],
        dtype=bands.dtype.name, crs=crs, transform=transform, nodata=nodata,
    ) as dataset:  # fmt: skip
        dataset.write(bands)
    return path


def plane(grid: Grid) -> np.ndarray:
    x, y = np.meshgrid(grid.column_centres, grid.row_centres)
    return (0.001 * x - 0.002 * y).astype(np.float32)


def test_the_same_grid_is_read_as_it_is(tmp_path: Path) -> None:
    values = np.arange(12, dtype=np.int16).reshape(3, 4)
    file = look_at(write(tmp_path / "a.tif", values, Affine(10, 0, 0, 0, -10, 0), "EPSG:32649", nodata=5))
    view = aligned(file, file.grid, "nearest")
    assert view.describe() is None
    read = view.read(Tile(1, 0, 2, 4))[0]
    assert np.isnan(read[0, 1])
    assert np.nansum(read) == values[1:].sum() - 5


def test_a_plane_survives_bilinear_resampling_in_one_crs(tmp_path: Path) -> None:
    coarse = Grid(30, 30, Affine(90, 0, 400_000, 0, -90, 3_900_000), UTM)
    file = look_at(write(tmp_path / "p.tif", plane(coarse), coarse.transform, "EPSG:32649"))
    fine = Grid(60, 60, Affine(30, 0, 400_300, 0, -30, 3_899_700), UTM)
    read = aligned(file, fine, "bilinear").read(fine.whole)[0]
    assert read == pytest.approx(plane(fine), rel=1e-5)


def test_a_plane_survives_reprojection_from_degrees(tmp_path: Path) -> None:
    grid = Grid(50, 60, Affine(30, 0, 400_000, 0, -30, 3_900_000), UTM)
    west, south, east, north = pyproj.Transformer.from_crs(UTM, "EPSG:4490", always_xy=True).transform_bounds(
        *grid.bounds
    )
    degrees = Grid(
        80,
        80,
        Affine(
            (east - west) / 70,
            0,
            west - (east - west) / 14,
            0,
            -(north - south) / 70,
            north + (north - south) / 14,
        ),
        pyproj.CRS("EPSG:4490"),
    )
    to_utm = pyproj.Transformer.from_crs("EPSG:4490", UTM, always_xy=True)
    x, y = to_utm.transform(*np.meshgrid(degrees.column_centres, degrees.row_centres))
    file = look_at(
        write(tmp_path / "d.tif", (0.001 * x - 0.002 * y).astype(np.float32), degrees.transform, "EPSG:4490")
    )
    read = aligned(file, grid, "bilinear").read(grid.whole)[0]
    assert read == pytest.approx(plane(grid), abs=2e-3)


def test_a_cell_has_the_same_value_in_every_tile(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    values = rng.random((2, 40, 40), dtype=np.float32)
    values[:, 10:13, 20:22] = np.nan
    transform = Affine(0.002, 0, 109.9, 0, -0.002, 35.3)
    file = look_at(write(tmp_path / "r.tif", values, transform, "EPSG:4490", nodata=np.nan))
    grid = Grid(70, 80, Affine(60, 0, 401_000, 0, -60, 3_904_000), UTM)
    for resampling in ("nearest", "bilinear"):
        view = aligned(file, grid, resampling)
        whole = view.read(grid.whole, (1, 2))
        assert np.isnan(whole).any()
        assert np.isfinite(whole).any()
        for size in (7, 32, 64):
            for tile in grid.tiles(size):
                np.testing.assert_array_equal(
                    view.read(tile, (1, 2)), whole[:, tile.slices[0], tile.slices[1]]
                )


def test_a_much_finer_raster_is_averaged_first(tmp_path: Path) -> None:
    fine = np.tile(np.array([[0, 1], [1, 2]], np.float32), (30, 30))
    file = look_at(write(tmp_path / "f.tif", fine, Affine(10, 0, 0, 0, -10, 0), "EPSG:32649"))
    coarse = Grid(30, 30, Affine(20, 0, 0, 0, -20, 0), UTM)
    view = aligned(file, coarse, "bilinear")
    assert view.read(coarse.whole)[0] == pytest.approx(np.ones((30, 30)))
    assert "先按 2×2 取平均" in str(view.describe())


def test_rasters_that_do_not_overlap_are_refused_with_both_extents(tmp_path: Path) -> None:
    far = look_at(
        write(
            tmp_path / "far.tif", np.ones((5, 5), np.float32), Affine(0.01, 0, 100, 0, -0.01, 30), "EPSG:4490"
        )
    )
    grid = Grid(50, 60, Affine(30, 0, 400_000, 0, -30, 3_900_000), UTM)
    with pytest.raises(InputError, match=r"far\.tif 与 DEM 不重叠.*经度 100\.0000.*经度 109"):
        aligned(far, grid, "bilinear")


def test_a_raster_without_crs_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "n.tif", np.ones((5, 5), np.float32), Affine(1, 0, 0, 0, -1, 5), None)
    with pytest.raises(InputError, match=r"n\.tif 没有坐标系"):
        look_at(path)


def test_a_truncated_file_is_named_with_the_rows_that_cannot_be_read(tmp_path: Path) -> None:
    values = np.random.default_rng(0).random((600, 600), dtype=np.float32)
    path = write(tmp_path / "cut.tif", values, Affine(10, 0, 0, 0, -10, 0), "EPSG:32649")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(InputError, match=r"cut\.tif"):
        look_at(path).read(Tile(0, 0, 600, 600))


def test_what_is_no_raster_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.tif").write_text("not a raster")
    with pytest.raises(InputError, match=r"x\.tif 不是能读的栅格"):
        look_at(tmp_path / "x.tif")
