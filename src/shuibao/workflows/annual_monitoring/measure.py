"""One tile of a year: factors, soil loss, classes, areas, scenarios, and the change since the baseline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuibao.data.layers import Layer
from shuibao.science.erosion.attribution import GREATEST_FACTORS, SubsetSums, add_subset_sums, of_all_factors
from shuibao.science.erosion.cell_areas import TileAreas
from shuibao.science.erosion.change import add_transitions, zero_transitions
from shuibao.science.erosion.slope_factors import SlopeFactors
from shuibao.science.erosion.soil_loss import (
    Factors,
    Ground,
    Legend,
    LossTile,
    LossTotals,
    ScenarioTotals,
    add_scenario,
    soil_loss_tile,
)
from shuibao.science.erosion.tillage import tillage_factor
from shuibao.science.grid import Grid, Tile
from shuibao.science.patches import TileMeasures
from shuibao.science.tally import areas_by_label
from shuibao.workflows.annual_monitoring.baseline import Baseline
from shuibao.workflows.annual_monitoring.cover import Cover, CoverTile
from shuibao.workflows.annual_monitoring.frame import Zones
from shuibao.workflows.annual_monitoring.land_use import LandUse
from shuibao.workflows.annual_monitoring.practice import Measures
from shuibao.workflows.annual_monitoring.rainfall import Rainfall
from shuibao.workflows.annual_monitoring.scenarios import ScenarioPlan, TileInputs
from shuibao.workflows.annual_monitoring.terrain import SlopeGround
from shuibao.workflows.annual_monitoring.tile_patches import Judged, TilePatcher, TilePatches
from shuibao.workflows.annual_monitoring.workshop import Sink

FloatTile = NDArray[np.float32]


@dataclass(frozen=True)
class Sources:
    """Where every factor of a tile comes from."""

    rainfall: Rainfall
    soil: Layer
    slope: SlopeGround
    cover: Cover
    measures: Measures
    rotation: Layer
    tolerance: Layer
    wind: Layer | None
    land_use: LandUse
    is_cropland: NDArray[np.bool_]
    index_of_code: NDArray[np.uint8]


@dataclass
class Totals:
    """Whole numbers summed over tiles; the order of the tiles does not matter.

    measures: area [cm²] inside the zones of each kind of measure.
    subsets: of all factors, bit i for the i-th one of this year.
    """

    loss: LossTotals
    scenarios: list[ScenarioTotals]
    transitions: NDArray[np.int64]
    measures: NDArray[np.int64]
    subsets: SubsetSums

    @classmethod
    def zeros(cls, zones: int, legend: Legend, scenarios: int, measures: int) -> "Totals":
        """Totals of nothing."""
        return cls(
            LossTotals.zeros(zones, legend),
            [ScenarioTotals.zeros(zones) for _ in range(scenarios)],
            zero_transitions(zones),
            np.zeros(measures, dtype=np.int64),
            SubsetSums.zeros(zones, GREATEST_FACTORS),
        )

    def add(self, other: "Totals") -> None:
        """Adds another tile's totals to these."""
        _add(self.loss, other.loss)
        for mine, theirs in zip(self.scenarios, other.scenarios, strict=True):
            _add(mine, theirs)
        self.transitions += other.transitions
        self.measures += other.measures
        _add(self.subsets, other.subsets)


def _add(mine: Iterable[NDArray[np.int64]], theirs: Iterable[NDArray[np.int64]]) -> None:
    for total, part in zip(mine, theirs, strict=True):
        total += part


@dataclass(frozen=True)
class TileOutcome:
    """A tile's rasters by product name, its totals, and its erosion patches."""

    rasters: dict[str, NDArray[Any]]
    totals: Totals
    patches: TilePatches


@dataclass(frozen=True)
class Measurer:
    """Measures tiles; holds nothing that a tile changes, so threads share it."""

    grid: Grid
    zones: Zones
    sources: Sources
    legend: Legend
    scenarios: Sequence[ScenarioPlan]
    baseline: Baseline | None
    patcher: TilePatcher

    def measure(self, tile: Tile) -> TileOutcome:
        """All that a run wants to know of a tile."""
        codes = self.sources.land_use.read(tile)
        cover = self.sources.cover.read(tile, codes)
        slope = self.sources.slope.of(tile)
        factors = self._factors(tile, codes, cover, slope.factors())
        ground = self._ground(tile, codes, cover, slope.terrain.slope_deg)
        areas = TileAreas(self.grid.areas, tile.row, tile.column)
        totals = Totals.zeros(
            len(self.zones.codes), self.legend, len(self.scenarios), len(self.sources.measures.kinds)
        )
        result = soil_loss_tile(factors, ground, self.legend, areas, totals.loss)
        inputs = TileInputs(
            factors,
            ground,
            self.sources.is_cropland[codes],
            cover.shifted,
            slope.length_at,
            slope.steepness_by,
        )
        self._rerun(inputs, areas, totals)
        self._add_measures(tile, ground.zone, areas, totals)
        if self.baseline is not None:
            self._compare(self.baseline, tile, factors, ground, result, areas, totals)
        rasters = {name: np.asarray(values) for name, values in factors._asdict().items()}
        rasters["ls"] = rasters["l"] * rasters["s"]
        rasters |= {"soil_loss": result.loss_t_km2_a, "intensity": result.classes}
        return TileOutcome(rasters, totals, self._patches(tile, codes, ground, result))

    def _patches(self, tile: Tile, codes: NDArray[np.uint8], ground: Ground, result: LossTile) -> TilePatches:
        bands = len(self.legend.slope_limits_deg) + 1
        slope_band = self._slope_band(np.asarray(ground.slope_deg, dtype=np.float32))
        measures = TileMeasures(result.loss_t_km2_a, slope_band, bands)
        return self.patcher.read(tile, Judged(ground.zone, codes, result.classes, measures))

    def _factors(
        self, tile: Tile, codes: NDArray[np.uint8], cover: CoverTile, slope: SlopeFactors
    ) -> Factors:
        rotation = self.sources.rotation.read(tile)
        return Factors(
            r=self.sources.rainfall.r.read(tile),
            k=self.sources.soil.read(tile),
            l=slope.length,
            s=slope.steepness,
            b=cover.b,
            e=self.sources.measures.e.read(tile),
            t=tillage_factor(rotation, None, codes, self.sources.is_cropland),
        )

    def _ground(self, tile: Tile, codes: NDArray[np.uint8], cover: CoverTile, slope_deg: FloatTile) -> Ground:
        wind = self.sources.wind
        return Ground(
            zone=self.zones.cells.read(tile),
            land_use=self.sources.index_of_code[codes],
            slope_deg=slope_deg,
            cover_pct=cover.cover_pct,
            tolerance_t_km2_a=self.sources.tolerance.read(tile),
            wind_t_km2_a=None if wind is None else wind.read(tile),
        )

    def _slope_band(self, slope_deg: FloatTile) -> NDArray[np.uint8]:
        """The band of each cell's slope, as the areas are kept in."""
        bands = np.zeros(slope_deg.shape, dtype=np.uint8)
        for limit in self.legend.slope_limits_deg:
            bands += slope_deg >= np.float32(limit)
        return bands

    def _rerun(self, inputs: TileInputs, areas: TileAreas, totals: Totals) -> None:
        for scenario, sums in zip(self.scenarios, totals.scenarios, strict=True):
            factors, ground = scenario.change(inputs)
            add_scenario(factors, ground, self.legend, areas, sums)

    def _add_measures(self, tile: Tile, zone: NDArray[np.int32], areas: TileAreas, totals: Totals) -> None:
        """The areas of the kinds of measures inside the zones."""
        measures = self.sources.measures
        if measures.kinds:
            inside = np.where(zone >= 0, measures.kinds_in(tile), -1).astype(np.int32)
            totals.measures += areas_by_label(inside, len(measures.kinds), areas)

    def _compare(
        self,
        baseline: Baseline,
        tile: Tile,
        factors: Factors,
        ground: Ground,
        result: LossTile,
        areas: TileAreas,
        totals: Totals,
    ) -> None:
        """Transitions, and the sums of every subset of the factors that differ in this tile."""
        before = baseline.read_factors(tile)
        after = [np.asarray(factor, dtype=np.float32) for factor in factors]
        changed = [
            not np.array_equal(old, new, equal_nan=True) for old, new in zip(before, after, strict=True)
        ]
        sums = SubsetSums.zeros(len(self.zones.codes), sum(changed))
        now = [new if differs else None for new, differs in zip(after, changed, strict=True)]
        tolerance = np.asarray(ground.tolerance_t_km2_a, dtype=np.float32)
        add_subset_sums(before, now, tolerance, ground.zone, areas, sums)
        _add(totals.subsets, of_all_factors(sums, changed))
        add_transitions(baseline.read_classes(tile), result.classes, ground.zone, areas, totals.transitions)


@dataclass(frozen=True)
class TileWork:
    """The work on one tile: measured, its rasters put where they belong, the rest handed back."""

    measurer: Measurer
    sink: Sink

    def __call__(self, tile: Tile) -> tuple[Totals, TilePatches]:
        """The tile's totals and patches."""
        outcome = self.measurer.measure(tile)
        self.sink.put(tile, outcome.rasters)
        return outcome.totals, outcome.patches
