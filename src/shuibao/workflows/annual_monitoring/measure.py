"""One tile of a year: factors, soil loss, classes, areas, scenarios, and the change since the baseline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shuibao.data.layers import Layer
from shuibao.science.erosion.attribution import SubsetSums, add_subset_sums
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
from shuibao.workflows.annual_monitoring.baseline import Baseline
from shuibao.workflows.annual_monitoring.cover import Cover, CoverTile
from shuibao.workflows.annual_monitoring.frame import Zones
from shuibao.workflows.annual_monitoring.rainfall import Rainfall
from shuibao.workflows.annual_monitoring.scenarios import ScenarioPlan, TileInputs
from shuibao.workflows.annual_monitoring.terrain import SlopeGround
from shuibao.workflows.annual_monitoring.workshop import SLOPE_BAND, Sink

FloatTile = NDArray[np.float32]


@dataclass(frozen=True)
class Sources:
    """Where every factor of a tile comes from. land_use: codes of the whole grid, 0 outside the zones."""

    rainfall: Rainfall
    soil: Layer
    slope: SlopeGround
    cover: Cover
    measures: Layer
    rotation: Layer
    tolerance: Layer
    wind: Layer | None
    land_use: NDArray[np.uint8]
    is_cropland: NDArray[np.bool_]
    index_of_code: NDArray[np.uint8]


@dataclass
class Totals:
    """Whole numbers summed over tiles; the order of the tiles does not matter."""

    loss: LossTotals
    scenarios: list[ScenarioTotals]
    transitions: NDArray[np.int64]
    subsets: dict[int, SubsetSums] = field(default_factory=dict)

    @classmethod
    def zeros(cls, zones: int, legend: Legend, scenarios: int) -> "Totals":
        """Totals of nothing."""
        return cls(
            LossTotals.zeros(zones, legend),
            [ScenarioTotals.zeros(zones) for _ in range(scenarios)],
            zero_transitions(zones),
        )

    def add(self, other: "Totals") -> None:
        """Adds another tile's totals to these."""
        _add(self.loss, other.loss)
        for mine, theirs in zip(self.scenarios, other.scenarios, strict=True):
            _add(mine, theirs)
        self.transitions += other.transitions
        for mask, sums in other.subsets.items():
            if mask in self.subsets:
                _add(self.subsets[mask], sums)
            else:
                self.subsets[mask] = sums


def _add(mine: Iterable[NDArray[np.int64]], theirs: Iterable[NDArray[np.int64]]) -> None:
    for total, part in zip(mine, theirs, strict=True):
        total += part


@dataclass(frozen=True)
class TileOutcome:
    """A tile's rasters by product name, and its totals."""

    rasters: dict[str, NDArray[Any]]
    totals: Totals


@dataclass(frozen=True)
class Measurer:
    """Measures tiles; holds nothing that a tile changes, so threads share it."""

    grid: Grid
    zones: Zones
    sources: Sources
    legend: Legend
    scenarios: Sequence[ScenarioPlan]
    baseline: Baseline | None

    def measure(self, tile: Tile) -> TileOutcome:
        """All that a run wants to know of a tile."""
        codes = self.sources.land_use[tile.slices]
        cover = self.sources.cover.read(tile, codes)
        slope = self.sources.slope.of(tile)
        factors = self._factors(tile, codes, cover, slope.factors())
        ground = self._ground(tile, codes, cover, slope.terrain.slope_deg)
        areas = TileAreas(self.grid.areas, tile.row, tile.column)
        totals = Totals.zeros(len(self.zones.codes), self.legend, len(self.scenarios))
        result = soil_loss_tile(factors, ground, self.legend, areas, totals.loss)
        inputs = TileInputs(
            factors,
            ground,
            self.sources.is_cropland[codes],
            cover.shifted,
            lambda length_max_m: slope.factors(length_max_m=length_max_m).length,
            lambda variant: slope.factors(variant=variant).steepness,
        )
        self._rerun(inputs, areas, totals)
        if self.baseline is not None:
            self._compare(self.baseline, tile, factors, ground, result, areas, totals)
        rasters = {name: np.asarray(values) for name, values in factors._asdict().items()}
        rasters["ls"] = rasters["l"] * rasters["s"]
        rasters |= {"soil_loss": result.loss_t_km2_a, "intensity": result.classes}
        rasters[SLOPE_BAND] = self._slope_band(slope.terrain.slope_deg)
        return TileOutcome(rasters, totals)

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
            e=self.sources.measures.read(tile),
            t=tillage_factor(rotation, None, codes, self.sources.is_cropland),
        )

    def _ground(self, tile: Tile, codes: NDArray[np.uint8], cover: CoverTile, slope_deg: FloatTile) -> Ground:
        wind = self.sources.wind
        return Ground(
            zone=self.zones.index[tile.slices].astype(np.int32),
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
        mask = sum(1 << place for place, differs in enumerate(changed) if differs)
        sums = SubsetSums.zeros(len(self.zones.codes), sum(changed))
        now = [new if differs else None for new, differs in zip(after, changed, strict=True)]
        tolerance = np.asarray(ground.tolerance_t_km2_a, dtype=np.float32)
        add_subset_sums(before, now, tolerance, ground.zone, areas, sums)
        totals.subsets[mask] = sums
        add_transitions(baseline.read_classes(tile), result.classes, ground.zone, areas, totals.transitions)


@dataclass(frozen=True)
class TileWork:
    """The work on one tile: measured, its rasters put where they belong, its totals handed back."""

    measurer: Measurer
    sink: Sink

    def __call__(self, tile: Tile) -> Totals:
        """The tile's totals."""
        outcome = self.measurer.measure(tile)
        self.sink.put(tile, outcome.rasters)
        return outcome.totals
