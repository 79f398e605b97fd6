"""summary.json: the numbers of a run for other programs."""

from pathlib import Path
from typing import Any

from shuibao.data.json_file import write_json
from shuibao.science.erosion.change import ChangeStatus
from shuibao.workflows.annual_monitoring.result import Change, MonitoringResult, ZoneResult


def write_summary(result: MonitoringResult, path: Path) -> None:
    """Writes the summary. The same run gives the same bytes."""
    write_json(path, summary(result))


def summary(result: MonitoringResult) -> dict[str, Any]:
    """The summary as plain values: keys in braces are texts, what is unknown is None."""
    return {
        "title": result.title,
        "year": result.year,
        "demo": result.demo,
        "run_id": result.run_id,
        "zones": [_zone(zone) for zone in result.zones],
        "totals": _zone(result.totals) | {"target_region": result.target_region_name or None},
        "coverage_pct": result.coverage_pct,
        "unverified_rules": [
            {
                "id": rule.id,
                "name": rule.name,
                "value": rule.value,
                "unit": rule.unit,
                "confidence": rule.confidence,
            }
            for rule in result.unverified_rules
        ],
        "patches": {"count": result.patch_count, "area_km2": result.patch_area_km2},
        "sensitivity": [
            {
                "factor": scenario.factor,
                "label": scenario.label,
                "is_base": scenario.is_base,
                "erosion_area_km2": scenario.erosion_area_km2,
                "water_conservation_rate_pct": scenario.water_conservation_rate_pct,
                "mean_loss_t_km2_a": scenario.mean_loss_t_km2_a,
            }
            for scenario in result.scenarios
        ],
        "change": None if result.change is None else _change(result.change),
        "notes": list(result.notes),
    }


def _zone(zone: ZoneResult) -> dict[str, Any]:
    return {
        "code": zone.code,
        "name": zone.name,
        "land_area_km2": zone.land_area_km2,
        "polygon_area_km2": zone.polygon_area_km2,
        "class_area_km2": {str(place): area for place, area in enumerate(zone.class_area_km2, start=1)},
        "erosion_area_km2": zone.erosion_area_km2,
        "water_conservation_rate_pct": zone.water_conservation_rate_pct,
        "mean_loss_t_km2_a": zone.mean_loss_t_km2_a,
        "targets": _by_year(zone.targets_pct),
        "ceiling_km2": _by_year(zone.ceilings_km2),
        "pace_km2_a": _by_year(zone.pace_km2_a),
    }


def _by_year(values: dict[int, float | None]) -> dict[str, float | None]:
    return {str(year): value for year, value in values.items()}


def _change(change: Change) -> dict[str, Any]:
    return {
        "baseline_title": change.baseline_title,
        "baseline_year": change.baseline_year,
        "zones": {
            code: {
                "transition_km2": matrix.tolist(),
                "status_km2": {str(status): change.status_km2[code][status] for status in ChangeStatus},
                "attribution": _attribution(change, code),
            }
            for code, matrix in change.transition_km2.items()
        },
    }


def _attribution(change: Change, code: str) -> dict[str, dict[str, float]] | None:
    if code not in change.attribution:
        return None
    return {
        name: {"erosion_area_km2": area, "mean_loss_t_km2_a": loss}
        for name, (area, loss) in change.attribution[code].items()
    }
