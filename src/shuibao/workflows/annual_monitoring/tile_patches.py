"""The erosion patches of one tile: its pieces, and what they share with the baseline's patches."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuibao.data.working_tiles import WorkingTiles
from shuibao.engine.outline_tiles import LABELS
from shuibao.science.erosion.cell_areas import TileAreas
from shuibao.science.erosion.intensity import LIGHT
from shuibao.science.grid import AREA_UNITS_PER_M2, Grid, Tile
from shuibao.science.patch_seams import Sides, sides
from shuibao.science.patches import Overlap, Pieces, TileMeasures, overlap, pieces_of_tile
from shuibao.workflows.annual_monitoring.baseline import Baseline

_CLASSES, _CODES = 8, 256


class History(NamedTuple):
    """What a tile's pieces were and what became of the baseline's patches (counted from 1), by shared area.

    before: piece × class then. shared: piece × earlier patch. since: earlier patch × class now.
    """

    before: Overlap
    shared: Overlap
    since: Overlap


class TilePatches(NamedTuple):
    """The pieces of a tile, their labels along its sides, and their history if there is a baseline."""

    pieces: Pieces
    sides: Sides
    history: History | None


class Judged(NamedTuple):
    """What patches are made of: a tile's zones, land-use codes, classes, and what they are measured by."""

    zone: NDArray[np.int32]
    land_use: NDArray[np.uint8]
    classes: NDArray[np.uint8]
    measures: TileMeasures


@dataclass(frozen=True)
class TilePatcher:
    """Finds the pieces of tiles and leaves their labels among the layers."""

    grid: Grid
    min_area_m2: float
    baseline: Baseline | None
    layers: WorkingTiles

    @property
    def least_area(self) -> int:
        """The area of the smallest patch that counts [cm²]."""
        return round(self.min_area_m2 * AREA_UNITS_PER_M2)

    def read(self, tile: Tile, judged: Judged) -> TilePatches:
        """The pieces of a tile."""
        areas = TileAreas(self.grid.areas, tile.row, tile.column)
        labels, pieces = pieces_of_tile(
            _key(judged), judged.measures, areas, self.grid.width, self.least_area
        )
        self.layers.write(LABELS, tile, labels)
        return TilePatches(pieces, sides(labels), self._history(tile, labels, judged.classes, areas))

    def _history(
        self, tile: Tile, labels: NDArray[np.int32], now: NDArray[np.uint8], areas: TileAreas
    ) -> History | None:
        if self.baseline is None:
            return None
        before = self.baseline.read_classes(tile).astype(np.int32)
        earlier = self.baseline.patches.read(tile) + 1
        return History(
            overlap(labels, before, areas),
            overlap(labels, earlier, areas),
            overlap(earlier, now.astype(np.int32), areas),
        )


def _key(judged: Judged) -> NDArray[np.int32]:
    """What cells of one patch have in common; negative where there is no erosion."""
    key = (judged.zone * _CODES + judged.land_use) * _CLASSES + judged.classes
    key[(judged.classes < LIGHT) | (judged.zone < 0)] = -1
    return key


class Kind(NamedTuple):
    """What all cells of a patch have in common: zone, land-use code, class."""

    zone: NDArray[np.int32]
    land_use: NDArray[np.uint8]
    classes: NDArray[np.uint8]


def kind_of(key: NDArray[np.int32]) -> Kind:
    """What the keys of patches say."""
    rest, classes = np.divmod(key, _CLASSES)
    zone, land_use = np.divmod(rest, _CODES)
    return Kind(zone, land_use.astype(np.uint8), classes.astype(np.uint8))
