"""The page: what the templates are given, and how it is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from shuibao.workflows.annual_monitoring import tables
from shuibao.workflows.annual_monitoring.report import figures, palette, words
from shuibao.workflows.annual_monitoring.report.charts import rate_bars, stacks, tornado, waterfall
from shuibao.workflows.annual_monitoring.report.drawn_maps import draw
from shuibao.workflows.annual_monitoring.report.maps import Maps
from shuibao.workflows.annual_monitoring.report.transitions import HeatTable, heat_table
from shuibao.workflows.annual_monitoring.result import CLASS_NAMES, Change, MonitoringResult

_HASH_SHOWN = 12


@dataclass(frozen=True)
class ChangeView:
    """The change since the baseline, drawn and in words."""

    change: Change
    sentence: str
    heat: HeatTable
    statuses: stacks.Stack
    waterfall: waterfall.Waterfall | None
    factors: tuple[str, ...]
    unchanged: tuple[str, ...]


def write_report(result: MonitoringResult, maps: Maps, path: Path) -> None:
    """Writes report.html: self-contained, no network, no scripts, in Chinese."""
    path.write_text(render(result, maps), encoding="utf-8", newline="\n")


def render(result: MonitoringResult, maps: Maps) -> str:
    """The page as HTML."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("shuibao.workflows.annual_monitoring.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {
        "figures": figures,
        "words": words,
        "palette": palette,
        "class_names": CLASS_NAMES,
    }
    return environment.get_template("report.html.j2").render(
        result=result,
        maps=draw(maps),
        bars=rate_bars.rate_bars(result),
        change=_change(result),
        tornado=tornado.tornado(result.scenarios, result.totals.water_conservation_rate_pct),
        provenance=_provenance(result),
        **_targets(result),
        **_tables(result),
    )


def _targets(result: MonitoringResult) -> dict[str, Any]:
    paces = tables.stretches(result.totals, result.year)
    return {
        "targets": tables.target_years(result.totals),
        "paces": {stretch.last_year: stretch for stretch in paces},
        "steepening": words.steepening(paces),
        "target_years_of": tables.target_years,
        "erosion_of": tables.known_erosion_km2,
    }


def _tables(result: MonitoringResult) -> dict[str, Any]:
    """Tables 1 to 5, and the charts drawn from them."""
    zones = tables.zone_table(result)
    land_uses = tables.land_use_table(result)
    cropland, other = tables.cropland_slope_table(result), tables.other_slope_table(result)
    groups = {name: tables.cover_table(result, (name,)) for name in tables.COVER_GROUPS}
    cover = tables.cover_table(result, ("林地", "草地"))
    disturbed = tables.disturbed_table(result)
    return {
        "zones": zones,
        "zone_rows": list(zip((*result.zones, result.totals), (*zones.rows, zones.total), strict=True)),
        "zone_stack": stacks.erosion_shares(sorted(zones.rows_with_area, key=_erosion_share)),
        "land_uses": land_uses,
        "land_use_stack": stacks.erosion_areas(land_uses.rows_with_area),
        "cropland_slope": cropland,
        "cropland_slope_stack": stacks.erosion_areas(cropland.rows),
        "other_slope": other,
        "other_slope_stack": stacks.erosion_areas(other.rows),
        "cover": cover,
        "cover_stack": stacks.erosion_areas(cover.rows),
        "cover_groups": groups,
        "disturbed": disturbed,
        "disturbed_stack": stacks.erosion_areas(disturbed.rows_with_area),
    }


def _erosion_share(row: tables.ClassRow) -> float:
    return -(row.erosion_pct or 0.0)


def _change(result: MonitoringResult) -> ChangeView | None:
    change = result.change
    if change is None:
        return None
    attribution = change.attribution.get("", {})
    names = {zone.code: zone.name for zone in result.zones}
    factors = tuple(
        name
        for name in words.FACTOR_NAMES
        if any(name in waterfall.acting(own) for own in change.attribution.values())
    )
    return ChangeView(
        change,
        words.change_in_words(change),
        heat_table(change.transition_km2[""]),
        stacks.statuses(change.status_km2, names),
        waterfall.waterfall(attribution),
        factors,
        tuple(words.factor_name(name) for name in words.FACTOR_NAMES if name not in factors),
    )


def _provenance(result: MonitoringResult) -> dict[str, Any]:
    """What is known of where the result comes from; missing parts stay empty and show as 缺."""
    known = result.provenance
    return {
        "started": known.get("started"),
        "person": known.get("person"),
        "inputs": [(name, str(digest)[:_HASH_SHOWN]) for name, digest in known.get("inputs", {}).items()],
        "software": list(known.get("software", {}).items()),
        "parameters": list(_flat(known.get("parameters", {}), "")),
        "rule_count": len(known.get("rules", {})),
    }


def _flat(parameters: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in parameters.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", figures.plain(value)
