"""From summed integers to a zone's year: areas, rate, targets, ceilings, pace."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuibao.data.table import read_table
from shuibao.law.conservation_rate import (
    conservation_rate_pct,
    erosion_ceiling_km2,
    yearly_reduction_km2_a,
)
from shuibao.rules import RuleBook
from shuibao.rules.targets import plan_targets
from shuibao.science.erosion.cell_areas import mean_loss_t_km2_a
from shuibao.science.erosion.soil_loss import LossTotals
from shuibao.science.errors import InputError
from shuibao.workflows.annual_monitoring.frame import Frame, Zones
from shuibao.workflows.annual_monitoring.result import AREA_UNITS_PER_KM2, ZoneResult

PLAN_YEARS = (2025, 2030, 2035)

Targets = Mapping[int, float]


@dataclass(frozen=True)
class TargetBook:
    """Targets by zone code, those of the whole, and whose they are."""

    by_zone: Mapping[str, Targets]
    whole: Targets
    region_name: str


def zone_results(
    zones: Zones, totals: LossTotals, year: int, targets: TargetBook
) -> tuple[tuple[ZoneResult, ...], ZoneResult]:
    """Each zone's result, and that of all together (areas add up; rates follow from the areas)."""
    by_class = totals.areas.sum(axis=(2, 3, 4))
    found = tuple(
        _result(
            (code, name),
            float(polygon),
            by_class[place],
            int(totals.loss[place]),
            year,
            targets.by_zone.get(code, {}),
        )
        for place, (code, name, polygon) in enumerate(
            zip(zones.codes, zones.names, zones.areas_km2, strict=True)
        )
    )
    whole = _result(
        ("", "合计"),
        float(zones.areas_km2.sum()),
        by_class.sum(axis=0),
        int(totals.loss.sum()),
        year,
        targets.whole,
    )
    return found, whole


def _result(
    named: tuple[str, str],
    polygon_km2: float,
    class_units: NDArray[np.int64],
    loss_units: int,
    year: int,
    targets: Targets,
) -> ZoneResult:
    land_units, erosion_units = int(class_units.sum()), int(class_units[1:].sum())
    land, erosion = land_units / AREA_UNITS_PER_KM2, erosion_units / AREA_UNITS_PER_KM2
    years = sorted({*PLAN_YEARS, *targets})
    ceilings = {
        target_year: erosion_ceiling_km2(land, targets[target_year])
        if target_year in targets and land
        else None
        for target_year in years
    }
    return ZoneResult(
        code=named[0],
        name=named[1],
        land_area_km2=land,
        polygon_area_km2=polygon_km2,
        class_area_km2=tuple(int(units) / AREA_UNITS_PER_KM2 for units in class_units),
        erosion_area_km2=erosion,
        water_conservation_rate_pct=conservation_rate_pct(land, erosion) if land else None,
        mean_loss_t_km2_a=mean_loss_t_km2_a(loss_units, land_units),
        targets_pct={target_year: targets.get(target_year) for target_year in years},
        ceilings_km2=ceilings,
        pace_km2_a={
            target_year: _pace(erosion, year, ceiling, target_year)
            for target_year, ceiling in ceilings.items()
        },
    )


def _pace(erosion_km2: float, year: int, ceiling_km2: float | None, target_year: int) -> float | None:
    if ceiling_km2 is None or target_year <= year:
        return None
    return yearly_reduction_km2_a(erosion_km2, year, ceiling_km2, target_year)


def targets_of(frame: Frame, book: RuleBook) -> TargetBook:
    """Targets of the zones and of the whole: from the run file, else from the plans for regions they name."""
    section = frame.plan.section("targets")
    given = {int(key): section.number(key, low=0) for key in section.values if key.isdigit()}
    region = section.text("region") if "region" in section else ""
    planned = plan_targets(book, region) if region else {}
    if region and not planned:
        raise InputError(f"{section.where('region')}：规则表 rules/targets.toml 里没有 {region} 的目标。")
    by_zone = {code: dict(plan_targets(book, code)) for code in frame.zones.codes}
    if "file" in section:
        _add_from_file(frame, by_zone)
    whole = {**planned, **given}
    if len(by_zone) == 1:
        code = frame.zones.codes[0]
        by_zone[code] = {**by_zone[code], **whole}
        whole = whole or by_zone[code]
    name = book.rule(f"target.{region}").name if planned else ""
    return TargetBook(by_zone, _sensible(whole, section.where("")), name)


def _add_from_file(frame: Frame, by_zone: dict[str, dict[int, float]]) -> None:
    """Targets of a CSV (code, year, rate_pct), over those of the plans."""
    path = frame.read(frame.plan.section("targets").path("file"))
    for row in read_table(path, ("code", "year", "rate_pct")):
        code = row.text("code")
        if code not in by_zone:
            raise row.columns.refuse(row.index, "code", "不是统计单元的编码。")
        by_zone[code][int(row.number("year", 2000, 2100))] = row.number("rate_pct", 0, 100)


def _sensible(targets: dict[int, float], where: str) -> dict[int, float]:
    for year, rate in targets.items():
        if not (2000 <= year <= 2100 and 0 <= rate <= 100):
            raise InputError(f"{where}{year} = {rate:g}：年份应在 2000–2100，目标应在 0–100 %。")
    return targets


def coverage_pct(zones: Zones, totals: LossTotals) -> float:
    """Share of the zones' area with a result; missing cells and what lies outside the grid lack one."""
    with_result = int(totals.areas.sum())
    inside = with_result + int(totals.missing.sum())
    outside = float(zones.outside_km2.sum()) * AREA_UNITS_PER_KM2
    return 100 * with_result / (inside + outside) if inside + outside else 0.0
