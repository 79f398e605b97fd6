"""Erosion patches: connected cells of one zone, class and land use, with ids that stay across years."""

from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import rasterio.features
import shapely.geometry
from numpy.typing import NDArray

from shuibao.data.products import CannotWrite
from shuibao.science import crs as reference
from shuibao.science.erosion.change import change_status
from shuibao.science.grid import AREA_UNITS_PER_M2, Grid
from shuibao.science.patches import (
    PatchSums,
    continued,
    label_alike,
    label_areas,
    overlap,
    patch_sums,
    renumber,
)
from shuibao.workflows.annual_monitoring.frame import Zones
from shuibao.workflows.annual_monitoring.result import (
    CLASS_NAMES,
    OTHER_SLOPE_BANDS,
    SLOPE_LIMITS_DEG,
)

LAYER, ENDED_LAYER = "patches", "ended"
_MAJOR = 2  # classes from 轻度 on are erosion
_SLOPE_NAMES = {band: name for name, bands in OTHER_SLOPE_BANDS.items() for band in bands}


@dataclass(frozen=True)
class Judged:
    """What patches are made of: whole-grid arrays of a year's result."""

    classes: NDArray[np.uint8]
    loss_t_km2_a: NDArray[np.float32]
    land_use: NDArray[np.uint8]
    slope_band: NDArray[np.uint8]


@dataclass(frozen=True)
class Patches:
    """Labels 1…n of the kept patches on the grid, their sums and areas, and one row of facts for each."""

    labels: NDArray[np.int32]
    table: geopandas.GeoDataFrame

    @property
    def area_km2(self) -> float:
        """All patches together."""
        return float(self.table["area_m2"].sum()) / 1e6


@dataclass(frozen=True)
class EarlierPatches:
    """The patches of the baseline year, on the same grid."""

    labels: NDArray[np.int32]
    classes: NDArray[np.uint8]
    table: geopandas.GeoDataFrame


def erosion_patches(
    judged: Judged, zones: Zones, grid: Grid, year: int, min_area_m2: float, land_use_names: dict[int, str]
) -> Patches:
    """The patches not smaller than min_area_m2, in order of their first cell."""
    labels, count = label_alike(_key(judged, zones))
    areas = label_areas(labels, count, *grid.areas)
    kept = areas >= round(min_area_m2 * AREA_UNITS_PER_M2)
    kept[0] = False
    numbers = np.where(kept, np.cumsum(kept), 0).astype(np.int32)
    renumber(labels, numbers)
    sums = patch_sums(
        labels,
        int(kept.sum()),
        judged.loss_t_km2_a,
        judged.slope_band,
        grid.areas,
        len(SLOPE_LIMITS_DEG) + 1,
    )
    return Patches(labels, _table(judged, zones, grid, year, labels, areas[kept], sums, land_use_names))


def _key(judged: Judged, zones: Zones) -> NDArray[np.int32]:
    """What cells of one patch have in common; negative where there is no erosion."""
    key = zones.index.astype(np.int32)
    key *= 256 * 8
    key += judged.land_use.astype(np.int32) * 8
    key += judged.classes
    key[(judged.classes < _MAJOR) | (zones.index < 0)] = -1
    return key


def _table(
    judged: Judged,
    zones: Zones,
    grid: Grid,
    year: int,
    labels: NDArray[np.int32],
    areas: NDArray[np.int64],
    sums: PatchSums,
    land_use_names: dict[int, str],
) -> geopandas.GeoDataFrame:
    first = sums.first_cell[1:]
    zone = zones.index.ravel()[first]
    classes = judged.classes.ravel()[first]
    land_use = judged.land_use.ravel()[first]
    facts = pd.DataFrame(
        {
            "id": _ids(first, zone, zones, grid, year),
            "year": year,
            "first_year": year,
            "zone": np.array(zones.codes, dtype=object)[zone],
            "zone_name": np.array(zones.names, dtype=object)[zone],
            "class": classes,
            "class_name": np.array(CLASS_NAMES, dtype=object)[classes - 1],
            "area_m2": areas / AREA_UNITS_PER_M2,
            "mean_loss_t_km2_a": sums.loss_milli[1:] / 1000 / sums.cells[1:],
            "land_use": land_use,
            "land_use_name": [land_use_names.get(int(code), "") for code in land_use],
            "slope_class": [_SLOPE_NAMES[int(band)] for band in sums.slope_areas[1:].argmax(axis=1)],
        }
    )
    return geopandas.GeoDataFrame(facts, geometry=_outlines(labels, grid), crs=grid.crs)


def _ids(first: NDArray[np.int64], zone: NDArray[np.int16], zones: Zones, grid: Grid, year: int) -> list[str]:
    """Zone, year first seen, first cell's longitude and latitude in 1e-5 degrees: unique and lasting."""
    row, column = np.divmod(first, grid.width)
    to_degrees = reference.transformer(grid.crs, pyproj.CRS(reference.CGCS2000))
    longitude, latitude = to_degrees.transform(grid.column_centres[column], grid.row_centres[row])
    return [
        f"{zones.codes[z]}-{year}-{round(x * 1e5):08d}-{round(y * 1e5):07d}"
        for z, x, y in zip(zone, np.atleast_1d(longitude), np.atleast_1d(latitude), strict=True)
    ]


def _outlines(labels: NDArray[np.int32], grid: Grid) -> list[shapely.geometry.Polygon]:
    """One polygon per label, in order of the labels."""
    found = rasterio.features.shapes(labels, mask=labels > 0, connectivity=4, transform=grid.transform)
    outlines = {int(label): shapely.geometry.shape(outline) for outline, label in found}
    return [outlines[label] for label in sorted(outlines)]


def read_earlier(directory: Path, classes: NDArray[np.uint8], grid: Grid) -> EarlierPatches:
    """The baseline's patches, from its patches.gpkg, on the grid."""
    table = pyogrio.read_dataframe(directory / "patches.gpkg", layer=LAYER)
    labels = np.zeros(grid.shape, dtype=np.int32)
    if len(table):
        labels = rasterio.features.rasterize(
            zip(table.geometry, range(1, len(table) + 1), strict=True),
            out_shape=grid.shape,
            transform=grid.transform,
            dtype="int32",
        )
    return EarlierPatches(labels, classes, table)


def with_history(
    patches: Patches, judged: Judged, earlier: EarlierPatches, grid: Grid
) -> tuple[Patches, geopandas.GeoDataFrame]:
    """The patches with lasting ids and their status, and the baseline's patches that are gone (消减).

    A patch keeps the id of the earlier one with which it shares most, if that one shares most with it too.
    Its status is the class move of most of its area; an earlier patch is gone when most of it is 微度 now.
    """
    heirs = continued(overlap(patches.labels, earlier.labels, grid.areas))
    table = patches.table.copy()
    heir, source = np.array([*heirs], dtype=int) - 1, np.array([*heirs.values()], dtype=int) - 1
    for column in ("id", "first_year"):
        kept = table[column].to_numpy(copy=True)
        kept[heir] = earlier.table[column].to_numpy()[source]
        table[column] = kept
    before = _main_class(patches.labels, len(table), earlier.classes, grid)
    table["class_before"] = before
    table["status"] = [
        str(change_status(int(old), int(new))) if old else None
        for old, new in zip(before, table["class"], strict=True)
    ]
    now = _main_class(earlier.labels, len(earlier.table), judged.classes, grid)
    gone = now == 1
    ended = earlier.table[gone].copy()
    ended["class_now"] = now[gone]
    ended["status"] = "消减"
    return Patches(patches.labels, table), ended


def _main_class(
    labels: NDArray[np.int32], count: int, classes: NDArray[np.uint8], grid: Grid
) -> NDArray[np.uint8]:
    """The class (1–6, 0 for none) that takes most of each label's area; of equal ones the lower."""
    pairs = overlap(labels, classes.astype(np.int32), grid.areas)
    main = np.zeros(count + 1, dtype=np.uint8)
    order = np.lexsort((pairs.other, -pairs.area, pairs.label))
    found, firsts = np.unique(pairs.label[order], return_index=True)
    main[found] = pairs.other[order][firsts]
    return main[1:]


def write_patches(
    path: Path, table: geopandas.GeoDataFrame, ended: geopandas.GeoDataFrame | None, created: str
) -> None:
    """patches.gpkg: layer `patches`, and `ended` for those of the baseline that are gone."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": created})
    try:
        pyogrio.write_dataframe(table, path, layer=LAYER, driver="GPKG", geometry_type="Polygon")
        if ended is not None:
            pyogrio.write_dataframe(
                ended, path, layer=ENDED_LAYER, driver="GPKG", geometry_type="Polygon", append=True
            )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError) as problem:
        raise CannotWrite(f"写 {path.name} 时出错：{problem}。请检查磁盘空间。") from problem
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
