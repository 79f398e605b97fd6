"""From what the tiles left behind to the result, and from the result to the products people read."""

from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import geopandas
import numpy as np
from numpy.typing import NDArray

from shuibao.data.json_file import write_json
from shuibao.data.provenance import Provenance
from shuibao.engine.outline_tiles import outline_corners
from shuibao.law.conservation_rate import conservation_rate_pct
from shuibao.rules import Rule, RuleBook
from shuibao.science.erosion.cell_areas import mean_loss_t_km2_a
from shuibao.science.erosion.practice import Measure
from shuibao.science.erosion.soil_loss import ScenarioTotals
from shuibao.science.grid import AREA_UNITS_PER_M2
from shuibao.workflows.annual_monitoring.baseline import Baseline
from shuibao.workflows.annual_monitoring.change import change_since
from shuibao.workflows.annual_monitoring.frame import Frame
from shuibao.workflows.annual_monitoring.measure import Totals
from shuibao.workflows.annual_monitoring.patch_outlines import PatchOutlines, outlines_aside, write_patches
from shuibao.workflows.annual_monitoring.patches import GatheredPatches, Patches, history_of
from shuibao.workflows.annual_monitoring.report import read_maps, write_report
from shuibao.workflows.annual_monitoring.result import (
    AREA_UNITS_PER_KM2,
    LandUse,
    MonitoringResult,
    Scenario,
    UnverifiedRule,
    ZoneResult,
)
from shuibao.workflows.annual_monitoring.scenarios import ScenarioPlan
from shuibao.workflows.annual_monitoring.setting import Description
from shuibao.workflows.annual_monitoring.summary import write_summary
from shuibao.workflows.annual_monitoring.workbook import write_workbook
from shuibao.workflows.annual_monitoring.workshop import Workshop
from shuibao.workflows.annual_monitoring.zones import coverage_pct, zone_results


@dataclass(frozen=True)
class Outcome:
    """All that the tiles left behind."""

    frame: Frame
    description: Description
    baseline: Baseline | None
    totals: Totals
    origin: Provenance
    out: Path | None


@dataclass(frozen=True)
class PatchLayers:
    """This year's patches and outlines, and those of the baseline that are gone (None without one)."""

    patches: Patches
    outlines: PatchOutlines
    ended: geopandas.GeoDataFrame | None


def patches_of(outcome: Outcome, gathered: GatheredPatches, workshop: Workshop) -> PatchLayers:
    """The patches that go into their own file: pieces joined, history told, corners put aside on disk."""
    frame, description = outcome.frame, outcome.description
    joined = gathered.seams.joined(round(description.min_patch_area_m2 * AREA_UNITS_PER_M2))
    lineage, ended = None, None
    if outcome.baseline is not None:
        lineage, ended = history_of(gathered, joined, outcome.baseline.directory)
    layers = workshop.patch_layers
    corners = outline_corners(frame.grid, workshop.tile, joined.numbers_of, layers, workshop.run)
    outlines = outlines_aside(corners, layers.folder / "corners", frame.grid)
    names = {land.code: land.name for land in description.land_uses}
    patches = Patches(joined, frame.zones, frame.grid, frame.plan.year, names, lineage)
    return PatchLayers(patches, outlines, ended)


def result_of(outcome: Outcome, layers: PatchLayers, book: RuleBook) -> MonitoringResult:
    """The result."""
    frame, description, totals = outcome.frame, outcome.description, outcome.totals
    plan = frame.plan
    zones, whole = zone_results(frame.zones, totals.loss, plan.year, description.targets)
    covered = coverage_pct(frame.zones, totals.loss)
    _note_coverage(frame, covered, whole)
    return MonitoringResult(
        title=plan.title,
        year=plan.year,
        demo=plan.demo,
        run_id=outcome.origin.run_id,
        zones=zones,
        totals=whole,
        target_region_name=description.targets.region_name,
        land_uses=tuple(
            LandUse(land.code, land.name, land.is_cropland, land.is_vegetation)
            for land in description.land_uses
        ),
        areas=totals.loss.areas,
        coverage_pct=covered,
        measures_km2=_measures_km2(description.measures, totals.measures),
        scenarios=_scenarios(description.scenarios, totals.scenarios),
        change=None if outcome.baseline is None else change_since(outcome.baseline, totals, zones, whole),
        unverified_rules=tuple(_unverified(rule) for rule in book.unverified_used()),
        patch_count=layers.patches.count,
        patch_area_km2=layers.patches.area_km2,
        notes=tuple(frame.notes),
        directory=outcome.out,
        provenance=outcome.origin.as_dict(),
        class_limits_t_km2_a=description.class_limits_t_km2_a,
        tolerances_t_km2_a=description.tolerances_t_km2_a,
    )


def write_products(result: MonitoringResult, layers: PatchLayers, outcome: Outcome, folder: Path) -> None:
    """patches.gpkg, summary.json, summary.xlsx, report.html, provenance.json in the folder."""
    created = outcome.origin.started.astimezone(UTC).replace(microsecond=0)
    stamp = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    tables = layers.patches.tables(layers.outlines)
    write_patches(folder / "patches.gpkg", tables, layers.ended, stamp)
    write_summary(result, folder / "summary.json")
    write_workbook(result, folder / "summary.xlsx", created)
    write_report(result, read_maps(folder, outcome.frame.zones), folder / "report.html")
    write_json(folder / "provenance.json", outcome.origin.as_dict())


def _note_coverage(frame: Frame, covered: float, whole: ZoneResult) -> None:
    if covered < 99.95:
        missing = whole.polygon_area_km2 * (1 - covered / 100)
        frame.note(
            f"统计单元只有 {covered:.2f} % 的面积有结果，缺约 {missing:.2f} km²"
            f"（输入无数据或在栅格之外），水土保持率只按有结果的面积计算。"
        )


def _measures_km2(
    kinds: tuple[Measure, ...], areas: NDArray[np.int64]
) -> dict[str, tuple[str, float, float]]:
    """Name, E and area inside the zones of each kind of measure."""
    return {
        kind.code: (kind.name, kind.factor, int(area) / AREA_UNITS_PER_KM2)
        for kind, area in zip(kinds, areas, strict=True)
    }


def _scenarios(plans: tuple[ScenarioPlan, ...], totals: list[ScenarioTotals]) -> tuple[Scenario, ...]:
    found = []
    for plan, sums in zip(plans, totals, strict=True):
        land, erosion = int(sums.area.sum()), int(sums.erosion.sum())
        found.append(
            Scenario(
                plan.factor,
                plan.label,
                plan.is_base,
                erosion / AREA_UNITS_PER_KM2,
                conservation_rate_pct(land / AREA_UNITS_PER_KM2, erosion / AREA_UNITS_PER_KM2)
                if land
                else None,
                mean_loss_t_km2_a(int(sums.loss.sum()), land),
            )
        )
    return tuple(found)


def _unverified(rule: Rule) -> UnverifiedRule:
    return UnverifiedRule(rule.id, rule.name, rule.value, rule.unit, rule.basis, rule.confidence)
