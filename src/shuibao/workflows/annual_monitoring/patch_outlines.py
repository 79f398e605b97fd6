"""Outlines of the patches, put aside on disk as corners, and the patches' file."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from shuibao.data.batch_files import BatchFiles
from shuibao.data.products import CannotWrite
from shuibao.science.grid import Grid
from shuibao.science.outlines import Corners, rings_of

LAYER, ENDED_LAYER = "patches", "ended"
BATCH = 20_000
"""So many patches, in their order, are drawn and written at a time."""

_CORNER = np.dtype([("label", "i4"), ("row", "i4"), ("column", "i4"), ("turn", "u1")])


@dataclass(frozen=True)
class PatchOutlines:
    """The outlines of patches numbered from 1 on, by batches of so many."""

    files: BatchFiles
    grid: Grid
    batch: int

    def polygons(self, place: int) -> NDArray[np.object_]:
        """The outlines of a batch's patches in the grid's CRS, in order of their numbers."""
        corners = self.files.read(place)
        rings = rings_of(Corners(*(corners[name] for name in Corners._fields)))
        transform = self.grid.transform
        x = transform.c + rings.column * transform.a
        y = transform.f + rings.row * transform.e
        lengths = np.diff(rings.starts)
        drawn = shapely.linearrings(x, y, indices=np.repeat(np.arange(lengths.size), lengths))
        _, patch = np.unique(rings.label, return_inverse=True)
        return np.asarray(shapely.polygons(drawn, indices=patch))


def outlines_aside(corners: Iterable[Corners], folder: Path, grid: Grid, batch: int = BATCH) -> PatchOutlines:
    """The outlines that these corners make, once all of them are put aside in the folder."""
    files = BatchFiles(folder, _CORNER)
    for found in corners:
        records = np.empty(found.label.size, _CORNER)
        for name, values in found._asdict().items():
            records[name] = values
        places = (found.label - 1) // batch
        for place in np.unique(places):
            files.append(int(place), records[places == place])
    return PatchOutlines(files, grid, batch)


def write_patches(
    path: Path,
    tables: Iterable[geopandas.GeoDataFrame],
    ended: geopandas.GeoDataFrame | None,
    created: str,
) -> None:
    """patches.gpkg: layer `patches`, and `ended` for those of the baseline that are gone."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": created})
    try:
        for number, table in enumerate(tables):
            _write(table, path, LAYER, append=number > 0)
        if ended is not None:
            _write(ended, path, ENDED_LAYER, append=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError) as problem:
        raise CannotWrite(f"写 {path.name} 时出错：{problem}。请检查磁盘空间。") from problem
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _write(table: geopandas.GeoDataFrame, path: Path, layer: str, *, append: bool) -> None:
    pyogrio.write_dataframe(table, path, layer=layer, driver="GPKG", geometry_type="Polygon", append=append)
