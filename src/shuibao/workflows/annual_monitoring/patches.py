"""Erosion patches: connected cells of one zone, class and land use, with ids that stay across years."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pyproj
from numpy.typing import NDArray

from shuibao.science import crs as reference
from shuibao.science.erosion.change import change_status
from shuibao.science.grid import AREA_UNITS_PER_M2, Grid, Tile
from shuibao.science.patch_seams import JoinedPatches, PatchSeams
from shuibao.science.patches import Overlap, continued, main_other, summed
from shuibao.workflows.annual_monitoring.baseline import read_patches
from shuibao.workflows.annual_monitoring.frame import Zones
from shuibao.workflows.annual_monitoring.patch_outlines import PatchOutlines
from shuibao.workflows.annual_monitoring.result import CLASS_NAMES, OTHER_SLOPE_BANDS
from shuibao.workflows.annual_monitoring.tile_patches import History, TilePatches, kind_of

_SLOPE_NAMES = {band: name for name, bands in OTHER_SLOPE_BANDS.items() for band in bands}
_STATUSES = {
    (old, new): str(status)
    for old in range(1, len(CLASS_NAMES) + 1)
    for new in range(1, len(CLASS_NAMES) + 1)
    if (status := change_status(old, new)) is not None
}


@dataclass
class GatheredPatches:
    """What the tiles found, in their order."""

    seams: PatchSeams
    histories: dict[Tile, History] = field(default_factory=dict)

    def add(self, tile: Tile, found: TilePatches) -> None:
        """Takes a tile's patches."""
        self.seams.add(tile, found.pieces, found.sides)
        if found.history is not None:
            self.histories[tile] = found.history

    def before(self, joined: JoinedPatches) -> Overlap:
        """Patch × class in the baseline year."""
        return _by_patch(joined, {tile: history.before for tile, history in self.histories.items()})

    def shared(self, joined: JoinedPatches) -> Overlap:
        """Patch × patch of the baseline."""
        return _by_patch(joined, {tile: history.shared for tile, history in self.histories.items()})

    def since(self) -> Overlap:
        """Patch of the baseline × class now."""
        return summed(_together([history.since for history in self.histories.values()]))


def _by_patch(joined: JoinedPatches, pairs: dict[Tile, Overlap]) -> Overlap:
    """Pairs of pieces as pairs of patches; those of patches that are too small fall out."""
    found = []
    for tile, (label, other, area) in pairs.items():
        number = joined.numbers[joined.places[tile]][label - 1].astype(np.int64)
        kept = number > 0
        found.append(Overlap(number[kept], other[kept], area[kept]))
    return summed(_together(found))


def _together(pairs: list[Overlap]) -> Overlap:
    return Overlap(*(np.concatenate(column) for column in zip(*pairs, strict=True)))


@dataclass(frozen=True)
class Lineage:
    """What the patches have of the baseline: which they continue (−1 for none), and their main class then."""

    earlier_ids: NDArray[np.object_]
    first_years: NDArray[np.int64]
    source: NDArray[np.int64]
    class_before: NDArray[np.uint8]


@dataclass(frozen=True)
class Patches:
    """The patches of a year, in order of their first cells."""

    joined: JoinedPatches
    zones: Zones
    grid: Grid
    year: int
    land_use_names: dict[int, str]
    lineage: Lineage | None

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self.joined.key.size)

    @property
    def area_km2(self) -> float:
        """All patches together."""
        return float((self.joined.area / AREA_UNITS_PER_M2).sum()) / 1e6

    def tables(self, outlines: PatchOutlines) -> Iterator[geopandas.GeoDataFrame]:
        """One row of facts and the outline for each, batch by batch; one empty table when there are none."""
        for place, start in enumerate(range(0, max(self.count, 1), outlines.batch)):
            facts = self._facts(slice(start, start + outlines.batch))
            yield geopandas.GeoDataFrame(facts, geometry=outlines.polygons(place), crs=self.grid.crs)

    def _facts(self, which: slice) -> pd.DataFrame:
        joined = self.joined
        kind = kind_of(joined.key[which])
        facts = pd.DataFrame(
            {
                "id": _ids(joined.first_cell[which], kind.zone, self.zones, self.grid, self.year),
                "year": self.year,
                "first_year": self.year,
                "zone": np.array(self.zones.codes, dtype=object)[kind.zone],
                "zone_name": np.array(self.zones.names, dtype=object)[kind.zone],
                "class": kind.classes,
                "class_name": np.array(CLASS_NAMES, dtype=object)[kind.classes - 1],
                "area_m2": joined.area[which] / AREA_UNITS_PER_M2,
                "mean_loss_t_km2_a": joined.loss_milli[which] / 1000 / joined.cells[which],
                "land_use": kind.land_use,
                "land_use_name": [self.land_use_names.get(int(code), "") for code in kind.land_use],
                "slope_class": [_SLOPE_NAMES[int(band)] for band in joined.main_band[which]],
            }
        )
        return facts if self.lineage is None else _with_lineage(facts, self.lineage, which)


def _with_lineage(facts: pd.DataFrame, lineage: Lineage, which: slice) -> pd.DataFrame:
    """The facts with lasting ids, the class before, and the status: the class move of most of the area."""
    source = lineage.source[which]
    heir = np.flatnonzero(source >= 0)
    for column, values in (("id", lineage.earlier_ids), ("first_year", lineage.first_years)):
        kept = facts[column].to_numpy(copy=True)
        kept[heir] = values[source[heir]]
        facts[column] = kept
    facts["class_before"] = before = lineage.class_before[which]
    facts["status"] = [
        _STATUSES.get((int(old), int(new))) for old, new in zip(before, facts["class"], strict=True)
    ]
    return facts


def _ids(first: NDArray[np.int64], zone: NDArray[np.int32], zones: Zones, grid: Grid, year: int) -> list[str]:
    """Zone, year first seen, first cell's longitude and latitude in 1e-5 degrees: unique and lasting."""
    row, column = np.divmod(first, grid.width)
    to_degrees = reference.transformer(grid.crs, pyproj.CRS(reference.CGCS2000))
    longitude, latitude = to_degrees.transform(grid.column_centres[column], grid.row_centres[row])
    return [
        f"{zones.codes[z]}-{year}-{round(x * 1e5):08d}-{round(y * 1e5):07d}"
        for z, x, y in zip(zone, np.atleast_1d(longitude), np.atleast_1d(latitude), strict=True)
    ]


def history_of(
    gathered: GatheredPatches, joined: JoinedPatches, directory: Path
) -> tuple[Lineage, geopandas.GeoDataFrame]:
    """What the patches continue of the baseline's in a directory, and those of it that are gone (消减).

    A patch keeps the id of the earlier one with which it shares most, if that one shares most with it too. An
    earlier patch is gone when most of it is 微度 now.
    """
    earlier = read_patches(directory)
    source = np.full(joined.key.size, -1, np.int64)
    heirs, continued_ones = continued(gathered.shared(joined))
    source[heirs - 1] = continued_ones - 1
    lineage = Lineage(
        earlier["id"].to_numpy(dtype=object),
        earlier["first_year"].to_numpy(dtype=np.int64),
        source,
        main_other(gathered.before(joined), joined.key.size),
    )
    now = main_other(gathered.since(), len(earlier))
    gone = now == 1
    ended = earlier[gone].copy()
    ended["class_now"] = now[gone]
    ended["status"] = "消减"
    return lineage, ended
